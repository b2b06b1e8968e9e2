"""One clause of a statement, and the checks that show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """A part of a statement that can be shown by itself.

    Args:
        words: the clause.
        symbolic: how the names of its identities begin, in the symbolic proof.
        instances: how the names of its comparisons begin, on exact instances.
        balls: how the names of its certificates begin, in ball arithmetic.
        coq: its theorems.
        quoted: what is not shown by machine, "" if all is.
    """

    words: str
    symbolic: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    balls: tuple[str, ...] = ()
    coq: tuple[str, ...] = ()
    quoted: str = ""


ALL = ("",)
"""The beginning of every name, which stands for all names of a kind."""
