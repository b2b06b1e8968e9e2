"""Linear scores of fitted estimators, as weights of the columns and an intercept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import integer

FALLBACK = "enumerate or sample its set function instead, lt.set_function(callable, masked) in limit or estimate"


@dataclass(frozen=True, eq=False)
class LinearScore:
    """f(x) = intercept + Σ_u weights_u x_u, a score of an estimator.

    Attributes:
        weights: of the columns, (p,).
        intercept: a constant.
        answer: the estimator's own answer to rows (n, p) → (n,), which f must equal.
        binarize: what x is compared with first, as `BernoulliNB` does; None where x is taken as it is.
    """

    weights: np.ndarray
    intercept: float
    answer: Callable[[Any], np.ndarray]
    binarize: float | None = None


def linear_score(estimator: Any, target: int | None) -> LinearScore | None:
    """The linear score of an estimator; None of one that has none.

    | estimator | score |
    |---|---|
    | with `coef_`, classifiers | decision_function of the target; for two classes the default is that of class 1 |
    | with `coef_`, regressors | predict |
    | MultinomialNB, ComplementNB, BernoulliNB | predict_joint_log_proba of the target, log P(x, class) |

    Raises:
        ValueError: a class that the estimator does not have, or none where it has more than two.

    >>> from sklearn.linear_model import LogisticRegression
    >>> found = linear_score(LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 0, 1]), None)
    >>> found.weights.shape, linear_score(dict(), None)
    ((1,), None)
    """
    if hasattr(estimator, "feature_log_prob_"):
        return _naive_bayes(estimator, target)
    if not hasattr(estimator, "coef_") or not hasattr(estimator, "intercept_"):
        return None
    coefficients = estimator.coef_
    rows = np.atleast_2d(coefficients.toarray() if hasattr(coefficients, "toarray") else coefficients)
    intercepts = np.broadcast_to(np.ravel(estimator.intercept_), len(rows))
    if not hasattr(estimator, "decision_function"):
        if len(rows) > 1:
            return None
        return LinearScore(rows[0], float(intercepts[0]), lambda x: np.ravel(estimator.predict(x)))
    row, sign = _row(estimator, target, len(rows))

    def answer(x: Any) -> np.ndarray:
        scores = estimator.decision_function(x)
        return np.asarray(sign * (scores if scores.ndim == 1 else scores[:, row]))

    return LinearScore(sign * rows[row], float(sign * intercepts[row]), answer)


def _row(estimator: Any, target: int | None, rows: int) -> tuple[int, float]:
    """The row of `coef_` that is the target's, and its sign: two classes share one row."""
    place = class_place(estimator, target)
    return (0, 1.0 if place == 1 else -1.0) if rows == 1 else (place, 1.0)


def class_place(estimator: Any, target: int | None) -> int:
    """The position of the class explained: the target, or the second of two classes.

    Raises:
        ValueError: the estimator has no such class, or several and none was chosen.
    """
    classes = len(estimator.classes_)
    if target is None:
        if classes != 2:
            raise ValueError(f"target must be one of {classes} classes by its position, got None; choose one")
        return 1
    place = integer("target", target, 0)
    if place >= classes:
        raise ValueError(f"target must be below the number of classes, {classes}, got {target}; choose one of them")
    return place


def _naive_bayes(estimator: Any, target: int | None) -> LinearScore | None:
    place, name = class_place(estimator, target), type(estimator).__name__
    logs, prior = estimator.feature_log_prob_, estimator.class_log_prior_

    def answer(x: Any) -> np.ndarray:
        return np.asarray(estimator.predict_joint_log_proba(x)[:, place])

    if name == "MultinomialNB":
        return LinearScore(logs[place], float(prior[place]), answer)
    if name == "ComplementNB":
        return LinearScore(logs[place], float(prior[place]) if len(prior) == 1 else 0.0, answer)
    if name == "BernoulliNB":
        absent = np.log1p(-np.exp(logs[place]))
        return LinearScore(
            logs[place] - absent, float(prior[place] + absent.sum()), answer, binarize=estimator.binarize
        )
    return None
