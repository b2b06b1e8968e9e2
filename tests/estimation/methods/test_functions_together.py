"""Several functions on the same masks have, to the bit, the explanations that each has alone, from one regression."""

import warnings

import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS
from limetheory.estimation.estimate import estimate_columns
from limetheory.estimation.methods import linear_models, wls
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.estimation.samples import several
from limetheory.estimation.samples.sample import Sample, draw

K = 5
NUMBERS = ("coefficients", "intercept", "standard_errors", "degrees_of_freedom", "covariance", "n_evaluations")


def functions(d):
    """K functions, among them a linear one and a constant."""
    rng = np.random.default_rng(d)
    lines, bends = rng.normal(size=(2, d, K))
    bends[:, 1], lines[:, 2], bends[:, 2] = 0.0, 0.0, 0.0
    return lambda masks: masks @ lines + np.tanh(masks @ bends) + 0.25


def alone(F, k):
    return lambda masks: F(masks)[:, k]


def differing(one, other):
    """What two explanations differ in, in any bit."""
    equal = {name: np.array_equal(getattr(one, name), getattr(other, name)) for name in NUMBERS}
    return [name for name, same in equal.items() if not same] + ["method"] * (one.method != other.method)


DESIGNS = [lt.ImageDesign(4), lt.ImageDesign(12), lt.ShapleyDesign(6), lt.BernoulliDesign(5, 0.3)]  # many equal masks
METHODS = ["wls", "unbiased", "ols", "lime", "kernel_shap", "rise", "pda"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sampling", ["design", "pairs", "strata", "balanced"])
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_each_function_has_its_own_explanation_to_the_bit(design, sampling, method, monkeypatch):
    monkeypatch.setattr(several, "_AT_ONCE", 4 * 90 * design.d)  # some functions after others
    row, F = ATTRIBUTIONS[method].as_method() if method in ATTRIBUTIONS else method, functions(design.d)
    if method == "unbiased" and sampling == "balanced":
        return
    with few_masks_studied():
        for ridge in (0.0, 1.0) if method in ("wls", "ols", "lime") else (0.0,):
            asked = (design, 91, 3, row, ridge)
            found = estimate_columns(F, *asked, sampling=sampling)
            expected = [lt.estimate(alone(F, k), *asked, sampling=sampling) for k in range(K)]
            assert [differing(*pair) for pair in zip(found, expected, strict=True)] == [[]] * K
            assert differing(found[0], expected[3])  # mutant: columns exchanged


def test_masks_are_drawn_and_the_regression_made_once(monkeypatch):
    made, drawn = [], []
    regression = linear_models.regression
    monkeypatch.setattr(linear_models, "regression", lambda *given: made.append(1) or regression(*given))
    F = functions(6)
    estimate_columns(lambda masks: drawn.append(len(masks)) or F(masks), lt.ImageDesign(6), 300, 0)
    assert len(made) == 1 and sum(drawn) == 300


def test_a_product_of_matrices_would_round_otherwise(monkeypatch):
    """The oracle sees a single bit: with one product for all functions some number differs."""
    design, F = lt.ImageDesign(12), functions(12)

    def product(matrix, vectors):
        return (matrix @ vectors.reshape(-1, vectors.shape[-1]).T).T.reshape(*vectors.shape[:-1], -1)

    expected = [lt.estimate(alone(F, k), design, 700, 3) for k in range(K)]
    monkeypatch.setattr("limetheory.estimation.methods.least_squares._product", product)
    found = estimate_columns(F, design, 700, 3)
    assert any(differing(*pair) for pair in zip(found, expected, strict=True))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-11, atol=1e-14)


def test_ends_and_values_that_are_known_belong_to_their_function():
    design, F = lt.ShapleyDesign(7), functions(7)
    for k, found in enumerate(estimate_columns(F, design, 200, 1)):
        empty, full = (F(np.full((1, 7), kept))[0, k] for kept in (False, True))
        assert found.intercept == empty and found.coefficients.sum() == pytest.approx(full - empty, rel=1e-12)


def test_arrays_at_once_stay_small_however_many_functions_there_are(monkeypatch):
    sizes = []
    explain = wls._Fits.of
    monkeypatch.setattr(wls._Fits, "of", lambda fits, part: sizes.append(part.values.shape) or explain(fits, part))
    sample = draw(alone(functions(20), 0), lt.ImageDesign(20), 600, np.random.default_rng(0))
    wls.wls_of_each([sample] * 200)
    assert sum(k for k, _ in sizes) == 200 and len(sizes) > 1
    assert max(k * max(512 * 20, n) for k, n in sizes) <= several._AT_ONCE


def test_few_masks_are_told_of_once_with_the_fewest():
    design, F = lt.ImageDesign(8), functions(8)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimate_columns(F, design, 30, 0)
        (together,) = [str(one.message) for one in caught]
        for k in range(K):
            lt.estimate(alone(F, k), design, 30, 0)
    fewest = [float(str(one.message).split("got ")[1].split()[0].rstrip(";")) for one in caught[1:]]
    assert len(fewest) > 1 and f"got {min(fewest):.1f} (and " in together


def test_a_sample_of_several_functions_has_their_scales_and_means():
    masks, weights = np.eye(3, dtype=bool), np.array([1.0, 2.0, 1.0])
    samples = [Sample.of(masks, weights, values, ends) for values, ends in (
        ([0.0, 1.0, 2.0], (0.0, 5.0)), ([0.5, 0.5, 0.5], (0.5, 0.5)), ([7.0, 7.0, 7.0], (7.0, 7.0)),
    )]  # fmt: skip
    (stacked,) = several.in_parts(samples)
    assert stacked.scale.tolist() == [one.scale for one in samples] == [5.0, 1.0, 7.0]
    assert stacked.mean_value().tolist() == [one.means()[2] for one in samples] == [1.0, 0.5, 7.0]
    assert stacked.n == 3 and stacked.n_evaluations == samples[0].n_evaluations
