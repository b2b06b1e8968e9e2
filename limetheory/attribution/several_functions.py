"""Several set functions on the same masks, such as the classes of a model, whose attributions are computed together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from limetheory import functions
from limetheory.answers import real_numbers
from limetheory.arrays import Masks
from limetheory.designs import Design
from limetheory.estimation.samples.sample import Sample, in_range
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

FitEach: TypeAlias = Callable[[Sequence[Sample], Design | None, float], list[Explanation]]
"""(samples of the same masks, what these were drawn from or None, ridge) → the attribution of each."""

_FORM = "(n, d) bool → (n,) or (n, functions)"


class together:
    """A fit of several functions on the same masks at once, which is called with one sample as every other fit.

    Args:
        each: `FitEach`.
    """

    def __init__(self, each: FitEach):
        self.each = each

    def __call__(self, sample: Sample, design: Design | None, ridge: float) -> Explanation:
        """The attribution of one function."""
        return self.each([sample], design, ridge)[0]


class Columns:
    """A set function that may have several columns: callable (n, d) bool → (n,), the first, while all are recorded.

    Its other attributes are the function's.

    Args:
        function: (n, d) bool → (n,) or (n, k) numbers.
    """

    def __init__(self, function: MaskFunction):
        self._function = function
        self._rows: list[np.ndarray] = []
        self._beside: list[np.ndarray] = []

    def __getattr__(self, name: str) -> Any:
        """What the function has."""
        return getattr(self._function, name)

    def __call__(self, masks: Masks) -> np.ndarray:
        """The first column at each mask."""
        found = real_numbers(functions.answer("F", self._function, _FORM, masks), "a set function", "F(masks)")
        if found.ndim != 2 or found.shape[0] != len(masks) or not found.shape[1]:
            return found
        unusable = np.count_nonzero(~np.isfinite(found))
        if unusable:
            raise ValueError(
                f"a set function must return finite numbers, got {unusable} NaN or infinite of {found.size}; check the "
                "model's output on masked inputs"
            )
        known = next((len(rows[0]) for rows in (*self._beside, *self._rows)), found.shape[1])
        if found.shape[1] != known:
            raise ValueError(
                f"a set function must always return as many columns, got {known} and then {found.shape[1]}"
            )
        self._rows.append(found)
        return found[:, 0]

    def end_of_beside(self) -> None:
        """From here on masks of the sample are asked for; before it were F(1), or F(0) and F(1)."""
        self._beside, self._rows = self._rows, []

    def samples(self, first: Sample) -> Sample | list[Sample]:
        """The sample of each column from that of the first; the sample itself where there is one column alone."""
        if not self._rows:
            return first
        values, beside = np.concatenate(self._rows), np.concatenate(self._beside or [np.empty((0, 0))])
        return [in_range(_of_column(first, column, beside[:, k : k + 1])) for k, column in enumerate(values.T.copy())]


def _of_column(first: Sample, values: np.ndarray, beside: np.ndarray) -> Sample:
    ends = None if first.ends is None else (float(beside[0, 0]), float(beside[1, 0]))
    return first.with_values(values, ends, None if first.full is None else float(beside[0, 0]))
