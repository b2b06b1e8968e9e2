"""Functions that a caller gives: refused where they are none, or where they take other arguments."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from limetheory.arguments import refuse_class


def function(name: str, value: Any, form: str) -> Callable[..., Any]:
    """Return a function, refusing what cannot be called and classes, whose calls make instances.

    >>> function("F", 3, "(n, d) bool → (n,)")
    Traceback (most recent call last):
    TypeError: F must be a callable (n, d) bool → (n,), got int
    """
    refuse_class(name, value)
    if not callable(value):
        raise TypeError(f"{name} must be a callable {form}, got {type(value).__name__}")
    return value  # type: ignore[no-any-return]


def answer(name: str, value: Any, form: str, *arguments: Any, remedy: str = "") -> Any:
    """Call a function, saying so where it takes other arguments; its signature is read only once a call has failed.

    Args:
        name: what the caller calls the function.
        value: the function.
        form: its arguments and its result, in words.
        *arguments: what it is called with.
        remedy: what to do instead; empty says that it must take as many arguments.

    >>> answer("design", lambda: 3, "d → design", 4)
    Traceback (most recent call last):
    TypeError: design must be a callable d → design, got one with the arguments (); give it 1
    """
    called = function(name, value, form)
    try:
        return called(*arguments)
    except TypeError as error:
        taken = _other_arguments(called, arguments)
        if taken is None:
            raise
        rest = remedy or f"give it {len(arguments)}"
        raise TypeError(f"{name} must be a callable {form}, got one with the arguments {taken}; {rest}") from error


def _other_arguments(called: Callable[..., Any], arguments: tuple[Any, ...]) -> str | None:
    """The arguments of a function that cannot be called with these; None where it can, or does not say."""
    try:
        known = signature(called)
    except (TypeError, ValueError):
        return None
    try:
        known.bind(*arguments)
    except TypeError:
        return " ".join(str(known.replace(return_annotation=known.empty)).split())
    return None
