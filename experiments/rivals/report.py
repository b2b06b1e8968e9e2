"""Who wins where, and the errors of every contender, for the documentation."""

from __future__ import annotations

from typing import Any


def summary(rows: list[dict[str, Any]]) -> str:
    """Who wins where."""
    return ""


def methods(rows: list[dict[str, Any]]) -> str:
    """The errors of every contender."""
    return ""
