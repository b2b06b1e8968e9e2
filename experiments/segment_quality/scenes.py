"""Composed scenes: parts of photographs inside outlines that cover each other, with the region of every pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from experiments.segment_quality.outlines import HARMONICS, outline
from experiments.segment_quality.settings import KINDS, Settings
from experiments.segment_quality.textures import Part, difference, look, part

OBJECTS = (3, 6)
"""The smallest and the largest number of objects in front of the ground."""

SMALLEST_REGION = 0.02
"""Smallest share of the scene that a region shows."""

HIDDEN = (0.1, 0.7)
"""An object counts as partly covered if such a share of it is hidden by others."""

DIFFERENT = 12.0
"""Smallest `difference` of the looks of two regions that touch, in units of Lab."""

BLUR = 0.6
"""Standard deviation, in pixels, of the blur of the whole scene, since no lens draws an edge between two pixels."""

TRIES = 500
"""How many scenes are drawn until one has what a scene must have; a convention."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture with known regions.

    Attributes:
        image: (h, w, 3) uint8.
        truth: (h, w) number of the region of each pixel: 0 is the ground, later ones lie in front of earlier ones.
        parts: where the part of a photograph in each region is from.
        outlines: the kind of outline of each object.
        hidden: the share of each object that others hide, (objects,).
    """

    image: np.ndarray
    truth: np.ndarray
    parts: tuple[Part, ...]
    outlines: tuple[str, ...]
    hidden: tuple[float, ...]

    @property
    def objects(self) -> list[np.ndarray]:
        """The visible pixels of each object, (h, w) bool."""
        return [self.truth == number for number in range(1, len(self.parts))]


def composed(photographs: Mapping[str, np.ndarray], settings: Settings, kind: str, number: int) -> Scene:
    """The scene of a number: equal arguments give equal scenes.

    Every scene has a ground and 3 to 6 objects, each of which shows at least `SMALLEST_REGION` of the picture, and an
    object that others cover in part. Regions that touch look different, see `DIFFERENT`.

    Raises:
        ValueError: too few or too similar photographs.
    """
    rng = np.random.default_rng([settings.seed, KINDS.index(kind), number])
    for _ in range(TRIES):
        scene = _drawn(rng, photographs, (settings.height, settings.width), kind)
        if scene is not None:
            return scene
    raise ValueError(
        f"photographs must be {OBJECTS[1] + 1} or more that look different, got {len(photographs)} of which {TRIES} "
        "scenes could not be composed; give another folder"
    )


def _drawn(
    rng: np.random.Generator, photographs: Mapping[str, np.ndarray], shape: tuple[int, int], kind: str
) -> Scene | None:
    """A scene that is drawn at random, or None where it lacks what a scene must have."""
    count = int(rng.integers(OBJECTS[0], OBJECTS[1] + 1))
    kinds = rng.choice(list(HARMONICS), count)
    masks = [_object(rng, shape, str(one)) for one in kinds]
    truth = np.zeros(shape, np.intp)
    for number, mask in enumerate(masks, start=1):
        truth[mask] = number
    visible, whole = np.bincount(truth.ravel(), minlength=count + 1), np.array([mask.sum() for mask in masks])
    if visible.min() < SMALLEST_REGION * truth.size:
        return None
    hidden = 1 - visible[1:] / whole
    if not ((HIDDEN[0] <= hidden) & (hidden <= HIDDEN[1])).any():
        return None
    filled = _filled(rng, photographs, truth, kind)
    return filled and Scene(filled[0], truth, filled[1], tuple(kinds.tolist()), tuple(hidden.tolist()))


def _object(rng: np.random.Generator, shape: tuple[int, int], kind: str) -> np.ndarray:
    centre = rng.uniform(0.1, 0.9) * shape[0], rng.uniform(0.1, 0.9) * shape[1]
    radius = min(shape) * np.exp(rng.uniform(np.log(0.12), np.log(0.4)))
    return outline(rng, shape, centre, radius, kind)


def _filled(
    rng: np.random.Generator, photographs: Mapping[str, np.ndarray], truth: np.ndarray, kind: str
) -> tuple[np.ndarray, tuple[Part, ...]] | None:
    """The picture of the regions, with a part of another photograph in each; None where neighbours look alike."""
    regions = int(truth.max()) + 1
    if len(photographs) < regions:
        return None
    names = rng.permutation(sorted(photographs))[:regions]
    picture, parts = np.zeros((*truth.shape, 3)), []
    for region, name in enumerate(names):
        box = _box(truth == region)
        pixels, found = part(rng, photographs[name], str(name), truth[box].shape, kind == KINDS[0])
        picture[box][truth[box] == region] = pixels[truth[box] == region]
        parts.append(found)
    looks = [look(picture[truth == region]) for region in range(regions)]
    if any(difference(looks[one], looks[other]) < DIFFERENT for one, other in touching(truth)):
        return None
    blurred = gaussian_filter(picture, (BLUR, BLUR, 0))
    return np.rint(blurred * 255).astype(np.uint8), tuple(parts)


def touching(truth: np.ndarray) -> list[tuple[int, int]]:
    """The pairs of regions that have neighbouring pixels.

    >>> touching(np.array([[0, 1], [0, 2]]))
    [(0, 1), (0, 2), (1, 2)]
    """
    pairs = [(truth[1:], truth[:-1]), (truth[:, 1:], truth[:, :-1])]
    ends = np.concatenate([np.sort(np.stack([one.ravel(), other.ravel()], 1)) for one, other in pairs])
    return [(int(one), int(other)) for one, other in np.unique(ends, axis=0) if one != other]


def _box(mask: np.ndarray) -> tuple[slice, slice]:
    """The rows and columns that a mask lies in."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
