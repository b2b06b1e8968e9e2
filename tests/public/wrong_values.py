"""Calls every public function with each of its arguments replaced by wrong values in turn, and lists what leaks.

A wrong value may be accepted, or refused in one line by a ``raise`` in limetheory itself. An error that anything else
raised, or that Python raised for an operation of limetheory's, leaks: its words are those of another library.
"""

from __future__ import annotations

import dis
import json
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import signature
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

import numpy as np


class Unrelated:
    """A class that nothing asks for."""


WRONG: dict[str, Any] = {
    "None": None,
    "a string": "x",
    "an integer": 3,
    "a negative integer": -1,
    "a negative number": -1.5,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "True": True,
    "a complex number": np.complex128(1.0 + 1.0j),
    "a list": [1, 2],
    "a list of lists of other lengths": [[1], [2, 3]],
    "an empty array": np.empty(0),
    "an array of objects": np.array([object(), None]),
    "a complex array": np.array([1.0 + 1.0j, 2.0]),
    "an array of strings": np.array(["a", "b"]),
    "a list of None": [None, None, None],
    "a list of numbers and text": [0.5, "x", 1.0],
    "a 0-d array": np.array(1.0),
    "an array of four axes": np.zeros((1, 2, 3, 1)),
    "a dict": {"a": 1},
    "a set": {1, "x"},
    "a function": lambda *arguments, **options: None,
    "a function of no arguments": lambda: None,
    "bytes": b"x",
    "a class": Unrelated,
    "an object": Unrelated(),
}


def leaks(calls: Mapping[str, tuple[Callable[..., Any], dict[str, Any]]]) -> Iterator[str]:
    """A line for each wrong value of an argument whose refusal is not limetheory's own.

    Args:
        calls: the arguments by name of a call that works, for each function.
    """
    for name, (function, arguments) in calls.items():
        for argument in arguments:
            for words, value in WRONG.items():
                found = leak(function, {**arguments, argument: value})
                if found:
                    yield f"{name}({argument}={words}): {found}"


def leak(function: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    """What is wrong with the refusal of a call; nothing where there is none, or a good one."""
    try:
        called(function, arguments)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        if not raised_in_limetheory(error.__traceback__):
            return f"another's error, {words!r}, from {_place(error)}"
        if len(str(error).splitlines()) != 1:
            return f"not one line: {words!r}"
        if " got " not in str(error) and not isinstance(error, NotImplementedError):
            return f"does not say what it got: {words!r}"
    return ""


def called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """The answer of a function, its arguments by name where it takes them so."""
    taken = {} if isinstance(function, type) else signature(function).parameters
    first = [name for name, one in taken.items() if one.kind is one.POSITIONAL_ONLY and name in arguments]
    return function(
        *(arguments[name] for name in first), **{name: arguments[name] for name in arguments if name not in first}
    )


def raised_in_limetheory(trace: TracebackType | None) -> bool:
    """Whether an error began with a ``raise`` in a module of limetheory."""
    assert trace is not None
    while trace.tb_next is not None:
        trace = trace.tb_next
    own = trace.tb_frame.f_globals.get("__name__", "").partition(".")[0] == "limetheory"
    return own and _operation(trace.tb_frame.f_code, trace.tb_lasti) == "RAISE_VARARGS"


@cache
def _operation(code: CodeType, offset: int) -> str:
    return next(one.opname for one in dis.get_instructions(code) if one.offset == offset)


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


if __name__ == "__main__":
    from public_calls import public_calls
    from public_methods import public_methods

    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # "x" is a path, too: of a file that is written
        json.dump([*leaks(public_calls(Path(folder))), *leaks(public_methods(Path(folder)))], sys.stdout)
