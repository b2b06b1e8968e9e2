"""Chunks of runs, each of which has a row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments._frame import Job
from experiments._frame.saved_rows import load
from experiments.stopping.rules import LEVEL, N_MAX, RULES
from experiments.stopping.widths import SIZES, widths
from experiments.tables.store import Table
from limetheory.designs import ImageDesign
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.limits import limit

ROWS = Path(__file__).with_name("rows.jsonl")
CHUNK, CHUNKS, TOLERANCES = 100, 20, (0.05, 0.02)
FEW = {"bounded process": 1, "asymptotic process": 5, "peeked": 5, "fixed": 5, "slime": 5, "peeked, worst": 5}
"""The number of chunks for the rules that are there only for comparison."""

WIDTH_RUNS, WIDTH_TOLERANCE = 20, 0.02


def jobs(tables: Sequence[Table], file: Path, chunks: int = CHUNKS, runs: int = CHUNK) -> list[Job]:
    """One for each chunk of runs: run r explains table r mod their number with seed r.

    Tables that were added since the first row of the file are left out.
    """
    saved = rows(file)
    if saved:
        tables = [table for table in tables if table.name in saved[0]["settings"]["tables"]]
    todo = [("widths", WIDTH_TOLERANCE, 0)]
    todo += [
        (rule, tolerance, chunk)
        for chunk in range(chunks) for tolerance in TOLERANCES for rule in RULES
        if chunk < FEW.get(rule, CHUNKS) and not (rule.endswith("worst") and tolerance != TOLERANCES[-1])
    ]  # fmt: skip
    return [
        Job({"rule": rule, "tolerance": tolerance, "chunk": chunk}, partial(row, tables, rule, tolerance, chunk, runs))
        for rule, tolerance, chunk in todo
    ]


def row(tables: Sequence[Table], rule: str, tolerance: float, chunk: int, runs: int) -> dict[str, Any]:
    """The row of a chunk of runs."""
    found = _widths(tables, runs) if rule == "widths" else _chunk(tables, rule, tolerance, chunk * runs, runs)
    return {"rule": rule, "tolerance": tolerance, "chunk": chunk, **found, "settings": settings(tables)}


def rows(file: Path = ROWS) -> list[dict[str, Any]]:
    """The saved rows."""
    return load(file)


def settings(tables: Sequence[Table]) -> dict[str, Any]:
    """The settings that a row depends on."""
    names = [table.name for table in tables]
    return {"tables": names, "design": "ImageDesign", "level": LEVEL, "n_max": N_MAX}


@few_masks_studied()
def _chunk(tables: Sequence[Table], rule: str, tolerance: float, first: int, runs: int) -> dict[str, Any]:
    """The masks, misses and errors of the runs first..first + runs − 1."""
    masks, missed, errors, reached = [], 0, [], 0
    for seed in range(first, first + runs):
        function = tables[seed % len(tables)].function
        design = ImageDesign(function.d)
        stop = RULES[rule](function, design, tolerance, seed)
        gaps = np.abs(stop.coefficients - limit(function, design).coefficients)
        masks.append(stop.masks)
        missed += stop.missed_before or bool((gaps > stop.half_widths).any())
        errors.append(round(float(gaps.max()), 6))
        reached += stop.reached
    return {"seed": first, "runs": runs, "missed": missed, "reached": reached, "masks": masks, "errors": errors}


@few_masks_studied()
def _widths(tables: Sequence[Table], runs: int) -> dict[str, Any]:
    """The mean half-widths on the first table."""
    function = tables[0].function
    found = [widths(function, ImageDesign(function.d), WIDTH_TOLERANCE, seed) for seed in range(min(runs, WIDTH_RUNS))]
    means = {name: np.mean([one[name] for one in found], axis=0).tolist() for name in found[0]}
    return {"seed": 0, "runs": len(found), "sizes": SIZES, "half_widths": means}
