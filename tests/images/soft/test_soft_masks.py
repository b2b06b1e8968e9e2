"""Soft masks against a convolution and an interpolation written from their definitions, and against libraries."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.transform import resize

import limetheory as lt
from limetheory.images import soft_masks
from limetheory.images.soft.upsampling import upsampling

BLOBS = np.add.outer(np.arange(20) // 7, (np.arange(26) - 3) // 9).clip(0) % 4
GRID = lt.segment(np.zeros((20, 27, 3)), "grid", 12)


def convolved(mask, sigma):
    """A Gaussian cut off at 4 σ, pixel by pixel, the image mirrored at its borders."""
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-(offsets**2) / (2 * sigma**2))
    weights /= weights.sum()

    def mirrored(place, size):
        place %= 2 * size
        return place if place < size else 2 * size - 1 - place

    found = mask.astype(float)
    for axis, size in enumerate(mask.shape):
        rows = np.moveaxis(found, axis, 0)
        found = np.stack([
            sum(w * rows[mirrored(p + k, size)] for k, w in zip(offsets, weights, strict=True)) for p in range(size)
        ])  # fmt: skip
        found = np.moveaxis(found, 0, axis)
    return found


@pytest.mark.parametrize("labels", [BLOBS, GRID], ids=["blobs", "grid"])
@pytest.mark.parametrize("sigma", [0.8, 2.5, 26.0])
def test_gaussian_masks_are_convolutions_of_each_superpixel(labels, sigma):
    masks = soft_masks(labels, "gaussian", sigma)
    for j, mask in enumerate(masks):
        np.testing.assert_allclose(mask, convolved(labels == j, sigma), rtol=0, atol=1e-13)
        np.testing.assert_allclose(mask, gaussian_filter((labels == j).astype(float), sigma), rtol=0, atol=1e-13)


def test_mutant_another_deviation_or_border_is_rejected():
    masks = soft_masks(BLOBS, "gaussian", 2.5)
    crisp = (BLOBS == 1).astype(float)
    for other in (gaussian_filter(crisp, 2.4), gaussian_filter(crisp, 2.5, mode="constant")):
        assert np.abs(masks[1] - other).max() > 1e-3


@pytest.mark.parametrize(("size", "cells"), [((24, 24), 9), ((20, 27), 12), ((7, 33), 5), ((30, 4), 2)])
def test_bilinear_masks_are_resized_cells(size, cells):
    labels = lt.segment(np.zeros((*size, 3)), "grid", cells)
    masks = soft_masks(labels, "bilinear")
    rows, columns = (len(np.unique(labels[:, 0])), len(np.unique(labels[0])))
    for j, mask in enumerate(masks):
        one = np.zeros(rows * columns)
        one[j] = 1
        expected = resize(one.reshape(rows, columns), size, order=1, mode="reflect", anti_aliasing=False)
        np.testing.assert_allclose(mask, expected, rtol=0, atol=1e-13)


def test_cells_may_have_any_numbers():
    numbers = np.random.default_rng(0).permutation(GRID.max() + 1)
    named, plain = soft_masks(7 + 3 * numbers[GRID], "bilinear"), soft_masks(GRID, "bilinear")
    for j, number in enumerate(numbers):
        assert np.array_equal(named[number], plain[j])


@pytest.mark.parametrize("smoothing", ["gaussian", "bilinear", None])
def test_masks_sum_to_one_at_every_pixel(smoothing):
    masks = soft_masks(GRID, smoothing)
    assert masks.shape == (12, 20, 27) and masks.dtype == float
    np.testing.assert_allclose(masks.sum(axis=0), 1, rtol=0, atol=1e-14)
    assert masks.min() >= 0 and masks.max() <= 1


def test_without_smoothing_masks_are_superpixels():
    assert np.array_equal(soft_masks(BLOBS, None), BLOBS == np.arange(4)[:, None, None])


def test_the_numbers_of_the_study():
    """Pihlgren & Främling 2025: 10 pixels for 49 cells of 224 × 224, and the peaks that follow."""
    labels = lt.segment(np.zeros((224, 224, 3)), "grid", 49)
    gaussian, bilinear = soft_masks(labels), soft_masks(labels, "bilinear")
    assert np.array_equal(gaussian, soft_masks(labels, sigma=10.0))
    assert gaussian[24].max() == pytest.approx(0.79, abs=0.005) and gaussian[0].max() == pytest.approx(0.997, abs=5e-4)
    assert bilinear.max(axis=(1, 2)).min() >= 0.968


def test_the_largest_sigma_leaves_each_mask_the_same_at_all_pixels_up_to_one_percent():
    labels = lt.segment(np.zeros((24, 30, 3)), "grid", 9)
    assert 1e-3 < np.ptp(soft_masks(labels, sigma=30.0), axis=(1, 2)).max() < 0.01


def test_a_row_of_cells_is_interpolated_between_two_neighbours():
    weights = upsampling(5, 40)
    there = [np.flatnonzero(row) for row in weights]
    assert all(len(places) <= 2 and np.ptp(places) <= 1 for places in there)
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(weights[4:36] @ np.arange(5), (np.arange(4, 36) + 0.5) / 8 - 0.5, rtol=0, atol=1e-14)


REFUSED = {
    "unknown": ((GRID, "box"), ValueError, r"smoothing must be one of gaussian, bilinear, got 'box'; or None"),
    "no name": ((GRID, 3), ValueError, "smoothing must be one of"),
    "no grid": ((BLOBS, "bilinear"), ValueError, "needs the cells of a grid, got 4 segments .*smoothing 'gaussian'"),
    "stripes of other widths": (
        ([[0, 0, 0, 1]], "bilinear"), ValueError, "needs the cells of a grid, got 2 segments that are none",
    ),
    "a cell in two places": (([[0, 1, 0]], "bilinear"), ValueError, "needs the cells of a grid, got 2 segments"),
    "sigma of none": ((GRID, None, 2.0), ValueError, "sigma is for smoothing 'gaussian', got 2.0 with None; leave it"),
    "sigma of bilinear": ((GRID, "bilinear", 2.0), ValueError, "got 2.0 with 'bilinear'"),
    "sigma 0": ((GRID, "gaussian", 0), ValueError, "sigma must be above 0, got 0; give the standard deviation"),
    "sigma inf": ((GRID, "gaussian", np.inf), ValueError, "sigma must be above 0 and finite"),
    "sigma beyond the image": ((GRID, "gaussian", 1e6), ValueError, "at most the longer side .* 27 pixels, got 1"),
    "sigma text": ((GRID, "gaussian", "2"), TypeError, "sigma must be a number"),
    "one label": (([[1, 1]], "gaussian"), ValueError, "labels must name at least two superpixels"),
    "floats": ((GRID / 2, "gaussian"), TypeError, "labels must be integers or bool"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_smoothed_is_refused_in_one_line(case):
    arguments, error, message = REFUSED[case]
    with pytest.raises(error, match=message) as said:
        soft_masks(*arguments)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 3.0])
@pytest.mark.parametrize(
    "labels", [BLOBS, GRID, np.array([[0, 1, 0], [2, 3, 1], [3, 0, 2]])], ids=["blobs", "grid", "3"]
)
def test_a_gaussian_in_the_window_of_each_segment_is_that_of_the_whole_image(labels, sigma):
    crisp = (labels == np.arange(labels.max() + 1)[:, None, None]).astype(float)
    whole = gaussian_filter(crisp, sigma, axes=(1, 2), mode="reflect", truncate=4)
    assert np.array_equal(soft_masks(labels, "gaussian", sigma), whole / whole.sum(axis=0))
