"""Label maps of a photograph at a network's pixels, and in records."""

import json

import numpy as np
import pytest

from limetheory.images.segmentation.given_map import GivenMap
from limetheory.images.segmentation.label_map import at_pixels

RNG = np.random.default_rng(0)


def under_the_centre(labels, shape):
    """The label of the pixel that contains the centre of each pixel of the other size, by the definition."""
    return [
        [labels[int((r + 0.5) / shape[0] * labels.shape[0]), int((c + 0.5) / shape[1] * labels.shape[1])]
         for c in range(shape[1])]
        for r in range(shape[0])
    ]  # fmt: skip


@pytest.mark.parametrize("shape", [(4, 4), (8, 6), (3, 13), (16, 24), (7, 5), (1, 1)])
def test_each_pixel_takes_the_label_under_its_centre(shape):
    labels = RNG.integers(0, 50, (8, 12))
    assert np.array_equal(at_pixels(labels, shape), under_the_centre(labels, shape))
    masks = np.stack([labels > 20, labels > 40])
    assert np.array_equal(at_pixels(masks, shape)[1], at_pixels(masks[1], shape))


def test_superpixels_without_a_pixel_are_reported_and_the_others_keep_their_names():
    labels = np.full((6, 6), 4)
    labels[:, 3:] = 9
    labels[0, 0] = 7
    with pytest.warns(UserWarning, match="1 superpixels have no pixel of the network's 2 x 2 and no coefficient: 7;"):
        found = GivenMap.at_network(labels, (2, 2))
    assert found.labels.tolist() == [[0, 1], [0, 1]] and found.names == ("4", "9")


def test_names_are_those_that_are_given():
    found = GivenMap.at_network([[5, 2]], (2, 2), ["sky", "sea"])
    assert found.labels.tolist() == [[1, 0], [1, 0]] and found.names == ("sky", "sea")
    with pytest.raises(ValueError, match="names must be one for each of 2 superpixels, got 1"):
        GivenMap.at_network([[5, 2]], (2, 2), ["sky"])


@pytest.mark.parametrize("names", [None, ("a", "中\n", "")])
def test_a_record_is_read_again(names):
    labels = np.array([[0, 1, 1], [2, 2, 1]])
    found = GivenMap.of_record(json.loads(json.dumps(GivenMap(labels, names).record)))
    assert np.array_equal(found.labels, labels) and found.names == names


GOOD = GivenMap(np.array([[0, 1, 2]])).record


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"png": "!"}, ValueError), ({"png": 3}, TypeError), ({"png": ""}, ValueError), ({"png": "é"}, ValueError),
        ({"names": ["a"]}, ValueError), ({"names": [1, 2, 3]}, ValueError), ({"names": "abc"}, TypeError),
        ({"names": 3}, TypeError),
    ],
)  # fmt: skip
def test_hostile_records_are_refused(change, error):
    with pytest.raises(error) as caught:
        GivenMap.of_record({**GOOD, **change})
    assert "\n" not in str(caught.value)


def test_a_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"the size of the network's input, \(2, 2\), got \(1, 3\)"):
        GivenMap.of_record(GOOD).check((2, 2))
