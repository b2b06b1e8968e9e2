"""Bits, sizes and draws of masks are those that NumPy's own functions give, at every number of parts."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.designs.coordinates import independent_coordinates
from limetheory.mask_bits import packed_bits, sizes, sizes_of_bits


@pytest.mark.parametrize("d", [1, 7, 8, 9, 30, 64, 257])
@pytest.mark.parametrize("n", [0, 1, 50])
def test_bits_and_sizes_are_those_of_numpy(n, d):
    masks = np.random.default_rng(d).random((n, d)) < 0.4
    for one in (masks, np.asfortranarray(masks), np.repeat(masks, 2, axis=1)[:, ::2]):
        bits = packed_bits(one)
        np.testing.assert_array_equal(bits, np.packbits(masks, axis=1))
        assert bits.dtype == np.uint8 and bits.flags.c_contiguous
        for found in (sizes(one), sizes_of_bits(bits)):
            np.testing.assert_array_equal(found, np.count_nonzero(masks, axis=1))
            assert found.dtype == int


@pytest.mark.parametrize(("n", "d"), [(0, 3), (1, 1), (700, 30), (3, 20_000)])
def test_masks_drawn_in_blocks_are_those_of_one_draw(n, d):
    keep = np.random.default_rng(1).random(d)
    for chance in (keep, 0.3):
        found = independent_coordinates(n, d, chance, np.random.default_rng(2))
        np.testing.assert_array_equal(found, np.random.default_rng(2).random((n, d)) < chance)


def test_equal_factors_of_a_weight_multiply_to_the_product_of_all_to_the_last_bit():
    masks = np.random.default_rng(0).random((500, 23)) < 0.5
    for factors in (np.full(23, 0.83), np.linspace(0.3, 1, 23)):
        weights = lt.ProductDesign(np.full(23, 0.4), factors).weight(masks)
        by_hand = np.ones(500)
        for shown, factor in zip(masks.T, factors, strict=True):
            by_hand = by_hand * np.where(shown, 1.0, factor)
        np.testing.assert_array_equal(weights, by_hand)
    assert np.ptp(weights) > 0
