"""Small holes and islands are removed as by a literal implementation of the rule, and as by the package."""

from collections import deque

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from segment_anything.utils.amg import remove_small_regions

from limetheory.images.generators.small_regions import clean_mask


def naive_regions(pixels):
    """Flood from each pixel to its eight neighbours."""
    rest, regions = {(int(y), int(x)) for y, x in zip(*np.nonzero(pixels), strict=True)}, []
    while rest:
        region, queue = set(), deque([min(rest)])
        rest.discard(queue[0])
        while queue:
            y, x = queue.popleft()
            region.add((y, x))
            near = {(y + i, x + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & rest
            rest -= near
            queue.extend(near)
        regions.append(region)
    return regions


def naive_clean(mask, area):
    """A literal implementation of the rule: fill small holes, then drop small islands, unless all are small."""
    clean = mask.copy()
    for hole in naive_regions(~mask):
        for pixel in hole if len(hole) < area else ():
            clean[pixel] = True
    islands = naive_regions(clean)
    large = [island for island in islands if len(island) >= area]
    for island in islands:
        kept = large or [max(islands, key=len)]
        for pixel in island if island not in kept else ():
            clean[pixel] = False
    return clean


@pytest.mark.slow
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=9)), st.integers(0, 8))
def test_cleaning_equals_the_naive_one(mask, area):
    assert np.array_equal(clean_mask(mask, area), naive_clean(mask, area))


@pytest.mark.slow
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=9)), st.integers(1, 8))
def test_cleaning_equals_that_of_the_package(mask, area):
    filled, _ = remove_small_regions(mask, area, mode="holes")
    sizes = sorted(map(len, naive_regions(filled)))
    assume(sizes[-2:-1] != sizes[-1:])  # which of two largest islands stays is a matter of their order
    islands, _ = remove_small_regions(filled, area, mode="islands")
    assert np.array_equal(clean_mask(mask, area), islands)
