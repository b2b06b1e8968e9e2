"""Models that TreeModel cannot read are refused by name, in one line, before anything is computed."""

import forests
import lightgbm
import numpy as np
import pandas
import pytest
import sklearn
import xgboost
from scipy.special import expit
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

import limetheory as lt
from limetheory.fitted.trees import TreeModel

RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 4, (80, 5)).astype(float), RNG.integers(0, 2, 80)
TWO = np.column_stack([Y, 1 - Y])

CATEGORIES = pandas.DataFrame({f"column {i}": pandas.Categorical(column.astype(int)) for i, column in enumerate(X.T)})

UNFITTED = [
    DecisionTreeClassifier(), DecisionTreeRegressor(), RandomForestClassifier(), RandomForestRegressor(),
    ExtraTreesClassifier(), ExtraTreesRegressor(), GradientBoostingClassifier(), GradientBoostingRegressor(),
    HistGradientBoostingClassifier(), HistGradientBoostingRegressor(), lightgbm.LGBMClassifier(),
    lightgbm.LGBMRegressor(), lightgbm.LGBMRanker(), xgboost.XGBClassifier(), xgboost.XGBRegressor(), xgboost.Booster(),
]  # fmt: skip


@pytest.mark.parametrize("estimator", UNFITTED, ids=lambda estimator: type(estimator).__name__)
def test_unfitted(estimator):
    name = type(estimator).__name__
    with pytest.raises(ValueError, match=f"^estimator must be fitted, got an unfitted {name}; call fit first$"):
        TreeModel(estimator)


SEVERAL_OUTPUTS = {
    "tree": lambda: DecisionTreeRegressor().fit(X, TWO * 1.0),
    "forest": lambda: RandomForestClassifier(3).fit(X, TWO),
    "extra trees": lambda: ExtraTreesRegressor(3).fit(X, TWO),
    "XGBoost, trees of vectors": lambda: xgboost.XGBRegressor(
        n_estimators=2, multi_strategy="multi_output_tree", tree_method="hist"
    ).fit(X, TWO * 1.0),
}


@pytest.mark.parametrize("name", SEVERAL_OUTPUTS)
def test_several_outputs(name):
    with pytest.raises(NotImplementedError, match=r"TreeModel has no trees of several outputs, got .* or estimate$"):
        TreeModel(SEVERAL_OUTPUTS[name]())


# a given start: xgboost before 3.1 fits one that all targets share
START = {"n_estimators": 2, "base_score": 0.5}


@pytest.mark.parametrize("estimator", [xgboost.XGBClassifier(**START), xgboost.XGBRegressor(**START)])
def test_several_targets_with_a_tree_each_are_called_so_and_the_remedy_works(estimator):
    both = estimator.fit(X, TWO * 1)
    with pytest.raises(NotImplementedError, match="of one target, got XGBoost with 2 targets and trees for each; fit"):
        TreeModel(both)
    margins = both.predict(X, output_margin=True)
    for j, column in enumerate(TWO.T):
        alone = TreeModel(type(both)(**START).fit(X, column * 1))
        np.testing.assert_allclose(alone(X), margins[:, j], rtol=0, atol=1e-5)


def _lightgbm(**options):
    settings = {"objective": "regression", "verbosity": -1, "min_data_in_leaf": 2, "min_data_per_group": 2, **options}
    data = lightgbm.Dataset(X, X[:, 0] == 2, categorical_feature=options.pop("categorical", "auto"))
    settings.pop("categorical", None)
    return lightgbm.train(settings, data, 2)


def _xgboost(**options):
    types = options.pop("types", None)
    data = xgboost.DMatrix(X, Y, feature_types=types, enable_categorical=types is not None)
    return xgboost.train({"objective": "reg:squarederror", "max_depth": 2, **options}, data, 2)


