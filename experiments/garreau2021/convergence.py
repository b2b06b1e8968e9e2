"""How the error of LIME falls with the number of masks and grows with the number of superpixels."""

from __future__ import annotations

from time import process_time

import numpy as np

import limetheory as lt
from experiments._frame import Row
from experiments.garreau2021.rounding import rounded
from experiments.garreau2021.settings import Settings
from experiments.garreau2021.theory import key
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import draw
from limetheory.statistics.bound import Bound

SUPERPIXELS = (5, 10, 20, 40, 80, 160)
SIZES = (250, 1_000, 4_000)
ON = 2
"""Superpixels that the shape lies in."""
QUANTILE, ERROR_PROBABILITY = 0.95, 0.05


def detected(d: int, seed: int, settings: Settings) -> Row:
    """The row of a shape over two of d superpixels: the error of estimates at several numbers of masks.

    ``largest`` is the 95 % quantile over repetitions of the largest error of any coefficient, and ``bound`` what
    thm:bound promises for it, whatever F with values in [0, 1].
    """
    start, design, leaf = process_time(), lt.ImageDesign(d), lt.Leaf(d, on=range(ON))
    exact, deviations = lt.limit(leaf, design).coefficients, lt.asymptotic_deviations(leaf, design)
    sizes = [n for n in SIZES if n > 2 * d]
    errors = [_errors(leaf, design, n, exact, [seed, d, n], settings.convergence) for n in sizes]
    bound = Bound(design)
    return {
        **key("convergence", "leaf", f"{ON} on", d, seed), "superpixels": d, "sizes": sizes,
        "repetitions": settings.convergence, "limit": rounded(exact[[0, -1]]),
        "rmse": rounded([np.sqrt((found**2).mean()) for found in errors]),
        "rmse_on": rounded([np.sqrt((found[:, :ON] ** 2).mean()) for found in errors]),
        "predicted": rounded(np.sqrt((deviations**2).mean()) / np.sqrt(sizes)),
        "predicted_on": rounded(np.sqrt((deviations[:ON] ** 2).mean()) / np.sqrt(sizes)),
        "largest": rounded([np.quantile(np.abs(found).max(axis=1), QUANTILE) for found in errors]),
        "bound": [float(f"{bound.wls(n, ERROR_PROBABILITY):.5g}") for n in sizes],
        "seconds": process_time() - start,
    }  # fmt: skip


def _errors(
    leaf: lt.Leaf, design: lt.ImageDesign, n: int, exact: np.ndarray, seed: list[int], repetitions: int
) -> np.ndarray:
    """The errors of repeated estimates, (repetitions, d)."""
    streams = np.random.default_rng(seed).spawn(repetitions)
    return np.stack([wls(draw(leaf, design, n, stream)).coefficients - exact for stream in streams])
