"""Numbers as people read them: significant digits, and columns in which decimal points stand below each other."""

from __future__ import annotations

from typing import Any

import numpy as np

DIGITS = 4
"""Significant digits of a number; a convention."""

_OF_A_STEP = 2  # significant digits of a half-width, which says how far the others are known; a convention
_MOST_DIGITS = 7  # of the largest number of a column; beyond them each number has its own digits; a convention
_MOST_DECIMALS = 9  # likewise
EXACT = "exact"
"""What stands in place of the interval of a number that has no error."""


def plain(number: float) -> str:
    """A number in four significant digits.

    >>> plain(0.12344), plain(-0.0), plain(-0.00002341)
    ('0.1234', '0', '-2.341e-05')
    """
    return f"{number + 0.0:.{DIGITS}g}"


def signed(number: float) -> str:
    """A number in four significant digits, with its sign.

    >>> signed(0.12344), signed(-2.0), signed(-0.0)
    ('+0.1234', '-2', '+0')
    """
    return f"{number + 0.0:+.{DIGITS}g}"


def ends(low: float, high: float) -> str:
    """An interval in words, ``"exact"`` where its ends are one number.

    >>> ends(-1.0, 0.5), ends(0.25, 0.25)
    ('-1 … +0.5', 'exact')
    """
    return EXACT if low == high else f"{signed(low)} … {signed(high)}"


class Column:
    """One number of decimals for all numbers of a table, so that they stand below each other.

    The largest number has four significant digits, and the smallest half-width has two. Where this asks for more than
    seven digits of the largest number, or nine decimals, every number has four significant digits of its own.

    Args:
        values: of a table, any shape.
        half_widths: of their intervals, where there are any; those that are 0 or not finite say nothing.
        digits: significant digits of the largest number.

    >>> column = Column([0.3425, -0.0234], [0.0117, 0.0117])
    >>> column.signed(0.3425), column.signed(-0.0234), column.ends(-0.0351, -0.0117)
    ('+0.3425', '-0.0234', '-0.0351 … -0.0117')
    >>> small = Column([-0.0002341, 0.00001], [0.00002, 0.00002])
    >>> small.signed(-0.0002341), small.signed(-1e-9), small.signed(0.00001)
    ('-0.0002341', '+0.0000000', '+0.0000100')
    >>> Column([0.5, 1e-9]).signed(1e-9)
    '+1e-09'
    """

    def __init__(self, values: Any, half_widths: Any = (), digits: int = DIGITS):
        sizes, steps = _positive(values), _positive(half_widths)
        smallest = min([*steps, *([] if len(steps) else sizes)], default=1.0)
        largest = max(sizes, default=1.0)
        decimals = max(digits - 1 - _power(largest), _OF_A_STEP - 1 - _power(smallest), 0)
        fits = decimals <= _MOST_DECIMALS and decimals + 1 + _power(largest) <= _MOST_DIGITS
        self._form = f".{decimals}f" if fits else f".{digits}g"

    def plain(self, number: float) -> str:
        """A number without a sign unless it is negative."""
        return self._written(number, "")

    def signed(self, number: float) -> str:
        """A number with its sign; what rounds to 0 is +0."""
        return self._written(number, "+")

    def ends(self, low: float, high: float) -> str:
        """An interval, ``"exact"`` where its ends are one number."""
        return EXACT if low == high else f"{self.signed(low)} … {self.signed(high)}"

    def _written(self, number: float, sign: str) -> str:
        text = format(number, sign + self._form)
        return text if any(one in "123456789n" for one in text) else sign + text.lstrip("+-")


def _positive(values: Any) -> np.ndarray:
    sizes = np.abs(np.asarray(values, float).ravel())
    found: np.ndarray = sizes[np.isfinite(sizes) & (sizes > 0)]
    return found


def _power(size: float) -> int:
    """The power of ten of the first digit."""
    return int(np.floor(np.log10(size)))
