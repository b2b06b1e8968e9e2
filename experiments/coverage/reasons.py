"""Which cells cover too little, which of those cannot do better, and what the others have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

GOAL = 0.93
"""The least coverage of 95 % intervals that counts as right; a convention, which leaves 2 % for approximations."""
FEW = 10
"""The effective number of masks with a superpixel's rarer state below which variances are uncertain; a convention."""
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
"""For each reason, whether a cell has it; a cell is counted under the first that it has."""


def label(row: Row) -> str:
    """The name of the method, with the ridge penalty if there is one."""
    return f"{row['method']}, ridge" if row["ridge"] else str(row["method"])


def is_below(row: Row) -> bool:
    """Whether the cell covers too little, if runs with infinite intervals count as covering."""
    return bool(row["coverage"] < GOAL)


def is_impossible(row: Row) -> bool:
    """Whether the cell covers too little because the masks do not show what is needed.

    If no mask shows the rare values, all observed values are those of an additive function, for which finite intervals
    are right. They miss the limit of F unless they hold both limits. Here this happens in more runs than may miss.
    """
    return is_below(row) and row["unseen"] > 1 - GOAL


def is_wanting(row: Row) -> bool:
    """Whether the cell covers too little although it could do better."""
    return is_below(row) and not is_impossible(row)


def is_warned(row: Row) -> bool:
    """Whether most of the runs with a finite interval warned that it is based on few masks."""
    return bool(row["warnings"] > row["finite_runs"] / 2)


def is_silent(row: Row) -> bool:
    """Whether the cell covers too little, could do better, and does not warn."""
    return is_wanting(row) and not is_warned(row)


def is_clear(row: Row) -> bool:
    """Whether coverage is too low by more than two of its standard errors, so that chance is an unlikely cause."""
    return bool(row["coverage"] + 2 * row["standard_error"] < GOAL)


def reason(row: Row) -> str:
    """The first of the reasons that applies to the cell."""
    return next(name for name, has in REASONS.items() if has(row))
