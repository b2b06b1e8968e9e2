"""Weighted least squares on the masks of a sample, block by block: what all functions share, and the fit of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from limetheory.arrays import Gram, PerMask, PerMaskOfEach, PerSuperpixelOfEach
from limetheory.estimation.methods.leave_one_out import (
    LeaveOneOut,
    Leverages,
    leverages_of_masks,
    leverages_of_pairs,
)
from limetheory.estimation.samples.sample import Sample

_WELL_CONDITIONED = 1e-6  # a round number, far above float64's rounding errors
_KEPT = 1 << 22  # up to so many numbers, 32 MiB, are kept rather than computed again for each use; a convention

Centre: TypeAlias = Callable[[np.ndarray], np.ndarray]
"""Masks of a block → its rows, (b, d) float64; the masks are a copy that may be overwritten."""
Block: TypeAlias = tuple[slice, np.ndarray, PerMask]
"""The slice of a block, its rows (b, d) and weights (b,)."""


class CentredRows:
    """The rows and weights of a sample, block by block; those of a small sample are kept."""

    def __init__(self, sample: Sample, centre: Centre):
        self.sample, self.centre = sample, centre

    @property
    def small(self) -> bool:
        """Whether numbers for each mask and superpixel are few enough to be kept."""
        return self.sample.n * self.sample.d <= _KEPT

    def blocks(self) -> Iterable[Block]:
        """The blocks in their order."""
        return self._kept if self.small else self._computed()

    def at(self, places: np.ndarray) -> np.ndarray:
        """The rows of some masks, (m, d)."""
        return self.centre(self.sample.masks_at(places).astype(float))

    @cached_property
    def _kept(self) -> list[Block]:
        return list(self._computed())

    def _computed(self) -> Iterator[Block]:
        start = 0
        for masks, weights, _ in self.sample.blocks():
            yield slice(start, start + len(masks)), self.centre(masks), weights
            start += len(masks)


@dataclass(frozen=True, eq=False)
class Regression:
    """Least squares on weighted rows x (n, d), centred masks, before any values: all functions on these masks share it.

    Attributes:
        rows: x and the weights π.
        inverse: (Σ_i π_i x_i x_iᵀ + ridge)^{-1} or its pseudo-inverse, (d, d).
        gram: Σ_i π_i x_i x_iᵀ, (d, d).
        undetermined: slopes that are not identifiable: some vector of the null space has that coordinate, (d,) bool.
        intercept_share: 1 / Σπ, the influence of a value of weight 1 on the intercept (the fit at the mean mask); 0
            where F(0) and F(1) fix it.
    """

    rows: CentredRows
    inverse: Gram
    gram: Gram
    undetermined: np.ndarray
    intercept_share: float

    @property
    def sample(self) -> Sample:
        """The masks and weights."""
        return self.rows.sample

    def fit(self, targets: PerMaskOfEach) -> LeastSquares:
        """The fit to targets, (…, n), of one function or several; each is that of its targets alone, to the bit.

        Each has matrix-by-vector products of its own, since a product of matrices would round otherwise.
        """
        moment = np.zeros((*targets.shape[:-1], self.sample.d))
        for part, x, weights in self.rows.blocks():
            root = np.sqrt(weights)
            moment += _product((x * root[:, None]).T, root * targets[..., part])
        return LeastSquares(self, targets, _product(self.inverse, moment))

    def influence(self) -> Iterator[np.ndarray]:
        """The influence of each mask's value on the slopes, (b, d) block after block, each the caller's own."""
        for (_, _, weights), moved in zip(self.rows.blocks(), self.moved(), strict=True):
            yield moved * weights[:, None]

    def moved(self) -> Iterable[np.ndarray]:
        """x_iᵀ `inverse`, how a value of weight 1 moves the slopes: (b, d) block after block."""
        return self._kept if self.rows.small else self._computed()

    @cached_property
    def _kept(self) -> list[np.ndarray]:
        return list(self._computed())

    def _computed(self) -> Iterator[np.ndarray]:
        return (x @ self.inverse for _, x, _ in self.rows.blocks())

    @cached_property
    def without_units(self) -> Leverages:
        """The fits without each unit alone: its copies stay."""
        return self._left_out(self.sample.weights)

    @cached_property
    def without_copies(self) -> Leverages:
        """The fits without each unit and all its copies."""
        same = self.sample.copies
        return self._left_out(same.total(self.sample.weights)) if same.repeated else self.without_units

    def _left_out(self, weights: PerMask) -> Leverages:
        leverages = leverages_of_pairs if self.sample.paired else leverages_of_masks
        rows = ((part, x, moved) for (part, x, _), moved in zip(self.rows.blocks(), self.moved(), strict=True))
        return leverages(self, rows, weights)

    def influence_at(self, x: np.ndarray) -> np.ndarray:
        """The influence of a value of weight 1 at a row on intercept (at the mean mask) and slopes, (b, d + 1)."""
        return np.column_stack([np.full(len(x), self.intercept_share), x @ self.inverse])


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """min Σ_i π_i (y_i − x_iᵀ b)² + ridge ‖b‖² for targets y, centred values; of several functions one row each.

    Attributes:
        regression: x and π.
        targets: y, (…, n).
        slopes: b, (…, d).
    """

    regression: Regression
    targets: PerMaskOfEach
    slopes: PerSuperpixelOfEach

    @cached_property
    def residuals(self) -> PerMaskOfEach:
        """F minus the fit at each mask, (…, n)."""
        blocks = self.regression.rows.blocks()
        return np.concatenate([self.targets[..., part] - _product(x, self.slopes) for part, x, _ in blocks], axis=-1)

    @cached_property
    def without_units(self) -> LeaveOneOut:
        """The residuals without each unit alone: its copies stay."""
        return self.regression.without_units.left_out(self.residuals)

    @cached_property
    def without_copies(self) -> LeaveOneOut:
        """The residuals without each unit and all its copies."""
        same = self.regression.without_copies is self.regression.without_units
        return self.without_units if same else self.regression.without_copies.left_out(self.residuals)


def _product(matrix: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Matrix (p, q) times each vector, (…, q) → (…, p), with the same roundings however many vectors there are."""
    product: np.ndarray = (matrix @ vectors[..., None])[..., 0]
    return product


