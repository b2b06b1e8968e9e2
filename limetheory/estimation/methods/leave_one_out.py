"""The fits without each sampling unit, a mask or a pair of complements, from the fit to all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from limetheory.arrays import PerMask, PerMaskOfEach

# Round numbers: far above float64's rounding errors, and far below every leverage and slope that matters.
_SMALLEST_REST = 1e-8
_NONZERO = 1e-8


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """Residuals of the fits without each sampling unit; those of several functions on the same masks have a row each.

    Attributes:
        residuals: leave-one-out residuals (I − H)^{-1} e, e the unit's residuals, (…, n).
        balanced: (I − H)^{-1/2} e, (…, n): HC2 for a mask, CR2 for a pair (Bell & McCaffrey 2002). The sandwich made of
            them is unbiased if the weighted errors are homoscedastic.
    """

    residuals: PerMaskOfEach
    balanced: PerMaskOfEach


class Rest(Protocol):
    """I − H for each unit, H its block of the hat matrix; I in the directions in which I − H is zero."""

    def divided(self, residuals: PerMaskOfEach) -> LeaveOneOut:
        """(I − H)^{-1} e and (I − H)^{-1/2} e."""


@dataclass(frozen=True, eq=False)
class Leverages:
    """What the masks and weights alone say of the fits without each unit: a mask or a pair, alone or with its copies.

    The intercept is the fitted value at the mean mask.

    Attributes:
        weights: of each mask, or of it and all its copies, (n,).
        rest: of the units.
        full_leverage: the first mask of each unit with leverage 1, without which the others leave the fit
            rank-deficient, (u,) int.
        null_directions: the changes of intercept and slopes that these others leave free, (u, d + 1).
    """

    weights: PerMask
    rest: Rest
    full_leverage: np.ndarray
    null_directions: np.ndarray

    def left_out(self, residuals: PerMaskOfEach) -> LeaveOneOut:
        """The residuals without each unit from those of the fit to all, (…, n)."""
        return self.rest.divided(residuals)

    def not_identifiable(self, units: np.ndarray) -> np.ndarray:
        """Which slopes are not identifiable without one of these units of full leverage: (u,) bool → (d,) bool."""
        sizes = np.abs(self.null_directions[units, 1:])
        found: np.ndarray = (sizes > _NONZERO * sizes.max(axis=1, keepdims=True, initial=0.0)).any(axis=0)
        return found


class Weighted(Protocol):
    """A regression whose rows have weights."""

    @property
    def intercept_share(self) -> float:
        """The influence of a value of weight 1 on the intercept."""

    def influence_at(self, x: np.ndarray) -> np.ndarray:
        """The influence of a value of weight 1 at a row on intercept and slopes, (b, d + 1)."""


Rows = Iterable[tuple[slice, np.ndarray, np.ndarray]]
"""The slice of each block, its rows x (b, d), and how a value of weight 1 moves the slopes, x `inverse`, (b, d)."""


def leverages_of_masks(fit: Weighted, rows: Rows, weights: PerMask) -> Leverages:
    """The fits without each mask.

    Args:
        fit: the regression on all masks.
        rows: its rows, block after block.
        weights: of each mask, or of it and all its copies, (n,).
    """
    blocks = [_of_masks(fit, part.start, x, moved, weights[part]) for part, x, moved in rows]
    rest, full, directions = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return Leverages(weights, _RestOfMasks(rest), full, directions)


def leverages_of_pairs(fit: Weighted, rows: Rows, weights: PerMask) -> Leverages:
    """The fits without each pair, masks 2i and 2i + 1; a last mask may stand alone."""
    blocks = [_of_pairs(fit, part.start, x, moved, weights[part]) for part, x, moved in rows]
    values, vectors, root, last, *others = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return Leverages(weights, _RestOfPairs(values, vectors, root, _RestOfMasks(last)), *others)


@dataclass(frozen=True, eq=False)
class _RestOfMasks:
    rest: PerMask

    def divided(self, residuals: PerMaskOfEach) -> LeaveOneOut:
        return LeaveOneOut(residuals / self.rest, residuals / np.sqrt(self.rest))


@dataclass(frozen=True, eq=False)
class _RestOfPairs:
    """Eigenvalues (pairs, 2), eigenvectors (pairs, 2, 2), roots of the weights (pairs, 2), and a last mask alone."""

    values: np.ndarray
    vectors: np.ndarray
    root: np.ndarray
    last: _RestOfMasks

    def divided(self, residuals: PerMaskOfEach) -> LeaveOneOut:
        pairs = len(self.values)
        own = residuals[..., : 2 * pairs].reshape(*residuals.shape[:-1], pairs, 2)
        along = _times(np.swapaxes(self.vectors, 1, 2), self.root * own)
        alone = self.last.divided(residuals[..., 2 * pairs :])
        return LeaveOneOut(
            self._joined(own, along / self.values, alone.residuals),
            self._joined(own, along / np.sqrt(self.values), alone.balanced),
        )

    def _joined(self, own: np.ndarray, scaled: np.ndarray, alone: np.ndarray) -> PerMaskOfEach:
        back = np.divide(_times(self.vectors, scaled), self.root, out=own.copy(), where=self.root > 0)
        return np.concatenate([back.reshape(*own.shape[:-2], -1), alone], axis=-1)


def _times(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Matrix times vector for each pair: (pairs, 2, 2) and (…, pairs, 2) → (…, pairs, 2)."""
    products: np.ndarray = matrices[..., 0] * vectors[..., :1] + matrices[..., 1] * vectors[..., 1:]
    return products


def _of_masks(fit: Weighted, start: int, x: np.ndarray, moved: np.ndarray, weights: PerMask) -> tuple[np.ndarray, ...]:
    rest = 1 - weights * (fit.intercept_share + np.einsum("ij,ij->i", moved, x))
    alone = rest < _SMALLEST_REST
    directions = fit.influence_at(x[alone]) * np.sqrt(weights[alone, None])
    return np.where(alone, 1.0, rest), start + np.flatnonzero(alone), directions


def _of_pairs(fit: Weighted, start: int, x: np.ndarray, moved: np.ndarray, weights: PerMask) -> tuple[np.ndarray, ...]:
    pairs = len(x) // 2
    last, alone, null_directions = _of_masks(
        fit, start + 2 * pairs, x[2 * pairs :], moved[2 * pairs :], weights[2 * pairs :]
    )
    rows, root = x[: 2 * pairs].reshape(pairs, 2, x.shape[1]), np.sqrt(weights[: 2 * pairs]).reshape(pairs, 2)
    hat = fit.intercept_share + np.einsum("pad,pbd->pab", moved[: 2 * pairs].reshape(rows.shape), rows)
    values, vectors = np.linalg.eigh(np.eye(2) - root[:, :, None] * hat * root[:, None, :])
    open_ = values < _SMALLEST_REST
    pair, which = np.nonzero(open_)
    blends = root[pair] * vectors[pair, :, which]
    influence = fit.influence_at(x[: 2 * pairs]).reshape(pairs, 2, x.shape[1] + 1)
    changes = np.einsum("ua,uad->ud", blends, influence[pair])
    return (
        np.where(open_, np.inf, values), vectors, root, last,
        np.append(start + 2 * pair, alone), np.concatenate([changes, null_directions]),
    )  # fmt: skip
