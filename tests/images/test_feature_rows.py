"""Batches become rows of finite numbers in the order of `ravel`; everything else is refused in one line."""

import numpy as np
import pytest

from limetheory.images.feature_rows import feature_rows


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
