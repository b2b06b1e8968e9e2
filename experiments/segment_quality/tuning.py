"""Which candidate of each segmenter is used at each count: the best one on scenes that are not reported."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from experiments._frame import Row
from experiments.segment_quality.segmenters import SEGMENTERS

MAXIMISED = ("Boundary recall", "Achievable segmentation accuracy")
"""A candidate is chosen by the mean of these two over the tuning scenes."""


def merit(cut: dict[str, float]) -> float:
    """What is maximised, of one cut."""
    return float(np.mean([cut[name] for name in MAXIMISED]))


def chosen(rows: Iterable[Row], segmenter: str, counts: tuple[int, ...]) -> tuple[int, ...]:
    """For each count the number of the candidate with the highest mean merit; 0 for all without tuning rows."""
    of_segmenter = [row["cuts"] for row in rows if row["segmenter"] == segmenter]
    if not of_segmenter or len(SEGMENTERS[segmenter]) == 1:
        return (0,) * len(counts)
    merits = np.array([[[merit(cut[str(count)]) for count in counts] for cut in cuts] for cuts in of_segmenter])
    return tuple(int(best) for best in merits.mean(axis=0).argmax(axis=0))
