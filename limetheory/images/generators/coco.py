"""COCO's run lengths of a mask, as a list of counts and as a compressed string."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Bool

from limetheory.arguments import zero_one
from limetheory.given import given

Mask: TypeAlias = Bool[np.ndarray, "h w"]

MAX_PIXELS = 2**28
"""The largest mask that is read, in pixels, since a damaged file can claim any size; a convention."""

_MOST_BITS = 60  # of a count in a compressed string; cocoapi's has 32


def run_lengths(mask: np.ndarray) -> dict[str, Any]:
    """Encode a mask (h, w) as COCO's uncompressed run lengths: column by column, background first.

    >>> run_lengths(np.array([[True, False], [True, True]]))
    {'size': [2, 2], 'counts': [0, 2, 1, 1]}
    """
    pixels = zero_one("mask", mask).ravel(order="F")
    changes = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    counts = np.diff(np.concatenate([[0], changes, [pixels.size]])).tolist()
    return {"size": list(np.shape(mask)), "counts": [0, *counts] if pixels[:1].any() else counts}


def from_run_lengths(encoded: Mapping[str, Any]) -> Mask:
    """Decode COCO run lengths, a list of counts or the compressed string of them.

    Raises:
        ValueError: no size, no counts, or counts that do not add up to the size.

    >>> from_run_lengths({"size": [2, 2], "counts": "021O"}).astype(int).tolist()
    [[1, 0], [1, 1]]
    """
    if not isinstance(encoded, Mapping) or not {"size", "counts"} <= encoded.keys():
        raise ValueError(f"run lengths must have size and counts, got {short(encoded)}: polygons are not read")
    height, width = size_of(encoded["size"])
    counts = encoded["counts"]
    runs = _runs(counts_of_string(counts) if isinstance(counts, (str, bytes)) else counts)
    if sum(runs) != height * width:
        total = given(sum(runs))
        raise ValueError(f"counts must add up to the {height} x {width} pixels, got {total}: export them again")
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape((height, width), order="F")


def string_of_counts(counts: Sequence[int]) -> str:
    """Compress run lengths as COCO does: differences to the count before last, five bits a character.

    The lowest bits come first; 32 marks that more follow, 16 in the last group is the sign, and 48 is
    added to make a printing character (``rleToString`` of cocoapi's maskApi.c).

    >>> string_of_counts([6, 1, 40, 4, 5, 4, 21])
    '61X13mN0`0'
    """
    characters = []
    for index, count in enumerate(counts):
        rest, more = int(count) - (int(counts[index - 2]) if index > 2 else 0), True
        while more:
            group, rest = rest & 31, rest >> 5
            more = rest != (-1 if group & 16 else 0)
            characters.append(chr(group + 32 * more + 48))
    return "".join(characters)


def counts_of_string(text: str | bytes) -> list[int]:
    """Run lengths from COCO's compressed string; the inverse of ``string_of_counts``.

    >>> counts_of_string("61X13mN0`0")
    [6, 1, 40, 4, 5, 4, 21]
    """
    counts: list[int] = []
    value = shift = 0
    for character in text.encode("latin-1", "replace") if isinstance(text, str) else text:
        group = character - 48
        if not 0 <= group < 64:
            raise ValueError(f"counts must have characters from '0' to 'o', got {chr(character)!r}: export them again")
        value |= (group & 31) << shift
        shift += 5
        if shift > _MOST_BITS:
            raise ValueError(f"counts must have at most {_MOST_BITS} bits each, got more: export them again")
        if group & 32:
            continue
        value -= (group & 16) << (shift - 4)
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
        value = shift = 0
    if shift:
        raise ValueError("counts must end with a whole number, got a cut string: export them again")
    return counts


def size_of(size: Any) -> tuple[int, int]:
    """The (h, w) that run lengths claim.

    Raises:
        ValueError: it is none, or too large.
    """
    pair = isinstance(size, (list, tuple)) and len(size) == 2 and all(_whole(side) and side > 0 for side in size)
    if not pair or int(size[0]) * int(size[1]) > MAX_PIXELS:
        raise ValueError(f"size must be [h, w] with at most {MAX_PIXELS} pixels, got {short(size)}: export them again")
    return int(size[0]), int(size[1])


def _runs(counts: Any) -> list[int]:
    if not isinstance(counts, (list, tuple)) or not all(_whole(count) and count >= 0 for count in counts):
        raise ValueError(f"counts must be a string or integers >= 0, got {short(counts)}: export them again")
    return [int(count) for count in counts]


def _whole(number: Any) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool)


def short(value: Any) -> str:
    """Write a value in at most 60 characters, for messages."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
