"""What may be kept in a file: objects that are None, numbers, strings, arrays and tuples in the end.

A class registers itself with `keepable`; `limetheory.kept_files` writes and reads the files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

NUMBER_KINDS = "biuf"
"""NumPy's kinds of the arrays that are kept."""


@dataclass(frozen=True)
class _Kind:
    type: type
    names: tuple[str, ...]
    build: Callable[..., Any]
    later: tuple[str, ...]


_KINDS: dict[str, _Kind] = {}


def keepable(kind: type, *names: str, build: Callable[..., Any] | None = None, later: tuple[str, ...] = ()) -> None:
    """Let objects of a class be kept in files, under the name of the class.

    Args:
        kind: the class; its subclasses are registered by themselves.
        *names: the attributes that are kept: None, bools, numbers, strings, arrays of numbers, tuples of these, or
            objects that are keepable; none means the fields of a dataclass.
        build: makes the object again from these attributes by keyword, and raises ValueError or TypeError where they
            do not fit each other; None is the class itself.
        later: attributes that files of earlier versions lack, for which ``build`` has a default.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Point:
    ...     x: float
    >>> keepable(Point)
    >>> packed(Point(math.inf), arrays={})
    {'kind': 'Point', 'of': {'x': {'number': 'inf'}}}
    """
    known = _KINDS.get(kind.__name__)
    if known is None or known.type.__module__ == kind.__module__:  # a name stays with the module that has it first
        _KINDS[kind.__name__] = _Kind(kind, names or tuple(one.name for one in fields(kind)), build or kind, later)


def packed(value: Any, arrays: dict[str, np.ndarray], place: str = "") -> Any:
    """A value as JSON, with its arrays put beside it under their places."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, np.ndarray):
        return _packed_array(value, arrays, place)
    if isinstance(value, np.generic):
        return packed(value.item(), arrays, place)
    if isinstance(value, float):
        return value if math.isfinite(value) else {"number": str(value)}
    if isinstance(value, tuple):
        return {"tuple": [packed(one, arrays, f"{place}.{i}") for i, one in enumerate(value)]}
    kind = _KINDS.get(type(value).__name__)
    if kind is None or kind.type is not type(value):
        raise TypeError(
            f"only registered kinds of objects can be kept, got {type(value).__name__}"
            f"{f' as {place}' if place else ''}; register it with limetheory.kept.keepable"
        )
    below = f"{place}." if place else ""
    missing = [name for name in kind.names if not hasattr(value, name)]
    if missing:
        raise TypeError(
            f"a kept {type(value).__name__} must have its arguments as attributes, got no {missing[0]!r}; add it"
        )
    attributes = {name: packed(getattr(value, name), arrays, f"{below}{name.lstrip('_')}") for name in kind.names}
    return {"kind": type(value).__name__, "of": attributes}


def unpacked(content: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The value of `packed`.

    Raises:
        KeyError, TypeError, ValueError: what `packed` does not write.
    """
    if not isinstance(content, dict):
        return content
    if "number" in content:
        return float(content["number"])
    if "array" in content:
        return arrays[content["array"]]
    if "tuple" in content:
        return tuple(unpacked(one, arrays) for one in content["tuple"])
    kind = _KINDS[content["kind"]]
    there = [name for name in kind.names if name in content["of"] or name not in kind.later]
    return kind.build(**{name: unpacked(content["of"][name], arrays) for name in there})


def _packed_array(value: np.ndarray, arrays: dict[str, np.ndarray], place: str) -> Any:
    if value.dtype.kind not in NUMBER_KINDS:
        raise TypeError(f"only arrays of numbers can be kept, got {value.dtype} as {place}; convert it")
    same = next((known for known, one in arrays.items() if one is value), place)  # one object is kept once
    arrays[same] = value
    return {"array": same}
