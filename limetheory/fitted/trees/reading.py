"""From a fitted estimator of any supported library to the sum of trees of one of its outputs."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import choice, integer
from limetheory.fitted.agreement import Answer, refuse_disagreement
from limetheory.fitted.trees.boundary_rows import boundary_rows
from limetheory.fitted.trees.ensemble import Ensemble
from limetheory.given import given

READERS = {
    "sklearn": ("limetheory.fitted.trees.sklearn_trees", "limetheory.fitted.trees.pipelines"),
    "lightgbm": ("limetheory.fitted.trees.lightgbm_trees",),
    "xgboost": ("limetheory.fitted.trees.xgboost_trees",),
}
OUTPUTS = ("score", "probability")
FALLBACK = "enumerate or sample its set function instead, lt.set_function(callable, masked) in limit or estimate"


class Reading(NamedTuple):
    """The trees of one output and the library's own prediction for it.

    Attributes:
        ensemble: the trees as read.
        answer: the library's own prediction of that output.
        dtype: the type in which the library adds its leaves.
        unit: added to the size of leaves for the rounding errors of the answer: 1 if it is a logarithm, else 0.
        beside: for scaled inputs, from rows that the splits compare to inputs that are scaled to them or near them.
    """

    ensemble: Ensemble
    answer: Answer
    dtype: Any = np.float64
    unit: float = 0.0
    beside: Callable[[np.ndarray], np.ndarray] | None = None


def ensemble_of(estimator: Any, target: int | None, output: str) -> Ensemble:
    """Read the trees of an estimator; refuse them if they do not give its own prediction.

    Raises:
        ValueError: the trees as read differ from the estimator's prediction at an input of `boundary_rows`.
    """
    choice("output", output, OUTPUTS)
    reading = reading_of(estimator, target, output)
    rows = boundary_rows(reading.ensemble)
    refuse_other_trees(reading, rows if reading.beside is None else reading.beside(rows))
    return reading.ensemble


def reading_of(estimator: Any, target: int | None, output: str) -> Reading:
    """The trees and the answer; the library's own reader is imported with the first of its estimators."""
    for kind in type(estimator).__mro__:
        for reader in READERS.get(kind.__module__.partition(".")[0], ()):
            import_module(reader)
    return read(estimator, target, output)


def refuse_other_trees(reading: Reading, rows: np.ndarray) -> None:
    """Compare the trees with the library at some inputs, up to the rounding of m leaves and of their partial sums."""
    ensemble = reading.ensemble
    allowed = (2 * len(ensemble.roots) + 8) * float(np.finfo(reading.dtype).eps) * (ensemble.largest + reading.unit)
    refuse_disagreement("trees as read", ensemble.predict(rows), reading.answer(rows), allowed, FALLBACK)


@singledispatch
def read(estimator: Any, target: int | None, output: str) -> Reading:
    """The trees of ``output`` of class ``target``; each reader registers the classes that it supports."""
    raise NotImplementedError(
        "TreeModel reads scikit-learn's trees, forests and gradient boosting, LightGBM and XGBoost, got "
        f"{type(estimator).__name__}; {FALLBACK}"
    )


def score_of(target: Any, n_classes: int | None, n_scores: int) -> tuple[int, float]:
    """The column and the sign of the target's score; two classes may share the score of the second.

    ``n_classes`` is None where there are no classes.

    >>> score_of(2, 3, 3), score_of(None, 2, 1), score_of(0, 2, 1), score_of(None, None, 1)
    ((2, 1.0), (0, 1.0), (0, -1.0), (0, 1.0))
    """
    if n_classes is None:
        if target is not None:
            raise ValueError(f"target chooses a class, got {given(target)} for a model without classes; leave it out")
        return 0, 1.0
    if target is None and n_classes != 2:
        raise ValueError(f"target must be a class 0..{n_classes - 1} of this model, got None; name one")
    target = 1 if target is None else integer("target", target, 0)
    if target >= n_classes:
        raise ValueError(f"target must be a class 0..{n_classes - 1} of this model, got {target}")
    return (target, 1.0) if n_scores == n_classes else (0, 1.0 if target else -1.0)


def refuse_probability(output: str, name: str) -> None:
    """Boosting sums scores; its probability is a nonlinear function of the sum, so it is not a sum of leaves."""
    if output == "probability":
        raise NotImplementedError(
            f"the probability of {name} is not a sum of trees; take output='score', or {FALLBACK}"
        )


def unsupported(what: str, name: str) -> NotImplementedError:
    """The error for a kind of tree that is not supported."""
    return NotImplementedError(f"TreeModel has no {what}, got {name} with them; {FALLBACK}")


def unfitted(estimator: Any) -> ValueError:
    """The error for an estimator that is not fitted."""
    return ValueError(f"estimator must be fitted, got an unfitted {type(estimator).__name__}; call fit first")
