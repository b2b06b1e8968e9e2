"""Small estimators that are trained on scikit-learn's digits, each with the prediction of its own library."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import xgboost
from sklearn.datasets import load_digits
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
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeRegressor

ROWS = 500
SINGLE = float(np.finfo(np.float32).eps)


class Case(NamedTuple):
    """A fitted estimator, the arguments of `TreeModel`, its library's answer on rows, and how far a sum may be off."""

    estimator: Any
    options: dict[str, Any]
    predict: Callable[[np.ndarray], np.ndarray]
    tolerance: float = 1e-13


@functools.cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Pixels in [0, 1], (n, 64), and labels."""
    x, y = load_digits(return_X_y=True)
    return x / 16, y


def _train() -> tuple[np.ndarray, np.ndarray]:
    x, y = digits()
    return x[:ROWS], y[:ROWS]


def _forest(kind: type, **options: Any) -> Case:
    x, y = _train()
    fitted = kind(random_state=0, **options).fit(x, y)
    return Case(fitted, {"target": 3, "output": "probability"}, lambda rows: fitted.predict_proba(rows)[:, 3])


def _two_classes(kind: type, target: int | None, **options: Any) -> Case:
    x, y = _train()
    fitted, sign = kind(random_state=0, **options).fit(x, y == 3), -1 if target == 0 else 1
    return Case(fitted, {"target": target}, lambda rows: sign * fitted.decision_function(rows))


def _many_classes(kind: type, **options: Any) -> Case:
    x, y = _train()
    fitted = kind(random_state=0, **options).fit(x, y)
    return Case(fitted, {"target": 7}, lambda rows: fitted.decision_function(rows)[:, 7])


def _numbers(kind: type, **options: Any) -> Case:
    x, y = _train()
    fitted = kind(random_state=0, **options).fit(x, y)
    return Case(fitted, {}, fitted.predict)


def _log_counts() -> Case:
    x, y = _train()
    fitted = HistGradientBoostingRegressor(loss="poisson", max_iter=5, max_leaf_nodes=8).fit(x, y)
    return Case(fitted, {}, lambda rows: np.log(fitted.predict(rows)))


def _lightgbm(target: int | None, objective: str, zeros: bool = False, **options: Any) -> Case:
    x, y = _train()
    labels = y == 3 if objective == "binary" else y
    settings = {"objective": objective, "verbosity": -1, "num_leaves": 12, "seed": 0, "num_threads": 1, **options}
    settings |= {"zero_as_missing": True, "use_missing": True} if zeros else {}
    booster = lightgbm.train(settings, lightgbm.Dataset(x, labels), 6)
    sign, n_scores = -1 if target == 0 else 1, settings.get("num_class", 1)

    def predict(rows: np.ndarray) -> np.ndarray:
        scores = booster.predict(rows, raw_score=True)
        # the raw score of a random forest is a sum over trees, where its prediction is of their mean
        scores = scores / booster.num_trees() * n_scores if settings.get("boosting") == "rf" else scores
        return sign * (scores if scores.ndim == 1 else scores[:, target])

    return Case(booster, {"target": target}, predict)


def _lightgbm_estimator() -> Case:
    x, y = _train()
    fitted = lightgbm.LGBMRegressor(n_estimators=6, num_leaves=12, verbosity=-1, n_jobs=1).fit(x, y)
    return Case(fitted, {}, lambda rows: fitted.booster_.predict(rows))


def _xgboost(target: int | None, objective: str, **options: Any) -> Case:
    x, y = _train()
    labels = y == 3 if objective.startswith("binary") else y + 1.0 if objective == "reg:gamma" else y
    settings = {"objective": objective, "max_depth": 4, "nthread": 1, "seed": 0, **options}
    booster = xgboost.train(settings, xgboost.DMatrix(x, labels), 6)
    return _of_xgboost(booster, booster, target)


def _xgboost_stopped() -> Case:
    x, y = _train()
    noise = np.random.default_rng(0).permutation(y)
    fitted = xgboost.XGBRegressor(n_estimators=30, max_depth=3, early_stopping_rounds=2, n_jobs=1)
    fitted.fit(x, noise, eval_set=[(x[:100], y[:100])], verbose=False)
    assert fitted.best_iteration < 20
    return _of_xgboost(fitted, fitted.get_booster()[: fitted.best_iteration + 1], None)


def _of_xgboost(estimator: Any, booster: Any, target: int | None) -> Case:
    sign = -1 if target == 0 else 1

    def predict(rows: np.ndarray) -> np.ndarray:
        scores = booster.predict(xgboost.DMatrix(rows), output_margin=True).astype(float)
        return sign * (scores if scores.ndim == 1 else scores[:, target])

    # XGBoost adds its leaves, of at most a few units here, in float32.
    return Case(estimator, {"target": target}, predict, 30 * SINGLE)


BAGGED = {"bagging_freq": 1, "bagging_fraction": 0.6, "feature_fraction": 0.5}

CASES: dict[str, Callable[[], Case]] = {
    "decision tree": lambda: _forest(DecisionTreeClassifier, max_depth=7),
    "decision tree of numbers": lambda: _numbers(DecisionTreeRegressor),
    "extra tree of numbers": lambda: _numbers(ExtraTreeRegressor, max_depth=9),
    "random forest": lambda: _forest(RandomForestClassifier, n_estimators=8, max_depth=6),
    "random forest of numbers": lambda: _numbers(RandomForestRegressor, n_estimators=5, max_depth=6),
    "extra trees": lambda: _forest(ExtraTreesClassifier, n_estimators=8, max_depth=6, bootstrap=True),
    "extra trees of numbers": lambda: _numbers(ExtraTreesRegressor, n_estimators=5, max_depth=6),
    "boosting, two classes": lambda: _two_classes(GradientBoostingClassifier, 1, n_estimators=6),
    "boosting, the first of two": lambda: _two_classes(GradientBoostingClassifier, 0, n_estimators=6),
    "boosting, ten classes": lambda: _many_classes(GradientBoostingClassifier, n_estimators=3),
    "boosting of numbers": lambda: _numbers(GradientBoostingRegressor, n_estimators=6, init="zero"),
    "histogram, two classes": lambda: _two_classes(HistGradientBoostingClassifier, None, max_iter=5),
    "histogram, ten classes": lambda: _many_classes(HistGradientBoostingClassifier, max_iter=2),
    "histogram of numbers": lambda: _numbers(HistGradientBoostingRegressor, max_iter=5),
    "histogram of counts": _log_counts,
    "LightGBM, two classes": lambda: _lightgbm(None, "binary"),
    "LightGBM, the first of two": lambda: _lightgbm(0, "binary"),
    "LightGBM, ten classes": lambda: _lightgbm(4, "multiclass", num_class=10),
    "LightGBM, zero is missing": lambda: _lightgbm(None, "regression", zeros=True),
    "LightGBM random forest": lambda: _lightgbm(None, "regression", boosting="rf", **BAGGED),
    "LightGBM random forest of two classes": lambda: _lightgbm(None, "binary", boosting="rf", **BAGGED),
    "LightGBM random forest of ten classes": lambda: _lightgbm(4, "multiclass", boosting="rf", num_class=10, **BAGGED),
    "LightGBM dart": lambda: _lightgbm(None, "regression", boosting="dart", drop_rate=0.5, skip_drop=0.0),
    "LightGBM estimator": _lightgbm_estimator,
    "XGBoost, two classes": lambda: _xgboost(None, "binary:logistic"),
    "XGBoost, the first of two": lambda: _xgboost(0, "binary:logistic"),
    "XGBoost, ten classes": lambda: _xgboost(2, "multi:softprob", num_class=10),
    "XGBoost forests of ten classes": lambda: _xgboost(
        2, "multi:softprob", num_class=10, num_parallel_tree=2, subsample=0.5
    ),
    "XGBoost of numbers": lambda: _xgboost(None, "reg:squarederror", base_score=2.5),
    "XGBoost with a link": lambda: _xgboost(None, "reg:gamma"),
    "XGBoost dart": lambda: _xgboost(None, "reg:squarederror", booster="dart", rate_drop=0.5),
    "XGBoost, stopped early": _xgboost_stopped,
}


@functools.cache
def case(name: str) -> Case:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CASES[name]()
