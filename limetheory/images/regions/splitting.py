"""A region as several: its connected pieces, or as many as are wanted by a segmenter."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import integer
from limetheory.counts import at_most
from limetheory.images.regions.cut import cut
from limetheory.images.regions.pieces import components
from limetheory.images.regions.region import MOST_SUPERPIXELS
from limetheory.images.segmentation.methods import Segmenter


def parts_of(mask: np.ndarray, into: int | None, photo: np.ndarray | None, segmenter: Segmenter) -> list[np.ndarray]:
    """The masks (h, w) of the parts of a region, at least two, in the order of their first pixels.

    Args:
        mask: (h, w) bool, the region.
        into: how many parts; None takes its connected pieces.
        photo: (h, w, 3), where ``into`` is given.
        segmenter: what cuts then.

    Raises:
        ValueError: a region that does not fall apart.
    """
    labels = components(mask)[0] - 1 if into is None or photo is None else _cut(photo, mask, into, segmenter)
    count = int(labels.max()) + 1
    if count < 2:
        remedy = "give into=2 and the image" if into is None else "take segmenter 'grid', or a larger region"
        raise ValueError(f"a region to split must have two parts or more, got {count}; {remedy}")
    at_most("the parts of a region", count, MOST_SUPERPIXELS, "give into=2 and the image")
    return [labels == part for part in range(count)]


def _cut(photo: np.ndarray, mask: np.ndarray, into: int, segmenter: Segmenter) -> np.ndarray:
    number = at_most("into", integer("into", into, 2), MOST_SUPERPIXELS, "fewer are easier to explain")
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    labels = np.full(mask.shape, -1)
    labels[box] = cut(photo[box], mask[box], number, segmenter)
    return labels
