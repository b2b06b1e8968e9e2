"""The summary of the saved rows for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from experiments.coverage.reasons import (
    GOAL,
    REASONS,
    Row,
    is_below,
    is_clear,
    is_impossible,
    is_silent,
    is_wanting,
    is_warned,
    label,
    reason,
)
from experiments.coverage.settings import LEVEL, Cell

_LEAST_OF_A_COEFFICIENT = 0.9
_LEAST = f"{100 * GOAL:g} %"


def key(row: Row) -> tuple[Any, ...]:
    """The key of the cell of a row."""
    return tuple(row[field.name] for field in fields(Cell))


def methods(rows: Iterable[Row]) -> list[str]:
    """The labels that occur, in the order of the methods."""
    found = {label(row) for row in rows}
    order = ("wls", "wls, ridge", "unbiased", "adjusted", "quadrature")
    return [name for name in order if name in found]


def summary(rows: list[Row]) -> str:
    """Coverage and widths of each method, what cells below the goal have in common, and which cannot do better."""
    return "\n\n".join([_head(rows), _by_method(rows), _single(rows), *_by_reason(rows), *_impossible(rows)])


def below(rows: list[Row]) -> str:
    """The cells that cover too little although they could do better, by reason and coverage."""
    order = list(REASONS)
    found = sorted(filter(is_wanting, rows), key=lambda row: (order.index(reason(row)), row["coverage"]))
    head = [
        "coverage",
        "± 2 s. e.",
        "∞",
        "warned of",
        "method",
        "sampling",
        "ridge",
        "design",
        "d",
        "n",
        "function",
        "reason",
    ]
    lines = [
        [
            _percent(row["coverage"]), _percent(2 * row["standard_error"]), _percent(row["infinite"]),
            "yes" if is_warned(row) else "no", row["method"], row["sampling"], f"{row['ridge']:g}", row["design"],
            str(row["d"]), str(row["n"]), row["function"],
            reason(row),
        ]
        for row in found
    ]  # fmt: skip
    return f"Cells below {_LEAST} that need not be: {len(found)}\n\n{_table(head, lines, '---|' * len(head))}"


def _head(rows: list[Row]) -> str:
    runs = sorted({row["runs"] for row in rows})
    return (
        f"{len(rows):,} cells of a grid chosen to be difficult: {len({row['design'] for row in rows})} designs, "
        f"d = {_span(rows, 'd')}, n = {_span(rows, 'n')}, {len({row['function'] for row in rows})} kinds of set "
        f"functions with exact limits, all samplings and ridges; {'–'.join(f'{one:,}' for one in runs)} runs of each. "
        f"Share of {100 * LEVEL:g} % intervals that hold the limit, an infinite interval counted as one that does:"
    )


def _span(rows: list[Row], name: str) -> str:
    values = [row[name] for row in rows]
    return f"{min(values):,} to {max(values):,}"


def _by_method(rows: list[Row]) -> str:
    head = [
        "method", "cells", f"≥ {_LEAST}", "below, need not be", "by over 2 s. e.", "warned of", "must be",
        "runs that say ∞", "half-width / root mean squared error: median (quartiles)",
    ]  # fmt: skip
    lines = []
    for name in methods(rows):
        own = [row for row in rows if label(row) == name]
        wanting = [row for row in own if is_wanting(row)]
        lines.append(
            [
                f"`{name}`".replace(", ridge`", "`, ridge"), f"{len(own):,}",
                _percent(float(np.mean([not is_below(row) for row in own]))), str(len(wanting)),
                str(sum(map(is_clear, wanting))), str(sum(map(is_warned, wanting))), str(sum(map(is_impossible, own))),
                _percent(np.mean([row["infinite"] for row in own])), _widths(own),
            ]
        )  # fmt: skip
    return _table(head, lines, f"---|{'---:|' * 8}")


def _single(rows: list[Row]) -> str:
    right = [row["least_of_a_coefficient"] for row in rows if not is_below(row)]
    low = sum(least < _LEAST_OF_A_COEFFICIENT for least in right)
    return (
        f"A cell's coverage is the mean over its coefficients. In {low:,} of the {len(right):,} cells that reach "
        f"{_LEAST} a single coefficient is covered less than {100 * _LEAST_OF_A_COEFFICIENT:g} % of the time, "
        f"{_percent(min(right, default=1.0))} at the least. Most runs with finite intervals warned that these rest on "
        f"few masks in {sum(map(is_warned, rows)):,} of all {len(rows):,} cells."
    )


def _widths(rows: list[Row]) -> str:
    """Widths of the cells that do not cover too little and have an error to compare with."""
    ratios = [
        row["half_width"] / row["root_mean_squared_error"]
        for row in rows if not is_below(row) and row["half_width"] and not row["exact"]
    ]  # fmt: skip
    if not ratios:
        return "–"
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def _by_reason(rows: list[Row]) -> list[str]:
    found = [row for row in rows if is_silent(row)]
    if not found:
        return [f"No cell is below {_LEAST} that need not be and is not warned of."]
    names = methods(rows)
    counts = []
    for name in REASONS:
        own = [row for row in found if reason(row) == name]
        if own:
            each = (str(sum(label(row) == method for row in own)) for method in names)
            counts.append([name, *each, _range(own, "coverage")])
    head = [
        f"below {_LEAST} without a warning, first reason that holds",
        *(f"`{name}`".replace(", ridge`", "`, ridge") for name in names),
    ]
    return [_table([*head, "coverage"], counts, f"---|{'---:|' * (len(names) + 1)}")]


def _impossible(rows: list[Row]) -> list[str]:
    found = [row for row in rows if is_impossible(row)]
    if not found:
        return []
    head = ["function", "cells", "runs that do not show its rare values", "coverage", "coverage in the other runs"]
    lines = []
    for name in dict.fromkeys(row["function"] for row in found):
        own = [row for row in found if row["function"] == name]
        lines.append(
            [name, str(len(own)), _range(own, "unseen"), _range(own, "coverage"), _range(own, "coverage_where_seen")]
        )
    text = (
        f"No method can cover where the masks do not show that a function is not additive. Cells below {_LEAST} with "
        f"more than {100 * (1 - GOAL):.0f} % such runs (smallest, median, largest):"
    )
    return [text, _table(head, lines, f"---|{'---:|' * 4}")]


def _range(rows: list[Row], name: str) -> str:
    values = [row[name] for row in rows if row[name] is not None]
    if not values:
        return "–"
    return " / ".join(f"{100 * number(values):.0f}" for number in _NUMBERS) + " %"


_NUMBERS: tuple[Callable[[list[float]], Any], ...] = (min, np.median, max)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _table(head: list[str], lines: list[list[str]], alignment: str) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{alignment}", *(f"| {' | '.join(line)} |" for line in lines)])
