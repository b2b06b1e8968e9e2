"""Text that a figure can show: escapes for letters that its font lacks, and lines that fit."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

from limetheory.shown_text import shown

POINTS_PER_INCH = 72.0
_LINES = 3  # of a title at most; what is longer loses its middle; a convention


def drawable(text: str) -> str:
    """The text with Python's escapes for letters that matplotlib's fonts lack, and for what `shown` escapes.

    The fonts are those of matplotlib's ``font.family``: with one that has Chinese letters, say, these stay.

    >>> drawable("écran 中 \\n")
    'écran \\\\u4e2d \\\\n'
    """
    return in_letters(shown(text), _letters(_families()))


def in_letters(text: str, known: Container[int]) -> str:
    """The text with Python's escapes for letters whose code is not among the known ones.

    >>> in_letters("aé", {97})
    'a\\\\xe9'
    """
    return "".join(one if ord(one) in known or one.isascii() else ascii(one)[1:-1] for one in text)


def fitted(text: str, inches: float, points: float = 12.0, lines: int = _LINES) -> str:
    """`drawable` text in lines of at most this width, broken at spaces where there are any.

    Args:
        text: of any length; its line breaks stay.
        inches: the width of a line.
        points: the size of the letters.
        lines: how many for each line of ``text``, at most; a longer one loses its middle, for which "…" stands.

    >>> print(fitted("a long name", 0.6, 10))
    a long
    name
    """
    return "\n".join(_broken(line, inches, points, lines) for line in text.split("\n"))


def _broken(text: str, inches: float, points: float, most: int) -> str:
    broken = _lines(text, inches, points)
    kept = len(text)
    while len(broken) > most and kept > 1:
        kept = min(kept - 1, int(kept * most / len(broken)) + 1)
        broken = _lines(f"{text[: -(-kept // 2)]}…{text[len(text) - kept // 2 :]}", inches, points)
    return "\n".join(broken)


def _lines(text: str, inches: float, points: float) -> list[str]:
    found = [""]
    for word in re.split(" (?!%)", drawable(text)):  # a number stays with its %
        joined = f"{found[-1]} {word}" if found[-1] else word
        if width(joined, points) <= inches:
            found[-1] = joined
            continue
        pieces = _pieces(word, inches, points)
        found = [*found, *pieces] if found[-1] else pieces if len(found) == 1 else [*found[:-1], *pieces]
    return found


def _pieces(word: str, inches: float, points: float) -> list[str]:
    """A word, cut where it is longer than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, points) > inches:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def width(text: str, points: float) -> float:
    """How wide a line is in matplotlib's font, in inches."""
    return sum(map(_advance, text)) * points / POINTS_PER_INCH


@cache
def _advance(letter: str) -> float:
    """How far a letter of one point moves the next one, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    size, often = 100.0, 9
    once, repeated = (
        text_to_path.get_text_width_height_descent(letter * number, FontProperties(size=size), ismath=False)[0]
        for number in (1, often)
    )
    return float(repeated - once) / (often - 1) / size


def _families() -> tuple[str, ...]:
    from matplotlib import rcParams

    return tuple(rcParams["font.family"])


@cache
def _letters(families: tuple[str, ...]) -> frozenset[int]:
    """The letters that one of the fonts has."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts = [get_font(findfont(FontProperties(family=[name]))) for name in families]
    return frozenset(letter for font in fonts for letter in font.get_charmap())
