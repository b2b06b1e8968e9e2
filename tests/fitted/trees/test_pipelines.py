"""Pipelines of scalers and trees agree with their own predictions, also at the numbers that thresholds separate."""

import lightgbm
import numpy as np
import pandas
import pytest
import xgboost
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt
from limetheory.fitted.trees import TreeModel

RNG = np.random.default_rng(6)
X = RNG.normal(size=(300, 4)) * np.array([1.0, 7e-3, 300, 1]) + np.array([5.0, 0, -100, 0])
Y = X[:, 0] * X[:, 3] + X[:, 2] / 100
THREE = np.digitize(Y, [-3, 2])

SCALERS = {
    "standard": lambda: [StandardScaler()],
    "no mean": lambda: [StandardScaler(with_mean=False, copy=False)],
    "no deviation": lambda: [StandardScaler(with_std=False)],
    "unit interval": lambda: [MinMaxScaler()],
    "clipped": lambda: [MinMaxScaler((-1, 2), clip=True)],
    "largest": lambda: [MaxAbsScaler()],
    "quartiles": lambda: [RobustScaler()],
    "several": lambda: [StandardScaler(), "passthrough", MinMaxScaler((-3, 1))],
    "none": lambda: ["passthrough"],
}  # fmt: skip

TREES = {
    "forest": (lambda: RandomForestClassifier(10, max_depth=5, random_state=0), THREE, 2),
    "boosting": (lambda: GradientBoostingClassifier(n_estimators=6, random_state=0), Y > 0, 0),
    "histogram": (lambda: HistGradientBoostingRegressor(max_iter=6), Y, None),
    "LightGBM": (lambda: lightgbm.LGBMRegressor(n_estimators=6, verbosity=-1, n_jobs=1), Y, None),
    "XGBoost": (lambda: xgboost.XGBRegressor(n_estimators=6, n_jobs=1), Y, None),
}


def own(pipeline, target, rows):
    """The prediction of the pipeline by its own method."""
    if isinstance(pipeline[-1], RandomForestClassifier):
        return pipeline.predict_proba(rows)[:, target]
    if isinstance(pipeline[-1], GradientBoostingClassifier):
        return -pipeline.decision_function(rows)
    return pipeline.predict(rows)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
@pytest.mark.parametrize("scalers", SCALERS)
@pytest.mark.parametrize("trees", TREES)
def test_a_pipeline_is_its_own_prediction_also_at_the_boundaries(trees, scalers):
    build, labels, target = TREES[trees]
    pipeline = make_pipeline(*SCALERS[scalers](), build()).fit(X, labels)
    model, tolerance = TreeModel(pipeline, target), 1e-4 if trees == "XGBoost" else 1e-12
    rows = np.concatenate([X, boundaries(pipeline, target)])
    expected = own(pipeline, target, rows.copy())
    np.testing.assert_allclose(model(rows), expected, rtol=0, atol=tolerance)
    shown, replaced = X[0], X[7]
    F = model.on_superpixels(shown, replaced, np.arange(4))
    composed = np.where(lt.all_masks(4), shown, replaced)
    np.testing.assert_allclose(F(lt.all_masks(4)), own(pipeline, target, composed), rtol=0, atol=tolerance)
    assert np.ptp(expected) > 0.1


def boundaries(pipeline, target):
    """Neighbouring float64 numbers between which the pipeline's own prediction jumps, found by bisection: (n, 4)."""
    rows, feature = np.repeat(X[::6], 4, axis=0), np.tile(np.arange(4), len(X[::6]))
    low, high = X.min(axis=0)[feature], X.max(axis=0)[feature]

    def values(numbers):
        changed = rows.copy()
        changed[np.arange(len(rows)), feature] = numbers
        return own(pipeline, target, changed)

    at_low = values(low)
    jumps = values(high) != at_low
    while (jumps & (np.nextafter(low, np.inf) < high)).any():
        middle = low + (high - low) / 2
        stays = values(middle) == at_low
        low, high = np.where(stays, middle, low), np.where(stays, high, middle)
    assert np.count_nonzero(jumps) > 20
    found = []
    for numbers in (low, high, np.nextafter(low, -np.inf), np.nextafter(high, np.inf)):
        found.append(rows[jumps])
        found[-1][np.arange(np.count_nonzero(jumps)), feature[jumps]] = numbers[jumps]
    return np.concatenate(found)


