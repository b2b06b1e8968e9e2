"""Inpainting: each superpixel from all the others, against OpenCV on the whole image."""

import sys

import cv2
import numpy as np
import pytest
from skimage.data import coffee

import limetheory as lt
from limetheory.images import replacement_image
from limetheory.images.replacements.inpainting import RADIUS

FLAGS = {"telea": cv2.INPAINT_TELEA, "navier_stokes": cv2.INPAINT_NS}
PHOTO = lt.as_image(coffee()[::8, ::8])
LABELS = lt.segment(PHOTO, "slic", 12)


def by_definition(image, labels, name):
    """OpenCV on the whole image, with one superpixel missing at a time and all three channels at once."""
    levels, found = np.rint(255 * image).astype(np.uint8), np.empty_like(image)
    for label in np.unique(labels):
        missing = labels == label
        found[missing] = cv2.inpaint(levels, missing.astype(np.uint8), RADIUS, FLAGS[name])[missing] / 255
    return found


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_each_superpixel_is_inpainted_from_all_the_others(name, seed):
    image, labels = PHOTO, LABELS
    if seed is not None:
        rng = np.random.default_rng(seed)
        image, labels = rng.random((25, 31, 3)), rng.integers(0, 4, (5, 31)).repeat(5, axis=0)[:, :31]
    np.testing.assert_array_equal(replacement_image(image, labels, name), by_definition(image, labels, name))


def test_mutant_that_inpaints_all_superpixels_at_once_has_nothing_to_start_from():
    everything = np.ones(LABELS.shape, np.uint8)
    levels = np.rint(255 * PHOTO).astype(np.uint8)
    for name, flag in FLAGS.items():
        wrong = cv2.inpaint(levels, everything, RADIUS, flag) / 255
        assert np.abs(wrong - replacement_image(PHOTO, LABELS, name)).max() > 0.1


@pytest.mark.parametrize("name", FLAGS)
def test_masked_images_are_those_of_one_replacement_image(name):
    masked = lt.MaskedImage(PHOTO, LABELS, name)
    masks = np.random.default_rng(0).random((5, masked.d)) < 0.5
    replaced = by_definition(PHOTO, masked.segments, name)
    for image, mask in zip(masked.compose(masks), masks, strict=True):
        np.testing.assert_array_equal(image, np.where(mask[masked.segments][..., None], PHOTO, replaced))


@pytest.mark.parametrize("name", FLAGS)
def test_far_from_each_other_superpixels_are_those_of_inpainting_by_mask(name):
    labels = np.arange(40)[None].repeat(20, axis=0) // 10
    image = PHOTO[:20, :40]
    hidden = np.isin(labels, [0, 2])
    levels = np.rint(255 * image).astype(np.uint8)
    together = cv2.inpaint(levels, hidden.astype(np.uint8), RADIUS, FLAGS[name]) / 255
    np.testing.assert_array_equal(replacement_image(image, labels, name)[hidden], together[hidden])
    beside = np.isin(labels, [0, 1])
    together = cv2.inpaint(levels, beside.astype(np.uint8), RADIUS, FLAGS[name]) / 255
    assert np.abs(replacement_image(image, labels, name)[beside] - together[beside]).max() > 0.05


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("channels", [(), (1,), (2,), (4,), (5,)])
def test_any_number_of_channels_is_inpainted_one_by_one(name, channels):
    image = np.random.default_rng(0).random((12, 14, *channels))
    labels = lt.images.compact(np.arange(14)[None].repeat(12, axis=0) // 5)
    found = replacement_image(image, labels, name)
    assert found.shape == image.shape and 0 <= found.min() and found.max() <= 1
    for k in range(channels[0] if channels else 1):
        one = image[..., k] if channels else image
        expected = replacement_image(np.stack([one] * 3, axis=2), labels, name)[..., 0]
        np.testing.assert_array_equal(found[..., k] if channels else found, expected)


@pytest.mark.parametrize("name", FLAGS)
def test_sixteen_bits_are_read_as_levels_of_eight(name):
    wide = np.random.default_rng(0).integers(0, 65536, (9, 12, 3), dtype=np.uint16)
    labels = np.arange(12)[None].repeat(9, axis=0) // 4
    expected = by_definition(np.rint(wide / 257) / 255, labels, name)
    np.testing.assert_array_equal(replacement_image(wide, labels, name), expected)


def test_one_colour_stays():
    labels = np.arange(30)[None].repeat(30, axis=0) // 10
    flat = np.full((30, 30, 3), 100 / 255)
    assert np.array_equal(replacement_image(flat, labels, "navier_stokes"), flat)
    assert np.abs(replacement_image(flat, labels, "telea") - flat).max() < 4 / 255  # its gradients are of rounding


@pytest.mark.parametrize("name", FLAGS)
def test_one_superpixel_which_leaves_nothing_to_inpaint_from_is_refused_as_for_all_replacements(name):
    with pytest.raises(ValueError, match="at least two superpixels, got 1: segment the image more finely") as caught:
        replacement_image(PHOTO, np.zeros(LABELS.shape, int), name)
    assert "\n" not in str(caught.value)


def test_without_opencv_the_hint_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(
        ImportError, match=r"^inpainting needs cv2, got none installed; run pip install 'limetheory\[inpainting\]'$"
    ):
        lt.explain_image(lambda images: 1 / 0, PHOTO, segments=LABELS, replacement="telea", n=20)
    assert lt.MaskedImage(PHOTO, LABELS, "blur").d


def test_an_explanation_of_an_inpainted_image_is_exact_for_a_linear_model():
    weights = np.random.default_rng(0).normal(size=PHOTO.shape)
    found = lt.explain_image(
        lambda images: (images * weights).sum(axis=(1, 2, 3)), PHOTO, segments=LABELS, replacement="telea", n=80, rng=0
    )
    change = weights * (PHOTO - by_definition(PHOTO, found.segments, "telea"))
    exact = [change[found.segments == j].sum() for j in range(found.d)]
    np.testing.assert_allclose(found.coefficients, exact, atol=1e-9)
