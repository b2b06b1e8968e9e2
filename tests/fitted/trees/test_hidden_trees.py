"""Estimators whose text hides a kind of tree, or that predict otherwise than their trees, are refused."""

import numpy as np
import pytest
import xgboost
from sklearn.ensemble import (
    GradientBoostingRegressor,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeRegressor
from tree_data import BY_CATEGORY, CATEGORIES, FEW, GAPS, LOG_LOSS, RF, RNG, SMALL, THREE, X, Y, extreme, light

from limetheory.fitted.trees import TreeModel
from limetheory.fitted.trees.ensemble import NEAR_ZERO


def with_categories():
    data = xgboost.DMatrix(CATEGORIES, BY_CATEGORY, feature_types=["c", "q", "q"], enable_categorical=True)
    return xgboost.train({"max_depth": 3, "nthread": 1, "max_cat_to_onehot": 1}, data, 4)


OVERLOOKED = {
    "categories of LightGBM": (
        lambda: light(BY_CATEGORY, CATEGORIES, categorical=[0], min_data_per_group=5),
        lambda dump: as_numbers(dump["tree_info"]),
    ),
    "linear leaves": (lambda: light(linear_tree=True), lambda dump: without(dump, "leaf_coeff")),
    "the mean of LightGBM": (lambda: light(**RF), lambda dump: dump.update(average_output=False)),
    "zero that is missing": (lambda: light(zero_as_missing=True), lambda dump: without(dump, "missing_type")),
}


def without(tree, name):
    """Drop a key everywhere in nested lists and dicts."""
    if isinstance(tree, dict):
        tree.pop(name, None)
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        without(part, name)


def as_numbers(tree):
    """Take a category for the threshold wherever a split has a set of them, "1||4||8"."""
    if isinstance(tree, dict):
        tree.update({"num_cat": 0} if "num_cat" in tree else {})
        tree.update({"threshold": float(str(tree["threshold"]).split("||")[0])} if "threshold" in tree else {})
    for part in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        as_numbers(part)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", OVERLOOKED)
def test_mutant_lightgbm_whose_text_hides_a_kind_of_tree_is_refused(what, monkeypatch):
    build, hide = OVERLOOKED[what]
    estimator = build()
    dump = estimator.dump_model()
    hide(dump)
    monkeypatch.setattr(estimator, "dump_model", lambda: dump)
    with pytest.raises(ValueError, match=r"^trees as read must give the estimator's own output, got a difference"):
        TreeModel(estimator)


def zeroed(name):
    def change(learner):
        for tree in learner["gradient_booster"]["model"]["trees"]:
            tree[name] = [0] * len(tree[name])

    return change


def undropped(learner):
    booster = learner["gradient_booster"]
    found = booster if "weight_drop" in booster else booster["model"]  # of xgboost 3.4
    found["weight_drop"] = [1.0] * len(found["weight_drop"])


def as_scalars(learner):
    """Vectors of the leaves read as if each tree were the first class's."""
    for tree in learner["gradient_booster"]["model"]["trees"]:
        tree["tree_param"]["size_leaf_vector"] = "1"


@pytest.mark.parametrize(
    ("build", "change", "target"),
    [
        (with_categories, zeroed("split_type"), None),
        (lambda: extreme(booster="dart", rate_drop=0.7), undropped, None),
        *((lambda: extreme(THREE, multi_strategy="multi_output_tree", tree_method="hist", **LOG_LOSS), as_scalars, k)
          for k in range(3)),
    ],
    ids=["categories", "dart's weights", "vectors, class 0", "vectors, class 1", "vectors, class 2"],
)  # fmt: skip
def test_mutant_xgboost_whose_text_hides_a_kind_of_tree_is_refused(build, change, target, monkeypatch):
    from limetheory.fitted.trees import xgboost_trees

    estimator, read = build(), xgboost_trees._learner

    def changed(booster):
        learner = read(booster)
        change(learner)
        return learner

    monkeypatch.setattr(xgboost_trees, "_learner", changed)
    with pytest.raises(ValueError, match=r"^trees as read must give the estimator's own output, got a difference"):
        TreeModel(estimator, target)


def test_mutant_a_number_that_stands_for_missing_values_and_a_first_estimator_are_refused(monkeypatch):
    zero, start = X.copy(), GradientBoostingRegressor(init=DecisionTreeRegressor(**SMALL), **FEW).fit(X, Y)
    zero[RNG.random(X.shape) < 0.2] = 0.0
    filled = xgboost.XGBRegressor(n_estimators=5, missing=0.0, n_jobs=1).fit(zero, Y)
    monkeypatch.setattr("limetheory.fitted.trees.xgboost_trees.np.isnan", lambda x: np.full(np.shape(x), True)[()])
    monkeypatch.setattr("limetheory.fitted.trees.sklearn_trees.DummyRegressor", DecisionTreeRegressor)
    for estimator in (filled, start):
        with pytest.raises(ValueError, match=r"^trees as read must give the estimator's own output"):
            TreeModel(estimator)


def test_an_estimator_that_predicts_otherwise_is_refused():
    class Halved(RandomForestRegressor):
        def predict(self, rows):
            return super().predict(rows) / 2

    class Both(RandomForestRegressor):
        def predict(self, rows):
            return np.column_stack([super().predict(rows)] * 3)[:, :, None]

    with pytest.raises(ValueError, match=r"^trees as read must give the estimator's own output, got a difference"):
        TreeModel(Halved(**FEW).fit(X, Y))
    with pytest.raises(ValueError, match=r"one number for each input, got \(\d+,\) and \(\d+, 1\); enumerate or"):
        TreeModel(Both(**FEW).fit(X, Y))


def test_lightgbm_takes_tiny_numbers_for_zero_and_infinity_for_1e300():
    # both were found by the check: the threshold before zero is -1e-35, and JSON has 1e300 for infinity
    negative = light(X[:, 0] < 0, np.minimum(X, 0))
    missing = light(np.isnan(GAPS[:, 0]) * 1.0, GAPS)
    for estimator, values in ((negative, [-NEAR_ZERO, -1e-36, 0, -2e-35]), (missing, [1e299, 1e300, 1.7e308, -1e300])):
        rows = np.zeros((4, 6))
        rows[:, 0] = values
        model, expected = TreeModel(estimator), estimator.predict(rows, raw_score=True)
        np.testing.assert_allclose(model(rows), expected, rtol=0, atol=1e-14)
        terms = model.on_superpixels(rows[0], rows[3], np.arange(6))
        np.testing.assert_allclose(terms(np.array([[True], [False]]) & np.ones((2, 6), bool)), expected[[0, 3]], rtol=0,
                                   atol=1e-14)  # fmt: skip
