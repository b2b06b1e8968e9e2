"""The explanations of one set function: exact where all masks are evaluated, sampled, and variants of LIME."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from experiments._frame import Row
from experiments.dseg.variants import VARIANTS
from experiments.segments.scorer import rounded
from experiments.segments.settings import Settings
from limetheory.designs import ImageDesign, ShapleyDesign
from limetheory.estimation import estimate
from limetheory.estimation.methods.few_masks import FewMasksWarning
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample, draw
from limetheory.explanation import Explanation
from limetheory.limits import limit, order_spectrum, r_squared, tabulate
from limetheory.metrics import Predictions, interval_width

REFERENCE, SAMPLE, SHAPLEY = "reference", "sample", "Shapley value"
"""The best that is known of LIME's limit, LIME by least squares with n masks, and the exact Shapley value."""


@dataclass(frozen=True, eq=False)
class Answer:
    """One explanation of a partition.

    Attributes:
        name: `REFERENCE`, `SAMPLE`, `SHAPLEY`, or the name of a variant.
        seed: of its masks.
        coefficients: (d,).
        about: what is measured of it besides how faithful it is.
    """

    name: str
    seed: int
    coefficients: np.ndarray
    about: Row


def answers(F: Predictions, settings: Settings) -> Iterator[Answer]:
    """Every explanation of a set function.

    With at most ``settings.exact`` segments all masks are evaluated and everything else is computed from their values;
    with more, the reference is Bayesian quadrature with as many masks as the sample has.
    """
    design = ImageDesign(F.d)
    if F.d <= settings.exact:
        yield from _exact(F, design, settings)
    else:
        reference = estimated(F, design, settings.n, 0, "quadrature")
        yield Answer(REFERENCE, 0, reference.coefficients, {"exact": False, "width": relative_width(reference)})
        yield sampled(F, design, settings.n, 0, reference.coefficients)


def _exact(F: Predictions, design: ImageDesign, settings: Settings) -> Iterator[Answer]:
    table = tabulate(F, F.d)
    known = {
        "exact": True,
        "r_squared": r_squared(table, design),
        "first_order": float(order_spectrum(table).share[1]),
        "width": 0.0,
    }
    reference = limit(table, design).coefficients
    yield Answer(REFERENCE, 0, reference, known)
    for seed in range(settings.seeds):
        yield sampled(table, design, settings.n, seed, reference)
    yield Answer(SHAPLEY, 0, limit(table, ShapleyDesign(F.d)).coefficients, {"exact": True})
    for name in settings.variants:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FewMasksWarning)
            found = VARIANTS[name](table, F.d, settings, 0).coefficients
        yield Answer(name, 0, found, {"exact": False, **distance(found, reference)})


def sampled(F: Any, design: ImageDesign, n: int, seed: int, reference: np.ndarray) -> Answer:
    """Weighted least squares on n masks, with its interval width, its R², and how far it is from a reference."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMasksWarning)  # the widths are averaged, and few masks are what is studied
        sample = draw(F, design, n, np.random.default_rng(seed))
        found = wls(sample, 0.0, design)
    about = {"exact": False, "width": relative_width(found), "r_squared": adjusted_r_squared(sample, found)}
    return Answer(SAMPLE, seed, found.coefficients, about | distance(found.coefficients, reference))


def estimated(F: Any, design: ImageDesign, n: int, seed: int, method: str) -> Explanation:
    """An estimate without the warning that its intervals rest on few masks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMasksWarning)
        return estimate(F, design, n, seed, method=method)


def relative_width(found: Explanation) -> float:
    """The mean width of the 95 % intervals in units of the coefficients' root mean square."""
    return interval_width(found, relative=True)


def adjusted_r_squared(sample: Sample, found: Explanation) -> float:
    """The weighted R² of a fitted surrogate on its own masks, adjusted for its d coefficients.

    1 − (1 − R²)(n − 1)/(n − d − 1); NaN where all values are equal.
    """
    weights, values = sample.weights, sample.values
    left = values - found.intercept - sample.masks @ found.coefficients
    spread = weights @ (values - np.average(values, weights=weights)) ** 2
    if not spread > 0:
        return float("nan")
    return float(1 - weights @ left**2 / spread * (sample.n - 1) / (sample.n - sample.d - 1))


def distance(found: np.ndarray, reference: np.ndarray) -> Row:
    """The squared error relative to the reference's square, and Spearman's correlation with it.

    NaN where the reference is 0, and where one of the two is constant.
    """
    square, nan = float(reference @ reference), float("nan")
    one, other = rounded(found), rounded(reference)
    return {
        "error": float(((found - reference) ** 2).sum()) / square if square > 0 else nan,
        "agreement": float(spearmanr(one, other).statistic) if np.ptp(one) and np.ptp(other) else nan,
    }
