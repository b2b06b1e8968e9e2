"""A model that was fitted to another scale than [0, 1] causes a warning with remedies that work."""

import subprocess
import sys
import warnings
from functools import cache

import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC
from xgboost import XGBClassifier

import limetheory as lt

SEGMENTS = (np.arange(8)[:, None] // 4) * 4 + np.arange(8)[None] // 2
DESIGN = lt.ImageDesign(8)
X, Y = (part[:300] for part in load_digits(return_X_y=True))
GREY = X[0].reshape(8, 8) / 16


def forest():
    return RandomForestClassifier(10, random_state=0)


ESTIMATORS = {
    "forest": forest,
    "random splits": lambda: ExtraTreesClassifier(10, random_state=0),
    "standardised forest": lambda: make_pipeline(StandardScaler(), forest()),
    "clipped forest": lambda: make_pipeline(MinMaxScaler(clip=True), forest()),
    "histogram boosting": lambda: HistGradientBoostingClassifier(max_iter=3),
    "LightGBM": lambda: LGBMClassifier(n_estimators=3, verbose=-1),
    "XGBoost": lambda: XGBClassifier(n_estimators=3),
    "SVM": SVC,
    "standardised SVM": lambda: make_pipeline(StandardScaler(), SVC()),
}


@cache
def fitted(name, white, missing=False):
    rows = np.where(np.random.default_rng(0).random(X.shape) < 0.2, np.nan, X) if missing else X
    estimator = ESTIMATORS[name]().fit(rows * (white / 16), Y == 0)
    return lt.KernelMachine(estimator) if "SVM" in name else lt.TreeModel(estimator)


@pytest.mark.slow
@pytest.mark.parametrize("name", ESTIMATORS)
def test_only_a_fit_to_another_scale_is_told(name):
    masked = lt.MaskedImage(GREY, SEGMENTS, 0.0)
    with pytest.warns(UserWarning, match="fitted to levels in .0, 1., got a fit that compares them with 1") as told:
        lt.set_function(fitted(name, 16), masked)
    assert len(told) == 1 and "\n" not in str(told[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exact = lt.limit(lt.set_function(fitted(name, 1), masked), DESIGN)
    assert np.abs(exact.coefficients).max() > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", ["histogram boosting", "LightGBM", "XGBoost"])
def test_the_splits_that_part_missing_values_are_no_other_scale(name):
    masked = lt.MaskedImage(GREY, SEGMENTS, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lt.set_function(fitted(name, 1, missing=True), masked)
    with pytest.warns(UserWarning, match="fitted to levels"):
        lt.set_function(fitted(name, 16, missing=True), masked)


@pytest.mark.parametrize("shift", [-1.0, 254.0])
def test_the_number_farthest_outside_of_0_1_is_named(shift):
    model = lt.TreeModel(forest().fit(X / 16 + shift, Y == 0))
    with pytest.warns(UserWarning, match=r"compares them with (-0\.9|254\.9)"):
        lt.set_function(model, lt.MaskedImage(GREY, SEGMENTS, 0.0))


@pytest.mark.parametrize("name", ["forest", "SVM"])
def test_a_sampled_explanation_tells_it_too_and_the_remedy_gives_the_limit(name):
    model = fitted(name, 16)
    with pytest.warns(UserWarning, match=r"limit\(model.on_superpixels\(row, replaced_row, segments\), design\)"):
        lt.explain_image(model, GREY, segments=SEGMENTS, replacement=0.0, n=40, rng=0)
    row = X[0].reshape(8, 8)
    by_remedy = lt.limit(model.on_superpixels(row, np.zeros((8, 8)), SEGMENTS), DESIGN).coefficients
    images = np.where(np.take(lt.all_masks(8), SEGMENTS, axis=1), row, 0.0)
    np.testing.assert_allclose(by_remedy, lt.limit(lt.SetFunction(model(images)), DESIGN).coefficients, atol=1e-12)
    assert np.abs(by_remedy).max() > 0.01


@pytest.mark.slow
def test_the_warning_is_shown_at_the_line_that_calls_limetheory(tmp_path):
    """The test runs in a process of its own, because the hook that checks shapes adds lines to the stack."""
    script = tmp_path / "script.py"
    script.write_text(
        "import limetheory as lt, numpy as np\nfrom sklearn.tree import DecisionTreeRegressor\n"
        "model = lt.TreeModel(DecisionTreeRegressor().fit([[0, 0], [9, 9]], [0, 1]))\n"
        "lt.set_function(model, lt.MaskedImage(np.eye(2)[:1], [[0, 1]], 0.0))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stderr.startswith(f"{script}:4: UserWarning: a model of masked images"), done.stderr
