"""One row: the methods with surrogates and plain least squares on the functions of one kind."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np

import limetheory as lt
from experiments.worst_case.functions import cases
from experiments.worst_case.report import METHODS
from limetheory.estimation.methods.few_masks import few_masks_studied

FUNCTIONS = 4
"""How many random functions of a kind are measured; a convention."""


@few_masks_studied()
def row(name: str, d: int, times: int, runs: int) -> dict[str, Any]:
    """The mean squared errors of plain least squares and of the methods, with standard errors over runs.

    Args:
        name: of the kind of function.
        d: superpixels.
        times: masks as a multiple of d + 1.
        runs: independent runs on each function.
    """
    design, n = lt.ImageDesign(d), times * (d + 1)
    found: dict[str, list[float]] = {method: [] for method in ("wls", *METHODS)}
    for number in range(FUNCTIONS):
        function = cases(d, number)[name]
        truth = function.limit(design)
        for method, squares in found.items():
            rng = np.random.default_rng([crc32(f"{name}, {method}".encode()), d, times, number])
            answers = [lt.estimate(function, design, n, rng, method).coefficients for _ in range(runs)]
            squares.extend(((np.array(answers) - truth) ** 2).mean(axis=1))
    mse = {
        method: (float(np.mean(one)), float(np.std(one, ddof=1) / np.sqrt(len(one)))) for method, one in found.items()
    }
    return {
        "function": name, "superpixels": d, "masks_per_parameter": times, "n": n,
        "functions": FUNCTIONS, "runs": runs, "seed": 0, "mse": mse,
    }  # fmt: skip
