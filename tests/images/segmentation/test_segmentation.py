"""Label maps are compact, grids are exact, and every method gives superpixels or one clear line."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from skimage import data
from skimage.segmentation import quickshift

import limetheory as lt
from limetheory.images.segmentation.grid import grid_shape
from limetheory.images.segmentation.label_map import compact
from limetheory.images.segmentation.methods import GROUP, SEGMENTERS, Segmenter
from limetheory.images.segmentation.scikit_image import LIME_QUICKSHIFT
from limetheory.images.segmentation.segment import reduced, segment

SHAPES = [(2, 2), (1, 8), (8, 1), (3, 3), (5, 7), (30, 40)]


@pytest.fixture(scope="module")
def cat() -> np.ndarray:
    return data.chelsea()[::3, ::3] / 255


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random((*shape, 3))


@pytest.mark.slow
@given(
    arrays(
        st.sampled_from([np.int64, np.uint8]),
        array_shapes(min_dims=2, max_dims=2),
        elements=st.integers(0, 99),
    )
)
def test_compact_numbers_labels_in_increasing_order(labels):
    present = sorted({int(label) for label in labels.ravel()})
    if len(present) == 1:
        with pytest.raises(ValueError, match=r"at least two superpixels, got 1|got 1 x 1: take a larger one"):
            compact(labels)
        return
    numbers = compact(labels, labels.shape)
    assert numbers.dtype == np.intp and not np.shares_memory(numbers, labels)
    for pixel in np.ndindex(labels.shape):
        assert present[numbers[pixel]] == labels[pixel]


def test_compact_of_a_mask():
    assert compact(np.array([[True, False]])).tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("labels", "shape", "error", "message"),
    [
        ([0, 1], None, ValueError, r"shape \(h, w\), got \(2,\): pass one label per pixel"),
        ([[0, 1]], (2, 1), ValueError, r"image's shape \(2, 1\), got \(1, 2\): segment that same image"),
        ([[0.0, 1.0]], None, TypeError, r"integers or bool, got float64: use labels.astype\(int\)"),
        ([[0, -1, -3]], None, ValueError, r">= 0, got -3: give -1 or void pixels a label of their own"),
        ([[4, 4]], None, ValueError, "at least two superpixels, got 1: segment the image more finely"),
        ([[4]], None, ValueError, "two pixels or more to be cut, got 1 x 1: take a larger one"),
        (np.zeros((0, 0), int), None, ValueError, "at least two superpixels, got 0"),
    ],
)
def test_compact_errors(labels, shape, error, message):
    with pytest.raises(error, match=message):
        compact(labels, shape)


@pytest.mark.slow
@given(st.integers(1, 40), st.integers(2, 40), st.data())
def test_grid_has_the_announced_cells_of_equal_sides_up_to_one_pixel(height, width, draw):
    n_segments = draw.draw(st.integers(2, height * width))
    rows, columns = grid_shape((height, width), n_segments)
    labels = segment(np.zeros((height, width, 3)), "grid", n_segments)
    assert labels.max() + 1 == rows * columns >= 2
    sides = []
    for label in range(rows * columns):
        i, j = np.nonzero(labels == label)
        sides.append((np.ptp(i) + 1, np.ptp(j) + 1))
        assert i.size == sides[-1][0] * sides[-1][1]
    assert (np.ptp(sides, axis=0) <= 1).all()


@pytest.mark.parametrize("n_segments", [16, 49, 100, 50, 53, 200])
def test_grid_counts_are_near_on_a_square(n_segments):
    rows, columns = grid_shape((224, 224), n_segments)
    assert abs(rows * columns - n_segments) <= 1 + n_segments // 50
    assert max(rows, columns) <= 1.5 * min(rows, columns)


@pytest.mark.slow
@pytest.mark.parametrize("method", SEGMENTERS)
def test_methods_on_a_photo_are_compact_and_deterministic(cat, method):
    before = cat.copy()
    labels = segment(cat, method)
    assert labels.shape == cat.shape[:2] and labels.dtype == np.intp
    np.testing.assert_array_equal(np.unique(labels), np.arange(labels.max() + 1))
    np.testing.assert_array_equal(labels, segment(cat, method))
    np.testing.assert_array_equal(cat, before)


def test_watershed_leaves_no_single_pixels(cat):
    assert np.bincount(segment(cat, "watershed", compactness=0).ravel()).min() == 1
    assert np.bincount(segment(cat, "watershed").ravel()).min() > 1


@pytest.mark.parametrize("method", ["grid", "slic", "watershed"])
def test_segment_count_is_nearly_met(cat, method):
    assert 15 <= segment(cat, method, 20).max() + 1 <= 25


@pytest.mark.slow
def test_quickshift_is_that_of_lime(cat):
    from lime.wrappers.scikit_image import SegmentationAlgorithm

    lime_labels = SegmentationAlgorithm("quickshift", **LIME_QUICKSHIFT, random_seed=3)(cat)
    np.testing.assert_array_equal(segment(cat, "quickshift"), compact(lime_labels))


def test_parameters_reach_the_method(cat):
    expected = compact(quickshift(cat, kernel_size=2, max_dist=200, ratio=0.2, rng=42))
    np.testing.assert_array_equal(segment(cat, "quickshift", kernel_size=2), expected)
    assert segment(cat, "felzenszwalb", min_size=2000).max() < segment(cat, "felzenszwalb").max()
    assert (segment(cat, "slic", compactness=1000) != segment(cat, "slic")).any()


@pytest.mark.parametrize("method", SEGMENTERS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("blank", [True, False])
def test_tiny_and_blank_images(method, shape, blank):
    image = np.full((*shape, 3), 0.5) if blank else noise(*shape)
    try:
        assert segment(image, method).max() >= 1
    except ValueError as error:
        assert method != "grid"
        assert "use method 'grid'" in str(error) and "\n" not in str(error)


def test_large_images_are_segmented_reduced_and_enlarged(cat, monkeypatch):
    monkeypatch.setattr("limetheory.images.segmentation.segment.MAX_SIDE", 75)
    seen = {}
    labels = segment(cat, lambda image, n_segments: seen.setdefault("image", image)[..., 0] > 0.5, 10)
    height, width = seen["image"].shape[:2]
    assert (height, width) == (50, 75)
    np.testing.assert_allclose(seen["image"].mean(axis=(0, 1)), cat.mean(axis=(0, 1)), atol=1e-3)
    for i, j in np.ndindex(labels.shape):
        assert labels[i, j] == (seen["image"][i * height // 100, j * width // 151, 0] > 0.5)


def test_reduced_copy_of_a_constant_image_is_that_constant():
    assert np.unique(reduced(np.ones((1, 3000, 3)))).tolist() == [1.0]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(2, 12), st.sampled_from(["slic", "watershed"]), st.data())
def test_counts_up_to_every_pixel(height, width, method, draw):
    n_segments = draw.draw(st.integers(2, height * width))
    try:
        assert segment(noise(height, width), method, n_segments).shape == (height, width)
    except ValueError as error:
        assert "at least two superpixels, got one" in str(error)


@pytest.mark.parametrize(
    ("arguments", "parameters", "error", "message"),
    [
        (["slick"], {}, ValueError, "one of grid, slic, .* got 'slick'; did you mean 'slic'"),
        (["voronoi?"], {}, ValueError, r"got 'voronoi\?'; choose one of them"),
        ([np.zeros((4, 4))], {}, TypeError, "method must be a str, got ndarray: .* to compact"),
        (
            ["quickshift", 20],
            {},
            ValueError,
            "left out for method 'quickshift', got 20: use grid, slic, ",
        ),
        (["felzenszwalb", 20], {}, ValueError, "or set scale, sigma, min_size"),
        (["slic", 1], {}, ValueError, r"n_segments must be in 2..16, .* got 1: take 16 for one"),
        (["grid", 17], {}, ValueError, r"in 2..16, .* got 17"),
        (["grid", 5.0], {}, TypeError, r"n_segments must be an integer, got 5.0: use int\(n_segments\)"),
        (["grid", True], {}, TypeError, "n_segments must be an integer, got True"),
        (
            ["slic"],
            {"kernel_size": 1},
            TypeError,
            "takes compactness, sigma, max_num_iter .* got 'kernel_size'",
        ),
        (
            ["grid"],
            {"sigma": 1},
            TypeError,
            "method 'grid' takes no parameters besides .* got 'sigma': remove",
        ),
        (["slic"], {"sigma": -1}, ValueError, "sigma must be finite and >= 0, got -1: leave it out"),
        (["slic"], {"sigma": np.inf}, ValueError, "sigma must be finite and >= 0, got inf"),
        (["slic"], {"sigma": "1"}, TypeError, "sigma must be a number, got str: leave it out"),
        (["slic"], {"sigma": True}, TypeError, "sigma must be a number, got bool"),
        (
            ["quickshift"],
            {"kernel_size": 0},
            ValueError,
            "able to segment the 4 x 4 image, got .*kernel_size",
        ),
        (
            ["felzenszwalb"],
            {"min_size": 2.5},
            ValueError,
            "able to segment the 4 x 4 image, got .*: use method 'grid'",
        ),
        (
            ["felzenszwalb"],
            {},
            ValueError,
            "two superpixels, got one from method 'felzenszwalb' on the 4 x 4",
        ),
    ],
)
def test_segment_errors(arguments, parameters, error, message):
    with pytest.raises(error, match=message) as caught:
        segment(np.zeros((4, 4, 3)), *arguments, **parameters)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (np.zeros((4, 4, 3), int), TypeError, "got int64 from 0 to 0: divide by"),
        (np.zeros((4, 4, 5)), ValueError, r"\(h, w, 3\) or \(h, w, 4\), got \(4, 4, 5\)"),
        (np.full((4, 4, 3), 255.0), ValueError, r"in \[0, 1\], got values from 255 to 255: .* white, image / 255"),
        (np.full((4, 4, 3), np.nan), ValueError, "image must be finite, got 48 NaN"),
    ],
)
def test_image_errors(image, error, message):
    with pytest.raises(error, match=message):
        segment(image, "grid")


def test_grid_shape_errors():
    with pytest.raises(ValueError, match=r"n_segments must be in 2..6"):
        grid_shape((2, 3), 7)


@pytest.mark.parametrize("method", SEGMENTERS.own)
def test_one_pixel_is_too_small_for_every_method(method):
    with pytest.raises(ValueError, match="two pixels or more to be cut, got 1 x 1: take a larger one"):
        segment(np.zeros((1, 1, 3)), method)


def columns(image, n_segments, offset=0):
    """Vertical stripes."""
    return np.broadcast_to((np.arange(image.shape[1]) + offset) * n_segments // image.shape[1], image.shape[:2])


def test_a_function_or_a_row_is_a_method(cat):
    expected = compact(columns(cat, 5))
    np.testing.assert_array_equal(segment(cat, columns, 5), expected)
    np.testing.assert_array_equal(segment(cat, Segmenter("stripes", columns), 5), expected)
    np.testing.assert_array_equal(segment(cat, columns, 5, offset=3), compact(columns(cat, 5, 3)))
    np.testing.assert_array_equal(lt.MaskedImage(cat, columns).segments, compact(columns(cat, 50)))


def test_a_row_that_reduces_nothing_gets_the_whole_image(cat, monkeypatch):
    monkeypatch.setattr("limetheory.images.segmentation.segment.MAX_SIDE", 10)
    np.testing.assert_array_equal(
        segment(cat, Segmenter("stripes", columns, reduces=False), 20), compact(columns(cat, 20))
    )


@pytest.mark.parametrize("function, options, error, words", [
    (columns, {"angle": 3}, TypeError, "method 'columns' takes offset besides the image and n_segments, got 'angle'"),
    (lambda image: image[..., 0] > 2, {}, ValueError, "got one from method '<lambda>' on the"),
    (lambda image: np.eye(3, dtype=int), {}, ValueError, r"labels must have the image's shape .* got \(3, 3\)"),
    (lambda image: image[..., 0] > 0.5, {"n_segments": 9}, ValueError, "left out for method '<lambda>', got 9: use gr"),
])  # fmt: skip
def test_refusals_about_functions(cat, function, options, error, words):
    with pytest.raises(error, match=words):
        segment(cat, function, **options)


def test_other_packages_methods_are_taken_by_name(cat, monkeypatch):
    entry = EntryPoint("stripes", f"{__name__}:columns", GROUP)
    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: [entry] * (group == GROUP))
    monkeypatch.setattr(SEGMENTERS, "_loaded", {})
    np.testing.assert_array_equal(segment(cat, "stripes", 5), compact(columns(cat, 5)))
    with pytest.raises(ValueError, match="stripes, got 'stripe'; did you mean 'stripes'"):
        segment(cat, "stripe")
