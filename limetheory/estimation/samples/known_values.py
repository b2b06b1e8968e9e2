"""A set function whose values are counted, checked, and for d ≤ 20 kept, so that no mask is evaluated twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.estimation.samples.resolved import without_rounding
from limetheory.evaluation import MaskFunction, drawn_values, is_random
from limetheory.known_masks import LARGEST_TABLE_D, ValueTable
from limetheory.limits import SetFunction, all_masks

_BLOCK = 1 << 12  # masks for each call of F; a convention that affects memory and time only
_RESOLVED = 8  # how many units of rounding apart values must be to count as different; a convention


class KnownValues:
    """F with a table of its values, (n, d) bool → (n,) float64, checked as `evaluate` does.

    Of a random F nothing is kept: each mask is asked for anew, and no mask is ever known.

    Args:
        function: F. Its `resolution` is the relative rounding of its values, float64's if it has none.
        d: number of superpixels.
        span: (lo, hi) that every value must lie in, or None.

    Attributes:
        n_evaluations: masks that F was asked for.
        random: whether F is random.
        unknown: masks that were never asked for, ∞ for d > 20 and for a random F.
        rounding: values closer than this are considered equal: 8 × resolution × the largest absolute value.

    Raises:
        ValueError: F gives two values for the full mask without stating that it is random.
    """

    def __init__(self, function: MaskFunction, d: int, span: tuple[float, float] | None = None):
        self._function, self._d, self._span, self.n_evaluations = function, d, span, 0
        self.random = is_random(function)
        self._known = ValueTable(LARGEST_TABLE_D + 1 if self.random else d)
        self.unknown: float = len(self._known.values) or math.inf
        resolution = float(getattr(function, "resolution", np.finfo(float).eps))
        self.rounding = _RESOLVED * resolution * max(map(abs, span or (0.0,)))
        value = float(self._fresh(np.ones((1, d), bool))[0])
        if span is None:
            self.rounding = _RESOLVED * resolution * abs(value)
        if not self.random:
            self._check_repeatable(value)
        self._known.values[-1:] = value
        self.unknown -= 1

    @property
    def block_size(self) -> int:
        """How many masks to ask for at a time."""
        return int(getattr(self._function, "block_size", _BLOCK))

    def __call__(self, masks: Masks) -> PerMask:
        """F on each mask.

        Raises:
            ValueError: a value outside the span.
        """
        return self._known.look_up(masks, self._missing) if self._known else self._fresh(masks)

    def _missing(self, masks: Masks) -> Iterator[tuple[slice, np.ndarray]]:
        yield slice(0, len(masks)), self._fresh(masks)
        self.unknown -= len(masks)

    def complete(self) -> Iterator[int]:
        """Ask for all masks that are missing, yielding how many are known."""
        number = len(self._known.values)
        for start in range(0, number, self.block_size):
            self(all_masks(self._d, start, min(start + self.block_size, number)))
            yield number - int(self.unknown)

    def table(self) -> SetFunction:
        """F on all masks, after `complete`, without what is rounding alone."""
        return SetFunction(without_rounding(self._known.values, self._function))

    def _fresh(self, masks: Masks) -> PerMask:
        self.n_evaluations += len(masks)
        values = drawn_values(self._function, masks)
        if self._span is not None:
            low, high = self._span
            beyond = values[(values < low - self.rounding) | (values > high + self.rounding)]
            if len(beyond):
                raise ValueError(
                    f"F must stay in its bounds [{low:g}, {high:g}], got {beyond[0]:g}; give wider bounds, or "
                    "guarantee='asymptotic'"
                )
        return values

    def _check_repeatable(self, value: float) -> None:
        again: Any = getattr(self._function, "evaluated_again", lambda: self._fresh(np.ones((1, self._d), bool))[0])
        second = float(again())
        if abs(second - value) > self.rounding:
            raise ValueError(
                f"F must give the same answer to the same mask, got {value:.6g} and then {second:.6g} with nothing "
                f"masked, {abs(second - value):.2g} apart; switch its randomness off, average it inside F, or give F "
                "the attribute random = True"
            )
