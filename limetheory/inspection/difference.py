"""D(z) = F_after(z) − F_before(z): what an edit changes at each mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.evaluation import is_random
from limetheory.explaining.draws import Record


class DifferenceFunction:
    """The difference of two set functions at the same masks: callable (n, d) bool → (n,) float64.

    Since coefficients are linear in the values, the limit of the difference is the difference of the limits. Its
    standard errors are those of pairs: what both functions share at a mask cancels.

    Args:
        before, after: the set functions of one class at two inputs.

    Attributes:
        d: number of parts.
        masked, target: those of ``after``.
        outputs: by how much the model's answer changes, (classes,).
        random: whether a value is a draw of its mean; both then get the same draws.
        record: of random functions the masks and differences so far; None of others.
    """

    def __init__(self, before: Any, after: Any):
        self._before, self._after = before, after
        self.d, self.masked, self.target = after.d, after.masked, after.target
        self.outputs = after.outputs - before.outputs
        self.random = is_random(before) or is_random(after)
        self.record = Record(self.d) if self.random else None

    @property
    def output_bounds(self) -> tuple[float, float] | None:
        """(lo, hi) that a difference is known to stay in; None where none are."""
        return bounds_of_difference(self._before.output_bounds, self._after.output_bounds)

    @property
    def n_evaluations(self) -> int:
        """Inputs evaluated so far, before and after."""
        return int(self._before.n_evaluations + self._after.n_evaluations)

    @property
    def answered_again(self) -> Callable[[], np.ndarray] | None:
        """() → by how much the model's answer changes, (classes,), from evaluating both inputs once more.

        None of functions that do not tell.
        """
        after, before = (getattr(side, "answered_again", None) for side in (self._after, self._before))
        return None if after is None or before is None else lambda: after() - before()

    @property
    def block_size(self) -> int:
        """How many masks callers should hand over at a time."""
        return int(min(self._before.block_size, self._after.block_size))

    def __call__(self, masks: Masks) -> PerMask:
        """The difference at each mask."""
        values: PerMask = self._after(masks) - self._before(masks)
        if self.record is not None:
            self.record.add(masks, values, np.full(len(values), np.nan))
        return values


def bounds_of_difference(before: Any, after: Any) -> tuple[float, float] | None:
    """What after − before stays in, from what each stays in.

    >>> bounds_of_difference((0, 1), (0, 1)), bounds_of_difference(None, (0, 1))
    ((-1, 1), None)
    """
    return None if before is None or after is None else (after[0] - before[1], after[1] - before[0])
