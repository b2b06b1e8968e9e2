"""One region cut into its own number of superpixels, none of which leaves it.

The segmenter cuts the box around the region; its superpixels are cut at the region's border and merged by Ward's rule,
by colour and place as slic weighs them, until the number is left. So every segmenter serves, whether or not it takes a
number or a mask.
"""

from __future__ import annotations

import numpy as np

from limetheory.images.regions.pieces import borders, components, largest, pieces
from limetheory.images.regions.ward import merged
from limetheory.images.segmentation.methods import Segmenter
from limetheory.images.segmentation.segment import superpixels

COMPACTNESS = 10.0
"""Units of Lab that count as much as the distance between two superpixels: slic's compactness in scikit-image."""

SMALLEST = 0.25
"""Area below which a superpixel joins a neighbour, as a share of the mean of its region; a convention."""

_TRIES = 5  # of twice as many superpixels each time, before fewer than wanted are accepted; a convention


def cut(photo: np.ndarray, inside: np.ndarray, number: int, segmenter: Segmenter) -> np.ndarray:
    """The superpixels of a region, of which there are ``number``, or fewer where the segmenter finds no more.

    A region of more pieces than the number keeps the largest ones, to which the others are joined.

    Args:
        photo: (h, w, 3) in [0, 1].
        inside: (h, w) bool, the region, of at least one pixel.
        number: of superpixels wanted, at least 1.
        segmenter: what cuts.

    Returns:
        (h, w) intp, 0, 1, ... inside in the order of their first pixels, −1 outside.
    """
    if number == 1:
        return np.where(inside, 0, -1)
    parts, count = components(inside)
    labels = largest(parts, number) if count >= number else _cut(photo, inside, number, segmenter)
    return _in_order(labels, inside)


def _cut(photo: np.ndarray, inside: np.ndarray, number: int, segmenter: Segmenter) -> np.ndarray:
    found = _enough(photo, inside, number, segmenter)
    means, areas = _described(photo, found, number)
    groups = merged(means, areas, borders(found), number, _smallest(inside, number))
    labels: np.ndarray = np.append(-1, groups)[found]
    return labels


def _enough(photo: np.ndarray, inside: np.ndarray, number: int, segmenter: Segmenter) -> np.ndarray:
    """Connected pieces 1, 2, ... of the segmenter's superpixels inside the region, if it can with enough large ones."""
    wanted = max(2, -(-number * inside.size // int(np.count_nonzero(inside))))
    for _ in range(_TRIES):
        found = pieces(superpixels(photo.copy(), segmenter, wanted), inside)
        large = np.bincount(found.ravel())[1:] >= _smallest(inside, number)
        if np.count_nonzero(large) >= number or wanted >= inside.size or "n_segments" not in segmenter.parameters:
            break
        wanted *= 2
    return found


def _smallest(inside: np.ndarray, number: int) -> float:
    return SMALLEST * float(np.count_nonzero(inside)) / number


def _described(photo: np.ndarray, found: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean colour and place of each piece, (pieces, 5), and its number of pixels."""
    from skimage.color import rgb2lab

    areas = np.bincount(found.ravel())[1:]
    step = np.sqrt(areas.sum() / number)
    rows, columns = (axis / step for axis in np.indices(found.shape))
    features = [*np.moveaxis(rgb2lab(photo) / COMPACTNESS, 2, 0), rows, columns]
    sums = [np.bincount(found.ravel(), weights=feature.ravel())[1:] for feature in features]
    return np.stack(sums, axis=1) / areas[:, None], areas


def _in_order(labels: np.ndarray, inside: np.ndarray) -> np.ndarray:
    _, first, numbers = np.unique(labels[inside], return_index=True, return_inverse=True)
    ordered = np.full(inside.shape, -1)
    ordered[inside] = np.argsort(np.argsort(first))[numbers]
    return ordered
