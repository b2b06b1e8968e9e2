"""A photograph → segments of any segmenter, matched in number, at the resolution of a network."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np

from experiments.dseg.partitions import Partition, reduced
from experiments.segment_quality.segmenters import SEGMENTERS, Candidate, tree_cut
from experiments.segments.settings import Settings
from limetheory.images.generators.dino.masks import dino_tree
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.load import load_backbone


def cuts(photo: np.ndarray, segmenter: str, settings: Settings, side: int) -> dict[int, np.ndarray]:
    """For each wanted count a label map of side × side pixels, labels 0..d−1.

    Args:
        photo: (h, w, 3) in [0, 1].
        segmenter: a name of `experiments.segment_quality.segmenters.SEGMENTERS`, or "dino".
        settings: those of the experiment.
        side: of the network's image.

    Raises:
        ValueError: a cut has a single segment, as of a photograph of one colour.
    """
    small = np.rint(reduced(photo, settings.working_side) * 255).astype(np.uint8)
    own, found = candidates(segmenter), {}
    for number in dict.fromkeys(settings.candidate(segmenter)):
        places = [place for place, chosen in enumerate(settings.candidate(segmenter)) if chosen == number]
        wanted = tuple(settings.counts[place] for place in places)
        found |= own[number].cut(small, wanted, **own[number].settings)
    return {count: _labels(found[count], side, segmenter, count) for count in settings.counts}


def candidates(segmenter: str) -> tuple[Candidate, ...]:
    """The parameters that a segmenter may be used with."""
    known = {"dino": (Candidate(partial(tree_cut, _dino_tree)),), **SEGMENTERS}
    return known[segmenter]


def _dino_tree(image: np.ndarray, counts: tuple[int, ...]) -> SegmentTree:
    return dino_tree(image, counts, backbone=_backbone())


@lru_cache(maxsize=1)
def _backbone() -> Backbone:
    """The vision transformer, kept for the jobs that come next."""
    return load_backbone()


def _labels(labels: np.ndarray, side: int, segmenter: str, count: int) -> np.ndarray:
    found = Partition.of(labels, side)
    if found.d < 2:
        raise ValueError(f"a cut must have two segments or more, got 1 of {count} from {segmenter}; leave it out")
    return found.labels
