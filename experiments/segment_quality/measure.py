"""The quality of one segmenter's cuts of one scene: a row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from experiments._frame import Row
from experiments.segment_quality import masks
from experiments.segment_quality.photographs import photographs, source
from experiments.segment_quality.scenes import composed
from experiments.segment_quality.segmenters import SEGMENTERS
from experiments.segment_quality.settings import MASKS, Settings
from limetheory import metrics


class Known(NamedTuple):
    """An image whose regions are known.

    Attributes:
        image: (h, w, 3) uint8.
        truth: (h, w) number of the region of each pixel.
        objects: the masks of the objects, (h, w) bool each.
        about: what the row says of it.
    """

    image: np.ndarray
    truth: np.ndarray
    objects: list[np.ndarray]
    about: dict[str, Any]


@lru_cache(maxsize=2)
def scene(folder: Path | None, settings: Settings, kind: str, number: int) -> Known:
    """The composed scene of a number, from the photographs of a folder or those of scikit-image."""
    found = composed(photographs(folder), settings, kind, number)
    about = {
        "kind": kind, "scene": number, "source": source(folder), "regions": len(found.parts),
        "photographs": [part.photograph for part in found.parts], "outlines": list(found.outlines),
        "hidden": [round(share, 4) for share in found.hidden],
    }  # fmt: skip
    return Known(found.image, found.truth, found.objects, about)


@lru_cache(maxsize=2)
def masked(image: Path, mask: Path) -> Known:
    """An image of the user's with its mask, each of whose regions is an object."""
    pixels, truth = masks.read(image, mask)
    objects = [truth == region for region in range(truth.max() + 1)]
    about = {"kind": MASKS, "scene": image.stem, "source": image.resolve().parent.name, "regions": len(objects)}
    return Known(pixels, truth, objects, about)


def scene_row(
    folder: Path | None, settings: Settings, kind: str, number: int, segmenter: str, chosen: tuple[int, ...]
) -> Row:
    """The row of a segmenter on a composed scene, with the candidate that was chosen for each count."""
    return _row(scene(folder, settings, kind, number), settings, segmenter, chosen)


def mask_row(image: Path, mask: Path, settings: Settings, segmenter: str, chosen: tuple[int, ...]) -> Row:
    """The row of a segmenter on an image of the user's."""
    return _row(masked(image, mask), settings, segmenter, chosen)


def tuning_row(folder: Path | None, settings: Settings, kind: str, number: int, segmenter: str) -> Row:
    """The row of all candidates of a segmenter on a scene: for each the quality of its cut into each count."""
    known = scene(folder, settings, kind, number)
    found = [
        _qualities(known, settings, candidate.cut(known.image, settings.counts, **candidate.settings))
        for candidate in SEGMENTERS[segmenter]
    ]
    about = [dict(candidate.settings) for candidate in SEGMENTERS[segmenter]]
    return {**_about(known, settings, segmenter), "candidates": about, "cuts": found}


def _row(known: Known, settings: Settings, segmenter: str, chosen: tuple[int, ...]) -> Row:
    cuts: dict[int, np.ndarray] = {}
    for number in dict.fromkeys(chosen):
        candidate = SEGMENTERS[segmenter][number]
        counts = tuple(count for count, one in zip(settings.counts, chosen, strict=True) if one == number)
        cuts |= candidate.cut(known.image, counts, **candidate.settings)
    return {
        **_about(known, settings, segmenter), "chosen": list(chosen), "cuts": _qualities(known, settings, cuts)
    }  # fmt: skip


def _about(known: Known, settings: Settings, segmenter: str) -> Row:
    return {**known.about, "segmenter": segmenter, "digest": settings.digest(), "seed": settings.seed}


def _qualities(known: Known, settings: Settings, cuts: Mapping[int, np.ndarray]) -> dict[str, dict[str, float]]:
    """For each count, as text, the quality of the cut into as many segments."""
    return {str(count): quality(known, cuts[count], settings.tolerance) for count in sorted(cuts)}


def quality(known: Known, labels: np.ndarray, tolerance: int) -> dict[str, float]:
    """The metrics of a label map, rounded to six digits, with its number of segments."""
    found = {
        "Boundary recall": metrics.boundary_recall(labels, known.truth, tolerance),
        "Boundary precision": metrics.boundary_precision(labels, known.truth, tolerance),
        "Undersegmentation error": metrics.undersegmentation_error(labels, known.truth),
        "Achievable segmentation accuracy": metrics.achievable_segmentation_accuracy(labels, known.truth),
        "Achievable overlap": float(np.mean([metrics.achievable_overlap(labels, one) for one in known.objects])),
        "Explained variation": metrics.explained_variation(known.image, labels),
    }
    return {"segments": int(labels.max()) + 1, **{name: round(value, 6) for name, value in found.items()}}
