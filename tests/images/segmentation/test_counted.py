"""A number of superpixels that is asked for is what there is, or it is said."""

import warnings

import networkx
import numpy as np
import pytest
from skimage import data
from skimage.measure import label

from limetheory.images.segmentation.counted import FewSuperpixelsWarning, UncutImageError, cut
from limetheory.images.segmentation.label_map import renumbered
from limetheory.images.segmentation.merging import merged
from limetheory.images.segmentation.methods import SEGMENTERS, Segmenter
from limetheory.images.segmentation.segment import segment, segmented_into

COFFEE = data.coffee()[::8, ::8] / 255
FLAT = np.zeros((30, 40, 3))
METHODS = [pytest.param(name, marks=[pytest.mark.slow] * (name == "quickshift")) for name in SEGMENTERS.own]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wanted", [8, 16, 30, 60])
def test_every_method_has_a_number_within_a_tenth(method, wanted):
    photo = data.coffee()[::4, ::4] / 255 if method == "quickshift" else COFFEE.copy()  # whose kernel has a least size
    labels = segmented_into(photo, method, wanted)
    assert labels.shape == photo.shape[:2]
    assert np.unique(labels).tolist() == list(range(labels.max() + 1))
    assert abs(labels.max() + 1 - wanted) <= wanted / 10


def test_the_plain_way_of_slic_misses_it():
    assert segment(COFFEE, "slic", 30).max() + 1 < 27


def test_a_number_that_the_plain_way_has_is_made_that_way():
    plain = {wanted: segment(COFFEE, "watershed", wanted) for wanted in range(8, 65)}
    reached = [wanted for wanted, labels in plain.items() if labels.max() + 1 == wanted]
    assert 3 < len(reached) < 50
    for wanted in reached[:3]:
        np.testing.assert_array_equal(segmented_into(COFFEE.copy(), "watershed", wanted), plain[wanted])


def test_a_number_that_is_missed_is_said():
    two = np.where(np.arange(40)[None, :, None] < 20, 0.0, 1.0) * np.ones((30, 1, 3))
    with pytest.warns(
        FewSuperpixelsWarning, match=r"^30 superpixels wanted, 4 found by 'felzenszwalb'; use method 'grid'"
    ):
        assert cut(two, two, "felzenszwalb", 30).max() == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cut(COFFEE, COFFEE, "slic", 30).max() == 29


def test_what_cannot_be_cut_is_told_at_the_size_of_the_photograph():
    with pytest.raises(UncutImageError, match=r"\(the photograph is 3 x 500, and the network sees it at 30 x 40\)$"):
        cut(np.zeros((3, 500, 3)), FLAT, "felzenszwalb", 8)
    with pytest.raises(UncutImageError, match=r"got 1 x 1: take a larger one$"):
        cut(np.zeros((1, 1, 3)), FLAT, "slic", 8)


def test_a_method_of_another_package_is_searched_too():
    def stripes(image, n_segments):
        return np.broadcast_to(np.arange(image.shape[1]) * (n_segments // 3) // image.shape[1], image.shape[:2])

    assert segmented_into(FLAT.copy(), Segmenter("stripes", stripes), 12).max() == 11


@pytest.mark.slow
def test_merging_takes_the_cheapest_pair_each_time():
    labels, image = renumbered(label(1 + (COFFEE[..., 0] > 0.4), connectivity=1)), COFFEE
    start = int(labels.max()) + 1
    assert start > 12
    for wanted in (start - 1, start - 5, 6):
        np.testing.assert_array_equal(merged(labels, image, wanted), merged_by_hand(labels, image, wanted))


def merged_by_hand(labels, image, wanted):
    """The same from the definition: in each step the pair whose union adds least to the sum of squared deviations."""
    labels = labels.copy()
    while len(np.unique(labels)) > wanted:
        graph = networkx.Graph()
        graph.add_edges_from(zip(labels[1:].ravel(), labels[:-1].ravel(), strict=True))
        graph.add_edges_from(zip(labels[:, 1:].ravel(), labels[:, :-1].ravel(), strict=True))
        pairs = sorted({tuple(sorted(map(int, pair))) for pair in graph.edges if pair[0] != pair[1]})
        first, second = min(pairs, key=lambda pair: added(labels, image, pair))
        labels[labels == second] = first
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape)


def added(labels, image, pair):
    def deviation(region):
        return ((image[region] - image[region].mean(axis=0)) ** 2).sum()

    one, other = (labels == number for number in pair)
    return round(deviation(one | other) - deviation(one) - deviation(other), 12)
