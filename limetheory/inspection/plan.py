"""What a stability test repeats, and how many evaluations that takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from limetheory.arguments import integer, real, several
from limetheory.counts import PLANNED, count
from limetheory.explaining.budget import FIXED_N
from limetheory.metrics.consistency import NOISE

_CHECKS = 24
"""The most evaluations of an explanation besides its masks: the input, and checks in batches of up to 256."""


@dataclass(frozen=True)
class StabilityPlan:
    """What a stability test repeats; `evaluations` says beforehand what it costs.

    Args:
        seeds: explanations of the same input from other masks, at least 2.
        segment_counts: numbers of superpixels, for each of which the photograph is cut and explained anew.
        noises: explanations of the photograph with a little noise, from the masks of the first explanation.
        deviation: standard deviation of that noise on levels in [0, 1]; None is DSEG-LIME's, 5/255.
        n: masks of each explanation.

    Raises:
        ValueError, TypeError: numbers out of range.

    >>> print(StabilityPlan(seeds=5, segment_counts=(20, 50), noises=3, n=400))
    10 explanations of 400 masks: at most 4,240 evaluations
    """

    seeds: int = 10
    segment_counts: tuple[int, ...] = ()
    noises: int = 0
    deviation: float = NOISE
    n: int = FIXED_N

    def __post_init__(self) -> None:
        integer("seeds", self.seeds, 2, "a single explanation agrees with itself")
        integer("noises", self.noises, 0)
        real("deviation", self.deviation, at_least=0, at_most=1, remedy="levels are in [0, 1]")
        count("n", self.n, 1, fewer=PLANNED)
        counts = several("segment_counts", self.segment_counts, "numbers of superpixels")
        object.__setattr__(self, "segment_counts", _counts(counts))

    @property
    def explanations(self) -> int:
        """How many explanations it takes."""
        return self.seeds + self.noises + len(self.segment_counts)

    @property
    def evaluations(self) -> int:
        """How many inputs are evaluated at most; fewer where a mask is drawn twice, as with few parts."""
        return self.explanations * (self.n + _CHECKS)

    def __str__(self) -> str:
        return f"{self.explanations} explanations of {self.n} masks: at most {self.evaluations:,} evaluations"


def _counts(counts: Iterable[object]) -> tuple[int, ...]:
    return tuple(integer("segment_counts", one, 2, "give such as (20, 50, 100)") for one in counts)
