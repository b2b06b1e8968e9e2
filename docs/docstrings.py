"""The docstrings of the code, which are written as Markdown is, as the reStructuredText that autodoc reads."""

from __future__ import annotations

import inspect
import re
from typing import Any

from proofs_check.pages import page_name
from proofs_check.registry import STATEMENTS

_LITERAL = re.compile(r"(`+[^`]+`+)")
_LABEL = re.compile(r"\b(?:{})\b".format("|".join(sorted((one.label for one in STATEMENTS), key=len, reverse=True))))
_OF_ONE_VALUE = ("attribute", "data", "property")


def in_restructured_text(app: Any, what: str, name: str, found: Any, options: Any, lines: list[str]) -> None:
    """Rewrite a docstring before napoleon reads it.

    A constant without a docstring of its own has that of its type, which says nothing of it and is left out. The first
    line of a value's docstring is text, whereas napoleon takes what stands before its colon for a type.
    """
    if what == "data" and lines and lines[0] == (inspect.getdoc(type(found)) or "").partition("\n")[0]:
        lines.clear()
    lines[:] = [line if line.lstrip().startswith((">>>", "...")) else escaped(line) for line in lines]
    if what in _OF_ONE_VALUE:
        lines.insert(0, "")


def escaped(line: str) -> str:
    r"""A line of a docstring whose bars and stars stand for themselves and whose statements are links.

    >>> escaped("|z| of `|z|`, see thm:limit")
    '\\|z\\| of `|z|`, see :doc:`thm:limit </statements/thm-limit>`'
    """
    parts = _LITERAL.split(line)
    return "".join(part if part.startswith("`") else _linked(re.sub(r"(?<!\\)([|*])", r"\\\1", part)) for part in parts)


def _linked(text: str) -> str:
    return _LABEL.sub(lambda found: f":doc:`{found[0]} </statements/{page_name(found[0])}>`", text)
