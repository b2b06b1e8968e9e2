"""A set function of several columns, such as the classes of a model, evaluated once for the samples of all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory import functions
from limetheory.answers import real_numbers
from limetheory.arrays import Masks
from limetheory.estimation.samples.resolved import resolved
from limetheory.estimation.samples.sample import Sample, in_range
from limetheory.evaluation import MaskFunction, refuse_not_finite

FORM = "(n, d) bool → (n,) or (n, k)"


class Columns:
    """A set function that may have several columns: callable (n, d) bool → (n,), the first, while all are recorded.

    Its other attributes are the function's.

    Args:
        function: (n, d) bool → (n,) or (n, k) numbers.
    """

    resolution = None
    """Rounding is that of the function, and is told column by column in `samples`."""

    def __init__(self, function: MaskFunction):
        self._function = function
        self._rows: list[np.ndarray] = []

    def __getattr__(self, name: str) -> Any:
        """What the function has, but for what Python tells functions by."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._function, name)

    def __call__(self, masks: Masks) -> np.ndarray:
        """The first column at each mask."""
        found = real_numbers(functions.answer("F", self._function, FORM, masks), "a set function", "F(masks)")
        if found.shape == (len(masks),):
            return found
        if found.ndim != 2 or len(found) != len(masks) or not found.shape[1]:
            raise ValueError(
                f"F must return one number for each mask, shape ({len(masks)},), or a row of k numbers, shape "
                f"({len(masks)}, k), got shape {found.shape}; return an array with a row for each mask"
            )
        refuse_not_finite(found)
        known = len(self._rows[0][0]) if self._rows else found.shape[1]
        if found.shape[1] != known:
            raise ValueError(
                f"a set function must always return as many columns, got {known} and then {found.shape[1]}"
            )
        self._rows.append(found)
        return found[:, 0]

    def samples(self, first: Sample) -> Sample | list[Sample]:
        """The sample of each column from that of the first; the sample itself where there is one column alone.

        Whatever was asked before the masks of the sample was F(1), or F(0) and F(1).
        """
        if not self._rows:
            return resolved(first, self._function)
        rows = np.concatenate(self._rows).T.copy()
        beside, values = rows[:, : -first.n], rows[:, -first.n :]
        columns = [in_range(_of_column(first, *column)) for column in zip(values, beside, strict=True)]
        return [resolved(column, self._function) for column in columns]


def _of_column(first: Sample, values: np.ndarray, beside: np.ndarray) -> Sample:
    ends = None if first.ends is None else (float(beside[0]), float(beside[1]))
    return first.with_values(values, ends, None if first.full is None else float(beside[0]))
