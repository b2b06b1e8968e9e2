"""What a file may hold: how much of it, and what its user trusts."""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 1 << 31
"""The largest file, and the largest sum of an archive's unpacked members: 2 GiB, so that no file fills the memory."""


@dataclass(frozen=True)
class Trust:
    """What the user of a file trusts.

    Attributes:
        types: full names of types, besides those that skops trusts.
        pickles: whether pickles may be loaded.
    """

    types: tuple[str, ...] = ()
    pickles: bool = False
