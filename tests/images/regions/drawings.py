"""Random regions of small photographs, for tests of what holds whatever a person draws."""

import numpy as np
from hypothesis import strategies as st

from limetheory.images import SEGMENTERS
from limetheory.images.regions import Region, Regions, brush_mask, polygon_mask, rectangle_mask

quarters = st.integers(-12, 60).map(lambda number: number / 4)
places = st.tuples(quarters, quarters)


@st.composite
def masks(draw, shape):
    """A mask by polygon, rectangle, brush or pixel by pixel, which may be empty."""
    kind = draw(st.sampled_from(["polygon", "rectangle", "brush", "pixels"]))
    if kind == "polygon":
        return polygon_mask(shape, draw(st.lists(places, min_size=3, max_size=7)))
    if kind == "rectangle":
        return rectangle_mask(shape, draw(places), draw(places))
    if kind == "brush":
        return brush_mask(shape, draw(st.lists(places, min_size=1, max_size=5)), draw(st.integers(1, 24)) / 4)
    return np.random.default_rng(draw(st.integers(0, 999))).random(shape) < 0.4


@st.composite
def drawings(draw, fewest=0, most=4, segmenters=tuple(SEGMENTERS.own)):
    """`Regions` of a photograph of 1 to 10 pixels a side."""
    shape = draw(st.integers(1, 10)), draw(st.integers(1, 10))
    found = [mask for mask in draw(st.lists(masks(shape), min_size=fewest, max_size=most)) if mask.any()]
    regions = [Region(f"region {k}", mask, draw(st.integers(1, 7))) for k, mask in enumerate(found)]
    return Regions(shape, regions, draw(st.integers(1, 9)), draw(st.sampled_from(segmenters)))


@st.composite
def photographs(draw, shape):
    """A photograph of few colours, or of one."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.integers(0, draw(st.sampled_from([1, 2, 5, 256])), (*shape, 3)) / 255
