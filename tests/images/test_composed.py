"""Masked images of any number type."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limetheory.images.composed import composed


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**20), dtype=st.sampled_from(["uint8", "uint16", "float32", "float64", "int64"]),
    channels=st.sampled_from([None, 1, 2, 3, 4, 5]), turned=st.booleans(),
)  # fmt: skip
def test_pixels_are_picked_one_by_one(seed, dtype, channels, turned):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 7, 2)) + (() if channels is None else (channels,))
    original, replaced = (100 * rng.normal(size=(2, *shape))).astype(dtype)
    if turned:
        original, replaced = original[::-1], np.asfortranarray(replaced)
    d = int(rng.integers(1, 6))
    segments, masks = rng.integers(0, d, shape[:2]), rng.integers(0, 2, (4, d)) == 1
    found = composed(original, replaced, segments, masks)
    assert found.dtype == original.dtype and found.shape == (4, *shape)
    for image, mask in zip(found, masks, strict=True):
        for place in np.ndindex(*shape[:2]):
            assert (image[place] == (original if mask[segments[place]] else replaced)[place]).all()


@pytest.mark.parametrize("special", [np.nan, -0.0, np.inf])
def test_numbers_stay_as_they_are(special):
    original = np.full((1, 2, 3), special)
    found = composed(original, np.zeros((1, 2, 3)), np.array([[0, 1]]), np.array([[True, False]]))
    assert found[0, 0, 0].tobytes() == original[0, 0].tobytes() and not found[0, 0, 1].any()


def test_images_can_be_changed_without_changing_the_original():
    original = np.ones((1, 2))
    composed(original, np.zeros((1, 2)), np.array([[0, 1]]), np.array([[True, True]]))[0, 0, 0] = 5
    assert original.tolist() == [[1, 1]]
