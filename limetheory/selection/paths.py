"""Selections from second moments, for many moment vectors at once: forward selection and the ends of LASSO paths.

The covariances of the features, C, are (d, d), or (runs, d, d) with one matrix for each run; their covariances with
what is explained, m, are (runs, d). In the population m = C β (prop:selection).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_EQUAL = 1e-12
"""Gains that differ by less, relative to the largest, are equal; the first feature of them is chosen."""
_COLLINEAR = 1e-12
"""A feature whose variance the selected ones explain up to this share gains nothing."""
_STEPS = 8
"""Most breakpoints of a LASSO path for each feature; a path that drops features has a few more than d."""


def forward_orders(covariance: np.ndarray, moments: np.ndarray, k: int) -> np.ndarray:
    """The first k features of forward selection, which adds the largest gain in R² each time: (runs, k) int."""
    runs, d = moments.shape
    each, variances = np.arange(runs), np.broadcast_to(np.einsum("...jj->...j", covariance), (runs, d))
    left, moment, factor = variances.copy(), moments.copy(), np.zeros((runs, d, k))
    chosen, free = np.zeros((runs, k), int), np.ones((runs, d), bool)
    for step in range(k):
        open_ = left > _COLLINEAR * variances
        gains = np.divide(moment**2, left, out=np.zeros((runs, d)), where=open_)
        gains = np.where(free, gains, -1.0)
        best = (gains >= (1 - _EQUAL) * gains.max(axis=1, keepdims=True)).argmax(axis=1)
        chosen[:, step], free[each, best] = best, False
        column = covariance[..., best].T if covariance.ndim == 2 else covariance[each, :, best]
        rest = column - np.einsum("rdt,rt->rd", factor[:, :, :step], factor[each, best, :step])
        pivot = np.where(open_[each, best], left[each, best], np.inf)
        column = rest / np.sqrt(pivot)[:, None]
        factor[:, :, step] = column
        moment = moment - (moment[each, best] / np.sqrt(pivot))[:, None] * column
        left = left - column**2
    return chosen


def lasso_supports(covariance: np.ndarray, moments: np.ndarray, k: int) -> np.ndarray:
    """The support at the last breakpoint of the LASSO path with at most k features: (runs, d) bool.

    The path of min ½ bᵀCb − bᵀm + λ Σ |b_j| from the largest λ to 0 (Efron et al. 2004; Osborne et al. 2000): between
    breakpoints b moves along C_AA^{-1} s, A the features with a coefficient and s their signs. All runs take a step at
    a time. Where m = 0 every feature is selected, as lime does with constant values.
    """
    direction, state = _directions(covariance), _Paths.begun(moments)
    found = np.repeat((state.penalty == 0)[:, None], moments.shape[1], axis=1)
    for _ in range(_STEPS * moments.shape[1]):
        if not (state.penalty > 0).any():
            break
        support = state.step(covariance, direction)
        kept = support.any(axis=1) & (support.sum(axis=1) <= k)
        found[kept] = support[kept]
    return found


@dataclass(frozen=True, eq=False)
class Join:
    """The join of a feature to the support of a LASSO path.

    Attributes:
        before: the support that it joins, (m,) int.
        signs: of their coefficients, (m,).
        joined: the feature.
        barred: which features had been dropped one breakpoint before, and could not join, (d,) bool.
    """

    before: np.ndarray
    signs: np.ndarray
    joined: int
    barred: np.ndarray


def last_join(covariance: np.ndarray, moments: np.ndarray, k: int) -> Join | None:
    """The last join before the breakpoint of `lasso_supports`, of one run, m (d,); None where m = 0."""
    direction, state = _directions(covariance), _Paths.begun(moments[None])
    first = int(np.abs(moments).argmax())
    join, found = Join(np.empty(0, int), np.empty(0), first, np.zeros(len(moments), bool)), None
    for _ in range(_STEPS * len(moments)):
        if not state.penalty[0] > 0:
            break
        barred = state.dropped[0]
        support = state.step(covariance, direction)[0]
        found = join if 0 < support.sum() <= k else found
        if (state.active[0] & ~support).any():
            signs = np.sign(state.residual[0, support])
            join = Join(np.flatnonzero(support), signs, int((state.active[0] & ~support).argmax()), barred)
    return found


class _Paths:
    """Where each run is on its path.

    Attributes:
        residual: covariance of each feature with what is not yet explained, m − C b, (runs, d).
        penalty: λ, (runs,); 0 at the end of a path.
        coefficients: b, (runs, d).
        active: which features have a coefficient, (runs, d) bool.
        dropped: which one was dropped in the last step, (runs, d) bool.
    """

    def __init__(self, residual: np.ndarray, penalty: np.ndarray, coefficients: np.ndarray, active: np.ndarray):
        self.residual, self.penalty, self.coefficients, self.active = residual, penalty, coefficients, active
        self.dropped = np.zeros_like(active)

    @classmethod
    def begun(cls, moments: np.ndarray) -> _Paths:
        """Runs at their largest penalty, each with the feature of the largest |m|: (runs, d)."""
        peak = np.abs(moments).max(axis=1)
        found = cls(moments.copy(), peak, np.zeros(moments.shape), np.zeros(moments.shape, bool))
        found.active[np.arange(len(moments)), np.abs(moments).argmax(axis=1)] = peak > 0
        return found

    def step(self, covariance: np.ndarray, direction: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
        """Move every run to its next breakpoint; which features had a coefficient there, (runs, d) bool."""
        running = self.penalty > 0
        signs = np.where(self.active, np.sign(self.residual), 0.0)
        moves = np.where(running[:, None], direction(self.active, signs), 0.0)
        slopes = moves @ covariance if covariance.ndim == 2 else np.einsum("rij,rj->ri", covariance, moves)
        entry, leave = self._entries(slopes), self._leaves(moves)
        first_in, first_out = entry.min(axis=1), leave.min(axis=1)
        end = self.penalty * (1 - _EQUAL)
        out = running & (first_out <= first_in) & (first_out < end)
        enters = running & ~out & (first_in < end)
        length = np.where(out, first_out, np.where(enters, first_in, self.penalty))[:, None]
        self.coefficients += length * moves
        self.residual -= length * slopes
        self.penalty = np.where(out | enters, self.penalty - length[:, 0], 0.0)
        self.dropped = out[:, None] & (leave <= first_out[:, None])
        self.coefficients[self.dropped] = 0.0
        self.active &= ~self.dropped
        support = self.active & running[:, None]
        self.active[enters, entry[enters].argmin(axis=1)] = True
        return support

    def _entries(self, slopes: np.ndarray) -> np.ndarray:
        """How far to go until each feature's residual covariance is as large as the penalty: (runs, d), ∞ if never."""
        found = np.full(slopes.shape, np.inf)
        for sign in (1.0, -1.0):
            gap = np.maximum(self.penalty[:, None] - sign * self.residual, 0.0)
            speed = 1 - sign * slopes
            stays = self.active | (self.dropped & (sign * self.residual > 0)) | ~(speed > _COLLINEAR)
            found = np.minimum(found, np.divide(gap, speed, out=np.full(gap.shape, np.inf), where=~stays))
        return found

    def _leaves(self, moves: np.ndarray) -> np.ndarray:
        """How far to go until each coefficient is 0 again: (runs, d), ∞ if never."""
        shrinks = self.active & (self.coefficients * moves < 0)
        return np.asarray(np.divide(-self.coefficients, moves, out=np.full(moves.shape, np.inf), where=shrinks))


