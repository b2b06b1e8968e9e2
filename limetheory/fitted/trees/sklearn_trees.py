"""scikit-learn's trees: float32 inputs against float64 thresholds, but float64 inputs in histogram boosting."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.exceptions import NotFittedError
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.validation import check_is_fitted

from limetheory.fitted.agreement import Answer, own_answer
from limetheory.fitted.trees.ensemble import Ensemble, Tree
from limetheory.fitted.trees.reading import Reading, read, refuse_probability, score_of, unfitted, unsupported

_LOGARITHMIC = ("poisson", "gamma")
"""The losses of histogram boosting whose scores are logarithms of predictions."""


@read.register(DecisionTreeClassifier)
@read.register(DecisionTreeRegressor)
def _one(estimator: Any, target: int | None, output: str) -> Reading:
    return _average(estimator, [estimator], target, output)


@read.register(RandomForestClassifier)
@read.register(RandomForestRegressor)
@read.register(ExtraTreesClassifier)
@read.register(ExtraTreesRegressor)
def _forest(estimator: Any, target: int | None, output: str) -> Reading:
    _check_fitted(estimator)
    return _average(estimator, estimator.estimators_, target, output)


def _average(estimator: Any, members: list[Any], target: int | None, output: str) -> Reading:
    """The mean over trees of a class's share in the leaf (predict_proba), or of the leaf's mean (predict)."""
    _check_fitted(estimator)
    if estimator.n_outputs_ > 1:
        raise unsupported("trees of several outputs", type(estimator).__name__)
    n_classes = getattr(estimator, "n_classes_", None)
    if n_classes is None:
        _refuse_probability_of_numbers(output)
    column, _ = score_of(target, None if n_classes is None else int(n_classes), int(n_classes or 1))
    trees = [_tree(member.tree_, column, 1 / len(members)) for member in members]
    own = own_answer(estimator.predict if n_classes is None else estimator.predict_proba, target)
    return Reading(Ensemble(trees, estimator.n_features_in_, np.float32), own)


@read.register(GradientBoostingClassifier)
@read.register(GradientBoostingRegressor)
def _boosting(estimator: Any, target: int | None, output: str) -> Reading:
    _check_fitted(estimator)
    _check_score(estimator, output)
    if not isinstance(estimator.init_, (DummyClassifier, DummyRegressor, str)):
        raise unsupported("initial estimator other than a constant", type(estimator).__name__)
    column, sign = score_of(target, _n_classes(estimator), estimator.estimators_.shape[1])
    members, scale = estimator.estimators_[:, column], sign * estimator.learning_rate
    trees = [_tree(member.tree_, 0, scale) for member in members]
    black = np.zeros((1, estimator.n_features_in_))
    own = _own_score(estimator, target)
    start = own(black)[0] - Ensemble(trees, black.size, np.float32).predict(black)[0]
    return Reading(Ensemble(trees, black.size, np.float32, start), own)


@read.register(HistGradientBoostingClassifier)
@read.register(HistGradientBoostingRegressor)
def _histogram(estimator: Any, target: int | None, output: str) -> Reading:
    _check_fitted(estimator)
    _check_score(estimator, output)
    if estimator.is_categorical_ is not None:
        raise unsupported("categorical splits", type(estimator).__name__)
    column, sign = score_of(target, _n_classes(estimator), estimator.n_trees_per_iteration_)
    trees = [_histogram_tree(step[column].nodes, sign) for step in estimator._predictors]
    start = sign * estimator._baseline_prediction[0, column]
    ensemble = Ensemble(trees, estimator.n_features_in_, np.float64, start)
    unit = 1.0 if getattr(estimator, "loss", None) in _LOGARITHMIC else 0.0
    return Reading(ensemble, _own_score(estimator, target), unit=unit)


def _own_score(estimator: Any, target: int | None) -> Answer:
    """The decision function of a class, or the prediction before the logarithmic link of counts and sizes."""
    if hasattr(estimator, "decision_function"):
        return own_answer(estimator.decision_function, target)
    if estimator.loss in _LOGARITHMIC:
        return own_answer(lambda rows: np.log(estimator.predict(rows)))
    return own_answer(estimator.predict)


def _tree(tree: Any, column: int, scale: float) -> Tree:
    value = scale * tree.value[:, 0, column]
    return Tree(tree.feature, tree.threshold, tree.children_left, tree.children_right, value)


def _histogram_tree(nodes: np.ndarray, sign: float) -> Tree:
    left = np.where(nodes["is_leaf"], -1, nodes["left"].astype(int))
    return Tree(nodes["feature_idx"], nodes["num_threshold"], left, nodes["right"].astype(int), sign * nodes["value"])


def _n_classes(estimator: Any) -> int | None:
    return len(estimator.classes_) if hasattr(estimator, "classes_") else None


def _check_score(estimator: Any, output: str) -> None:
    if _n_classes(estimator) is None:
        _refuse_probability_of_numbers(output)
    refuse_probability(output, type(estimator).__name__)


def _refuse_probability_of_numbers(output: str) -> None:
    if output == "probability":
        raise ValueError("output='probability' needs a classifier, got a regressor; take output='score'")


def _check_fitted(estimator: Any) -> None:
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise unfitted(estimator) from None
