"""Whether plain data are of a kind: texts, numbers, counts, lists and objects of bounded size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from limetheory.app.questions import RANGES

Fits: TypeAlias = Callable[[Any], bool]
"""value → whether it is of a kind."""

_LONGEST = 4000  # characters of a text; a convention
_LARGEST = 1 << 53  # of a count; what JSON keeps exactly
_MOST = sys.float_info.max
_MOST_TEXTS = 2000  # in a list, such as the names of regions and of their superpixels; a convention


def maybe(fits: Fits) -> Fits:
    """Of a kind, or nothing."""
    return lambda one: one is None or fits(one)


def is_text(value: Any, longest: int = _LONGEST) -> bool:
    """Whether it is a text that is not too long."""
    return isinstance(value, str) and len(value) <= longest


def is_number(value: Any) -> bool:
    """Whether it is a number that a float can be near to; whole ones in JSON may have thousands of digits."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_MOST <= value <= _MOST


def is_flag(value: Any) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


def is_level(value: Any) -> bool:
    """Whether it is the level of an interval."""
    return is_number(value) and RANGES["level"].least <= value <= RANGES["level"].most


def is_count(value: Any) -> bool:
    """Whether it is a whole number of 0 or more."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST


def is_list(value: Any, length: int, fits: Fits) -> bool:
    """Whether it is a list of a length, all of a kind."""
    return isinstance(value, list) and len(value) == length and all(map(fits, value))


def is_list_up_to(value: Any, most: int, fits: Fits) -> bool:
    """Whether it is a list that is not too long, all of a kind.

    >>> is_list_up_to(["a"], 2, is_text), is_list_up_to(["a", 1], 2, is_text), is_list_up_to(["a"] * 3, 2, is_text)
    (True, False, False)
    """
    return isinstance(value, list) and len(value) <= most and all(map(fits, value))


def is_object(value: Any, fields: Mapping[str, Fits]) -> bool:
    """Whether it is an object of these fields, each of its kind.

    >>> is_object({"a": 1}, {"a": is_count}), is_object({"a": 1, "b": 1}, {"a": is_count})
    (True, False)
    """
    return (
        isinstance(value, dict) and value.keys() == fields.keys() and all(fits(value[k]) for k, fits in fields.items())
    )


def are_texts(value: Any) -> bool:
    """Whether it is a list of texts."""
    return is_list_up_to(value, _MOST_TEXTS, is_text)


def is_place(number: int) -> Fits:
    """Whether it is the place of one of so many, or −1."""
    return lambda one: one in range(-1, number) and isinstance(one, int) and not isinstance(one, bool)
