"""The weighted least-squares fit of a sample, block by block, and its leave-one-out fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from limetheory.arrays import Gram, PerMask, PerSuperpixel
from limetheory.estimation.samples.sample import Sample

# Round numbers: far above float64's rounding errors, and far below every leverage and slope that matters.
_SMALLEST_REST = 1e-8
_NONZERO = 1e-8
_WELL_CONDITIONED = 1e-6
_KEPT = 1 << 22  # up to so many numbers, 32 MiB, are kept rather than computed again for each use; a convention

Centre: TypeAlias = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""(masks, values) of a block → its rows and targets; the masks are a copy that may be overwritten."""
Block: TypeAlias = tuple[slice, np.ndarray, PerMask, PerMask]
"""The slice of a block, its rows (b, d), weights (b,) and targets (b,)."""


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """The fits without each sampling unit: a mask or a pair of complements, alone or with all its copies.

    H is a unit's block of the hat matrix. The intercept is the fitted value at the mean mask.

    Attributes:
        weights: of each mask, or of it and all its copies, (n,).
        residuals: leave-one-out residuals (I − H)^{-1} e, e the unit's residuals, (n,).
        balanced: (I − H)^{-1/2} e, (n,): HC2 for a mask, CR2 for a pair (Bell & McCaffrey 2002). The sandwich made of
            them is unbiased if the weighted errors are homoscedastic.
        full_leverage: the first mask of each unit with leverage 1, without which the others leave the fit
            rank-deficient, (u,) int.
        null_directions: the changes of intercept and slopes that these others leave free, (u, d + 1).
    """

    weights: PerMask
    residuals: PerMask
    balanced: PerMask
    full_leverage: np.ndarray
    null_directions: np.ndarray

    def not_identifiable(self, units: np.ndarray) -> np.ndarray:
        """Which slopes are not identifiable without one of these units of full leverage: (u,) bool → (d,) bool."""
        sizes = np.abs(self.null_directions[units, 1:])
        found: np.ndarray = (sizes > _NONZERO * sizes.max(axis=1, keepdims=True, initial=0.0)).any(axis=0)
        return found


class CentredRows:
    """The rows and targets of a sample, block by block; those of a small sample are kept."""

    def __init__(self, sample: Sample, centre: Centre):
        self.sample, self.centre = sample, centre

    @property
    def small(self) -> bool:
        """Whether numbers for each mask and superpixel are few enough to be kept."""
        return self.sample.n * self.sample.d <= _KEPT

    def blocks(self) -> Iterable[Block]:
        """The blocks in their order."""
        return self._kept if self.small else self._computed()

    @cached_property
    def _kept(self) -> list[Block]:
        return list(self._computed())

    def _computed(self) -> Iterator[Block]:
        start = 0
        for masks, weights, values in self.sample.blocks():
            rows, targets = self.centre(masks, values)
            yield slice(start, start + len(rows)), rows, weights, targets
            start += len(rows)


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """min Σ_i π_i (y_i − x_iᵀ b)² + ridge ‖b‖² for rows x (n, d) and targets y that are centred masks and values.

    Attributes:
        rows: x, π and y.
        inverse: (Σ_i π_i x_i x_iᵀ + ridge)^{-1} or its pseudo-inverse, (d, d).
        gram: Σ_i π_i x_i x_iᵀ, (d, d).
        slopes: b, (d,).
        undetermined: slopes that are not identifiable: some vector of the null space has that coordinate, (d,) bool.
        intercept_share: 1 / Σπ, the influence of a value of weight 1 on the intercept (the fit at the mean mask); 0
            where F(0) and F(1) fix it.
    """

    rows: CentredRows
    inverse: Gram
    gram: Gram
    slopes: PerSuperpixel
    undetermined: np.ndarray
    intercept_share: float

    @property
    def sample(self) -> Sample:
        """The masks, weights and values."""
        return self.rows.sample

    @property
    def centre(self) -> Centre:
        """What makes rows and targets of masks and values."""
        return self.rows.centre

    def blocks(self) -> Iterator[Block]:
        """The slice of each block, its rows (b, d), weights (b,) and residuals (b,)."""
        for part, x, weights, targets in self.rows.blocks():
            yield part, x, weights, targets - x @ self.slopes

    def influence(self) -> Iterator[np.ndarray]:
        """The influence of each mask's value on the slopes, (b, d) block after block, each the caller's own."""
        for (_, _, weights, _), moved in zip(self.rows.blocks(), self.moved(), strict=True):
            yield moved * weights[:, None]

    def moved(self) -> Iterable[np.ndarray]:
        """x_iᵀ `inverse`, how a value of weight 1 moves the slopes: (b, d) block after block."""
        return self._kept if self.rows.small else self._computed()

    @cached_property
    def _kept(self) -> list[np.ndarray]:
        return list(self._computed())

    def _computed(self) -> Iterator[np.ndarray]:
        return (x @ self.inverse for _, x, _, _ in self.rows.blocks())

    @cached_property
    def residuals(self) -> PerMask:
        """F minus the fit at each mask, (n,)."""
        return np.concatenate([residuals for *_, residuals in self.blocks()])

    @cached_property
    def without_units(self) -> LeaveOneOut:
        """The fits without each unit alone: its copies stay."""
        return self._left_out(self.sample.weights)

    @cached_property
    def without_copies(self) -> LeaveOneOut:
        """The fits without each unit and all its copies."""
        same = self.sample.copies
        return self._left_out(same.total(self.sample.weights)) if same.repeated else self.without_units

    def _left_out(self, weights: PerMask) -> LeaveOneOut:
        without = _without_pair if self.sample.paired else _without_mask
        blocks = zip(self.blocks(), self.moved(), strict=True)
        found = [without(self, part, x, moved, weights[part], e) for (part, x, _, e), moved in blocks]
        return LeaveOneOut(weights, *(np.concatenate(each) for each in zip(*found, strict=True)))

    def influence_at(self, x: np.ndarray) -> np.ndarray:
        """The influence of a value of weight 1 at a row on intercept (at the mean mask) and slopes, (b, d + 1)."""
        return np.column_stack([np.full(len(x), self.intercept_share), x @ self.inverse])


