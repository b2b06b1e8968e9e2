"""Clicks and boxes answered by a hierarchy of regions, behind the interface of SAM's predictor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.images.generators.higra.region_tree import RegionTree
from limetheory.pictures import as_image

SCALE_STEP = 1.5
"""Least ratio of areas between two of the three answers to a click."""


class RegionPredictor(ABC):
    """Answers clicks by the regions of a tree, behind the interface of ``segment_anything.SamPredictor``."""

    def __init__(self) -> None:
        self.reset_image()

    @abstractmethod
    def _regions_of(self, colours: np.ndarray) -> RegionTree:
        """The tree of an image (h, w, 3) in [0, 1]."""

    def reset_image(self) -> None:
        """Forget the image."""
        self.is_image_set = False
        self.original_size: tuple[int, int] | None = None
        self._regions: RegionTree | None = None

    def set_image(self, image: Any, image_format: str = "RGB") -> None:
        """Build the hierarchy of an image: (h, w, 3) uint8, or anything else that `as_image` takes."""
        arguments.choice("image_format", image_format, ("RGB", "BGR"))
        colours = as_image(image)
        self._regions = self._regions_of(colours if image_format == "RGB" else colours[..., ::-1])
        self.original_size = self._regions.leaves.shape
        self.is_image_set = True

    def predict(
        self,
        point_coords: Any = None,
        point_labels: Any = None,
        box: Any = None,
        mask_input: Any = None,
        multimask_output: bool = True,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Regions at three scales that contain the clicks labelled 1 and none of those labelled 0.

        The three are the most persistent ones among those that differ by a factor of at least ``SCALE_STEP`` in
        area, smallest first; an image with fewer regions there gives repetitions. Where a region cannot hold all
        clicks labelled 1 without one labelled 0, the masks are unions of one region per click.

        Args:
            point_coords: (n, 2) clicks (x, y) in pixels.
            point_labels: (n,) 1 for inside, 0 for outside; at least one 1 unless there is a box.
            box: (4,) x0, y0, x1, y1 in pixels: regions count by their intersection over union with it.
            mask_input: None; a hierarchy has no logits to go on from.
            multimask_output: False gives the best one only.

        Returns:
            Masks (3, h, w) bool, scores (3,) in [0, 1] (persistence, times overlap with the box), and None, unless the
            class says what it has in the place of SAM's logits.

        Raises:
            ValueError: no image, no click inside, or clicks of both labels in one finest region.
        """
        regions, several = self._ready(mask_input), arguments.flag("multimask_output", multimask_output)
        inside, outside = _clicks(regions, point_coords, point_labels)
        merit = regions.persistence * _box_overlap(regions, box)
        if inside:
            chosen = _at_scales(regions, inside, outside, merit)
        elif box is not None:
            chosen = _best_in_box(regions, outside, merit)
        else:
            raise ValueError("point_labels must hold a 1 unless there is a box, got none: click inside the object")
        scores = np.array([merit[list(group)].min() for group in chosen])
        if not several:
            best = int(scores.argmax())
            chosen, scores = chosen[best : best + 1], scores[best : best + 1]
        masks = np.stack([np.any([regions.mask(region) for region in group], axis=0) for group in chosen])
        return masks, scores, self._soft(point_coords, point_labels, regions.leaves.shape, len(masks))

    def _soft(self, coords: Any, labels: Any, shape: tuple[int, ...], masks: int) -> np.ndarray | None:
        """What takes the place of SAM's logits, one for each mask."""
        return None

    def _ready(self, mask_input: Any) -> RegionTree:
        if self._regions is None:
            raise ValueError("an image must be set before predict, got none: call set_image first")
        if mask_input is not None:
            raise ValueError("mask_input must be None, got an array: a hierarchy has no logits to go on from")
        return self._regions


class HigraPredictor(RegionPredictor):
    """Answers clicks by the Mumford-Shah hierarchy, without weights.

    >>> image = np.zeros((20, 30, 3), np.uint8); image[:, 10:] = 99; image[5:15, 15:25] = 255
    >>> predictor = HigraPredictor(); predictor.set_image(image)
    >>> masks, scores, _ = predictor.predict(np.array([[20, 10]]), np.array([1]))
    >>> masks.sum(axis=(1, 2)).tolist(), masks[:, 10, 20].tolist()
    ([100, 400, 600], [True, True, True])
    """

    def _regions_of(self, colours: np.ndarray) -> RegionTree:
        return RegionTree.of(colours)


