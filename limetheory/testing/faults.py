"""Planted faults: explainers that are wrong in one way each, and the right one beside them.

They show what the messages of the checks look like, and that each fault is caught: `experiments/power` has how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import Floats, Intervals, PerSuperpixel
from limetheory.registry import Registry

_BANDWIDTH = 0.25  # lime 0.2.0.1


@dataclass(frozen=True, eq=False)
class Fitted:
    """A weighted regression of one run, with intervals from the residuals (HC3; MacKinnon & White 1985)."""

    coefficients: PerSuperpixel
    rows: Floats
    weights: Floats
    values: Floats
    width: float = 1.0

    def interval(self, level: float) -> Intervals:
        """Normal intervals of the coefficients, (d, 2)."""
        from scipy.special import ndtri

        weighted = self.rows * self.weights
        influence = np.linalg.solve(weighted @ self.rows.T, weighted)
        residuals = self.values - (influence @ self.values) @ self.rows
        leverage = (influence * self.rows).sum(axis=0)
        errors = np.sqrt(influence[1:] ** 2 @ (residuals / (1 - leverage)) ** 2)
        half = self.width * float(ndtri((1 + level) / 2)) * errors
        return np.stack([self.coefficients - half, self.coefficients + half], axis=1)


@dataclass(frozen=True)
class PlainLime:
    """Image LIME's weighted least squares in a few lines of NumPy: ``explain(F, n, rng)``; right unless told otherwise.

    Attributes:
        bandwidth: of the kernel.
        weighted: whether the masks have their weights.
        shift: by how many places the coefficients are moved.
        ridge: the penalty on the sum.
        seed: of the masks in place of rng; None takes rng.
        global_state: whether the masks are drawn from NumPy's global state.
        first_weight: the weight of a first row that shows all parts; None draws the first row as all others.
        width: the factor of the intervals.

    >>> import limetheory as lt
    >>> PlainLime()(lt.Additive([1.0, -2.0]), 50, np.random.default_rng(0)).coefficients.round(9).tolist()
    [1.0, -2.0]
    """

    bandwidth: float = _BANDWIDTH
    weighted: bool = True
    shift: int = 0
    ridge: float = 0.0
    seed: int | None = None
    global_state: bool = False
    first_weight: float | None = None
    width: float = 1.0

    def __call__(self, F: Any, n: int, rng: np.random.Generator) -> Fitted:
        """The regression of F on n masks."""
        rows = np.ones((F.d + 1, n))
        rows[1:] = shown = self._shown(n, F.d, rng)
        values, weights = np.asarray(F(shown.T)), self._weights(shown)
        weighted = rows * weights
        penalty = self.ridge * np.diag(np.arange(F.d + 1) > 0)
        slopes = np.linalg.solve(weighted @ rows.T + penalty, weighted @ values)[1:]
        return Fitted(np.roll(slopes, self.shift) if self.shift else slopes, rows, weights, values, self.width)

    def _shown(self, n: int, d: int, rng: np.random.Generator) -> np.ndarray:
        """The masks, (d, n) bool."""
        if self.global_state:
            drawn = np.random.random((d, n))  # noqa: NPY002  (the fault)
        else:
            drawn = (rng if self.seed is None else np.random.default_rng(self.seed)).random((d, n))
        shown: np.ndarray = drawn < 0.5
        if self.first_weight is not None:
            shown[:, 0] = True
        return shown

    def _weights(self, shown: np.ndarray) -> Floats:
        d, n = shown.shape
        if not self.weighted:
            return np.ones(n)
        distance = 1 - np.sqrt(np.arange(d + 1) / d)
        weights: Floats = np.exp(-(distance**2) / (2 * self.bandwidth**2))[np.count_nonzero(shown, axis=0)]
        if self.first_weight is not None:
            weights[0] = self.first_weight
        return weights


@dataclass(frozen=True)
class Fault:
    """A row of `FAULTS`.

    Attributes:
        summary: what is wrong.
        explain: the explainer, (F, n, rng) → an object with ``.coefficients`` and ``.interval``.
    """

    summary: str
    explain: PlainLime


FAULTS: Registry[Fault] = Registry(
    "fault",
    {
        "kernel width": Fault("the bandwidth is 0.5 instead of 0.25", PlainLime(bandwidth=2 * _BANDWIDTH)),
        "no weights": Fault("all masks have the same weight", PlainLime(weighted=False)),
        "shifted labels": Fault("each coefficient belongs to the part before", PlainLime(shift=1)),
        "ridge": Fault("a penalty of 1 that is not claimed", PlainLime(ridge=1.0)),
        "seed ignored": Fault("the masks are the same for each seed", PlainLime(seed=0)),
        "global state": Fault("the masks are drawn from NumPy's global state", PlainLime(global_state=True)),
        "first row": Fault("the original stands first, with the weight of 30 masks", PlainLime(first_weight=30.0)),
        "narrow intervals": Fault("the intervals are 20 % too narrow", PlainLime(width=0.8)),
    },
    row=Fault,
    columns=("summary",),
)
"""The planted faults by name."""