def test_mutant_a_threshold_that_is_mapped_back_misses_boundaries():
    pipeline = make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=6)).fit(X, Y)
    model, rows = TreeModel(pipeline), boundaries(pipeline, None)
    scaler, mapped = pipeline[0], TreeModel(pipeline[-1]).ensemble
    inner = ~mapped.is_leaf
    feature = mapped.feature[inner]
    thresholds = mapped._threshold[inner].astype(float)
    mapped.dtype, mapped._threshold = np.dtype(float), mapped._threshold.astype(float)
    mapped._threshold[inner] = thresholds * scaler.scale_[feature] + scaler.mean_[feature]
    np.testing.assert_allclose(model(rows), pipeline.predict(rows), rtol=0, atol=1e-12)
    assert np.abs(mapped.predict(rows) - pipeline.predict(rows)).max() > 0.01


def test_a_pipeline_with_other_scales_than_it_predicts_with_is_refused(monkeypatch):
    pipeline = make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=6)).fit(X, Y)
    monkeypatch.setattr("limetheory.fitted.trees.pipelines._scaler", lambda step: StandardScaler().fit(1.001 * X))
    with pytest.raises(ValueError, match=r"^trees as read must give the estimator's own output, got a difference of"):
        TreeModel(pipeline)


def test_named_columns_and_later_fits_leave_the_model_as_it_is():
    named = pandas.DataFrame(X, columns=list("abcd"))
    pipeline = make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=4)).fit(named, Y > 0)
    model, before = TreeModel(pipeline), pipeline.decision_function(named)
    np.testing.assert_allclose(model(X), before, rtol=0, atol=1e-13)
    pipeline.fit(named * 3, Y < 0)
    np.testing.assert_allclose(model(X), before, rtol=0, atol=1e-13)


def test_the_inputs_are_not_overwritten():
    pipeline = make_pipeline(StandardScaler(copy=False), DecisionTreeRegressor()).fit(X.copy(), Y)
    model, rows = TreeModel(pipeline), X.copy()
    model(rows)
    model.limits(rows[:3], np.arange(4), lt.ImageDesign(4))
    assert (rows == X).all()


def test_a_pipeline_within_a_pipeline():
    pipeline = make_pipeline(MaxAbsScaler(), make_pipeline(StandardScaler(), DecisionTreeRegressor())).fit(X, Y)
    np.testing.assert_allclose(TreeModel(pipeline)(X), pipeline.predict(X), rtol=0, atol=1e-12)


@pytest.mark.parametrize("step", [PCA(3), Normalizer(), PolynomialFeatures(2), PowerTransformer()], ids=repr)
def test_other_steps_are_refused_by_name(step):
    pipeline = make_pipeline(StandardScaler(), step, DecisionTreeRegressor()).fit(X, Y)
    name = type(step).__name__
    with pytest.raises(NotImplementedError, match=f"^TreeModel reads pipelines of .* and trees, got the step {name}; "):
        TreeModel(pipeline)


@pytest.mark.parametrize("fitted", [DecisionTreeRegressor(), DecisionTreeRegressor().fit(X, Y)], ids=["both", "scaler"])
def test_an_unfitted_step_is_refused(fitted):
    with pytest.raises(ValueError, match=r"^estimator must be fitted, got an unfitted \w+; call fit first$"):
        TreeModel(make_pipeline(StandardScaler(), fitted))
