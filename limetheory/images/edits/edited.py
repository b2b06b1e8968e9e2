"""What one edit makes of a photograph and of the regions that are marked in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from limetheory.arrays import Bools, Floats

Follow: TypeAlias = Callable[[Bools], Bools]
"""(h, w) bool of another region before the edit → after it."""


def stays(other: Bools) -> Bools:
    """The other region, of an edit that moves no pixels."""
    return other


@dataclass(frozen=True, eq=False)
class Edited:
    """A photograph after an edit.

    Attributes:
        pixels: (h, w, 3) float64 in [0, 1].
        mask: (h, w) bool, the region after the edit: it moves, grows and vanishes with its pixels.
        follow: what becomes of any other region: pixels of it that the edit moves, covers or removes.
    """

    pixels: Floats
    mask: Bools
    follow: Follow = stays
