"""Each library's trees: its own predictions, to the last comparison, on masked images and at every threshold."""

import forests
import numpy as np
import pytest

import limetheory as lt
from limetheory.fitted.trees import TreeModel

SEGMENTS = np.arange(8)[:, None] // 2 * 2 + np.arange(8) // 4


def model_of(case):
    return TreeModel(case.estimator, **case.options)


@pytest.mark.parametrize("name", forests.CASES)
def test_prop_trees_the_sum_of_leaves_is_the_librarys_prediction_at_every_mask(name):
    case = forests.case(name)
    model, spans = model_of(case), []
    for image, replacement in zip(images_of(case), ("mean", 0.0, 0.5), strict=True):
        masked = lt.MaskedImage(image, SEGMENTS, replacement)
        masks = lt.all_masks(masked.d)
        images = masked.compose(masks)
        expected = case.predict(images.reshape(-1, 64))
        spans.append(np.ptp(expected))
        np.testing.assert_allclose(model(images), expected, rtol=0, atol=case.tolerance)
        np.testing.assert_allclose(lt.set_function(model, masked)(masks), expected, rtol=0, atol=case.tolerance)
    assert max(spans) > 1000 * case.tolerance


def images_of(case):
    """Three digits of the class that is explained, 3 for numbers."""
    x, y = forests.digits()
    return x[y == (case.options.get("target") or 3)][:3].reshape(-1, 8, 8)


def edges(ensemble, base):
    """Inputs one step of float32 and of float64 beside every threshold of the used features, and on it."""
    rows = []
    for node in np.flatnonzero(~ensemble.is_leaf):
        at = float(ensemble._threshold[node])
        single = np.float32(at)
        values = [at, *(np.nextafter(at, side) for side in (-9.0, 9.0))]
        values += [single, *(np.nextafter(single, np.float32(side)) for side in (-9, 9))]
        # halfway to the next float32, where rounding decides
        values += [0.5 * (float(single) + float(np.nextafter(single, np.float32(9))))]
        for value in values:
            row = base.copy()
            row[ensemble.feature[node]] = value
            rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("name", forests.CASES)
def test_every_comparison_is_the_librarys_own_also_at_the_threshold(name):
    case = forests.case(name)
    model = model_of(case)
    x = forests.digits()[0]
    found, expected, mutants = [], [], []
    for base in x[[3, 40, 91, 177]]:
        rows = edges(model.ensemble, base)
        found.append(model(rows))
        expected.append(case.predict(rows))
        mutants.append([mutant(rows) for mutant in wrong_comparisons(case)])
    found, expected = np.concatenate(found), np.concatenate(expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=case.tolerance)
    for wrong in np.concatenate(mutants, axis=1):
        assert np.abs(wrong - expected).max() > 100 * case.tolerance


def wrong_comparisons(case):
    """Mutants: x < θ in place of x ≤ θ, and θ compared in the other floating-point type."""
    strict = model_of(case)
    threshold = strict.ensemble._threshold
    strict.ensemble._threshold = np.nextafter(threshold, threshold.dtype.type(-np.inf))
    other = model_of(case)
    double = other.ensemble.dtype == np.float64
    other.ensemble.dtype = np.dtype(np.float32 if double else np.float64)
    other.ensemble._threshold = threshold.astype(other.ensemble.dtype)
    return strict, other


def test_the_zero_rule_of_lightgbm_is_needed():
    case = forests.case("LightGBM, zero is missing")
    model, rows = model_of(case), forests.digits()[0][:200]
    assert model.ensemble._zero_matters
    model.ensemble._zero_matters = False
    assert np.abs(model(rows) - case.predict(rows)).max() > 0.01


def test_features_that_are_superpixels_need_no_image():
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier

    rng = np.random.default_rng(5)
    z = rng.random((300, 9)) < 0.5
    target = z[:, 0] * z[:, 1] - 2.0 * z[:, 2] * ~z[:, 3] + z[:, 4]
    boosting = GradientBoostingRegressor(n_estimators=30, random_state=0).fit(z, target)
    forest = RandomForestClassifier(10, random_state=0).fit(z, target > 0)
    for model, predict in [
        (TreeModel(boosting), boosting.predict),
        (TreeModel(forest), lambda z: forest.predict_proba(z)[:, 1]),
    ]:
        for design in (lt.ImageDesign(9), lt.ShapleyDesign(9)):
            exact = lt.limit(model, design)
            enumerated = lt.limit(predict, design)
            np.testing.assert_allclose(exact.coefficients, enumerated.coefficients, rtol=0, atol=1e-12)
            assert exact.intercept == pytest.approx(enumerated.intercept, abs=1e-12)
            assert exact.n_evaluations == 0 and np.abs(exact.coefficients).max() > 0.05
        masks = lt.all_masks(9)
        np.testing.assert_allclose(model(masks), predict(masks), rtol=0, atol=1e-13)
