"""Explainers of images: a picture of d segments, and a model that reads off which of them are shown."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from limetheory.arrays import Floats, Labels, Masks
from limetheory.designs import Design, ImageDesign
from limetheory.testing.kinds.kind import Kind, scores

_SIDE = 2  # pixels of a segment, each of its own colour
_SAME = 0.5 / 255  # levels that differ by less are the same in 8 bits
_GAP, _FIRST = 3, 4  # the other labels are 4, 7, 10, and so on


class ImageKind(Kind):
    """``explain(predict, image, segments, n, rng)`` → a coefficient for each label of ``segments`` in their order.

    ``predict`` takes images (b, h, w, 3) in [0, 1], as floats or uint8, and returns (b, 2); class 0 is explained. The
    image is (h, w, 3) float64 in [0, 1], the segments are an (h, w) label map. A segment counts as shown where all of
    its pixels are the image's own, so that any replacement will do that changes each segment.
    """

    form = "explain(predict, image, segments, n, rng)"
    variants = {"label map, with gaps in its labels": {"gaps": True}}  # noqa: RUF012  (read-only)

    def design(self, d: int) -> Design:
        """`ImageDesign`."""
        return ImageDesign(d)

    def question(self, F: Any, d: int, *, gaps: bool = False, **variant: Any) -> tuple[Any, ...]:
        """The model, the image and the segments."""
        image, labels = picture(d)

        def predict(images: Any) -> Floats:
            return scores(F, shown_segments(images, image, labels))

        return predict, image.copy(), labels * _GAP + _FIRST if gaps else labels.copy()


@lru_cache(maxsize=64)
def picture(d: int) -> tuple[Floats, Labels]:
    """An image of d segments in a row, whose pixels are 8-bit levels that no two of a segment share."""
    levels = np.random.default_rng(d).permuted(np.tile(np.arange(1, 255), (d, 3, 1)), axis=2)
    pixels = levels[:, :, : _SIDE * _SIDE].reshape(d, 3, _SIDE, _SIDE).transpose(2, 0, 3, 1)
    labels = np.tile(np.repeat(np.arange(d), _SIDE), (_SIDE, 1))
    return pixels.reshape(_SIDE, d * _SIDE, 3) / 255, labels


def shown_segments(images: Any, image: Floats, labels: Labels) -> Masks:
    """Which segments are as in the image: (b, h, w, 3) → (b, d) bool."""
    found = np.asarray(images)
    if found.ndim != 4 or found.shape[1:] != image.shape:
        raise ValueError(
            f"predict takes images of shape (b, {', '.join(map(str, image.shape))}), got {found.shape}; give a batch "
            "of images of the size of the one that is explained"
        )
    levels = found / 255 if found.dtype.kind in "iu" else found
    same = (np.abs(levels - image) < _SAME).all(axis=3).reshape(len(found), _SIDE, -1, _SIDE)
    return np.asarray(same.all(axis=(1, 3)))
