"""Clicks answered by the features of a vision transformer, behind the interface of SAM's predictor."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.images.generators.dino.patch_features import between, directions
from limetheory.images.generators.dino.region_tree import photo_tree
from limetheory.images.generators.higra.predictor import RegionPredictor, clicked_pixels
from limetheory.images.generators.higra.region_tree import SMALLEST_PERCENT, RegionTree
from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.load import given_backbone


class DinoPredictor(RegionPredictor):
    """Answers clicks by regions of alike features, and says how alike every patch is to those clicked.

    The third result of `predict` has, in the place of SAM's logits, the `similarity` of the patches.

    Args:
        backbone: what makes the features, once for each image; None is `load_backbone()`.
    """

    def __init__(self, backbone: Backbone | None = None) -> None:
        self.backbone = given_backbone(backbone)
        super().__init__()

    def reset_image(self) -> None:
        """Forget the image."""
        super().reset_image()
        self._patches = np.zeros((0, 0, 0), np.float32)

    def similarity(self, point_coords: Any, point_labels: Any) -> np.ndarray:
        """How alike each pixel's feature is to those of the clicks, as a soft map (h, w) in [−1, 1].

        It is the cosine with the mean feature of the clicks labelled 1 minus that of those labelled 0, interpolated
        between patches.

        Args:
            point_coords: (n, 2) clicks (x, y) in pixels.
            point_labels: (n,) 1 for alike, 0 for not alike.

        Raises:
            ValueError: no image, no click, or clicks outside of the image.
        """
        height, width = self._ready(None).leaves.shape
        alike = self._alike(point_coords, point_labels, (height, width))
        above, below, down = between(height, alike.shape[0])
        left, right, across = between(width, alike.shape[1])
        rows = alike[above] * (1 - down)[:, None] + alike[below] * down[:, None]
        soft: np.ndarray = rows[:, left] * (1 - across) + rows[:, right] * across
        return soft

    def _regions_of(self, colours: np.ndarray) -> RegionTree:
        regions, self._patches = photo_tree(colours, self.backbone, SMALLEST_PERCENT)
        return regions

    def _soft(self, coords: Any, labels: Any, shape: tuple[int, ...], masks: int) -> np.ndarray | None:
        if coords is None:
            return None
        alike = self._alike(coords, labels, shape)
        return np.broadcast_to(alike, (masks, *alike.shape))

    def _alike(self, coords: Any, labels: Any, shape: tuple[int, ...]) -> np.ndarray:
        """The similarity of each patch, (rows, columns)."""
        columns, rows, marks = clicked_pixels(coords, labels, shape)
        features = directions(self._patches)
        clicked = features[rows * features.shape[0] // shape[0], columns * features.shape[1] // shape[1]]
        shares = np.where(marks == 1, 1, -1) / np.bincount(marks, minlength=2)[marks]
        alike: np.ndarray = features @ directions(shares @ clicked)
        return alike
