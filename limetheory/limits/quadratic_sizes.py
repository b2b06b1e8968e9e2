"""thm:quadratic under exchangeable designs: functions of the size, of size and superpixel, and pure pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerSize, PerSuperpixel
from limetheory.designs import DegenerateDesignError, ExchangeableDesign
from limetheory.designs.base import SMALLEST_MOMENT
from limetheory.limits.population import population
from limetheory.limits.restriction import restricted
from limetheory.limits.size_polynomials import from_mean, square


def quadratic_of_exchangeable(design: ExchangeableDesign, model: Any) -> tuple[float, PerSuperpixel, np.ndarray]:
    """The intercept, the coefficients (d,) and the interactions (d, d) of `limetheory.quadratic_limit`."""
    constant, slope, curvature = _of_sizes(design, model)
    level, growth = _of_superpixels(design, model)
    interactions = curvature + np.add.outer(growth, growth) + _of_pairs(design, model)
    np.fill_diagonal(interactions, 0.0)
    return constant, slope + level + growth, interactions


class _Deviations(ExchangeableDesign):
    """A law of sizes whose coefficients are deviations alone, whatever the slope on the size."""

    efficient = True


def _moments(model: Any, masses: PerSize) -> tuple[float, PerSuperpixel]:
    """Σ_k masses_k E[F | K = k], and Σ_k masses_k E[(z_j − K/d) F | K = k], (d,), for masses_k ≥ 0, (d+1,)."""
    total, d = masses.sum(), len(masses) - 1
    if not total > 0:
        return 0.0, np.zeros(d)
    with np.errstate(divide="ignore"):
        design = _Deviations(d, np.log(masses / total), np.zeros(d + 1))
    found = population(model, design)
    deviations = found.coefficients - found.coefficients.mean()
    return float(total * found.mean), total * design.contrast * deviations


def _signed(model: Any, masses: PerSize) -> tuple[float, PerSuperpixel]:
    """`_moments` for masses of either sign."""
    gained, lost = (_moments(model, np.maximum(part, 0.0)) for part in (masses, -masses))
    return gained[0] - lost[0], gained[1] - lost[1]


def _of_sizes(design: ExchangeableDesign, model: Any) -> tuple[float, float, float]:
    """(b, s, t) of the function b + s K + t K (K − 1) / 2 of the size that is closest to F."""
    return (_between_the_ends if design.efficient else _over_all_sizes)(design, model)


def _over_all_sizes(design: ExchangeableDesign, model: Any) -> tuple[float, float, float]:
    law, deviations, kappa, variance = design.size_law, design.size_deviations, design.mean_size, design.size_variance
    mean = _moments(model, law)[0]
    design.require_limit()
    slope = _signed(model, law * deviations)[0] / variance
    if design.d == 1:
        return mean - slope * kappa, slope, 0.0
    skew, bent = float(law @ deviations**3) / variance, square(law)
    norm = float(law @ bent**2)
    _require(design, norm >= SMALLEST_MOMENT, "mass on at least three sizes")
    bend = _signed(model, law * bent)[0] / norm
    constant = mean - slope * kappa + bend * (kappa**2 + skew * kappa - variance)
    return constant, slope + bend * (1 - 2 * kappa - skew), 2 * bend


def _between_the_ends(design: ExchangeableDesign, model: Any) -> tuple[float, float, float]:
    """The functions of the size that meet F on the empty and the full mask."""
    d, law, k = design.d, design.size_law, np.arange(design.d + 1.0)
    empty, full = model(np.array([[False], [True]]).repeat(d, axis=1)).tolist()
    slope, arch = (full - empty) / d, k * (k - d)
    norm = float(law @ arch**2)
    if d == 1:
        return empty, slope, 0.0
    design.require_limit()
    bend = (_signed(model, law * arch)[0] - law @ (arch * (empty + slope * k))) / norm
    return empty, slope + bend * (1 - d), 2 * bend


def _of_superpixels(design: ExchangeableDesign, model: Any) -> tuple[PerSuperpixel, PerSuperpixel]:
    """(level, growth) of Σ_j (level_j + growth_j K) (z_j − K/d), each (d,) with the sum 0."""
    d, k = design.d, np.arange(design.d + 1.0)
    if d == 1:
        return np.zeros(1), np.zeros(1)
    within = design.size_law * k * (d - k) / (d * (d - 1))
    level = _moments(model, design.size_law)[1] / within.sum()
    if d == 2:
        return level, np.zeros(2)
    middle, deviations = within @ k / within.sum(), from_mean(within)
    norm = float(within @ deviations**2)
    _require(design, norm >= SMALLEST_MOMENT, "mass on two sizes between 1 and d − 1")
    growth = _signed(model, design.size_law * deviations)[1] / norm
    return level - middle * growth, growth


def _of_pairs(design: ExchangeableDesign, model: Any) -> np.ndarray:
    """The pure pairs, (d, d): E[p_ij F] / λ for the part p_ij of z_i z_j that size and superpixels do not explain.

    z_i p_ij = z_i (d−1−K)/(d−2) c_j and (1−z_i) p_ij = −(1−z_i)(K−1)/(d−2) c_j, where c_j is z_j minus its mean over
    the masks of that size and that z_i: contrasts of F with superpixel i fixed.
    """
    d, law, k = design.d, design.size_law, np.arange(design.d + 1.0)
    pairs = np.zeros((d, d))
    if d < 4:
        return pairs
    norm = float(law @ (k * (k - 1) * (d - k) * (d - k - 1))) / (d * (d - 1) * (d - 2) * (d - 3))
    _require(design, norm >= SMALLEST_MOMENT, "mass on a size between 2 and d − 2")
    on = (law * k / d * np.maximum(d - 1 - k, 0) / (d - 2))[1:]
    off = (law * (d - k) / d * np.maximum(k - 1, 0) / (d - 2))[:-1]
    for i in range(d):
        shown, hidden = _moments(restricted(model, i, True), on)[1], _moments(restricted(model, i, False), off)[1]
        pairs[i] = np.insert(shown - hidden, i, 0.0)
    return (pairs + pairs.T) / (2 * norm)


def _require(design: ExchangeableDesign, holds: bool, what: str) -> None:
    if not holds:
        raise DegenerateDesignError(
            f"a quadratic limit needs {what}, got {design!r} with nearly none; choose another design such as "
            f"ImageDesign({design.d})"
        )
