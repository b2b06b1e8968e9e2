"""Time lime and limetheory to the same accuracy, in pairs.

    limetheory experiment run speed --images FOLDER    rounds that are missing, appended to rows.jsonl
    limetheory experiment run speed --images FOLDER --steps    from one to the other change by change, steps.jsonl
    limetheory experiment run speed --smoke            one pair on a skimage photograph at d = 6, printed only
    limetheory experiment plot speed                   the table of the README

A round times lime and then limetheory on one photograph, or with --steps all ways on the first photograph, with the
evaluations of the saved rows; a run that was ended goes on after the last.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import torch

import limetheory as lt
from experiments._frame.saved_rows import append, to_plot, versions
from experiments.arguments import parser
from experiments.efficiency.__main__ import table_files
from experiments.efficiency.methods import ADJUSTED, QUADRATURE
from experiments.processes import alone
from experiments.speed.contenders import NETWORK, Scene, scene, seconds_of_lime, seconds_of_limetheory
from experiments.speed.equal import LIME_N, equal_accuracy
from experiments.speed.report import ROWS, STEPS, saved, summary
from experiments.speed.steps import PACKAGES, one_round
from experiments.tables.store import FOLDER, load
from limetheory.arguments import integer
from limetheory.verification.network import exactly, photograph

ROUNDS = 3
PHOTOGRAPHS = {12: 2, 16: 1}
"""How many, by superpixels."""
METHODS = {"adjusted": ADJUSTED, "quadrature": QUADRATURE}


def pair(seen: Scene, method: str, n: int, lime_n: int, seed: int) -> dict[str, Any]:
    """Seconds of each, one after the other in processes of their own, with the same number of threads."""
    return {
        "method": method, "lime_n": lime_n, "n": n, "lime": alone(seconds_of_lime, seen, lime_n, seed),
        "own": alone(seconds_of_limetheory, seen, method, n, seed), "seed": seed,
        "threads": torch.get_num_threads(), "load": round(os.getloadavg()[0], 2), "versions": versions(PACKAGES),
    }  # fmt: skip


def fill(images: Path, rounds: int, tables: Path, out: Path) -> None:
    """Time what is missing."""
    model = lt.load_model(NETWORK)
    for d, count in PHOTOGRAPHS.items():
        files = [file for file in table_files(tables / f"d{d}") if file.parent.name == NETWORK]
        for table, method in product(map(load, files[:count]), METHODS):
            key = {"table": table.name, "superpixels": d}
            done = sum({**key, "method": method}.items() <= row.items() for row in saved(out))
            if done >= rounds:
                continue
            equal = equal_accuracy(table.function, table.name, METHODS[method])
            seen = scene(table, model, images)
            for seed in range(done, rounds):
                timed = pair(seen, method, equal.n, LIME_N, seed)
                row = {**key, "mse": equal.mse, "lime_mse": equal.lime_mse, **timed}
                append([row], out)
                print(f"{table.name}, d = {d}: {row['lime']:.1f} s and {row['own']:.2f} s", flush=True)


def fill_steps(images: Path, rounds: int, tables: Path, rows: Path, out: Path) -> None:
    """Time what is missing of the steps, on the first table that has rows."""
    name, d = next((row["table"], row["superpixels"]) for row in to_plot(saved(rows), "speed"))
    evaluations = {row["method"]: row["n"] for row in saved(rows) if (row["table"], row["superpixels"]) == (name, d)}
    table = next(found for found in map(load, table_files(tables / f"d{d}")) if found.name == name)
    seen = scene(table, lt.load_model(NETWORK), images)
    for number in range(len(saved(out)), rounds):
        found = one_round(seen, LIME_N, evaluations, number)
        append([{"table": name, "superpixels": d, **found}], out)
        print(f"round {number + 1} of {rounds}: {found['seconds']}", flush=True)


def smoke() -> None:
    """One small pair and one small round of the steps, whose accuracies nobody compares."""
    model = lt.load_model(NETWORK)
    image = model.prepare(photograph("chelsea"))
    target = lt.ModelFunction(model, lt.MaskedImage(image, exactly(6, image))).target
    seen = Scene(image, exactly(6, image), target)
    print(json.dumps(pair(seen, "quadrature", 20, 20, 0)))
    print(json.dumps(one_round(seen, 20, {"quadrature": 20}, 0, lambda function, *arguments: function(*arguments))))


def main(arguments: Sequence[str] | None = None) -> int:
    """Time what is missing, or print the table."""
    whole, run, _ = parser("speed", "Time to lime's accuracy, end to end.")
    run.add_argument("--images", type=Path, metavar="FOLDER", help="the photographs of the tables")
    run.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="pairs for each table")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows; steps.jsonl is beside them")
    run.add_argument("--steps", action="store_true", help="the steps between the two instead")
    run.add_argument("--smoke", action="store_true", help="one small pair, printed only")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        print(summary(to_plot(saved(), "speed")))
    elif options.smoke:
        smoke()
    elif options.images is None:
        raise ValueError("run needs the photographs of the tables, got no --images; give their folder")
    elif options.steps:
        rounds, steps = integer("rounds", options.rounds, 1), options.out.with_name(STEPS.name)
        fill_steps(options.images, rounds, options.tables, options.out, steps)
    else:
        fill(options.images, integer("rounds", options.rounds, 1), options.tables, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
