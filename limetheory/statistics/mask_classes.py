"""Moments of a design by classes of masks: their size, and whether one superpixel is active in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.designs import Design, ExchangeableDesign
from limetheory.designs.binomial import log_sum_exp
from limetheory.given import given


@dataclass(frozen=True, eq=False)
class MaskClasses:
    """Moments and maxima over masks of positive probability, with weights divided by α_0; exchangeable designs only.

    In whitened coordinates a mask is u = √π Σ^{-1/2} z̃, ‖u‖² = ℓ, and superpixel j is w = Σ^{-1/2} e_j, so that
    u·w = √π a with a = e_jᵀ Σ^{-1} z̃. All of them depend on the size and on z_j alone. Efficient designs have
    the coefficients of sum 0 in place of all d + 1.

    Attributes:
        parameters: dimension of u: d + 1, of efficient designs d − 1.
        diagonal: ‖w‖² = (Σ^{-1})_jj.
        log_law: log of the probability of each class under the sampling law, shape (c,).
        log_density: log π, shape (c,).
        log_slope: log a², shape (c,); −∞ where a is 0.
        log_leverage: log ℓ, shape (c,) (lem:leverage).
    """

    parameters: int
    diagonal: float
    log_law: np.ndarray
    log_density: np.ndarray
    log_slope: np.ndarray
    log_leverage: np.ndarray

    @cached_property
    def radius(self) -> float:
        """The largest leverage of a mask, R = max ℓ."""
        return _largest(self.log_leverage)

    @cached_property
    def mean_square_influence(self) -> float:
        """E[π² a²], the mean square of `Design.influence` of the values 1."""
        return _sum(self.log_law + 2 * self.log_density + self.log_slope)

    @cached_property
    def largest_influence(self) -> float:
        """The largest influence of a mask, max π |a|."""
        return _largest(self.log_density + self.log_slope / 2)

    @cached_property
    def largest_fitted_influence(self) -> float:
        """max √(π ℓ) |a|: a line z̃ᵀβ of mean square L has π |a z̃ᵀβ| ≤ √L times this."""
        return _largest((self.log_density + self.log_slope + self.log_leverage) / 2)

    @cached_property
    def largest_score(self) -> float:
        """max √(π ℓ), the largest length of the score √π u of a residual of 1."""
        return _largest((self.log_density + self.log_leverage) / 2)

    @cached_property
    def gram_noise(self) -> tuple[float, float]:
        """Mean square and maximum of the length of √π a u − w, whose mean is zero."""
        inner = self.log_density + self.log_slope
        with np.errstate(over="ignore", invalid="ignore"):
            square = _sum(self.log_law + inner + self.log_leverage) - self.diagonal
            lengths = np.exp(inner) * (np.exp(self.log_leverage) - 2) + self.diagonal
        return max(square, 0.0), float(np.sqrt(np.nan_to_num(lengths, nan=np.inf).max()))


def mask_classes(design: Design) -> MaskClasses:
    """The classes of an exchangeable design on at least two superpixels.

    Raises:
        TypeError: the design is not exchangeable.
        DegenerateDesignError: its limit is not defined.

    >>> import limetheory as lt
    >>> round(mask_classes(lt.ImageDesign(10)).radius, 1)
    20.4
    """
    if not isinstance(design, ExchangeableDesign):
        raise TypeError(
            f"a bound needs an exchangeable design such as ImageDesign(d), got {given(design)}; give a pilot instead"
        )
    if design.d < 2:
        raise ValueError(f"a bound needs d ≥ 2, got {design.d}; two evaluations give F(1) − F(0) exactly")
    design.require_limit()
    sizes = np.arange(design.d + 1.0)
    halves = [_half(design, sizes, shown) for shown in (0.0, 1.0)]
    columns = [np.concatenate(pair) for pair in zip(*halves, strict=True)]
    drawn = np.isfinite(columns[0])
    diagonal = (1 - 1 / design.d) / design.contrast + (0 if design.efficient else 1 / design.size_variance)
    return MaskClasses(design.d + (-1 if design.efficient else 1), diagonal, *(column[drawn] for column in columns))


def _half(design: ExchangeableDesign, sizes: np.ndarray, shown: float) -> tuple[np.ndarray, ...]:
    """(log law, log π, log a², log ℓ) for each size, of the masks in which the superpixel is active, or inactive."""
    d = design.d
    share = sizes / d if shown else 1 - sizes / d
    slope = (shown - sizes / d) / design.contrast
    square = sizes * (d - sizes) / (d * design.contrast)
    if not design.efficient:
        slope = slope + design.size_deviations / design.size_variance
        square = square + 1 + design.size_deviations**2 / design.size_variance
    log_density = design.log_weight - log_sum_exp(design.log_mass)
    with np.errstate(divide="ignore"):
        return design.log_law + np.log(share), log_density, 2 * np.log(np.abs(slope)), np.log(square) + log_density


def _sum(logarithms: np.ndarray) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(logarithms).sum())


def _largest(logarithms: np.ndarray) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(logarithms.max()))