OTHER_TREES = {
    "categorical splits": [
        lambda: HistGradientBoostingRegressor(categorical_features=[0]).fit(X, Y),
        lambda: _lightgbm(categorical=[0]),
        lambda: _xgboost(types=["c"] * 5, max_cat_to_onehot=1),
        lambda: HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2, categorical_features="from_dtype").fit(
            CATEGORIES, X[:, 0] == 2
        ),
        lambda: lightgbm.LGBMRegressor(n_estimators=2, verbosity=-1, min_child_samples=2, min_data_per_group=2).fit(
            CATEGORIES, X[:, 0] == 2
        ),
        lambda: xgboost.XGBClassifier(n_estimators=2, enable_categorical=True).fit(CATEGORIES, X[:, 0] == 2),
    ],
    "linear models in the leaves": [lambda: _lightgbm(linear_tree=True)],
    "linear booster": [lambda: _xgboost(booster="gblinear")],
    "number that stands for a missing value": [lambda: xgboost.XGBRegressor(n_estimators=2, missing=0.0).fit(X, Y)],
    "initial estimator other than a constant": [
        lambda: GradientBoostingRegressor(init=LinearRegression(), n_estimators=2).fit(X, Y)
    ],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", OTHER_TREES)
def test_trees_that_are_no_comparisons_with_constant_leaves(what):
    for build in OTHER_TREES[what]:
        with pytest.raises(NotImplementedError, match=f"^TreeModel has no {what}, got .* with them; "):
            TreeModel(build())


OTHERS = [
    AdaBoostClassifier(), BaggingClassifier(), IsolationForest(), MultiOutputRegressor(GradientBoostingRegressor()),
    make_pipeline(LinearRegression()), LinearRegression(), len, None,
]  # fmt: skip


@pytest.mark.parametrize("estimator", OTHERS, ids=repr)
def test_other_models(estimator):
    with pytest.raises(NotImplementedError, match=r"LightGBM and XGBoost, got .*; enumerate or sample"):
        TreeModel(estimator)


BOOSTED = ["boosting, two classes", "histogram, ten classes", "LightGBM, two classes", "XGBoost, ten classes",
           "LightGBM random forest of two classes"]  # fmt: skip


@pytest.mark.parametrize("name", BOOSTED)
def test_the_probability_of_boosting_is_no_sum_of_trees(name):
    with pytest.raises(NotImplementedError, match=r"^the probability of .* is not a sum of trees; take"):
        TreeModel(forests.case(name).estimator, target=1, output="probability")


def test_the_probability_of_lightgbms_random_forest_is_the_sigmoid_of_the_mean_and_no_mean_of_probabilities():
    # Why it is refused: each tree votes with a log odds, so that the probability is no sum over trees.
    case, rows = forests.case("LightGBM random forest of two classes"), forests.digits()[0][:300]
    one = {"raw_score": True, "num_iteration": 1}
    trees = np.array([case.estimator.predict(rows, start_iteration=k, **one) for k in range(6)])
    probability = case.estimator.predict(rows)
    np.testing.assert_allclose(expit(trees.mean(axis=0)), probability, rtol=0, atol=1e-14)
    assert np.abs(expit(trees).mean(axis=0) - probability).max() > 0.05
    np.testing.assert_allclose(TreeModel(case.estimator)(rows), trees.mean(axis=0), rtol=0, atol=1e-13)


