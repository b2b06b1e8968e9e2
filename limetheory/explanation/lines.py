"""What ``print`` shows of an explanation: its largest coefficients, a line each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from limetheory.arrays import Intervals, PerSuperpixel
from limetheory.shown_numbers import ends as interval
from limetheory.shown_numbers import signed

SHOWN = 10
"""Coefficients shown, the largest in size; a convention."""


def lines(heading: str, names: Sequence[str], coefficients: PerSuperpixel, ends: Intervals) -> str:
    """The heading, and name, coefficient and interval of the largest coefficients.

    Characters of names that cannot be printed are escaped.

    >>> print(lines("two parts", ["good", "a"], np.array([0.5, -1.0]), np.array([[0.4, 0.6], [-2, 0]])))
    two parts
    a        -1  -2 … +0
    good   +0.5  +0.4 … +0.6
    """
    order = np.argsort(-np.abs(coefficients), kind="stable")[:SHOWN]
    shown = {int(j): "".join(one if one.isprintable() else ascii(one)[1:-1] for one in names[j]) for j in order}
    width = max(map(len, shown.values()), default=0)
    numbers = {j: signed(coefficients[j]) for j in shown}
    reach = max(map(len, numbers.values()), default=0)
    rows = [f"{shown[j]:{width}}  {numbers[j]:>{reach}}  {interval(*ends[j])}" for j in shown]
    return "\n".join([heading, *rows])
