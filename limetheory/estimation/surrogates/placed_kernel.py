"""A kernel that knows where superpixels are: a mean of product kernels, each of which looks at one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.estimation.surrogates.gaussian_process import walsh_spectrum
from limetheory.layout import Layout

LARGEST_EXACT_D = 16
"""Up to this d, predictions are made in float64, above it in float32: they are summed over ten times n masks."""
_CENTRES = 16  # the most centres beside the one of all superpixels; a round number


@dataclass(frozen=True, eq=False)
class PlacedKernel:
    """Cov(F(z), F(z')) = Σ_c amplitudes_c exp(−Σ_j rates_cj 1[z_j ≠ z'_j]) + constant + slope · Σ_j s_j s'_j, s = 2z−1.

    Each term is a product over the superpixels, so that the limit of a process stays closed (prop:factor).

    Attributes:
        rates: of each product and superpixel, (k, d).
        amplitudes: the variance of each product, (k,).
        constant, slope: variances of the mean of F and of each slope.
        noise: variance of the residual, independent from mask to mask.
    """

    rates: np.ndarray
    amplitudes: np.ndarray
    constant: float
    slope: float
    noise: float

    @property
    def amplitude(self) -> float:
        """The variance of all interactions."""
        return float(self.amplitudes.sum())

    @property
    def products(self) -> tuple[np.ndarray, np.ndarray]:
        """The amplitude, (k,), and the rates, (k, d), of each product."""
        return self.amplitudes, self.rates

    @property
    def predicting(self) -> type[np.floating[Any]]:
        """The number type of predictions."""
        return np.float64 if self.rates.shape[1] <= LARGEST_EXACT_D else np.float32

    def __call__(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Covariances without the noise of signs ±1: (n, d), (m, d) → (n, m)."""
        covariance = self.interactions(one, other)
        covariance += self.constant
        covariance += (self.slope * one) @ other.T
        return covariance

    def interactions(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The sum of the products alone: (n, d), (m, d) → (n, m) float64.

        Shares of the amplitude are summed in the number type of the signs, of which float32 does not reach as far as
        the amplitude may.
        """
        shares = np.zeros((len(one), len(other)), one.dtype)
        for product in products(self.rates, self.amplitudes / self.amplitude, one, other):
            shares += product
        total: np.ndarray = shares.astype(float, copy=False)
        total *= self.amplitude
        return total

    def spectrum(self) -> PerMask:
        """Σ_v Cov(F(z), F(z ⊕ v)) (−1)^{|S∩v|} for every S, in the order of `SetFunction`: (2^d,)."""
        found = sum(
            (walsh_spectrum(rates, amplitude) for rates, amplitude in zip(self.rates, self.amplitudes, strict=True)),
            np.zeros(1 << self.rates.shape[1]),
        )
        found[0] += len(found) * self.constant
        found[1 << np.arange(self.rates.shape[1])] += len(found) * self.slope
        return found


def products(rates: np.ndarray, amplitudes: np.ndarray, one: np.ndarray, other: np.ndarray) -> Iterator[np.ndarray]:
    """Yield amplitudes_c exp(−Σ_j rates_cj 1[differ]) of signs for each c: (k, d), (k,), (n, d), (m, d) → (n, m)."""
    across = np.ascontiguousarray(other.T)
    for rate, amplitude in zip(rates, amplitudes, strict=True):
        exponent = (0.5 * rate).astype(one.dtype) * one @ across
        exponent -= one.dtype.type(0.5 * rate.sum() - np.log(amplitude))
        yield np.exp(exponent, out=exponent)


def squared_distances(layout: Layout) -> np.ndarray:
    """From each centre to each superpixel, where the longer side of their positions is 1: (k, d); first 0 to all.

    The centres are the superpixels, or a grid of 16 over their positions where there are more.
    """
    span = np.ptp(layout.positions, axis=0)
    places = (layout.positions - layout.positions.min(axis=0)) / (span.max() or 1.0)
    centres = places if layout.d <= _CENTRES else _grid(places.max(axis=0))
    squares = ((centres[:, None] - places) ** 2).sum(axis=-1)
    return np.vstack([np.zeros(layout.d), squares])


def log_areas(layout: Layout) -> PerSuperpixel:
    """The logarithm of each area over the mean area, (d,)."""
    found: PerSuperpixel = np.log(layout.areas / layout.areas.mean())
    return found


def _grid(span: np.ndarray) -> np.ndarray:
    """The middles of 16 equal cells of a box, (16, axes)."""
    side = round(_CENTRES ** (1 / len(span)))
    axes = [(np.arange(side) + 0.5) / side * one for one in span]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(span))