def least_squares(
    sample: Sample, centre: Centre, fixed: Gram, intercept_share: float, ridge: float = 0.0
) -> LeastSquares:
    """The fit to centred rows; ``fixed`` is added in directions in which the slopes are known to be zero."""
    rows, gram, moment = CentredRows(sample, centre), fixed.copy(), np.zeros(len(fixed))
    for _, x, weights, targets in rows.blocks():
        root = np.sqrt(weights)
        scaled = x * root[:, None]
        gram += scaled.T @ scaled  # a product with itself takes half the time
        moment += scaled.T @ (root * targets)
    inverse, undetermined = pseudo_inverse(gram + ridge * np.eye(len(gram)))
    return LeastSquares(rows, inverse, gram, inverse @ moment, undetermined, intercept_share)


def with_intercept(sample: Sample, ridge: float = 0.0) -> tuple[LeastSquares, PerSuperpixel, float]:
    """The fit of intercept and slopes, with the weighted mean mask and value that it is centred at."""
    total, mean_mask, mean_value = sample.means()

    def centre(masks: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        masks -= mean_mask
        return masks, values - mean_value

    fit = least_squares(sample, centre, np.zeros((sample.d, sample.d)), 1 / total, ridge)
    return fit, mean_mask, mean_value


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


def _without_mask(
    fit: LeastSquares, part: slice, x: np.ndarray, moved: np.ndarray, weights: PerMask, residuals: PerMask
) -> tuple[np.ndarray, ...]:
    rest = 1 - weights * (fit.intercept_share + np.einsum("ij,ij->i", moved, x))
    alone = rest < _SMALLEST_REST
    null_directions = fit.influence_at(x[alone]) * np.sqrt(weights[alone, None])
    rest = np.where(alone, 1.0, rest)
    return residuals / rest, residuals / np.sqrt(rest), part.start + np.flatnonzero(alone), null_directions


def _without_pair(
    fit: LeastSquares, part: slice, x: np.ndarray, moved: np.ndarray, weights: PerMask, residuals: PerMask
) -> tuple[np.ndarray, ...]:
    """(I − H)^{-1} e and (I − H)^{-1/2} e, H the pair's block of the hat matrix; a last mask may stand alone."""
    pairs = len(x) // 2
    *last, alone, null_directions = _without_mask(
        fit, part, x[2 * pairs :], moved[2 * pairs :], weights[2 * pairs :], residuals[2 * pairs :]
    )
    rows, root = x[: 2 * pairs].reshape(pairs, 2, x.shape[1]), np.sqrt(weights[: 2 * pairs]).reshape(pairs, 2)
    hat = fit.intercept_share + np.einsum("pad,pbd->pab", moved[: 2 * pairs].reshape(rows.shape), rows)
    values, vectors = np.linalg.eigh(np.eye(2) - root[:, :, None] * hat * root[:, None, :])
    open_ = values < _SMALLEST_REST
    own, rest = residuals[: 2 * pairs].reshape(pairs, 2), np.where(open_, np.inf, values)
    along = np.einsum("pab,pa->pb", vectors, root * own)
    scaled = [np.einsum("pab,pb->pa", vectors, along / power) for power in (rest, np.sqrt(rest))]
    found = [np.divide(one, root, out=own.copy(), where=root > 0) for one in scaled]
    pair, which = np.nonzero(open_)
    blends = root[pair] * vectors[pair, :, which]
    influence = fit.influence_at(x[: 2 * pairs]).reshape(pairs, 2, x.shape[1] + 1)
    changes = np.einsum("ua,uad->ud", blends, influence[pair])
    return (
        *(np.append(one.ravel(), end) for one, end in zip(found, last, strict=True)),
        np.append(part.start + 2 * pair, alone + 2 * pairs),
        np.concatenate([changes, null_directions]),
    )
