"""The object under a click, at three scales, by any predictor that answers clicks as Segment Anything's does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import floats, refuse_class
from limetheory.images.generators.higra.predictor import clicked_pixels
from limetheory.images.generators.own_generators import best_hierarchy
from limetheory.pictures import as_image
from limetheory.registry import Registry, on_use


@dataclass(frozen=True)
class Predictor:
    """One row of `PREDICTORS`.

    Attributes:
        name: as ``predictor`` has it.
        factory: (**parameters) → an object with ``set_image`` and ``predict``, as segment_anything's SamPredictor has
            them.
        summary: what it is, in half a line.
    """

    name: str
    factory: Callable[..., Any]
    summary: str


_HIGRA, _DINO, _SAM = (
    f"limetheory.images.generators.{place}"
    for place in ("higra.predictor:HigraPredictor", "dino.predictor:DinoPredictor", "sam.clicks:sam_predictor")
)
_ROWS = [
    Predictor("higra", on_use(_HIGRA), "a tree of regions by their colours, without weights; extra dseg"),
    Predictor("dino", on_use(_DINO), "a tree by the features of a vision transformer; extra foundation"),
    Predictor("sam", on_use(_SAM), "Segment Anything, with a checkpoint; extra sam"),
]

PREDICTORS: Registry[Predictor] = Registry(
    "predictor", {row.name: row for row in _ROWS}, remedy="choose one of them", columns=("summary",)
)
"""The predictors by name. ``PREDICTORS["sam"].factory(checkpoint="sam_vit_b_01ec64.pth")`` makes one."""


class Objects(NamedTuple):
    """What may be meant by clicks: masks (3, h, w) bool, from the smallest to the largest, and their scores (3,).

    A score is the predictor's own, and larger is better.
    """

    masks: np.ndarray
    scores: np.ndarray


def objects_at(image: Any, clicks: Any, labels: Any = None, predictor: Any = None) -> Objects:
    """The object that is clicked, at three scales: a part, the object, what it belongs to.

    Args:
        image: the photograph, anything that `as_image` takes; None takes the one that the predictor has been shown,
            which saves the time that the predictor needs for a photograph.
        clicks: (n, 2) places (x, y) in pixels.
        labels: (n,) 1 for inside, 0 for outside; None is 1 for all.
        predictor: an object with ``set_image`` and ``predict``, as segment_anything's SamPredictor has them, or the
            name of a row of `PREDICTORS`; None is "dino" where its extra is installed, "higra" elsewhere.

    Raises:
        ValueError: clicks outside of the photograph, no click with label 1, or no image at all.
        TypeError: no predictor.
        ImportError: a package is missing.

    >>> photo = np.zeros((20, 30, 3)); photo[:, 10:] = 0.4; photo[5:15, 15:25] = 1.0
    >>> found = objects_at(photo, [(20, 10)], predictor="higra")
    >>> found.masks.sum(axis=(1, 2)).tolist(), found.masks[:, 10, 20].tolist()
    ([100, 400, 600], [True, True, True])
    """
    points = floats("clicks", clicks)
    marks = np.ones(len(np.atleast_1d(points)), int) if labels is None else labels
    made = _predictor(predictor)
    if image is not None:
        pixels = np.rint(as_image(image) * 255).astype(np.uint8)
        clicked_pixels(points, marks, pixels.shape[:2])
        made.set_image(pixels)
    masks, scores, _ = made.predict(point_coords=points, point_labels=np.asarray(marks), multimask_output=True)
    order = np.argsort(np.count_nonzero(masks, axis=(1, 2)), kind="stable")
    return Objects(np.asarray(masks, bool)[order], np.asarray(scores, float)[order])


def _predictor(predictor: Any) -> Any:
    refuse_class("predictor", predictor)
    if predictor is None or isinstance(predictor, str):
        return PREDICTORS.chosen(best_hierarchy() if predictor is None else predictor).factory()
    if not all(callable(getattr(predictor, name, None)) for name in ("set_image", "predict")):
        raise TypeError(
            f"predictor must have set_image and predict, got {type(predictor).__name__}; name one of "
            f"{', '.join(PREDICTORS)}"
        )
    return predictor
