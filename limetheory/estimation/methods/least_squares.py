"""The weighted least-squares fit of a sample, block by block, and its leave-one-out fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import Gram, PerMask, PerSuperpixel
from limetheory.estimation.samples.sample import Sample

# Round numbers: far above float64's rounding errors, and far below every leverage and slope that matters.
_SMALLEST_REST = 1e-8
_NONZERO = 1e-8


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


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """min Σ_i π_i (y_i − x_iᵀ b)² + ridge ‖b‖² for rows x (n, d) and targets y that are centred masks and values.

    Attributes:
        sample: the masks, weights and values.
        centre: (masks, values) of a block → (rows, targets).
        inverse: (Σ_i π_i x_i x_iᵀ + ridge)^{-1} or its pseudo-inverse, (d, d).
        gram: Σ_i π_i x_i x_iᵀ, (d, d).
        slopes: b, (d,).
        undetermined: slopes that are not identifiable: some vector of the null space has that coordinate, (d,) bool.
        intercept_share: 1 / Σπ, the influence of a value of weight 1 on the intercept (the fit at the mean mask); 0
            where F(0) and F(1) fix it.
    """

    sample: Sample
    centre: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    inverse: Gram
    gram: Gram
    slopes: PerSuperpixel
    undetermined: np.ndarray
    intercept_share: float

    def blocks(self) -> Iterator[tuple[slice, np.ndarray, np.ndarray, np.ndarray]]:
        """The slice of each block, its rows (b, d), weights (b,) and residuals (b,)."""
        start = 0
        for masks, weights, values in self.sample.blocks():
            x, targets = self.centre(masks, values)
            yield slice(start, start + len(x)), x, weights, targets - x @ self.slopes
            start += len(x)

    def influence(self) -> Iterator[np.ndarray]:
        """The influence of each mask's value on the slopes, (b, d) block after block."""
        for masks, weights, values in self.sample.blocks():
            x, _ = self.centre(masks, values)
            found = x @ self.inverse
            found *= weights[:, None]
            yield found

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
        found = [without(self, part, x, weights[part], e) for part, x, _, e in self.blocks()]
        return LeaveOneOut(weights, *(np.concatenate(each) for each in zip(*found, strict=True)))

    def influence_at(self, x: np.ndarray) -> np.ndarray:
        """The influence of a value of weight 1 at a row on intercept (at the mean mask) and slopes, (b, d + 1)."""
        return np.column_stack([np.full(len(x), self.intercept_share), x @ self.inverse])


def least_squares(
    sample: Sample, centre: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    fixed: Gram, intercept_share: float, ridge: float = 0.0,
) -> LeastSquares:  # fmt: skip
    """The fit to centred rows; ``fixed`` is added in directions in which the slopes are known to be zero."""
    gram, moment = fixed.copy(), np.zeros(len(fixed))
    for masks, weights, values in sample.blocks():
        x, targets = centre(masks, values)
        weighted = weights[:, None] * x
        gram += weighted.T @ x
        moment += weighted.T @ targets
    inverse, undetermined = pseudo_inverse(gram + ridge * np.eye(len(gram)))
    return LeastSquares(sample, centre, inverse, gram, inverse @ moment, undetermined, intercept_share)


def with_intercept(sample: Sample, ridge: float = 0.0) -> tuple[LeastSquares, PerSuperpixel, float]:
    """The fit of intercept and slopes, with the weighted mean mask and value that it is centred at."""
    total, mean_mask, mean_value = sample.means()

    def centre(masks: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return masks - mean_mask, values - mean_value

    fit = least_squares(sample, centre, np.zeros((sample.d, sample.d)), 1 / total, ridge)
    return fit, mean_mask, mean_value


def pseudo_inverse(gram: Gram) -> tuple[Gram, np.ndarray]:
    """Pseudo-inverse, and which coordinates are not identifiable: not zero in the whole null space."""
    values, vectors = np.linalg.eigh(gram)
    regular = values > values[-1] * len(gram) * np.finfo(float).eps
    kept = vectors[:, regular]
    inverse = (kept / values[regular]) @ kept.T
    return inverse, (vectors[:, ~regular] ** 2).sum(axis=1) > 1e-12


def _without_mask(
    fit: LeastSquares, part: slice, x: np.ndarray, weights: PerMask, residuals: PerMask
) -> tuple[np.ndarray, ...]:
    rest = 1 - weights * (fit.intercept_share + np.einsum("ij,ij->i", x @ fit.inverse, x))
    alone = rest < _SMALLEST_REST
    null_directions = fit.influence_at(x[alone]) * np.sqrt(weights[alone, None])
    rest = np.where(alone, 1.0, rest)
    return residuals / rest, residuals / np.sqrt(rest), part.start + np.flatnonzero(alone), null_directions


def _without_pair(
    fit: LeastSquares, part: slice, x: np.ndarray, weights: PerMask, residuals: PerMask
) -> tuple[np.ndarray, ...]:
    """(I − H)^{-1} e and (I − H)^{-1/2} e, H the pair's block of the hat matrix; a last mask may stand alone."""
    pairs = len(x) // 2
    *last, alone, null_directions = _without_mask(
        fit, part, x[2 * pairs :], weights[2 * pairs :], residuals[2 * pairs :]
    )
    rows, root = x[: 2 * pairs].reshape(pairs, 2, x.shape[1]), np.sqrt(weights[: 2 * pairs]).reshape(pairs, 2)
    hat = fit.intercept_share + np.einsum("pad,pbd->pab", rows @ fit.inverse, rows)
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
