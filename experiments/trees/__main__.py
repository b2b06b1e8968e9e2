"""Time exact LIME explanations of a forest on 784 pixels beside shap's compiled TreeExplainer.

    limetheory experiment run trees            all rounds, appended to rows.jsonl
    limetheory experiment run trees --smoke    one small round, printed only
    limetheory experiment plot trees           the table of the saved rows

A round measures every contender once, in an order that turns from round to round, so that rows of the same
round are pairs; finished rounds are kept and an interrupted run goes on after the last. Wall-clock and processor
seconds are both saved: the first is what a user waits for, the second is free of other programs' load.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import limetheory as lt
from experiments.arguments import parser
from experiments.saved_rows import load, to_plot
from limetheory.trees import TreeModel
from limetheory.verification.digits import SIDE, enlarged_digits

with warnings.catch_warnings():
    # on import, shap makes colour maps by a call that matplotlib is about to drop
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

ROWS = Path(__file__).with_name("rows.jsonl")
ROUNDS, IMAGES, TREES, DEPTH, SEED = 9, 200, 100, 8, 0
PACKAGES = ("limetheory", "shap", "numpy", "scikit-learn")
PEER = "shap TreeExplainer, path-dependent"


def segments() -> np.ndarray:
    """Five rows of ten superpixels on 28×28 pixels: d = 50."""
    pixel = np.arange(SIDE)
    return (pixel * 5 // SIDE)[:, None] * 10 + pixel * 10 // SIDE


def forest(trees: int) -> tuple[RandomForestClassifier, np.ndarray]:
    """A forest that tells 3 from the other enlarged digits, and these images."""
    images, labels = enlarged_digits()
    fitted = RandomForestClassifier(trees, max_depth=DEPTH, random_state=SEED, n_jobs=1)
    return fitted.fit(images.reshape(len(images), -1), labels == 3), images


def contenders(fitted: RandomForestClassifier, images: np.ndarray) -> dict[str, Callable[[], object]]:
    """Explanations of the same images by the same forest; every tool has prepared the forest already."""
    rows, labels = images.reshape(len(images), -1), segments()
    model, design = TreeModel(fitted), lt.ImageDesign(50)
    paths, pairs = shap.TreeExplainer(fitted), shap.TreeExplainer(fitted, rows[:1])
    return {
        "limetheory, one batch": lambda: model.limits(images, labels, design),
        "limetheory, image by image": lambda: [
            lt.limit(lt.set_function(model, lt.MaskedImage(image, labels)), design) for image in images
        ],
        PEER: lambda: paths.shap_values(rows, check_additivity=False),
        "shap TreeExplainer, interventional, one background": lambda: pairs.shap_values(rows, check_additivity=False),
    }


def measured(runs: dict[str, Callable[[], object]], images: int, turn: int) -> dict[str, dict[str, float]]:
    """Milliseconds per explanation of every contender, from the one whose turn it is."""
    names = list(runs)
    found = {}
    for name in names[turn % len(names) :] + names[: turn % len(names)]:
        wall, processor = time.perf_counter(), time.process_time()
        runs[name]()
        seconds = time.perf_counter() - wall, time.process_time() - processor
        found[name] = dict(zip(("wall", "processor"), (1000 * s / images for s in seconds), strict=True))
    return {name: found[name] for name in names}


def largest_gap(fitted: RandomForestClassifier, images: np.ndarray) -> float:
    """Largest difference between the batch and the sum of each leaf's own limit, over the largest coefficient.

    On the fourth image, a 3.
    """
    model, design = TreeModel(fitted), lt.ImageDesign(50)
    leaves = lt.set_function(model, lt.MaskedImage(images[3], segments()))
    one_by_one = sum(lt.limit(leaves.leaf(index), design).coefficients for index in range(len(leaves)))
    batch = model.limits(images[:4], segments(), design)[3].coefficients
    return float(np.abs(batch - one_by_one).max() / np.abs(one_by_one).max())


def table(rows: list[dict[str, Any]]) -> str:
    """Medians over the rounds, with ratios taken round by round."""
    first = rows[0]
    lines = [
        f"{first['trees']} trees of depth {first['depth']}, {first['leaves']} leaves, {first['pixels']} pixels, "
        f"d = {first['superpixels']}, {first['images']} images (medians of {len(rows)} rounds):",
        "",
        "| | ms per explanation | processor ms | shap's path-dependent mode takes |",
        "|---|---:|---:|---:|",
    ]
    for name in first["milliseconds"]:
        own = [row["milliseconds"][name] for row in rows]
        wall, processor = (statistics.median(one[kind] for one in own) for kind in ("wall", "processor"))
        peers = [row["milliseconds"][PEER] for row in rows]
        ratio = statistics.median(p["processor"] / o["processor"] for p, o in zip(peers, own, strict=True))
        lines.append(f"| {name} | {wall:.2f} | {processor:.2f} | {ratio:.1f} × |")
    return "\n".join(lines)


def one_round(number: int, runs: dict[str, Callable[[], object]], facts: dict[str, Any]) -> dict[str, Any]:
    """One row."""
    return {"round": number, **facts, "milliseconds": measured(runs, facts["images"], number)}


def setting(trees: int, images: int) -> tuple[dict[str, Callable[[], object]], dict[str, Any]]:
    """The contenders, warmed up, and what a row says about the setting."""
    fitted, digits = forest(trees)
    runs = contenders(fitted, digits[:images])
    measured(contenders(fitted, digits[:2]), 2, 0)
    facts = {
        "seed": SEED, "trees": trees, "depth": DEPTH, "leaves": TreeModel(fitted).ensemble.n_leaves,
        "pixels": SIDE * SIDE, "superpixels": 50, "images": images, "gap": largest_gap(fitted, digits),
        "python": platform.python_version(), **{name: version(name) for name in PACKAGES},
    }  # fmt: skip
    return runs, facts


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rounds that are missing and append a row for each, or print the table."""
    commands, run, _ = parser("trees", "Exact explanations of a forest beside shap.")
    run.add_argument("--smoke", action="store_true", help="one small round, printed only")
    options = commands.parse_args(arguments)
    rows = load(ROWS)
    if options.command == "plot":
        print(table(to_plot(rows, "trees")))
        return 0
    if options.smoke:
        print(json.dumps(one_round(0, *setting(5, 10)), indent=1))
        return 0
    runs, facts = setting(TREES, IMAGES)
    for number in range(len(rows), ROUNDS):
        row = one_round(number, runs, facts)
        with ROWS.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(f"round {number + 1} of {ROUNDS}: {row['milliseconds']}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