def test_the_probability_of_boosting_differs_from_every_sum_of_its_leaves():
    # Why it is refused: on four leaves of two trees a sum obeys F(11) − F(10) − F(01) + F(00) = 0, a sigmoid does not.
    x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]] * 20)
    boosting = GradientBoostingClassifier(n_estimators=40, max_depth=1).fit(x, np.tile([0, 0, 0, 1], 20))
    masks = lt.all_masks(2)
    probability, score = boosting.predict_proba(masks)[:, 1], boosting.decision_function(masks)
    signs = np.array([1, -1, -1, 1])
    assert abs(signs @ score) < 1e-12 and abs(signs @ probability) > 0.3
    np.testing.assert_allclose(TreeModel(boosting)(masks), score, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("random forest", {"target": 10}, ValueError, r"target must be a class 0\.\.9 of this model, got 10"),
        ("random forest", {"target": -1}, ValueError, "target must be at least 0, got -1"),
        ("random forest", {"target": 1.0}, TypeError, "target must be an integer, got 1.0"),
        ("random forest", {}, ValueError, r"target must be a class 0\.\.9 of this model, got None; name one"),
        ("histogram, ten classes", {"target": 10}, ValueError, r"class 0\.\.9 of this model, got 10"),
        ("LightGBM, two classes", {"target": 2}, ValueError, r"target must be a class 0\.\.1 of this model, got 2"),
        ("XGBoost, ten classes", {}, ValueError, r"class 0\.\.9 of this model, got None"),
        ("XGBoost of numbers", {"target": 0}, ValueError, "got 0 for a model without classes; leave it out"),
        ("decision tree of numbers", {"target": 0}, ValueError, "got 0 for a model without classes"),
        ("decision tree of numbers", {"output": "probability"}, ValueError, "needs a classifier, got a regressor"),
        ("histogram of numbers", {"output": "probability"}, ValueError, "needs a classifier, got a regressor"),
        ("random forest", {"output": "logit"}, ValueError, "output must be one of score, probability, got 'logit'"),
    ],
)
def test_targets_and_outputs_that_a_model_does_not_have(name, options, error, message):
    with pytest.raises(error, match=message):
        TreeModel(forests.case(name).estimator, **options)


def test_images_and_designs_that_do_not_fit():
    case = forests.case("random forest")
    model = TreeModel(case.estimator, **case.options)
    small = lt.MaskedImage(np.zeros((4, 4)), np.arange(16).reshape(4, 4) // 8)
    with pytest.raises(ValueError, match=r"the 64 features of the fit, got a batch of shape \(1, 4, 4\); resize"):
        lt.set_function(model, small)
    with pytest.raises(ValueError, match="same d, got 64 and 5"):
        lt.limit(model, lt.ImageDesign(5))
    with pytest.raises(ValueError, match="got 1 NaN or infinite; fill missing values in first, also where"):
        model(np.where(np.arange(64) == 5, np.nan, 0.0)[None])


def test_trees_that_were_fitted_to_missing_values_are_read():
    x = forests.digits()[0][:300].copy()
    x[RNG.random(x.shape) < 0.2] = np.nan
    y = forests.digits()[1][:300] == 3
    rows = forests.digits()[0][300:500]
    histogram = HistGradientBoostingClassifier(max_iter=4).fit(x, y)
    kinds = [DecisionTreeClassifier(random_state=0), RandomForestClassifier(5, random_state=0)]
    if tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 6):  # the first whose extra trees take missing values
        kinds.append(ExtraTreesClassifier(5, random_state=0))
    grown = [kind.fit(x, y) for kind in kinds]
    booster = lightgbm.train({"objective": "binary", "verbosity": -1, "num_threads": 1}, lightgbm.Dataset(x, y), 4)
    extreme = xgboost.train({"objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(x, y), 4)
    for estimator, expected, tolerance in [
        (histogram, histogram.decision_function(rows), 1e-13),
        *((one, one.predict_proba(rows)[:, 1], 1e-13) for one in grown),
        (booster, booster.predict(rows, raw_score=True), 1e-13),
        (extreme, extreme.predict(xgboost.DMatrix(rows), output_margin=True), 30 * forests.SINGLE),
    ]:
        assert np.ptp(expected) > 0.1
        np.testing.assert_allclose(TreeModel(estimator)(rows), expected, rtol=0, atol=tolerance)


@pytest.mark.slow
def test_no_library_is_imported_before_one_of_its_models_is_read():
    import subprocess
    import sys

    code = (
        "import sys; from limetheory.fitted.trees import TreeModel\n"
        "try: TreeModel(len)\nexcept NotImplementedError: pass\n"
        "print([name for name in ('sklearn.ensemble', 'lightgbm', 'xgboost', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
