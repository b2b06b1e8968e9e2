"""Replacement images: superpixel means, blurs, levels, colours and other images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from limetheory.images.replacement import replacement_image

LABELS = np.arange(12).reshape(3, 4) // 5


def picture(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random(shape)


@given(st.integers(1, 9), st.integers(2, 9), st.sampled_from([(), (1,), (3,), (5,)]), st.integers(0, 99))
def test_mean_is_that_of_a_loop_over_superpixels(height, width, channels, seed):
    rng = np.random.default_rng(seed)
    image, labels = rng.random((height, width, *channels)), rng.integers(0, 5, (height, width))
    labels.flat[:2] = 0, 3
    expected = np.empty_like(image)
    for label in np.unique(labels):
        expected[labels == label] = image[labels == label].mean(axis=0)
    np.testing.assert_allclose(replacement_image(image, labels), expected, atol=1e-14)


@given(st.integers(2, 400), st.integers(0, 255))
def test_the_mean_of_one_colour_is_exactly_that_colour(pixels, level):
    image = np.full((1, pixels + 1, 3), level / 255)
    image[0, -1] = 0.5
    labels = np.append(np.zeros(pixels, int), 1)[None]
    np.testing.assert_array_equal(replacement_image(image, labels), image)


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 3)])
def test_blur_runs_along_space_only(shape):
    image = picture(*shape)
    expected = gaussian_filter1d(gaussian_filter1d(image, 4 / 20, axis=0), 4 / 20, axis=1)
    np.testing.assert_allclose(replacement_image(image, LABELS, "blur"), expected, atol=1e-14)


@pytest.mark.parametrize("name", ["mean", "blur"])
def test_white_stays_in_range(name):
    white, labels = np.ones((40, 60, 3)), np.arange(2400).reshape(40, 60) // 7
    blank = replacement_image(white, labels, name)
    assert blank.max() <= 1
    np.testing.assert_allclose(blank, 1, rtol=1e-14)


@pytest.mark.parametrize("level", [0, 1, 0.25, np.float32(0.25), np.array(0.5), np.int64(1)])
@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 3)])
def test_grey_level(level, shape):
    blank = replacement_image(picture(*shape), LABELS, level)
    assert blank.dtype == np.float64
    np.testing.assert_array_equal(blank, np.full(shape, float(level)))


@pytest.mark.parametrize("colour", [(1, 0, 1), [1.0, 0.0, 1.0], np.array([255, 0, 255], np.uint8)])
def test_colour(colour):
    blank = replacement_image(picture(3, 4, 3), LABELS, colour)
    for pixel in blank.reshape(-1, 3):
        assert pixel.tolist() == [1, 0, 1]


def test_another_image():
    image, other = picture(3, 4, 3), picture(3, 4, 3)[::-1]
    np.testing.assert_array_equal(replacement_image(image, LABELS, other), other)
    bytes_image = (other * 255).astype(np.uint8)
    np.testing.assert_array_equal(replacement_image(image, LABELS, bytes_image), bytes_image / 255)


@pytest.mark.parametrize("replacement", ["mean", "blur", 0.5, (0, 1, 0), picture(3, 4, 3)])
def test_result_is_new_and_arguments_unchanged(replacement):
    image = picture(3, 4, 3)
    blank = replacement_image(image, LABELS, replacement)
    assert not np.shares_memory(blank, image)
    blank[:] = -1
    np.testing.assert_array_equal(image, picture(3, 4, 3))
    if isinstance(replacement, np.ndarray):
        np.testing.assert_array_equal(replacement, picture(3, 4, 3))


@pytest.mark.parametrize(
    ("replacement", "error", "message"),
    [
        (
            "means",
            ValueError,
            "be mean, blur, telea, navier_stokes, noise, histogram, removed or a grey level in .0, 1., got 'means'",
        ),
        ("grey", ValueError, "got 'grey': 0 is black; Python also takes a colour, an image, or several"),
        (128, ValueError, r"replacement must be in \[0, 1\], got values from 128 to 128: .*, replacement / 255; np"),
        (-0.1, ValueError, r"in \[0, 1\], got values from -0.1"),
        ((124, 116, 104), ValueError, r"in \[0, 1\], got values from 104 to 124: .*, replacement / 255; np"),
        ((0.5, 0.5), ValueError, "one level per channel, 3 here, got 2: pass a single number"),
        (np.zeros((4, 3, 3)), ValueError, r"shape \(3, 4, 3\), got \(4, 3, 3\): resize it"),
        (
            np.zeros((3, 4, 3), int),
            TypeError,
            r"replacement must be uint8, .*got int64 from 0 to 0: divide by",
        ),
        (np.full((3, 4, 3), np.inf), ValueError, "finite, got 36 NaN or infinite"),
        (np.nan, ValueError, "finite, got 1 NaN"),
        (True, TypeError, "name, numbers or an image, got bool: use 0.0 or 1.0"),
        (None, TypeError, "name, numbers or an image, got NoneType"),
    ],
)
def test_replacement_errors(replacement, error, message):
    with pytest.raises(error, match=message) as caught:
        replacement_image(picture(3, 4, 3), LABELS, replacement)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("image", "labels", "error", "message"),
    [
        (np.zeros((3, 4, 3), np.int64), LABELS, TypeError, r"image must be uint8, .*got int64 from 0 to 0: divide by"),
        (np.zeros(3), LABELS, ValueError, r"\(h, w\) or \(h, w, c\), got \(3,\): give its pixels in rows"),
        (np.full((3, 4), np.nan), LABELS, ValueError, "image must be finite, got 12 NaN"),
        (np.zeros((4, 3)), LABELS, ValueError, r"image's shape \(4, 3\), got \(3, 4\)"),
    ],
)
def test_image_and_label_errors(image, labels, error, message):
    with pytest.raises(error, match=message):
        replacement_image(image, labels)
