"""How an explanation that drew masks until a tolerance was reached came to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.kept import keepable


class TimeUniform(Protocol):
    """Intervals for d means that are valid at every stopping time, as a `ConfidenceSequence` has them."""

    @property
    def means(self) -> PerSuperpixel:
        """The middle of each interval, shape (d,)."""
        ...

    def half_widths(self, level: float | None = None) -> PerSuperpixel:
        """Half-widths that hold all means at once with probability ``level``, shape (d,)."""
        ...

    def half_widths_of_each(self, level: float) -> PerSuperpixel:
        """Half-widths that hold each mean with probability ``level``, shape (d,)."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Stopping:
    """How `estimate_until` stopped: what was asked, whether it was reached, and what holds at that time.

    Attributes:
        half_widths: of all coefficients at once, at the level asked for, shape (d,); 0 where all masks were evaluated.
        reached: whether every half-width is at most the tolerance.
        tolerance, level, guarantee: what was asked, see `estimate_until`.
        n_masks: masks drawn, a mask that was drawn twice counted twice.
        sequence: the confidence sequence behind the half-widths, None where all masks were evaluated.
    """

    half_widths: PerSuperpixel
    reached: bool
    tolerance: float
    level: float
    guarantee: str
    n_masks: int
    sequence: TimeUniform | None = field(default=None, repr=False)

    def of_each(self, level: float, coefficients: PerSuperpixel) -> PerSuperpixel:
        """Half-widths about the coefficients that hold each with probability ``level`` at the stop, shape (d,)."""
        if self.sequence is None:
            return self.half_widths
        return self.sequence.half_widths_of_each(level) + np.abs(coefficients - self.sequence.means)

    def of_all(self, level: float, coefficients: PerSuperpixel) -> PerSuperpixel:
        """Half-widths about the coefficients that hold all with probability ``level`` at the stop, shape (d,)."""
        if self.sequence is None:
            return self.half_widths
        return self.sequence.half_widths(level) + np.abs(coefficients - self.sequence.means)


keepable(Stopping)
