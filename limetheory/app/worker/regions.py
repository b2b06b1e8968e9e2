"""What the model's process does for regions: it alone holds photographs at their full size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.images.regions import PREDICTORS, Objects, Partition, Regions, objects_at
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.images.segmentation.segment import reduced
from limetheory.pictures import load_image

Tell = Callable[[Any], None]

_LATEST: dict[tuple[str, ...], tuple[Any, tuple[int, ...], tuple[int, ...]]] = {}
"""The predictor that was asked last, with the photograph that it was shown and its two sizes."""


def cut(network: Any, tell: Tell, *, photo: Path, regions: str) -> Partition:
    """The superpixels of the regions of `Regions.to_json`, at the photograph's pixels."""
    tell("Finding superpixels")
    found = Regions.from_json(regions).partition(load_image(photo))
    return replace(found, labels=found.labels.astype(np.min_scalar_type(found.d)))


def split(network: Any, tell: Tell, *, photo: Path, regions: str, name: str) -> str:
    """The regions with one in two, along the borders that the segmenter finds."""
    tell("Finding a border inside the region")
    return Regions.from_json(regions).split(name, 2, load_image(photo)).to_json()


def objects(
    network: Any, tell: Tell, *, photo: Path, clicks: Sequence[Sequence[float]], labels: Sequence[int], predictor: str,
    checkpoint: str | None = None,
) -> Objects:  # fmt: skip
    """The object under clicks (x, y) in the photograph's pixels, at three scales and the photograph's size.

    A large photograph is looked at in a smaller copy, as its superpixels are found.
    """
    key = (str(photo), predictor, str(checkpoint))
    if key not in _LATEST:
        tell("Looking at the photograph")
        _LATEST.clear()
        _LATEST[key] = _shown(photo, predictor, checkpoint)
    made, full, small = _LATEST[key]
    tell("Looking for objects")
    places = (np.asarray(clicks, float) + 0.5) * (np.array(small) / full)[::-1] - 0.5
    found = objects_at(None, np.clip(places, 0, np.array(small)[::-1] - 1), np.asarray(labels), made)
    return Objects(at_pixels(found.masks, full), found.scores)


def _shown(photo: Path, predictor: str, checkpoint: str | None) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    pixels = load_image(photo)
    small = reduced(pixels)
    made = PREDICTORS.chosen(predictor).factory(**({} if checkpoint is None else {"checkpoint": checkpoint}))
    made.set_image(np.rint(small * 255).astype(np.uint8))
    return made, pixels.shape[:2], small.shape[:2]
