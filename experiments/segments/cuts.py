"""A photograph → segments of any segmenter, matched in number, at the resolution of a network."""

from __future__ import annotations

import numpy as np

from experiments.dseg.partitions import Partition, reduced
from experiments.segment_quality.segmenters import SEGMENTERS
from experiments.segments.settings import Settings


def cuts(photo: np.ndarray, segmenter: str, settings: Settings, side: int) -> dict[int, np.ndarray]:
    """For each wanted count a label map of side × side pixels, labels 0..d−1.

    Args:
        photo: (h, w, 3) in [0, 1].
        segmenter: a name of `experiments.segment_quality.segmenters.SEGMENTERS`.
        settings: those of the experiment.
        side: of the network's image.

    Raises:
        ValueError: a cut has a single segment, as of a photograph of one colour.
    """
    small = np.rint(reduced(photo, settings.working_side) * 255).astype(np.uint8)
    own = SEGMENTERS[segmenter]
    found: dict[int, np.ndarray] = {}
    for number in dict.fromkeys(settings.candidate(segmenter)):
        places = [place for place, chosen in enumerate(settings.candidate(segmenter)) if chosen == number]
        wanted = tuple(settings.counts[place] for place in places)
        found |= own[number].cut(small, wanted, **own[number].settings)
    return {count: _labels(found[count], side, segmenter, count) for count in settings.counts}


def _labels(labels: np.ndarray, side: int, segmenter: str, count: int) -> np.ndarray:
    found = Partition.of(labels, side)
    if found.d < 2:
        raise ValueError(f"a cut must have two segments or more, got 1 of {count} from {segmenter}; leave it out")
    return found.labels
