"""Paired differences between a hierarchy and each classical segmenter, photograph by photograph.

The photograph is the random effect: its differences are averaged over the networks, so that no photograph counts twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.segments.scores import MEASURES, Measure, Scores, scores
from experiments.segments.settings import CLASSICAL, REFERENCES
from limetheory.metrics import Interval, holm, paired_differences

LEVEL = 0.05


class Difference(NamedTuple):
    """The mean difference of a hierarchy minus a classical segmenter.

    Attributes:
        measure, wanted, reference, other: what is compared, at which wanted number of segments.
        difference: its mean and 95 % interval over photographs, not corrected.
        p: of the sign-flip test, exact for up to 40 photographs that differ.
        corrected: p by Holm's correction over all differences of all hierarchies.
    """

    measure: Measure
    wanted: int
    reference: str
    other: str
    difference: Interval
    p: float
    corrected: float

    @property
    def better(self) -> bool:
        """Whether the hierarchy has the better mean."""
        return (self.difference.mean > 0) == (self.measure.better == "↑")


@lru_cache(maxsize=2)
def differences(folder: Path) -> tuple[Difference, ...]:
    """All differences of the saved rows."""
    return tuple(compared(scores(folder)))


def compared(found: Scores) -> list[Difference]:
    """All differences, with Holm's correction over them."""
    raw = list(_raw(found))
    corrected = holm([one.p for one in raw]).tolist() if raw else []
    return [one._replace(corrected=p) for one, p in zip(raw, corrected, strict=True)]


def _raw(found: Scores) -> Iterator[Difference]:
    others = [name for name in CLASSICAL if name in found.segmenters]
    for reference in [name for name in REFERENCES if name in found.segmenters]:
        for measure in MEASURES:
            for count in found.counts:
                for other in others:
                    yield _difference(found, measure, count, reference, other)


def _difference(found: Scores, measure: Measure, count: int, reference: str, other: str) -> Difference:
    """The comparison on the photographs for which both are defined."""
    mine, theirs = (found.over(measure.column, measure.answer, name, count) for name in (reference, other))
    both = np.isfinite(mine) & np.isfinite(theirs)
    pair = paired_differences({reference: mine[both], other: theirs[both]}, rng=0)[0]
    return Difference(measure, count, reference, other, pair.difference, pair.p, pair.p)
