"""A warning with remedies that work if hiding changes no pixel, so that every coefficient is 0 for any model."""

import re
import warnings

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt

LEVELS = [0.0, 0.5, 1.0]
HALVES = np.array([[0, 0, 1, 1]] * 4)
SAME = "must differ from what it replaces, got the same numbers, so that all coefficients are 0"


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 3)])
@pytest.mark.parametrize("level", LEVELS)
def test_a_picture_of_one_colour_and_its_mean_are_told_with_a_remedy_that_works(shape, level):
    with pytest.warns(UserWarning, match=SAME) as told:
        found = lt.explain_image(lambda x: x.reshape(len(x), -1).sum(axis=1), np.full(shape, level), segments=HALVES,
                                 n=20, rng=0)  # fmt: skip
    (message,) = {str(one.message) for one in told if "the same numbers" in str(one.message)}
    assert np.abs(found.coefficients).max() < 1e-14 and "\n" not in message
    other = float(re.search(r"replacement=(\S+)$", message)[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        masked = lt.MaskedImage(np.full(shape, level), HALVES, other)
    assert (masked.image != masked.replacement).all()


def test_rounding_in_a_picture_of_one_colour_changes_nothing():
    image = np.full((4, 4), 0.5)
    image[::2] += 1e-15
    with pytest.warns(UserWarning, match=SAME):
        lt.MaskedImage(image, HALVES)


def test_superpixels_of_one_pixel_and_their_means_are_told():
    image = np.random.default_rng(0).random((2, 3))
    with pytest.warns(UserWarning, match=SAME):
        lt.MaskedImage(image, np.arange(6).reshape(2, 3))


def test_a_single_pixel_that_differs_is_enough():
    image = np.full((4, 4), 0.5)
    image[0, 0] += 1e-9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lt.MaskedImage(image, HALVES)


def test_features_that_are_replaced_by_their_own_mean_are_told_with_a_remedy_that_works():
    x = np.random.default_rng(1).normal(size=(50, 3))
    model = lt.TreeModel(DecisionTreeRegressor(max_depth=3).fit(x, x[:, 0] > 0))
    design = lt.ImageDesign(3)
    with pytest.warns(UserWarning, match=rf"{SAME}; give replacement=X.mean\(axis=0\)"):
        zeros = model.limits(x[:5], np.arange(3), design)
    assert not any(found.coefficients.any() for found in zeros)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = model.limits(x[:5], np.arange(3), design, replacement=x.mean(axis=0))
    exact = lt.limit(model.on_superpixels(x[0], x.mean(axis=0), np.arange(3)), design)
    np.testing.assert_allclose(found[0].coefficients, exact.coefficients, rtol=0, atol=1e-12)
    assert max(abs(one.coefficients[0]) for one in found) > 0.1
