"""Equal masks of a sample are found whatever the number of superpixels."""

import numpy as np
import pytest

from limetheory.estimation.samples.sample import Sample


@pytest.mark.parametrize("d", [7, 64, 65, 130])
def test_the_first_of_equal_masks_is_found_however_many_superpixels_there_are(d):
    rng = np.random.default_rng(d)
    masks = np.repeat(rng.random((5, d)) < 0.5, 2, axis=0)
    masks[1::2, rng.integers(d, size=5)] ^= True  # masks that differ by one superpixel
    index = rng.integers(10, size=40)
    same = Sample.of(masks[index], np.ones(40), np.ones(40)).copies
    distinct = [row.tobytes() for row in masks[index]]
    assert same.first[same.number].tolist() == [distinct.index(row) for row in distinct]
    assert same.counts.tolist() == [distinct.count(row) for row in distinct]
