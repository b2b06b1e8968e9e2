"""The agreement of another run with this one, forecast from one run by thm:clt instead of by repetitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer
from limetheory.arrays import PerSuperpixel
from limetheory.counts import count
from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import factor, two_sided
from limetheory.explanation.result import checked_explanation
from limetheory.statistics.inference import known_covariance

_LEVEL = 0.95  # the level of the intervals of CSI


@dataclass(frozen=True, eq=False)
class Stability:
    """A forecast of the selection by an independent run with as many masks.

    Attributes:
        selected: the k superpixels with the largest |β_j| of this run, largest first.
        change: probability that the other run selects another set.
        inclusion: probability that the other run selects each superpixel, shape (d,).
        variables_index: expected share of this run's set that the other run selects too (VSI, 0 to 1).
        coefficients_index: expected share of the coefficients whose 95 % intervals in both runs overlap (CSI, 0 to 1).
    """

    selected: tuple[int, ...]
    change: float
    inclusion: PerSuperpixel
    variables_index: float
    coefficients_index: float


def stability(explanation: Explanation, k: int, rng: Any = 0, draws: int = 10_000) -> Stability:
    """Forecast the agreement of another run of the same size with this one on the set of the k largest |β_j|.

    The predictive distribution of the other run's coefficients under a flat prior for β is β̂ + √2 Cov^{1/2} t, with the
    explanation's degrees of freedom (thm:clt); S-LIME's test uses the same. It is calibrated under that prior: among
    runs with forecast q the set changes in a share of about q. For one fixed β the mean forecast is closer to the
    middle than the true probability: at an exact tie of two superpixels they are 0.30 and 0.5, at a difference of
    three of its standard errors 0.04 and 0.003.

    VSI and CSI are those of Visani, Bagli, Chesani, Poluzzi & Capuzzo 2020 (arXiv 2001.11757), who repeat the
    explanation. If the intervals have their level, CSI is 2 Φ(√2 · 1.96) − 1 = 0.994 for every n: it measures their
    coverage rather than stability.

    Args:
        explanation: an estimate with a covariance and finite standard errors, or a limit.
        k: size of the set, 1..d.
        rng: seed or numpy.random.Generator of the draws (SPEC 7).
        draws: the number of simulated runs; a probability p has the standard error √(p (1 − p) / draws).

    Raises:
        ValueError: k out of range, or the covariance is not known or infinite.

    >>> answer = Explanation(np.array([0.9, 0.1, 0.2]), 0.0, np.full(3, 0.05), 100, covariance=0.0025 * np.eye(3))
    >>> found = stability(answer, 2)
    >>> found.selected, found.change, found.inclusion.round(2).tolist()
    ((0, 2), 0.1603, [1.0, 0.16, 0.84])
    """
    checked_explanation("explanation", explanation)
    k, draws = integer("k", k, 1), count("draws", draws, 1)
    if k > explanation.d:
        raise ValueError(f"k must be at most d = {explanation.d}, got {k}")
    selected = largest(explanation.coefficients[None], k)[0]
    kept = np.zeros((draws, explanation.d), bool)
    np.put_along_axis(kept, largest(_reruns(explanation, generator(rng), draws), k), True, axis=1)
    common = kept[:, selected].sum(axis=1)
    return Stability(
        tuple(selected.tolist()), float((common < k).mean()), kept.mean(axis=0), float(common.mean() / k),
        _overlap(explanation),
    )  # fmt: skip


def largest(coefficients: np.ndarray, k: int) -> np.ndarray:
    """The k superpixels with the largest |β_j|, in decreasing order, ties by index: (runs, d) → (runs, k)."""
    return np.argsort(-np.abs(coefficients), axis=1, kind="stable")[:, :k]


def _reruns(explanation: Explanation, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Coefficients of other runs, (draws, d)."""
    axes = factor(known_covariance(explanation))
    errors = rng.standard_normal((draws, axes.shape[1])) @ axes.T
    reruns: np.ndarray = explanation.coefficients + np.sqrt(2) * errors * _scale(
        explanation.degrees_of_freedom, rng, draws
    )
    return reruns


def _scale(freedom: Any, rng: np.random.Generator, draws: int) -> np.ndarray:
    """√(freedom / χ²) of each run, from one uniform number for all coefficients: (draws, 1 or d)."""
    from scipy.special import chdtri

    freedom = np.atleast_1d(freedom)
    finite = np.isfinite(freedom)
    if not finite.any():
        return np.ones((draws, 1))
    degrees = np.where(finite, freedom, 1.0)
    return np.where(finite, np.sqrt(degrees / chdtri(degrees, rng.random((draws, 1)))), 1.0)


def _overlap(explanation: Explanation) -> float:
    """P(|β̂_j − β̂'_j| < 2 q se_j), averaged over the coefficients; 1 for one without error."""
    from scipy.special import ndtr

    quantile = two_sided(_LEVEL, explanation.degrees_of_freedom)
    return float(np.where(explanation.standard_errors > 0, 2 * ndtr(np.sqrt(2) * quantile) - 1, 1.0).mean())
