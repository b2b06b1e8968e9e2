"""A region of a photograph: its name, its pixels, and into how many superpixels it is cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limetheory.arguments import integer, zero_one
from limetheory.counts import at_most
from limetheory.given import given

MOST_SUPERPIXELS = 1000
"""The most superpixels of one region, and of what is outside of all regions; a convention."""

LONGEST_NAME = 200
"""The most characters of a name; a convention."""


@dataclass(frozen=True, eq=False)
class Region:
    """A part of a photograph that a person has chosen; nothing of it can be changed.

    Attributes:
        name: what the person calls it, 1 to 200 characters of any kind.
        mask: (h, w) bool, True at its pixels, at least one; given as `zero_one` accepts it, and kept read-only.
        superpixels: into how many superpixels the region is to be cut, in 1..1000.

    Raises:
        ValueError, TypeError: a name that is empty or too long, a mask without pixels, or a number out of range.

    >>> zebra = Region("zebra", [[0, 1, 1], [0, 0, 1]], superpixels=2)
    >>> zebra.area, zebra.superpixels
    (3, 2)
    """

    name: str
    mask: np.ndarray
    superpixels: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", checked_name("name", self.name))
        object.__setattr__(self, "mask", checked_mask(self.mask))
        object.__setattr__(self, "superpixels", checked_number("superpixels", self.superpixels))

    @property
    def area(self) -> int:
        """Its number of pixels."""
        return int(np.count_nonzero(self.mask))

    def renamed(self, name: str) -> Region:
        """The same pixels under another name."""
        return replace(self, name=name)

    def with_mask(self, mask: Any) -> Region:
        """Other pixels under the same name."""
        return replace(self, mask=mask)

    def with_superpixels(self, superpixels: int) -> Region:
        """The same region with another number of superpixels."""
        return replace(self, superpixels=superpixels)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Region):
            return NotImplemented
        alike = (self.name, self.superpixels) == (other.name, other.superpixels)
        return alike and np.array_equal(self.mask, other.mask)

    def __hash__(self) -> int:
        return hash((self.name, self.superpixels, self.mask.shape, self.area))


def checked_name(argument: str, name: Any) -> str:
    """A name of 1 to 200 characters, control characters among them, that UTF-8 can hold.

    >>> checked_name("name", "")
    Traceback (most recent call last):
    ValueError: name must have 1 to 200 characters, got 0; shorten it, or write one
    """
    if not isinstance(name, str):
        raise TypeError(f"{argument} must be a string, got {given(name)}; write str(name)")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(
            f"{argument} must have 1 to {LONGEST_NAME} characters, got {len(name)}; shorten it, or write one"
        )
    if any("\ud800" <= character <= "\udfff" for character in name):
        raise ValueError(f"{argument} must be text that UTF-8 can hold, got {given(name)}; leave out half characters")
    return name


def checked_mask(mask: Any) -> np.ndarray:
    """A read-only copy of a mask (h, w) bool with at least one pixel.

    >>> checked_mask([[0, 0]])
    Traceback (most recent call last):
    ValueError: mask must hold at least one pixel, got none of 1 x 2; draw it inside the photograph
    """
    pixels = zero_one("mask", mask)
    if pixels.ndim != 2:
        raise ValueError(f"mask must have shape (h, w), got {pixels.shape}; give one True or False a pixel")
    if not pixels.any():
        size = f"{pixels.shape[0]} x {pixels.shape[1]}"
        raise ValueError(f"mask must hold at least one pixel, got none of {size}; draw it inside the photograph")
    kept = pixels.copy()
    kept.flags.writeable = False
    return kept


def checked_number(argument: str, number: Any) -> int:
    """A number of superpixels in 1..1000."""
    return at_most(argument, integer(argument, number, 1), MOST_SUPERPIXELS, "fewer are easier to explain")
