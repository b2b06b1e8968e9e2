"""The limits of many images computed at once are those of one after the other, for every size of the blocks."""

import forests
import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt
from limetheory.fitted.trees import TreeModel, batch

QUARTERS = np.arange(8)[:, None] // 4 * 2 + np.arange(8) // 4


@pytest.fixture(scope="module")
def model():
    case = forests.case("random forest")
    return TreeModel(case.estimator, **case.options)


def compare(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=0, atol=1e-14)
        assert one.intercept == pytest.approx(other.intercept, abs=1e-14)
        assert not one.standard_errors.any() and one.n_evaluations == 0
    assert max(np.abs(one.coefficients).max() for one in found) > 0.01


@pytest.mark.parametrize("case", naive.every(4), ids=naive.name)
def test_a_batch_equals_its_images_one_by_one(model, case):
    design = getattr(lt, case[0])(*case[1])
    images = forests.digits()[0][60:100].reshape(-1, 8, 8)
    one_by_one = [
        lt.limit(lt.set_function(model, lt.MaskedImage(image, QUARTERS)), design, ridge=0.02) for image in images
    ]
    compare(model.limits(images, QUARTERS, design, ridge=0.02), one_by_one)
    assert np.ptp([found.coefficients for found in one_by_one], axis=0).max() > 0.01


def test_images_may_have_superpixels_of_their_own_and_come_in_blocks(model, monkeypatch):
    rng, design = np.random.default_rng(3), lt.ImageDesign(9)
    images = forests.digits()[0][:30].reshape(-1, 8, 8)
    segments = np.array([rng.permutation(np.arange(64) % 9).reshape(8, 8) for _ in images])
    level = rng.random((30, 1, 1))
    one_by_one = [
        lt.limit(lt.set_function(model, lt.MaskedImage(*parts)), design)
        for parts in zip(images, segments, level[:, 0, 0], strict=True)
    ]
    compare(model.limits(images, segments, design, replacement=level), one_by_one)
    monkeypatch.setattr(batch, "_BLOCK", 1)
    compare(model.limits(images, segments, design, replacement=level), one_by_one)
    compare(model.limits(images.reshape(30, 64), segments.reshape(30, 64), design, level[:, 0]), one_by_one)


@pytest.mark.slow
def test_colours_have_means_of_their_own():
    from sklearn.tree import DecisionTreeRegressor

    images = np.random.default_rng(8).random((90, 4, 4, 3))
    tree = DecisionTreeRegressor().fit(images.reshape(90, -1), images[:, 1, 2, 0] * images[:, 3, 0, 2])
    segments, design = np.arange(16).reshape(4, 4) // 4, lt.TextDesign(4)
    one_by_one = [lt.limit(lt.set_function(TreeModel(tree), lt.MaskedImage(x, segments)), design) for x in images]
    compare(TreeModel(tree).limits(images, segments, design), one_by_one)


def test_an_empty_batch_of_images_gives_no_explanations(model):
    assert model.limits(np.zeros((0, 8, 8)), QUARTERS, lt.ImageDesign(4)) == []


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"images": np.zeros((5, 7, 8))}, ValueError, r"the 64 features of the fit, got a batch of shape \(5, 7, 8\)"),
        ({"images": np.full((5, 8, 8), np.nan)}, ValueError, "inputs must be finite, got 320 NaN or infinite"),
        ({"segments": QUARTERS[:7]}, ValueError, r"segments must have shape \(8, 8\) or \(5, 8, 8\), got \(7, 8\)"),
        ({"segments": QUARTERS + 1}, ValueError, r"segments must be labels 0\.\.3, .* got 1\.\.4"),
        ({"segments": QUARTERS - 1}, ValueError, r"got -1\.\.2"),
        ({"segments": QUARTERS * 1.0}, TypeError, "segments must be integer labels"),
        ({"segments": QUARTERS > 1}, TypeError, r"segments must be integer labels 0\.\.d−1, got bool"),
        ({"segments": QUARTERS.astype(str)}, TypeError, r"segments must be integer labels 0\.\.d−1, got <U"),
        ({"segments": np.ma.array(QUARTERS, mask=QUARTERS == 3)}, TypeError, "segments must be an array without gaps"),
        ({"replacement": "blur"}, ValueError, "replacement must be 'mean' or numbers, got 'blur'"),
        ({"replacement": np.zeros((3, 8, 8))}, ValueError, r"numbers that broadcast .*got shape \(3, 8, 8\)"),
        ({"replacement": np.inf}, ValueError, "inputs must be finite"),
        ({"replacement": np.zeros((8, 8)) + 1j}, TypeError, "replacement must be numbers, got complex128; take their"),
        ({"images": np.zeros((5, 8, 8)) + 1j}, TypeError, "images must be numbers, got complex128; take their real"),
        ({"images": np.zeros((5, 8, 8)).astype(str)}, TypeError, "images must be numbers, got ndarray with '0.0'"),
        ({"design": "image"}, TypeError, "design must be a limetheory design"),
        ({"ridge": -1.0}, ValueError, "ridge must be at least 0"),
    ],
)
def test_a_batch_refuses(model, change, error, message):
    arguments = {"images": np.zeros((5, 8, 8)), "segments": QUARTERS, "design": lt.ImageDesign(4), **change}
    with pytest.raises(error, match=message):
        model.limits(**arguments)


@given(st.integers(0, 255), st.integers(1, 60), st.sampled_from([1, 3]))
def test_the_mean_of_equal_pixels_is_exactly_their_value(level, size, channels):
    shown = np.full((2, size * channels), level / 255)
    owner = np.zeros((1, size * channels), int)
    assert (batch._means(shown, owner, 1, channels) == level / 255).all()


def test_mutant_a_sum_divided_by_the_number_of_pixels_differs():
    levels = np.arange(256) / 255
    plain = [np.bincount(np.zeros(25, int), np.full(25, level))[0] / 25 for level in levels]
    assert np.count_nonzero(plain != levels) > 20