def _directions(covariance: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """(active, signs) → C_AA^{-1} s with 0 beside it, (runs, d): in closed form for diag(v) + γ J (prop:selection)."""
    d = covariance.shape[-1]
    beside = covariance[~np.eye(d, dtype=bool)] if covariance.ndim == 2 else np.array([0.0, 1.0])
    if covariance.ndim == 2 and (not len(beside) or (beside == beside[0]).all()):
        shared = float(beside[0]) if len(beside) else 0.0
        own = np.diag(covariance) - shared
        return lambda active, signs: _arrow(active, signs / own, 1 / own, shared)
    return lambda active, signs: _solved(covariance, active, signs)


def _arrow(active: np.ndarray, alone: np.ndarray, inverse: np.ndarray, shared: float) -> np.ndarray:
    """The solution by Sherman and Morrison's formula."""
    total = alone.sum(axis=1, keepdims=True)
    together = shared * total / (1 + shared * (active * inverse).sum(axis=1, keepdims=True))
    return np.where(active, alone - together * inverse, 0.0)


def _solved(covariance: np.ndarray, active: np.ndarray, signs: np.ndarray) -> np.ndarray:
    both = active[:, :, None] & active[:, None, :]
    matrices = np.where(both, covariance, np.eye(active.shape[1]))
    return np.asarray(np.linalg.solve(matrices, signs[:, :, None])[:, :, 0])
