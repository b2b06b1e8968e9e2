"""Trees as read are compared with the library's own prediction: right ones pass, and every corrupted one is refused."""

from dataclasses import replace

import lightgbm
import numpy as np
import pytest
import xgboost
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from limetheory.fitted.trees import TreeModel, reading
from limetheory.fitted.trees.ensemble import NEAR_ZERO, Ensemble

RNG = np.random.default_rng(4)
X = RNG.normal(size=(300, 6)) * np.array([1, 1, 1, 1e-3, 1e4, 1])
X[:, 5] = RNG.integers(-2, 3, 300)
Y = X[:, 0] * X[:, 1] + X[:, 5] + X[:, 4] / 1e4
COUNTS, THREE, WEIGHT = np.round(np.exp(Y.clip(-2, 2))), np.digitize(Y, [-1, 1]), RNG.integers(0, 3, 300)
GAPS = np.where(RNG.random(X.shape) < 0.15, np.nan, X)
SMALL = {"random_state": 0, "max_leaf_nodes": 9}
FEW = SMALL | {"n_estimators": 5}


def light(y=Y, x=X, rounds=6, categorical="auto", **options):
    settings = {"objective": "regression", "verbosity": -1, "num_leaves": 9, "seed": 0, "num_threads": 1,
                "min_data_in_leaf": 5, **options}  # fmt: skip
    return lightgbm.train(settings, lightgbm.Dataset(x, y, categorical_feature=categorical), rounds)


def extreme(y=Y, x=X, rounds=6, **options):
    settings = {"objective": "reg:squarederror", "max_depth": 4, "nthread": 1, "seed": 0, **options}
    return xgboost.train(settings, xgboost.DMatrix(x, y), rounds)


RF = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}
LOG_LOSS = {"objective": "multi:softprob", "num_class": 3}

