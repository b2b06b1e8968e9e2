"""Which cells cover too little, which of them must, and what those that need not have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

GOAL = 0.93
"""The least coverage of 95 % intervals that is called right: two in a hundred are left for approximations."""
FEW = 10
"""Masks, in effective number, with the rarer state of a superpixel: fewer leave its coefficient's variance unsure."""
Row = dict[str, Any]

REASONS: dict[str, Callable[[Row], bool]] = {
    "rare values that some runs do not show": lambda row: row["unseen"] > 0,
    f"fewer than {FEW} effective masks with or without a superpixel": lambda row: row["carrying"] < FEW,
    "fewer than two masks a parameter": lambda row: row["n"] < 2 * (row["d"] + 1),
    "heavy tails, or one huge interaction": lambda row: row["function"] in ("heavy tails", "huge interaction"),
    "ridge": lambda row: row["ridge"] > 0,
    "pairs": lambda row: row["sampling"] == "pairs",
    "none of these": lambda row: True,
}
"""By reason, whether a cell has it; the first that a cell has is counted."""


def label(row: Row) -> str:
    """The method, with a word on ridge."""
    return f"{row['method']}, ridge" if row["ridge"] else str(row["method"])


def is_below(row: Row) -> bool:
    """Whether the cell covers too little, runs with infinite intervals counted as covering."""
    return bool(row["coverage"] < GOAL)


def is_impossible(row: Row) -> bool:
    """Whether the cell covers too little since masks do not show what would be needed.

    Where no mask shows the rare values, what is seen is an additive function, of which intervals of finite width are
    due; they miss the limit of the other function unless they hold both. This happens in more runs than may miss.
    """
    return is_below(row) and row["unseen"] > 1 - GOAL


def is_wanting(row: Row) -> bool:
    """Whether the cell covers too little and need not."""
    return is_below(row) and not is_impossible(row)


def is_warned(row: Row) -> bool:
    """Whether most of the runs that gave a finite interval warned that it rests on few masks."""
    return bool(row["warnings"] > row["finite_runs"] / 2)


def is_silent(row: Row) -> bool:
    """Whether the cell covers too little, need not, and is not warned of."""
    return is_wanting(row) and not is_warned(row)


def is_clear(row: Row) -> bool:
    """Whether coverage is below by more than two of its standard errors, so that chance is an unlikely cause."""
    return bool(row["coverage"] + 2 * row["standard_error"] < GOAL)


def reason(row: Row) -> str:
    """The first reason that the cell has."""
    return next(name for name, has in REASONS.items() if has(row))
