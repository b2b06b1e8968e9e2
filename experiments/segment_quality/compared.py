"""Paired comparisons of a segmenter with all others, scene by scene."""

from __future__ import annotations

from typing import NamedTuple

from experiments.segment_quality.scores import DECISIVE, Scores
from limetheory.metrics import METRICS, holm, paired_differences

DRAWS = 9999
"""Of sign vectors and of bootstrap samples: the smallest p is 1 / (1 + DRAWS)."""


class Difference(NamedTuple):
    """The mean difference of two segmenters in a metric at a number of segments.

    Attributes:
        metric, count, reference, other: what is compared.
        mean, low, high: of the reference minus the other, with the 95 % interval over scenes.
        p: of the sign-flip test, corrected over all comparisons of the reference.
    """

    metric: str
    count: int
    reference: str
    other: str
    mean: float
    low: float
    high: float
    p: float

    @property
    def better(self) -> bool:
        """Whether the reference has the better mean."""
        return (self.mean > 0) == (METRICS[self.metric].better == "↑")


def differences(found: Scores, reference: str) -> list[Difference]:
    """The differences of a segmenter from all others in the decisive metrics, at every number of segments."""
    raw = [
        Difference(metric, count, reference, other, mean, low, high, p)
        for metric in DECISIVE
        for count in found.counts
        for other, (mean, low, high), p in _paired(found, reference, metric, count)
    ]
    return [one._replace(p=p) for one, p in zip(raw, holm([one.p for one in raw]).tolist(), strict=True)]


def _paired(found: Scores, reference: str, metric: str, count: int) -> list[tuple[str, tuple[float, ...], float]]:
    # the reference comes first, so that each difference is the reference minus another one
    names = [reference, *(name for name in found.segmenters if name != reference)]
    table = {name: found.over(metric, name, count) for name in names}
    pairs = paired_differences(table, reference, n_resamples=DRAWS, rng=0)
    return [(pair.second, tuple(pair.difference), pair.p) for pair in pairs]
