"""A drawn sample in whitened coordinates, with the moments that thm:bound uses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import vector, zero_one
from limetheory.arrays import Floats, Masks, PerMask
from limetheory.designs import ExchangeableDesign
from limetheory.given import given

# An eigenvalue below the first counts as 0; values may exceed their bounds by the second, as a share of the range.
_SINGULAR, _ROUNDING = 1e-10, 1e-6


@dataclass(frozen=True, eq=False)
class WhitenedSample:
    """Masks u = √π Σ^{-1/2} z̃ with their centred values, in an orthonormal basis of size and superpixels.

    The basis has one redundant direction, (1, …, 1)/√d among the superpixels, in which every u is 0.

    Args:
        design: an exchangeable design with a limit.
        masks: independent draws from its sampling law, (n, d) bool.
        values: F − c, of efficient designs F less the line from F(0) to F(1), (n,).
    """

    design: ExchangeableDesign
    masks: Masks
    values: PerMask

    @cached_property
    def rows(self) -> Floats:
        """The whitened vector u of each mask, (n, p)."""
        shares = self.masks.mean(axis=1, keepdims=True)
        columns = [(self.masks - shares) / math.sqrt(self.design.contrast)]
        if not self.design.efficient:
            deviations = self.design.size_deviations[np.count_nonzero(self.masks, axis=1)]
            columns = [np.ones_like(shares), deviations[:, None] / math.sqrt(self.design.size_variance), *columns]
        rows: Floats = self._roots[:, None] * np.concatenate(columns, axis=1)
        return rows

    @cached_property
    def axes(self) -> Floats:
        """w = Σ^{-1/2} e_j of each superpixel, (d, p)."""
        d = self.design.d
        own = (np.eye(d) - 1 / d) / math.sqrt(self.design.contrast)
        if self.design.efficient:
            return own
        return np.column_stack([np.zeros(d), np.full(d, 1 / math.sqrt(self.design.size_variance)), own])

    @cached_property
    def moments(self) -> Floats:
        """M̂ = mean of u uᵀ, with eigenvalue 1 in the redundant direction, (p, p)."""
        idle = np.zeros(self.axes.shape[1])
        idle[-self.design.d :] = self.design.d**-0.5
        return self._mean_square(np.ones(len(self.masks))) + np.outer(idle, idle)

    @cached_property
    def smallest_eigenvalue(self) -> float:
        """λ_min(M̂), at most 1; 0 where M̂ is singular."""
        least = float(np.linalg.eigvalsh(self.moments)[0])
        return least if least > _SINGULAR else 0.0

    @cached_property
    def line(self) -> Floats:
        """Σ^{1/2} β̂, whose length is the root mean square of the fitted line, (p,)."""
        return np.linalg.solve(self.moments, (self._roots * self.values) @ self.rows / len(self.masks))

    @property
    def coefficients(self) -> Floats:
        """β̂ of weighted least squares, of efficient designs less (F(1) − F(0))/d, (d,)."""
        return self.axes @ self.line

    @cached_property
    def residuals(self) -> PerMask:
        """The weighted residuals √π r̂, (n,)."""
        return self._roots * self.values - self.rows @ self.line

    @cached_property
    def projections(self) -> Floats:
        """u·w = √π a, the projection of each mask on each superpixel's w, (n, d)."""
        return self.rows @ self.axes.T

    @cached_property
    def solved_axes(self) -> Floats:
        """M̂^{-1} w of each superpixel, (d, p)."""
        return np.linalg.solve(self.moments, self.axes.T).T

    def residual_mean_square(self, weights: Floats) -> Floats:
        """Mean of weights × π r̂²: (n, …) → (…)."""
        return self.residuals**2 @ weights / len(self.masks)

    def largest_mean_square(self, weights: Floats) -> float:
        """The largest mean of weights × (u·θ)² over directions θ of length 1: (n,) → number."""
        return float(np.linalg.eigvalsh(self._mean_square(weights))[-1])

    def _mean_square(self, weights: Floats) -> Floats:
        return (self.rows * weights[:, None]).T @ self.rows / len(self.masks)

    @cached_property
    def _roots(self) -> Floats:
        return np.sqrt(self.design.density(self.masks))


def bounded_sample(
    design: ExchangeableDesign, bounds: tuple[float, float], masks: Any, values: Any, ends: tuple[float, float] | None
) -> WhitenedSample:
    """The sample of (F − c) / ρ for F within the bounds, or of (F − the line from F(0) to F(1)) / the whole range.

    Raises:
        TypeError, ValueError: masks are not (n, d) bool, values not (n,) or outside the bounds, or ends missing for an
            efficient design.
    """
    found, kept = vector("values", values), _masks(masks, design.d)
    if len(found) != len(kept):
        raise ValueError(f"values must be one for each of {len(kept)} masks, got {len(found)}; evaluate every mask")
    if (ends is not None) != design.efficient:
        raise ValueError(
            f"ends must be (F(0), F(1)) for efficient designs and None for others, got {given(ends)} for {design!r}; "
            f"{'evaluate both' if ends is None else 'leave them out'}"
        )
    low, high = bounds
    found, ends = _within(found, low, high), None if ends is None else tuple(_within(vector("ends", ends), low, high))
    if ends is None:
        return WhitenedSample(design, kept, (found - (low + high) / 2) / ((high - low) / 2))
    share = kept.mean(axis=1)
    return WhitenedSample(design, kept, (found - (1 - share) * ends[0] - share * ends[1]) / (high - low))


def _masks(masks: Any, d: int) -> Masks:
    found = zero_one("masks", masks)
    if found.ndim != 2 or found.shape[1] != d or not len(found):
        raise ValueError(f"masks must have shape (n, {d}), got {found.shape}; draw them by design.sample(n, rng)")
    return found


def _within(values: Floats, low: float, high: float) -> Floats:
    """Values clipped to the bounds, which those of a network in float32 may exceed by rounding errors."""
    excess = max(low - values.min(), values.max() - high)
    if excess > _ROUNDING * (high - low):
        raise ValueError(
            f"values must be within the bounds [{low:g}, {high:g}], got {values.min():g} to {values.max():g}; "
            "give bounds that F cannot leave"
        )
    return np.clip(values, low, high)
