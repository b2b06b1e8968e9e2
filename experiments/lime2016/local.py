"""What an explainer says about one input: the parts it names, and a local surrogate where it has one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Local:
    """At most K parts, and what the surrogate says of them.

    Attributes:
        parts: the parts named, places 0..d−1 in the input.
        coefficients: of the surrogate, or another measure of size where there is no surrogate, of each part.
        value: the surrogate at the input itself, all parts shown; None where there is no surrogate.
    """

    parts: np.ndarray
    coefficients: np.ndarray
    value: float | None = None

    def first(self, number: int) -> np.ndarray:
        """The parts with the largest |coefficients|, so many."""
        return self.parts[np.argsort(-np.abs(self.coefficients), kind="stable")[:number]]

    def mistrusted(self, untrustworthy: np.ndarray, threshold: float) -> np.ndarray:
        """Whether a user mistrusts the prediction, for each set of untrustworthy parts, (sets, d) bool → (sets,) bool.

        With a surrogate: its prediction flips when the terms of the untrustworthy parts are subtracted. Without one:
        an untrustworthy part is named.

        >>> found = Local(np.array([2, 0]), np.array([0.4, -0.1]), value=0.8)
        >>> found.mistrusted(np.array([[False, True, True], [True, True, False]]), 0.5).tolist()
        [True, False]
        """
        named = untrustworthy[:, self.parts]
        if self.value is None:
            return np.asarray(named.any(axis=1))
        return np.asarray(((self.value - named @ self.coefficients) > threshold) != (self.value > threshold))


def recall(named: np.ndarray, used: np.ndarray) -> float:
    """The share of the parts truly used that an explanation names.

    >>> recall(np.array([4, 1, 7]), np.array([1, 2, 4, 5]))
    0.5
    """
    return float(np.isin(used, named).mean())


def f1(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """F1 of each row, (…, n) bool: twice the hits over all that is found plus all that is true; 1 where both are none.

    >>> f1(np.array([[True, True, False, False]]), np.array([[True, False, True, False]])).tolist()
    [0.5]
    """
    hits, total = (found & true).sum(axis=-1), found.sum(axis=-1) + true.sum(axis=-1)
    return np.where(total > 0, 2 * hits / np.maximum(total, 1), 1.0)