def regression(sample: Sample, centre: Centre, fixed: Gram, intercept_share: float, ridge: float = 0.0) -> Regression:
    """The regression on centred rows; ``fixed`` is added in directions in which the slopes are known to be zero."""
    rows, gram = CentredRows(sample, centre), fixed.copy()
    for _, x, weights in rows.blocks():
        scaled = x * np.sqrt(weights)[:, None]
        gram += scaled.T @ scaled  # a product with itself takes half the time
    inverse, undetermined = pseudo_inverse(gram + ridge * np.eye(len(gram)))
    return Regression(rows, inverse, gram, undetermined, intercept_share)


def pseudo_inverse(gram: Gram) -> tuple[Gram, np.ndarray]:
    """Pseudo-inverse, and which coordinates are not identifiable: not zero in the whole null space."""
    inverse = _well_conditioned_inverse(gram)
    if inverse is not None:
        return inverse, np.zeros(len(gram), bool)
    values, vectors = np.linalg.eigh(gram)
    regular = values > values[-1] * len(gram) * np.finfo(float).eps
    kept = vectors[:, regular]
    inverse = (kept / values[regular]) @ kept.T
    return inverse, (vectors[:, ~regular] ** 2).sum(axis=1) > 1e-12


def _well_conditioned_inverse(gram: Gram) -> Gram | None:
    """The inverse by Cholesky's factor, in a fifth of the time of the eigenvectors; None far before it is singular."""
    from scipy.linalg import lapack

    factor, failed = lapack.dpotrf(gram, lower=1)
    if failed:
        return None
    reciprocal, _ = lapack.dpocon(factor, np.abs(gram).sum(axis=0).max(), uplo="L")
    if not reciprocal > _WELL_CONDITIONED:
        return None
    lower = lapack.dpotri(factor, lower=1)[0]
    inverse: Gram = np.tril(lower) + np.tril(lower, -1).T
    return inverse
