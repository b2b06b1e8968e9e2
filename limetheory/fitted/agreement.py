"""Checks that a model read from a library gives the library's own predictions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import floats

Answer: TypeAlias = Callable[[np.ndarray], np.ndarray]
"""A library's own output, by its public prediction: rows of features (n, p) → (n,)."""


def own_answer(predict: Callable[[np.ndarray], Any], target: int | None = None) -> Answer:
    """An estimator's prediction for a class: rows (n, p) → (n,).

    Of several columns it is the target's, or the second if there is no target. A single column is the score of the
    second of two classes, and its negative that of the first.
    """

    def answer(rows: np.ndarray) -> np.ndarray:
        values = without_warnings(predict)(rows)
        if values.ndim == 1:
            return -values if target == 0 else values
        return values[:, 1 if target is None else target]

    return answer


def without_warnings(function: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray], np.ndarray]:
    """The same numbers, without a library's warnings, such as that rows have no column names."""

    def numbers(rows: np.ndarray) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return floats("predictions", function(rows))

    return numbers


def refuse_disagreement(
    what: str, found: np.ndarray, expected: np.ndarray, allowed: np.ndarray | float, remedy: str
) -> None:
    """Raise if an answer differs from the library's by more than rounding errors of both.

    >>> refuse_disagreement("the trees", np.array([1.0, 2.0]), np.array([1.0, 2.5]), 1e-9, "sample it")
    Traceback (most recent call last):
    ValueError: the trees must give the estimator's own output, got a difference of 0.5 where rounding explains 1e-09 \
(largest of 2 inputs); sample it
    """
    if expected.shape != found.shape:
        raise ValueError(
            f"{what} must give the estimator's own output, one number for each input, got {found.shape} and "
            f"{expected.shape}; {remedy}"
        )
    with np.errstate(invalid="ignore"):
        difference = np.where(found == expected, 0.0, np.abs(found - expected))
    # NaN is a difference, too
    excess = np.where(np.isnan(difference), np.inf, difference - allowed)
    if excess.size and excess.max() > 0:
        worst = int(excess.argmax())
        limit = float(np.broadcast_to(allowed, found.shape)[worst])
        raise ValueError(
            f"{what} must give the estimator's own output, got a difference of {difference[worst]:.3g} where rounding "
            f"explains {limit:.1g} (largest of {len(found)} inputs); {remedy}"
        )
