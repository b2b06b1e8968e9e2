"""Batches are read as rows of finite numbers in the order of `ravel`; all else is refused in one line."""

import numpy as np
import pytest
import torch
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt
from limetheory.fitted.feature_rows import feature_rows, fitted_parts


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
        ([["a"] * 12], TypeError, "inputs must be numbers, got list with 'a'; give numbers"),
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


Z = lt.all_masks(3).astype(float)
TREE = lt.TreeModel(DecisionTreeRegressor().fit(Z, 4 * Z[:, 0] * Z[:, 1] + Z[:, 2]))
BUMPS = lt.RBFExpansion(Z[3:5], [1.0, 2.0], 1.0)
FITTED = [TREE, BUMPS, lt.KernelMachine(BUMPS)]
ONES, ZEROS, ALL = np.ones(3), np.zeros(3), [0, 1, 2]
"""An input, its replacement, and superpixels of one feature each."""


@pytest.mark.parametrize("model", FITTED, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("owner, error, message", [
    ([-1, 0, 1], ValueError, r"^owner must use each of 0\.\.d−1, got -1, 0, 1; number them with limetheory.images.co"),
    ([0, 2, 2], ValueError, r"^owner must use each of 0\.\.d−1, got 0, 2; number"),
    ([True, False, True], TypeError, r"^owner must be integers 0\.\.d−1, got bool; number the superpixel of each fe"),
    ([0.0, 1.0, 2.0], TypeError, r"^owner must be integers 0\.\.d−1, got float64"),
    (["0", "1", "2"], TypeError, r"^owner must be integers 0\.\.d−1, got <U1"),
    ([0, 1, 2j], TypeError, r"^owner must be integers 0\.\.d−1, got complex128"),
    (np.array(ALL, object), TypeError, r"^owner must be integers 0\.\.d−1, got object"),
    (np.ma.array(ALL, mask=[0, 0, 1]), TypeError, r"^owner must be an array without gaps, got a masked array; fill"),
    ([[0], [1, 2]], TypeError, "^owner must be numbers, got list whose rows differ in shape"),
    ([0, 1], ValueError, r"^owner must number the superpixel of each of the 3 features, got shape \(2,\); one number"),
], ids=str)  # fmt: skip
def test_owners_that_would_be_read_as_others_are_refused(model, owner, error, message):
    with pytest.raises(error, match=message) as said:
        model.on_superpixels(ONES, ZEROS, owner)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("model", FITTED, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("side", ["shown", "replaced"])
@pytest.mark.parametrize("given, message", [
    (["1", "1", "1"], "must be numbers, got list with '1'; give numbers"),
    ([1, 1, 1j], "must be numbers, got complex128; take their real part or their modulus"),
    (np.array(["1", 1, 1], object), "must be numbers, got ndarray with '1'; give numbers"),
    (np.ma.array(ONES, mask=[0, 0, 1]), r"must be an array without gaps, got a masked array; fill it with .filled"),
    ([[1], [1, 1]], "must be numbers, got list whose rows differ in shape; give rows of one shape"),
], ids=str)  # fmt: skip
def test_inputs_that_would_be_read_as_others_are_refused_by_name(model, side, given, message):
    with pytest.raises(TypeError, match=f"^{side} {message}") as said:
        model.on_superpixels(**{"shown": ONES, "replaced": ZEROS, "owner": ALL, side: given})
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("model", FITTED, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("given", [
    [1, 1, 1], [True, True, True], np.ones(3, object), torch.ones(3, requires_grad=True), np.ma.array(ONES),
    np.ones(3, np.float16),
], ids=str)  # fmt: skip
@pytest.mark.parametrize("owner", [ALL, np.array(ALL, np.uint8), torch.tensor(ALL), np.array([ALL])], ids=str)
def test_inputs_and_owners_of_every_real_type_are_read(model, given, owner):
    F = model.on_superpixels(given, ZEROS, owner)
    np.testing.assert_allclose(F(Z.astype(bool)), model(Z), rtol=1e-14)


def test_many_labels_with_a_gap_are_named_in_one_line():
    with pytest.raises(ValueError, match=r"got 1, 2, 3, 4, 5, 6, 7, 8, … 9; number them with limetheory") as said:
        lt.RBFExpansion(np.zeros((1, 9)), [1.0], 1.0).on_superpixels(np.ones(9), np.zeros(9), range(1, 10))
    assert "\n" not in str(said.value)