VARIANTS = {
    "tree, entropy, weights": lambda: (DecisionTreeClassifier(criterion="entropy", **SMALL).fit(X, THREE, WEIGHT), 1),
    "tree, class weights": lambda: (DecisionTreeClassifier(class_weight="balanced", **SMALL).fit(X, THREE), 2),
    "tree, monotone": lambda: (DecisionTreeClassifier(monotonic_cst=[0, 0, 0, 0, 1, 1], **SMALL).fit(X, Y > 0), 1),
    "tree, pruned, medians": lambda: (
        DecisionTreeRegressor(criterion="absolute_error", ccp_alpha=0.01).fit(X, Y), None
    ),
    "tree, counts": lambda: (DecisionTreeRegressor(criterion="poisson", **SMALL).fit(X, COUNTS), None),
    "tree, missing values": lambda: (DecisionTreeRegressor(**SMALL).fit(GAPS, Y), None),
    "one leaf": lambda: (DecisionTreeRegressor().fit(X, np.full(300, 0.1)), None),
    "forest, class weights": lambda: (
        RandomForestClassifier(class_weight="balanced_subsample", **FEW).fit(X, THREE), 0
    ),
    "forest, weights, missing values": lambda: (RandomForestRegressor(**FEW).fit(GAPS, Y, WEIGHT), None),
    "forest, two jobs, no bootstrap": lambda: (
        RandomForestClassifier(bootstrap=False, n_jobs=2, **FEW).fit(X, Y > 0), 0
    ),
    "forest, text labels": lambda: (RandomForestClassifier(**FEW).fit(X, np.array(["a", "b", "c"])[THREE]), 2),
    "extra trees, out of bag": lambda: (ExtraTreesRegressor(bootstrap=True, max_samples=0.5, **FEW).fit(X, Y), None),
    "boosting, huber": lambda: (GradientBoostingRegressor(loss="huber", subsample=0.5, **FEW).fit(X, Y), None),
    "boosting, quantile": lambda: (GradientBoostingRegressor(loss="quantile", alpha=0.8, **FEW).fit(X, Y), None),
    "boosting, exponential": lambda: (GradientBoostingClassifier(loss="exponential", **FEW).fit(X, Y > 0), 0),
    "boosting, a dummy first": lambda: (
        GradientBoostingClassifier(init=DummyClassifier(strategy="prior"), **FEW).fit(X, THREE), 1
    ),
    "boosting, from zero": lambda: (GradientBoostingClassifier(init="zero", **FEW).fit(X, THREE), 2),
    "boosting, stopped early": lambda: (
        GradientBoostingRegressor(n_iter_no_change=1, random_state=0, n_estimators=50).fit(X, RNG.permutation(Y)), None
    ),
    "histogram, gamma": lambda: (HistGradientBoostingRegressor(loss="gamma", max_iter=5).fit(X, COUNTS + 1), None),
    "histogram, poisson": lambda: (HistGradientBoostingRegressor(loss="poisson", max_iter=5).fit(X, COUNTS), None),
    "histogram, quantile": lambda: (
        HistGradientBoostingRegressor(loss="quantile", quantile=0.3, max_iter=5).fit(X, Y), None
    ),
    "histogram, absolute error": lambda: (
        HistGradientBoostingRegressor(loss="absolute_error", max_iter=5).fit(X, Y), None
    ),
    "histogram, monotone, interactions": lambda: (
        HistGradientBoostingRegressor(
            monotonic_cst=[0, 0, 0, 0, 1, 1], interaction_cst="pairwise", max_iter=5, max_features=0.5
        ).fit(X, Y), None
    ),
    "histogram, missing values": lambda: (HistGradientBoostingClassifier(max_iter=5).fit(GAPS, THREE), 1),
    "LightGBM, monotone": lambda: (light(monotone_constraints=[0, 0, 0, 0, 1, 1]), None),
    "LightGBM, extra trees": lambda: (light(extra_trees=True), None),
    "LightGBM, missing values": lambda: (light(x=GAPS), None),
    "LightGBM, zero is missing": lambda: (light(zero_as_missing=True), None),
    "LightGBM, no missing values": lambda: (light(x=GAPS, use_missing=False), None),
    "LightGBM, goss": lambda: (light(data_sample_strategy="goss"), None),
    "LightGBM, dart": lambda: (light(boosting="dart", drop_rate=0.9, skip_drop=0.0), None),
    "LightGBM, dart, classes": lambda: (
        light(THREE, boosting="dart", drop_rate=0.9, skip_drop=0.0, objective="multiclass", num_class=3), 1
    ),
    "LightGBM, one against all": lambda: (light(THREE, objective="multiclassova", num_class=3), 2),
    "LightGBM, averaged": lambda: (light(**RF), None),
    "LightGBM, averaged classes": lambda: (light(THREE, objective="multiclass", num_class=3, **RF), 0),
    "LightGBM, counts": lambda: (light(COUNTS, objective="poisson"), None),
    "LightGBM, tweedie": lambda: (light(COUNTS, objective="tweedie"), None),
    "LightGBM, medians": lambda: (light(objective="regression_l1"), None),
    "LightGBM, cross entropy": lambda: (light(1 / (1 + np.exp(-Y)), objective="cross_entropy"), 0),
    "LightGBM, unbalanced": lambda: (light(Y > 0, objective="binary", is_unbalance=True), None),
    "LightGBM, classifier": lambda: (
        lightgbm.LGBMClassifier(n_estimators=5, num_leaves=9, verbosity=-1, n_jobs=1).fit(X, THREE), 1
    ),
    "XGBoost, monotone": lambda: (extreme(monotone_constraints="(0,0,0,0,1,1)"), None),
    "XGBoost, exact": lambda: (extreme(tree_method="exact"), None),
    "XGBoost, by loss": lambda: (extreme(grow_policy="lossguide", max_leaves=8, tree_method="hist"), None),
    "XGBoost, missing values": lambda: (extreme(x=GAPS), None),
    "XGBoost, random forest": lambda: (
        extreme(num_parallel_tree=5, subsample=0.6, colsample_bynode=0.6, learning_rate=1.0, rounds=1), None
    ),
    "XGBoost, dart": lambda: (extreme(booster="dart", rate_drop=0.7), None),
    "XGBoost, dart of classes": lambda: (extreme(THREE, booster="dart", rate_drop=0.7, **LOG_LOSS), 1),
    "XGBoost, base score": lambda: (extreme(base_score=5.0), None),
    "XGBoost, base score of classes": lambda: (extreme(THREE, base_score=0.3, **LOG_LOSS), 0),
    "XGBoost, softmax": lambda: (extreme(THREE, **(LOG_LOSS | {"objective": "multi:softmax"})), 2),
    "XGBoost, counts": lambda: (extreme(COUNTS, objective="count:poisson"), None),
    "XGBoost, tweedie": lambda: (extreme(COUNTS, objective="reg:tweedie"), None),
    "XGBoost, hinge": lambda: (extreme(Y > 0, objective="binary:hinge"), 1),
    "XGBoost, logits": lambda: (extreme(Y > 0, objective="binary:logitraw", scale_pos_weight=3), 0),
    "XGBoost, medians": lambda: (extreme(objective="reg:absoluteerror"), None),
    "XGBoost, one quantile": lambda: (extreme(objective="reg:quantileerror", quantile_alpha=0.3), None),
    "XGBoost, a forest's estimator": lambda: (
        xgboost.XGBRFClassifier(n_estimators=5, max_depth=4, n_jobs=1).fit(X, THREE), 1
    ),
    "XGBoost, dart's estimator": lambda: (
        xgboost.XGBRegressor(n_estimators=5, booster="dart", rate_drop=0.5, n_jobs=1).fit(X, Y), None
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_is_read_and_agrees_with_its_library(name):
    estimator, target = VARIANTS[name]()
    TreeModel(estimator, target)
    found = reading.reading_of(estimator, target, "score")
    rows = np.nan_to_num(X[:50])
    tolerance = 1e-13 if found.dtype == np.float64 else 1e-5 * found.ensemble.largest
    np.testing.assert_allclose(found.ensemble.predict(rows), found.answer(rows), rtol=0, atol=tolerance)
    assert np.ptp(found.answer(rows)) > 0.01 or name == "one leaf"


def built_otherwise(patch, before=lambda trees: trees, after=lambda ensemble: None, other_type=False):
    """Build ensembles from other trees, in the other floating-point type, or change them once they are built."""
    build = Ensemble.__init__

    def wrong(self, trees, n_features, dtype=np.float64, *args, **options):
        dtype = {np.float64: np.float32, np.float32: np.float64}[dtype] if other_type else dtype
        build(self, before(list(trees)), n_features, dtype, *args, **options)
        after(self)

    patch.setattr(Ensemble, "__init__", wrong)


def each(**changes):
    """Every tree with arrays that went through functions of the same names."""
    return lambda trees: [
        replace(tree, **{name: change(np.asarray(getattr(tree, name))) for name, change in changes.items()})
        for tree in trees
    ]


def strict(ensemble):
    ensemble._threshold = np.nextafter(ensemble._threshold, ensemble.dtype.type(-np.inf))


def swapped(ensemble):
    ensemble.children = ensemble.children[::-1].copy()


def one_leaf_off(trees):
    return [replace(tree, value=np.append(tree.value[:-1], 1.01 * tree.value[-1])) for tree in trees]


def another_class(patch):
    for module in ("sklearn_trees", "lightgbm_trees", "xgboost_trees"):
        patch.setattr(f"limetheory.fitted.trees.{module}.score_of", lambda target, n, scores: (2 % scores, -1.0))


CORRUPTIONS = {
    "children swapped": lambda patch: built_otherwise(patch, after=swapped),
    "x < θ in place of x ≤ θ": lambda patch: built_otherwise(patch, after=strict),
    "thresholds of three digits": lambda patch: built_otherwise(patch, each(threshold=lambda t: np.round(t, 3))),
    "another floating-point type": lambda patch: built_otherwise(patch, other_type=True),
    "a leaf of each tree off": lambda patch: built_otherwise(patch, one_leaf_off),
    "all leaves one per cent off": lambda patch: built_otherwise(patch, each(value=lambda v: 1.01 * v)),
    "the next feature": lambda patch: built_otherwise(patch, each(feature=lambda f: (f + 1) % 6)),
    "the last tree lost": lambda patch: built_otherwise(patch, lambda trees: trees[:-1]),
    "another class": another_class,
}

READ = {
    "forest": lambda: RandomForestClassifier(20, max_depth=5, random_state=0).fit(X, THREE),
    "boosting": lambda: GradientBoostingClassifier(n_estimators=10, random_state=0).fit(X, THREE),
    "two classes": lambda: GradientBoostingClassifier(n_estimators=10, random_state=0).fit(X, Y > 0),
    "histogram": lambda: HistGradientBoostingClassifier(max_iter=8).fit(X, THREE),
    "LightGBM": lambda: light(THREE, objective="multiclass", num_class=3),
    "LightGBM random forest": lambda: light(THREE, objective="multiclass", num_class=3, **RF),
    "XGBoost": lambda: extreme(THREE, **LOG_LOSS),
    "XGBoost dart": lambda: extreme(THREE, booster="dart", rate_drop=0.5, **LOG_LOSS),
}

REFUSAL = (
    r"^trees as read must give the estimator's own output, got a difference of \S+ where rounding explains \S+ "
    r"\(largest of \d+ inputs\); enumerate or sample its set function instead, lt.set_function.* in limit or estimate$"
)


@pytest.mark.parametrize("corruption", CORRUPTIONS)
@pytest.mark.parametrize("name", READ)
def test_mutant_a_corrupted_reading_is_refused(name, corruption, monkeypatch):
    estimator = READ[name]()
    TreeModel(estimator, 1)
    CORRUPTIONS[corruption](monkeypatch)
    with pytest.raises(ValueError, match=REFUSAL):
        TreeModel(estimator, 1)


@pytest.mark.parametrize("strategy", ["multi_output_tree", "one_output_per_tree"])
@pytest.mark.parametrize("target", [None, 0, 1, 2])
def test_trees_of_several_outputs_are_refused_whatever_the_target(strategy, target):
    # vectors stand in the leaves of classes too: the trees of target 1 were none, and TreeModel a constant
    settings = {"n_estimators": 3, "n_jobs": 1, "multi_strategy": strategy, "tree_method": "hist"}
    models = [xgboost.XGBRegressor(**settings).fit(X, np.column_stack([Y, -Y, Y**2]))]
    if strategy == "multi_output_tree":
        models += [xgboost.XGBClassifier(**settings).fit(X, THREE)]
        models += [extreme(THREE, multi_strategy=strategy, tree_method="hist", **LOG_LOSS)]
    rule = {"multi_output_tree": "has no trees of several outputs", "one_output_per_tree": "reads a model of one"}
    for model in models:
        with pytest.raises(NotImplementedError, match=rf"^TreeModel {rule[strategy]}.*, got XGBoost with "):
            TreeModel(model, target)


CATEGORIES = np.column_stack([RNG.integers(0, 9, 300), X[:, 1:3]]).astype(float)
BY_CATEGORY = np.isin(CATEGORIES[:, 0], [1, 4, 8]) * 2.0 + CATEGORIES[:, 1]


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
