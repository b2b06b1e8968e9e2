"""Functions of modules, "module:function", as models."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from typing import Any

from limetheory.answers import scoring
from limetheory.checked_files import said

FORM = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
"""The form of "package.module:object.method"."""


def imported_function(source: str) -> Any:
    """The function or estimator of a module, which is looked for in the current folder too.

    To import a module is to run it.

    Raises:
        ImportError: the module cannot be imported, or has no such name.
        TypeError: it is neither a function nor an estimator.

    >>> imported_function("math:sqrt")(4.0)
    2.0
    """
    module, _, name = source.partition(":")
    try:
        with _current_folder():
            found = reduce(getattr, name.split("."), import_module(module))
    except (Exception, SystemExit) as error:  # a script without a guard exits when it is imported
        where = "run the command in the folder of the module, or install it"
        remedy = "name a function of the module" if isinstance(error, AttributeError) else where
        raise ImportError(
            f"a model MODULE:FUNCTION must be importable, got {source!r} ({said(error)}); {remedy}"
        ) from None
    if isinstance(found, type) or not (callable(found) or scoring(found)):
        raise TypeError(
            f"a model MODULE:FUNCTION must be a function of a batch or an estimator, got {type(found).__name__} for "
            f"{source!r}; name a function that takes a list of texts or an array of rows"
        )
    return found


@contextmanager
def _current_folder() -> Iterator[None]:
    folder = os.getcwd()
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
