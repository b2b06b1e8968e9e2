"""Fits of several functions on the same masks at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from limetheory.designs import Design
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation

FitEach: TypeAlias = Callable[[Sequence[Sample], Any, float], list[Explanation]]
"""(samples of the same masks, what these were drawn from or None, ridge) → the explanation of each."""


class together:
    """A fit of several functions on the same masks at once, which is called with one sample as every other fit.

    Args:
        each: `FitEach`.
    """

    def __init__(self, each: FitEach):
        self.each = each

    def __call__(self, sample: Sample, design: Design | None, ridge: float) -> Explanation:
        """The explanation of one function."""
        return self.each([sample], design, ridge)[0]


def fits_of_each(
    fit: Callable[[Sample, Any, float], Explanation], samples: Sequence[Sample], design: Design | None, ridge: float
) -> list[Explanation]:
    """The explanation of each sample of the same masks: at once where the fit is `together`, else one by one."""
    if isinstance(fit, together):
        return fit.each(samples, design, ridge)
    return [fit(sample, design, ridge) for sample in samples]
