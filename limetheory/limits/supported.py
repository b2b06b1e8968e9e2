"""The table of model classes with a closed form: class → statement → file → test, read from the registries."""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

from limetheory.limits.population import population


class Supported(NamedTuple):
    """One row: the class, its statement's label, and its file and test below the repository's root."""

    model: str
    statement: str
    file: str
    test: str


def supported(dispatch: Any = population) -> list[Supported]:
    """The classes that a `functools.singledispatch` function knows, in the order of their files.

    Args:
        dispatch: `population` for set functions, or `limetheory.set_function` for models of images.

    >>> for row in supported():
    ...     if row.statement in ("prop:linear", "prop:leaf"):
    ...         print(*row, sep="  ")
    Additive  prop:linear  limetheory/limits/additive.py  tests/limits/test_additive.py
    Leaf  prop:leaf  limetheory/limits/leaf.py  tests/limits/test_leaf.py
    """
    rows = [_row(cls, function) for cls, function in dispatch.registry.items() if cls is not object]
    return sorted(rows, key=lambda row: (row.file, row.model))


def _row(cls: type, function: Any) -> Supported:
    module = function.__module__
    document = f"{sys.modules[module].__doc__} {cls.__doc__}"
    statement = re.search(r"\b(?:prop|thm|lem|cor):[a-z0-9-]+", document)
    path = module.replace(".", "/")
    test = re.sub(r"^limetheory/(.*?)([^/]+)$", r"tests/\1test_\2", path)
    return Supported(cls.__name__, statement.group() if statement else "", f"{path}.py", f"{test}.py")
