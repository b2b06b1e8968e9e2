"""Batches become rows of finite numbers in the order of `ravel`; everything else is refused in one line."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.images.feature_rows import feature_rows, fitted_parts


@pytest.mark.parametrize("shape", [(2, 12), (2, 3, 4), (2, 2, 2, 3), (0, 12), (0, 3, 4)])
def test_rows_are_each_input_s_ravel(shape):
    inputs = np.arange(np.prod(shape)).reshape(shape) % 7 < 3
    rows = feature_rows(inputs, 12)
    assert rows.shape == (shape[0], 12) and rows.dtype == np.float64
    assert rows.tolist() == [one.ravel().astype(float).tolist() for one in inputs]


@pytest.mark.parametrize(
    ("inputs", "error", "message"),
    [
        (np.zeros(12), ValueError, r"the 12 features of the fit, got a batch of shape \(12,\); resize .* batch of one"),
        (5.0, ValueError, r"got a batch of shape \(\)"),
        (np.zeros((12, 1)), ValueError, r"got a batch of shape \(12, 1\)"),
        (np.zeros((0, 11)), ValueError, r"got a batch of shape \(0, 11\)"),
        ([["a"] * 12], TypeError, "inputs must be numbers, got list that are not; convert them"),
        ([[0.0] * 12, [0.0]], TypeError, "inputs must be numbers, got list"),
        ([[np.nan, np.inf, *[0.0] * 10]], ValueError, "finite, got 2 NaN or infinite; fill missing values in first"),
    ],
)
def test_other_inputs_are_refused(inputs, error, message):
    with pytest.raises(error, match=message) as caught:
        feature_rows(inputs, 12)
    assert "\n" not in str(caught.value)


def test_grey_images_of_three_equal_channels_are_one_channel_where_that_was_fitted():
    grey = np.arange(24.0).reshape(2, 3, 4)
    shown = np.repeat(grey[..., None], 3, axis=3)
    assert (feature_rows(shown, 12) == grey.reshape(2, 12)).all()
    assert (feature_rows(shown, 36) == shown.reshape(2, 36)).all()
    masked = lt.MaskedImage(shown[0] / 24, np.arange(12).reshape(3, 4) // 4)
    for n, shape in ((12, (3, 4)), (36, (3, 4, 3))):
        assert [part.shape for part in fitted_parts(masked, n)] == [shape] * 3


def test_colours_for_a_fit_of_grey_images_are_refused():
    colours = np.arange(36.0).reshape(1, 3, 4, 3) / 36
    masked = lt.MaskedImage(np.zeros((3, 4, 3)), np.arange(12).reshape(3, 4) // 4, (1.0, 0.0, 0.0))
    for call in (lambda: feature_rows(colours, 12), lambda: fitted_parts(masked, 12)):
        with pytest.raises(ValueError, match=r"on 12 grey levels .* colours of shape \(3, 4, 3\); pass image.mean"):
            call()
    assert feature_rows(colours.mean(axis=3), 12).shape == (1, 12)
