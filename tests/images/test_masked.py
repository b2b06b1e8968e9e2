"""Masked images show the image on active superpixels and the replacement elsewhere, pixel by pixel."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

import limetheory as lt
from limetheory import levels
from limetheory.images.segmentation import label_map, segment

LEVELS = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def pictures(draw):
    h, w = draw(st.integers(1, 4)), draw(st.integers(2, 5))
    shape = draw(st.sampled_from([(h, w), (h, w, 3)]))
    labels = draw(arrays(int, (h, w), elements=st.sampled_from([0, 1, 3, 10])).filter(lambda a: np.ptp(a) > 0))
    return draw(arrays(float, shape, elements=LEVELS)), labels, draw(arrays(float, shape, elements=LEVELS))


def one_by_one(image, labels, replacement, mask):
    names, shown = sorted(set(labels.ravel().tolist())), np.empty_like(image)
    for u in np.ndindex(labels.shape):
        shown[u] = image[u] if mask[names.index(labels[u])] else replacement[u]
    return shown


@pytest.mark.slow
@given(pictures())
def test_compose_is_the_definition_pixel_by_pixel(picture):
    image, labels, replacement = picture
    masked = lt.MaskedImage(image, labels, replacement)
    masks = naive.masks(masked.d)
    expected = [one_by_one(image, labels, replacement, mask) for mask in masks]
    assert masked.compose(masks).dtype == float
    np.testing.assert_array_equal(masked.compose(masks), expected)


@pytest.mark.parametrize("replacement", ["mean", "blur", 0.3, [0.1, 0.2, 0.3]])
def test_all_ones_is_the_image_and_all_zeros_the_replacement_exactly(replacement):
    image = np.random.default_rng(0).random((12, 16, 3))
    masked = lt.MaskedImage(image, "grid", replacement)
    full, empty = masked.compose(np.repeat([[True], [False]], masked.d, axis=1))
    np.testing.assert_array_equal(full, image)
    np.testing.assert_array_equal(empty, masked.replacement)


@pytest.mark.parametrize("names", [(1, 2, 3), (10, 20, 40), (0, 5, 6)])
def test_a_label_map_that_starts_at_one_or_has_gaps_switches_its_own_pixels(names):
    rng = np.random.default_rng(1)
    image, labels = rng.random((6, 7, 3)) / 2 + 0.5, rng.choice(names, (6, 7))
    masked = lt.MaskedImage(image, labels, 0.0)
    assert masked.d == 3 and sorted(set(masked.segments.ravel().tolist())) == [0, 1, 2]
    for j, name in enumerate(names):
        only = masked.compose(np.arange(3)[None] == j)[0]
        np.testing.assert_array_equal(only[..., 0] > 0, labels == name)


def test_grey_stays_two_dimensional_for_every_dtype():
    labels = np.array([[0, 1], [0, 1]])
    grey = np.array([[0.0, 0.2], [0.4, 1.0]])
    assert lt.MaskedImage(grey, labels).compose(np.ones((3, 2), bool)).shape == (3, 2, 2)
    assert lt.MaskedImage(grey.astype(np.float32), labels).image.dtype == float
    stored = lt.MaskedImage(np.array([[0, 51], [102, 255]], np.uint8), labels)
    np.testing.assert_array_equal(stored.image, grey)


def test_a_palette_image_keeps_its_colours():
    colours = np.array([[[255, 0, 0], [0, 0, 255]], [[0, 255, 0], [255, 0, 0]]], np.uint8)
    palette = Image.fromarray(colours).quantize(3)
    assert palette.mode == "P" and np.asarray(palette).ndim == 2, "its numbers name colours"
    masked = lt.MaskedImage(palette, np.array([[0, 1], [0, 1]]), 0.5)
    np.testing.assert_array_equal(masked.image, lt.as_image(palette))
    np.testing.assert_array_equal(masked.image, colours / 255)
    assert masked.compose([[1, 0]]).shape == (1, 2, 2, 3)


@pytest.mark.parametrize("mode", ["L", "1", "I;16", "F"])
def test_a_grey_pillow_image_stays_two_dimensional(mode):
    levels = np.array([[0, 255], [255, 0]], np.uint8)
    stored = {"1": levels > 0, "I;16": levels.astype(np.uint16) * 257, "F": (levels / 255).astype(np.float32)}
    picture = Image.fromarray(stored.get(mode, levels))
    assert picture.mode == mode
    masked = lt.MaskedImage(picture, np.array([[0, 1], [0, 1]]), 0.5)
    np.testing.assert_array_equal(masked.image, levels / 255)


def test_the_caller_s_arrays_are_neither_changed_nor_shared():
    image, labels, other = np.full((2, 2), 0.5), np.array([[2, 7], [2, 7]]), np.zeros((2, 2))
    masked = lt.MaskedImage(image, labels, other)
    image[:], labels[:], other[:] = 1, 1, 1
    assert (masked.image == 0.5).all() and masked.d == 2 and (masked.replacement == 0).all()


@pytest.mark.parametrize(
    ("segments", "error", "message"),
    [
        (np.eye(3, dtype=int), ValueError, r"image's shape \(4, 4\), got \(3, 3\): segment that same image"),
        (np.ones((4, 4), int), ValueError, "at least two superpixels, got 1"),
        (np.eye(4, dtype=int) - 1, ValueError, "labels must be >= 0, got -1"),
        (np.eye(4), TypeError, "integers or bool, got float64"),
        (np.ones((4, 4, 1), int), ValueError, r"shape \(h, w\), got \(4, 4, 1\)"),
        ("slick", ValueError, "did you mean 'slic'"),
    ],
)
def test_segments_that_cannot_be_used_are_refused(segments, error, message):
    with pytest.raises(error, match=message):
        lt.MaskedImage(np.zeros((4, 4, 3)), segments)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.1, 1.5])
def test_pixels_that_are_not_levels_are_refused(bad):
    for shape in ((2, 2), (2, 2, 3)):
        with pytest.raises(ValueError, match=r"image must be (finite|in \[0, 1\])"):
            lt.MaskedImage(np.full(shape, bad), np.array([[0, 1], [0, 1]]))


@pytest.mark.parametrize(
    "segments", ["grid", "slic", np.arange(48).reshape(6, 8) // 6 * 5], ids=["grid", "slic", "own"]
)
@pytest.mark.parametrize("replacement", ["mean", "blur", 0.25])
@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 3), (6, 8, 5)])
def test_pixels_are_checked_once_and_labels_compacted_once(monkeypatch, shape, replacement, segments):
    looks, maps = [], []
    monkeypatch.setattr(levels, "_checked_levels", counting(levels._checked_levels, looks))
    renumbered = counting(label_map.renumbered, maps)
    for module in (label_map, segment):
        monkeypatch.setattr(module, "renumbered", renumbered)
    image = np.random.default_rng(0).random(shape)
    lt.explain_image(lambda images: images.mean(axis=(1, 2, 3)), image, segments=segments, replacement=replacement,
                     n=60, rng=0)  # fmt: skip
    assert [one.size for one in looks if one.size > 1] == [image.size]
    assert len(maps) == 1


def counting(function, seen):
    def called(array, *others):
        seen.append(np.asarray(array))
        return function(array, *others)

    return called


def test_a_segmenter_that_changes_its_image_changes_no_other():
    def painting(image):
        image[:] = 0.5
        return np.arange(image[..., 0].size).reshape(image.shape[:2]) % 3

    for shape in ((8, 9), (8, 9, 3), (8, 9, 7)):
        image = np.random.default_rng(0).random(shape)
        assert np.array_equal(lt.MaskedImage(image, painting).image, image)
        kept = image.copy()
        lt.segment(image if image.ndim == 2 else image[..., :3], painting)
        assert np.array_equal(image, kept)
