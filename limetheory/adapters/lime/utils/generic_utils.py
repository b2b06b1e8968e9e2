"""Whether a callable takes an argument of some name."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import Any

_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def has_arg(fn: Any, arg_name: str) -> bool:
    """Whether a callable takes a keyword argument of this name by itself, not within ``**kwargs``.

    >>> has_arg(sorted, "key"), has_arg(sorted, "order"), has_arg(lambda **kwargs: 0, "key")
    (True, False, False)
    """
    try:
        known = signature(fn)
    except ValueError:  # of compiled functions
        known = signature(fn.__call__)
    found = known.parameters.get(arg_name)
    return found is not None and found.kind in _NAMED