def clicked_pixels(coords: Any, labels: Any, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The column, the row and the label of each click in an image of a shape (h, w).

    Raises:
        ValueError: clicks without labels or outside of the image, or other labels than 0 and 1.
    """
    if coords is None or labels is None:
        got = "none" if coords is labels else "one of them"
        raise ValueError(f"point_coords and point_labels must come together, got {got}: label each click 1 or 0")
    points, marks = arguments.floats("point_coords", coords), arguments.array("point_labels", labels)
    if points.ndim != 2 or points.shape[1] != 2 or marks.shape != points.shape[:1]:
        raise ValueError(
            f"point_coords must be (n, 2) with n point_labels, got shapes {points.shape} and {marks.shape}: "
            "give one x, y and one label per click"
        )
    if not np.isin(marks, (0, 1)).all():
        raise ValueError(f"point_labels must be 1 (inside) or 0 (outside), got {marks.tolist()}: label each click")
    height, width = shape
    if not ((points > -0.5) & (points < np.array([width, height]))).all():
        raise ValueError(f"point_coords must be x, y inside the {width} × {height} image, got {points.tolist()}")
    columns, rows = np.clip(np.rint(points), 0, [width - 1, height - 1]).astype(int).T
    return columns, rows, marks.astype(int)


def _clicks(regions: RegionTree, coords: Any, labels: Any) -> tuple[list[int], list[int]]:
    """The finest regions that are clicked as inside and as outside."""
    if coords is None and labels is None:
        return [], []
    columns, rows, marks = clicked_pixels(coords, labels, regions.leaves.shape)
    clicked = regions.leaves[rows, columns]
    return np.unique(clicked[marks == 1]).tolist(), np.unique(clicked[marks == 0]).tolist()


def _at_scales(regions: RegionTree, inside: list[int], outside: list[int], merit: np.ndarray) -> list[set[int]]:
    banned = {region for click in outside for region in regions.above(click)}
    chains = [[region for region in regions.above(click) if region not in banned] for click in inside]
    if not all(chains):
        raise ValueError("clicks labelled 1 and 0 must lie in different regions, got both in one: move one of them")
    shared = [region for region in chains[0] if all(region in chain for chain in chains)]
    picks = [_three(regions, chain, merit) for chain in ([shared] if shared else chains)]
    return [set(group) for group in zip(*picks, strict=True)]


def _three(regions: RegionTree, chain: list[int], merit: np.ndarray) -> list[int]:
    """The best of a chain of nested regions, apart in area by ``SCALE_STEP``; smallest first, repeated if few."""
    area = regions.area
    picked: list[int] = []
    for region in sorted(chain, key=lambda region: (region == len(area) - 1, -merit[region], region)):
        apart = all(max(area[region], area[other]) >= SCALE_STEP * min(area[region], area[other]) for other in picked)
        if apart and len(picked) < 3:
            picked.append(region)
    return sorted(picked + picked[:1] * (3 - len(picked)))


def _best_in_box(regions: RegionTree, outside: list[int], merit: np.ndarray) -> list[set[int]]:
    banned = {region for click in outside for region in regions.above(click)}
    free = [region for region in range(len(merit)) if region not in banned]
    if not free:
        raise ValueError("box must hold a region without clicks labelled 0, got none: remove a click")
    best = sorted(free, key=lambda region: (-merit[region], region))[:3]
    return [{region} for region in sorted(best + best[:1] * (3 - len(best)))]


def _box_overlap(regions: RegionTree, box: Any) -> np.ndarray:
    """Intersection over union of each region with the box; 1 without a box."""
    if box is None:
        return np.ones(len(regions.parent))
    corners = arguments.vector("box", np.ravel(box))
    if corners.shape != (4,) or corners[0] >= corners[2] or corners[1] >= corners[3]:
        raise ValueError(f"box must be x0, y0, x1, y1 with x0 < x1 and y0 < y1, got {corners.tolist()}")
    x0, y0, x1, y1 = np.maximum(np.rint(corners), 0).astype(int)
    boxed = regions.leaves[y0 : y1 + 1, x0 : x1 + 1]
    if not boxed.size:
        height, width = regions.leaves.shape
        raise ValueError(f"box must meet the {width} × {height} image, got {corners.tolist()}: give pixels of it")
    shared = regions.sums(np.bincount(boxed.ravel(), minlength=regions.n_leaves))
    overlap: np.ndarray = shared / (regions.area + boxed.size - shared)
    return overlap
