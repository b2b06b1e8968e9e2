"""The figures of a photograph: of every segmenter, at three levels."""

from __future__ import annotations

import warnings

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import limetheory as lt
from experiments.odd_shapes.photographs import Case, photograph
from limetheory.images import SEGMENTERS
from limetheory.images.figures.dseg import hierarchy_explanation_figure
from limetheory.images.figures.explanation import explanation_figure
from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import explain_hierarchy
from limetheory.images.segmentation.counted import cut
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.images.segmentation.segment import reduced

SIDE = 160
"""The pixels that the function sees, squeezed into a square as a network's are."""
DEPTHS, MASKS, NUMBERS = 3, 300, (6, 24, 60)
FLAT, HIERARCHIES = tuple(SEGMENTERS.own), ("higra", "dino")


def redness(images: np.ndarray) -> np.ndarray:
    """How much redder than green the middle of each image is, (n, h, w, 3) → (n,) in [−1, 1]."""
    quarter = images.shape[1] // 4
    middle = images[:, quarter : 3 * quarter, quarter : 3 * quarter]
    found: np.ndarray = (middle[..., 0] - middle[..., 1]).mean(axis=(1, 2))
    return found


def of_case(case: Case) -> tuple[list[Figure], list[Figure]]:
    """The figures of a photograph: those of single partitions, and those of hierarchies."""
    flat = [figure_of(case, segmenter, number) for segmenter in FLAT for number in NUMBERS]
    return flat, [hierarchy_figure(case, segmenter) for segmenter in HIERARCHIES]


def figure_of(case: Case, segmenter: str, number: int) -> Figure:
    """The figure that `limetheory explain` draws of a photograph that is cut into a number of superpixels."""
    photo = photograph(case)
    small = _squeezed(photo)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lt.FewMasksWarning)
        labels = cut(photo, small, segmenter, number)
        answer = lt.explain_image(redness, small, segments=labels, n=MASKS, rng=0)
    return explanation_figure(answer, _title(case, segmenter), _aspect(photo), unit="redness")


def hierarchy_figure(case: Case, segmenter: str) -> Figure:
    """The figure that `limetheory explain` draws of a photograph's hierarchy at three depths."""
    photo = photograph(case)
    small = _squeezed(photo)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lt.FewMasksWarning)
        tree = containment_tree(at_pixels(masks_of(reduced(photo), segmenter), small.shape[:2]))
        found = explain_hierarchy(redness, small, tree, depth=DEPTHS, n=MASKS, rng=0)
    return hierarchy_explanation_figure(found, _title(case, segmenter), "redness", _aspect(photo))


def _title(case: Case, segmenter: str) -> str:
    return f"{case.name}: redness of the middle, {segmenter}"


def _aspect(photo: np.ndarray) -> float:
    height, width = photo.shape[:2]
    return float(height / width)


def _squeezed(photo: np.ndarray) -> np.ndarray:
    levels = np.round(255 * photo).astype(np.uint8)
    return np.asarray(Image.fromarray(levels).resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 255
