"""Explained variation against its definition in exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_map_cases import NESTED, each_pixel, relabelled

from limetheory.metrics import explained_variation
from tests.composed_scene import IMAGE


def by_fractions(image, labels):
    """Σ_S |S| |μ_S − μ|² / Σ_x |I_x − μ|² with the levels of 8 bits as fractions."""
    pixels, flat = [[Fraction(int(v), 255) for v in one] for one in image.reshape(-1, image.shape[2])], np.ravel(labels)
    mean = [sum(channel) / len(pixels) for channel in zip(*pixels, strict=True)]
    between = Fraction(0)
    for label in set(flat.tolist()):
        own = [pixel for pixel, one in zip(pixels, flat, strict=True) if one == label]
        means = [sum(channel) / len(own) for channel in zip(*own, strict=True)]
        between += len(own) * sum((a - b) ** 2 for a, b in zip(means, mean, strict=True))
    whole = sum((a - b) ** 2 for pixel in pixels for a, b in zip(pixel, mean, strict=True))
    return between / whole if whole else Fraction(1)


@pytest.mark.slow
@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 5), st.sampled_from([3, 5]))
def test_it_is_the_definition(seed, h, w, channels):
    rng = np.random.default_rng(seed)
    image, labels = rng.integers(0, 256, (h, w, channels), np.uint8), rng.integers(0, 3, (h, w))
    found = explained_variation(image, labels)
    assert found == pytest.approx(float(by_fractions(image, labels)), abs=1e-12) and -1e-12 <= found <= 1
    assert explained_variation(image, relabelled(labels)) == pytest.approx(found, abs=1e-12)


def test_the_share_inside_the_segments_would_be_refuted():
    image, labels = np.array([[0.0, 0.0, 0.5, 1.0]]), [[0, 0, 1, 1]]
    assert explained_variation(image, labels) == pytest.approx(9 / 11, abs=1e-15) != pytest.approx(2 / 11)


def test_one_segment_and_a_segment_at_each_pixel_are_the_extremes():
    image = np.random.default_rng(0).random((5, 7, 3))
    one = np.zeros((5, 7), int)
    assert explained_variation(image, one) == 0.0 and explained_variation(image, each_pixel(one)) == 1.0


@pytest.mark.parametrize("level", [0.0, 0.1, 1 / 3])
def test_nothing_is_left_unexplained_in_an_image_of_one_colour(level):
    assert explained_variation(np.full((3, 4, 3), level), np.arange(12).reshape(3, 4) % 2) == 1.0


def test_the_regions_of_a_scene_of_flat_colours_explain_all_of_it_and_coarser_ones_less():
    picture = IMAGE[::5, ::5]
    coarse, middle, fine = (explained_variation(picture, labels) for labels in NESTED)
    assert 0 < coarse < middle < fine == pytest.approx(1, abs=1e-12)


def test_scale_and_offset_of_the_levels_do_not_count():
    rng = np.random.default_rng(1)
    image, labels = rng.random((4, 6)), rng.integers(0, 3, (4, 6))
    assert explained_variation(0.2 + image / 4, labels) == pytest.approx(explained_variation(image, labels), abs=1e-12)


@pytest.mark.parametrize(
    ("image", "segments", "error", "message"),
    [
        (np.zeros((2, 3)), [[0, 1]], ValueError, r"labels must have the image's shape \(2, 3\), got \(1, 2\)"),
        (np.zeros((1, 2)), [[0, -1]], ValueError, "labels must be >= 0"),
        (np.zeros((1, 2)), [[0.0, 1.0]], TypeError, "labels must be integers or bool"),
        (np.full((1, 2), 7.0), [[0, 1]], ValueError, "image"),
        (np.full((1, 2), np.nan), [[0, 1]], ValueError, "image"),
    ],
)
def test_bad_arguments_are_refused(image, segments, error, message):
    with pytest.raises(error, match=message):
        explained_variation(image, segments)
