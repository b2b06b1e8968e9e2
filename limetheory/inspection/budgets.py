"""Budgets beside a number of masks and a tolerance: every mask once, or masks that were drawn before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from limetheory.arrays import Masks as MaskRows
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.estimation import Sample, estimate
from limetheory.evaluation import MaskFunction
from limetheory.explaining.budget import Masks
from limetheory.explanation import Explanation
from limetheory.limits import limit

LARGEST_EXACT_D = 14
"""The most parts of an exact change: 2 · 2^14 = 32,768 evaluations; a convention."""


@dataclass(frozen=True)
class AllMasks(Masks):
    """Every mask once: the limit itself, without standard errors (prop:enumeration)."""

    def explain(self, function: MaskFunction, design: Design, rng: Any) -> Explanation:
        """The limit of a set function."""
        return limit(function, design)


@dataclass(frozen=True, kw_only=True)
class DrawnMasks(Masks):
    """The masks of a sample once more, for functions that know their values."""

    sample: Sample = field(repr=False)

    def explain(self, function: MaskFunction, design: Design, rng: Any) -> Explanation:
        """The explanation of a set function from these masks, by least squares."""
        again = _Again(self.sample)
        return estimate(function, design, self.sample.n, 0, "wls", self.ridge, sampling=again)


class _Again:
    """The masks of a sample with their ratios, in turn: (design, n, rng) → (masks, ratios)."""

    def __init__(self, sample: Sample):
        self._masks, self._ratios, self._next = sample.masks, sample.importance, 0

    def __call__(self, design: Design, n: int, rng: np.random.Generator) -> tuple[MaskRows, PerMask]:
        part = slice(self._next, self._next + n)
        self._next += n
        return self._masks[part], self._ratios[part]
