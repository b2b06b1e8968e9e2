"""Second and fourth moments of a whitened mask in the direction in which they are largest.

They do not grow with the dimension as moments of the length do. A whitened mask is u = √π (1, (K − κ)/√V, (z − K/d)/√Δ)
in an orthonormal basis, with weights divided by α_0; efficient designs have its last part alone. Given the size and
z_j the other superpixels are exchangeable, so that a matrix of second moments is a multiple of the identity on the
contrasts between them, and a small matrix on the other directions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.designs import ExchangeableDesign
from limetheory.designs.binomial import log_sum_exp


@dataclass(frozen=True, eq=False)
class WhitenedNorms:
    """Largest moments over all directions θ of length 1, for one exchangeable design with a limit on d ≥ 2 superpixels.

    >>> import limetheory as lt
    >>> norms = WhitenedNorms(lt.BernoulliDesign(50))
    >>> round(norms.weighted, 9), round(norms.gram_noise, 3)
    (1.0, 4.0)
    """

    design: ExchangeableDesign

    @cached_property
    def weighted(self) -> float:
        """max_θ E[π (u·θ)²], the largest eigenvalue of E[π u uᵀ]."""
        law = self._law(2)
        return max(_top(self._planes, law), float(law @ self._square) / (self.design.d - 1))

    @cached_property
    def fourth(self) -> float:
        """A bound of max_θ E[(u·θ)⁴], and by Cauchy and Schwarz of E[(u·θ)² (u·φ)²] for two directions; ∞ for d < 4.

        With u·θ = p + c, p a function of the size and c a contrast between superpixels, E[(p + c)⁴] is at most
        P (1−y)² + 6 Q y (1−y) + 4 T √(1−y) y^{3/2} + C y², y the squared length of the contrast's part of θ, and
        √(y (1−y)) ≤ 1/2 makes it a polynomial in y.
        """
        if self.design.d < 4:
            return math.inf
        size, mixed, third, rest = self._fourth_parts()
        return _largest_on_unit(size, 2 * (3 * mixed + third - size), size + rest - 6 * mixed)

    def _fourth_parts(self) -> tuple[float, float, float, float]:
        """P, Q, T, C: the largest E[p⁴], E[p² c²], |E[p c³]| and E[c⁴]."""
        law, planes, rest = self._law(2), self._planes, self._fourth_of_rest()
        if not len(planes):
            return 0.0, 0.0, 0.0, rest
        one, size = planes
        squares = np.stack([one, math.sqrt(2) * size, size**2])
        mixed = law * self._square / (self.design.d - 1)
        return _top(squares, law), _top(planes, mixed), float(np.linalg.norm(planes @ (law * self._third()))), rest

    def _third(self) -> np.ndarray:
        """E[c³ | K] for Σ θ³ = 1: K (d−K) (d−2K) / (d (d−1) (d−2) Δ^{3/2})."""
        d, k = self.design.d, self._sizes
        third: np.ndarray = k * (d - k) * (d - 2 * k) / (d * (d - 1.0) * (d - 2) * self.design.contrast**1.5)
        return third

    def _fourth_of_rest(self) -> float:
        """max E[c⁴]: 3 K (K−1) (d−K) (d−K−1) + K (d−K) (d(d+1) − 6K(d−K)) Σθ⁴, over d (d−1) (d−2) (d−3) Δ²."""
        d, k, law = self.design.d, self._sizes, self._law(2)
        scale = d * (d - 1.0) * (d - 2.0) * (d - 3.0) * self.design.contrast**2
        even = float(law @ (3 * k * (k - 1) * (d - k) * (d - k - 1))) / scale
        uneven = float(law @ (k * (d - k) * (d * (d + 1.0) - 6 * k * (d - k)))) / scale
        return even + max(uneven, uneven / d)

    @cached_property
    def gram_noise(self) -> float:
        """The largest eigenvalue of E[ξ ξᵀ] = E[π a² u uᵀ] − w wᵀ for ξ = √π a u − w."""
        design, axes = self.design, self._own_axes
        matrix, rest = np.zeros((len(axes), len(axes))), 0.0
        for share, own in ((self._sizes / design.d, 1.0), (1 - self._sizes / design.d, 0.0)):
            place = (own - self._sizes / design.d) / math.sqrt(design.contrast * (1 - 1 / design.d))
            rows = np.concatenate([self._planes, place[None]])
            with np.errstate(invalid="ignore", over="ignore"):
                law = self._law(2) * share * (axes @ rows) ** 2
                matrix += (law * rows) @ rows.T
                rest += float(law @ (self._square - place**2))
        return max(_eigenvalue(matrix - np.outer(axes, axes)), rest / max(design.d - 2, 1))

    @property
    def _own_axes(self) -> np.ndarray:
        """w along the planes and the superpixel's own direction."""
        own = math.sqrt((1 - 1 / self.design.d) / self.design.contrast)
        return np.array([own] if self.design.efficient else [0.0, self.design.size_variance**-0.5, own])

    @property
    def _sizes(self) -> np.ndarray:
        return np.arange(self.design.d + 1.0)

    @cached_property
    def _planes(self) -> np.ndarray:
        """1 and (k − κ)/√V by size, (2, d+1); (0, d+1) for efficient designs."""
        planes = np.stack([np.ones(self.design.d + 1), self.design.size_deviations / math.sqrt(self._variance)])
        return planes[: 0 if self.design.efficient else 2]

    @property
    def _variance(self) -> float:
        return 1.0 if self.design.efficient else self.design.size_variance

    @cached_property
    def _square(self) -> np.ndarray:
        """The squared length |z − K/d|² / Δ by size."""
        square: np.ndarray = self._sizes * (self.design.d - self._sizes) / (self.design.d * self.design.contrast)
        return square

    def _law(self, power: int) -> np.ndarray:
        """The probability of each size times π^power."""
        design = self.design
        drawn = np.isfinite(design.log_law)
        with np.errstate(over="ignore", invalid="ignore"):
            density = np.where(drawn, design.log_weight - log_sum_exp(design.log_mass), 0.0)
            law: np.ndarray = np.exp(design.log_law + power * density)
            return law


def _top(rows: np.ndarray, law: np.ndarray) -> float:
    """The largest eigenvalue of Σ_k law(k) rows(k) rows(k)ᵀ, 0 without rows."""
    with np.errstate(invalid="ignore", over="ignore"):
        return _eigenvalue((law * rows) @ rows.T)


def _eigenvalue(matrix: np.ndarray) -> float:
    if not np.isfinite(matrix).all():
        return math.inf
    return float(np.linalg.eigvalsh(matrix).max(initial=0.0))


def _largest_on_unit(constant: float, linear: float, square: float) -> float:
    """The maximum of constant + linear y + square y² over y in [0, 1]."""
    ends = max(constant, constant + linear + square)
    if square < 0 < linear < -2 * square:
        return max(ends, constant - linear**2 / (4 * square))
    return ends if not math.isnan(ends) else math.inf
