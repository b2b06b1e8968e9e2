"""Time exact LIME explanations of a forest on 784 pixels beside shap's compiled TreeExplainer.

    limetheory experiment run trees            all rounds, appended to rows.jsonl
    limetheory experiment run trees --smoke    one small round, printed only
    limetheory experiment plot trees           the table of the saved rows

A round explains the same images in batches of several sizes by every contender, in an order that turns from round to
round, so that what is in one row are pairs; finished rounds are kept and a run that was ended goes on after the last.
Wall-clock and processor seconds are both saved: the first is what a user waits for, the second is free of other
programs' load.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import limetheory as lt
from experiments._frame.saved_rows import append, load, to_plot, versions
from experiments.arguments import parser
from limetheory.trees import TreeModel
from limetheory.verification.digits import SIDE, enlarged_digits

with warnings.catch_warnings():
    # on import, shap makes colour maps by a call that matplotlib is about to drop
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import shap

ROWS = Path(__file__).with_name("rows.jsonl")
ROUNDS, IMAGES, TREES, DEPTH, SEED = 9, 200, 100, 8, 0
PACKAGES = ("limetheory", "shap", "numpy", "scikit-learn")
OWN, PEER = "limetheory", "shap TreeExplainer, path-dependent"
INTERVENTIONAL = "shap TreeExplainer, interventional, one background"
BATCHES = (1, 5, 20, 200)
Explain = Callable[[np.ndarray], object]
Times = dict[str, dict[str, dict[str, float]]]
"""Milliseconds per explanation by contender, images of a batch, and kind: wall-clock or processor."""


def segments() -> np.ndarray:
    """Five rows of ten superpixels on 28×28 pixels: d = 50."""
    pixel = np.arange(SIDE)
    return (pixel * 5 // SIDE)[:, None] * 10 + pixel * 10 // SIDE


def forest(trees: int) -> tuple[RandomForestClassifier, np.ndarray]:
    """A forest that tells 3 from the other enlarged digits, and these images."""
    images, labels = enlarged_digits()
    fitted = RandomForestClassifier(trees, max_depth=DEPTH, random_state=SEED, n_jobs=1)
    return fitted.fit(images.reshape(len(images), -1), labels == 3), images


def contenders(fitted: RandomForestClassifier, images: np.ndarray) -> dict[str, Explain]:
    """Explanations of a batch of images by the same forest; every tool has prepared the forest already."""
    labels = segments()
    model, design = TreeModel(fitted), lt.ImageDesign(50)
    paths, pairs = shap.TreeExplainer(fitted), shap.TreeExplainer(fitted, _pixels(images[:1]))
    return {
        OWN: lambda batch: model.limits(batch, labels, design),
        PEER: lambda batch: paths.shap_values(_pixels(batch), check_additivity=False),
        INTERVENTIONAL: lambda batch: pairs.shap_values(_pixels(batch), check_additivity=False),
    }


def _pixels(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def measured(runs: dict[str, Explain], images: np.ndarray, turn: int) -> Times:
    """Every contender's times in batches of all sizes, from the contender whose turn it is."""
    names, found = list(runs), Times()
    for size in BATCHES:
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found.setdefault(name, {})[str(size)] = _milliseconds(runs[name], images, size)
    return {name: found[name] for name in names}


def _milliseconds(explain: Explain, images: np.ndarray, size: int) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    for start in range(0, len(images), size):
        explain(images[start : start + size])
    seconds = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
    return {kind: 1000 * taken / len(images) for kind, taken in seconds.items()}


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
    sizes = list(first["milliseconds"][PEER])
    loads = [row["load"] for row in rows]
    lines = [
        f"{first['trees']} trees of depth {first['depth']}, {first['leaves']} leaves, {first['pixels']} pixels, "
        f"d = {first['superpixels']}, {first['images']} images in batches. Milliseconds of processor time per "
        "explanation, and in brackets that of shap's path-dependent mode over the contender's, which is above 1 where "
        f"the contender is faster (medians of {len(rows)} rounds, of the ratios in pairs and with quartiles; load of "
        f"the machine {min(loads):.1f} to {max(loads):.1f}):",
        "",
        f"| | {' | '.join(f'batches of {size}' for size in sizes)} |",
        f"|---|{'---:|' * len(sizes)}",
        *(f"| {name} | {' | '.join(_cell(rows, name, size) for size in sizes)} |" for name in first["milliseconds"]),
        "",
        f"{_faster(rows, sizes)} shap's explanations are Shapley values, limetheory's the limits of image LIME.",
    ]
    return "\n".join(lines)


def _cell(rows: list[dict[str, Any]], name: str, size: str) -> str:
    taken = statistics.median(row["milliseconds"][name][size]["processor"] for row in rows)
    low, middle, high = np.quantile(ratios(rows, PEER, name, size), [0.25, 0.5, 0.75])
    return f"{taken:.2f} ({middle:.2f} [{low:.2f}, {high:.2f}])"


def ratios(rows: list[dict[str, Any]], name: str, other: str, size: str) -> list[float]:
    """Processor time of one contender over that of another, round by round."""
    times = (row["milliseconds"] for row in rows)
    return [one[name][size]["processor"] / one[other][size]["processor"] for one in times]


def _faster(rows: list[dict[str, Any]], sizes: Sequence[str]) -> str:
    """Against which of shap's modes limetheory is the faster one, by size of the batches."""
    parts = []
    for mode in (PEER, INTERVENTIONAL):
        won = [size for size in sizes if statistics.median(ratios(rows, mode, OWN, size)) > 1]
        where = f"in batches of {', '.join(won)} images" if won else "in batches of no size"
        parts.append(f"than {mode.removeprefix('shap TreeExplainer, ')} {where}")
    return f"limetheory takes less processor time {'; less '.join(parts)}."


def one_round(number: int, runs: dict[str, Explain], images: np.ndarray, facts: dict[str, Any]) -> dict[str, Any]:
    """One row."""
    load = round(os.getloadavg()[0], 2)
    return {"round": number, "load": load, **facts, "milliseconds": measured(runs, images, number)}


def setting(trees: int, images: int) -> tuple[dict[str, Explain], np.ndarray, dict[str, Any]]:
    """The contenders, warmed up, the images, and what a row says about the setting."""
    fitted, digits = forest(trees)
    runs = contenders(fitted, digits)
    measured(runs, digits[:2], 0)
    facts = {
        "seed": SEED, "trees": trees, "depth": DEPTH, "leaves": TreeModel(fitted).ensemble.n_leaves,
        "pixels": SIDE * SIDE, "superpixels": 50, "images": images, "gap": largest_gap(fitted, digits),
        "versions": versions(PACKAGES),
    }  # fmt: skip
    return runs, digits[:images], facts


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
    runs, images, facts = setting(TREES, IMAGES)
    for number in range(len(rows), ROUNDS):
        row = one_round(number, runs, images, facts)
        append([row], ROWS)
        print(f"round {number + 1} of {ROUNDS}: {row['milliseconds']}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
