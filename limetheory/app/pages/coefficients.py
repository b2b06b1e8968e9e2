"""The coefficients of an answer as rows: for tooltips, for a table, and for fields that choose one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from dash import html

from limetheory.app.answers import Answer
from limetheory.app.pages.notices import warnings
from limetheory.app.pages.tables import long_table
from limetheory.estimation.methods.few_masks import with_part_names
from limetheory.explanation.headings import interval_name
from limetheory.shown_numbers import EXACT, Column, signed

_UNKNOWN = "not determined yet"


def part_names(answer: Answer) -> list[str]:
    """What the parts are called: as the regions say, else superpixels by number."""
    named = answer.facts.get("names")
    return list(named) if named else [f"superpixel {j}" for j in range(answer.explanation.d)]


def warnings_of(answer: Answer, texts: Iterable[str]) -> list[html.Div]:
    """What the program warned of, with the parts of an answer as its table calls them."""
    names = part_names(answer)
    return warnings(with_part_names(str(one), names) for one in texts)


def coefficient_rows(answer: Answer) -> list[str]:
    """What a pointer on each part is told, such as "superpixel 8: +0.3425 ± 0.0117"."""
    found = answer.explanation
    half = _half_widths(answer)
    column = Column(found.coefficients, half)
    return [
        f"{name}: {column.signed(value)}{_reach(column, width)}"
        for name, value, width in zip(part_names(answer), found.coefficients, half, strict=True)
    ]


def coefficient_table(answer: Answer) -> html.Div:
    """All coefficients with their intervals, the largest first."""
    found, names = answer.explanation, part_names(answer)
    level, exact = answer.facts["level"], answer.facts.get("exact")
    ends, column = found.asked_interval(level), Column(found.coefficients, _half_widths(answer))
    intervals = interval_name(found.stopping, level).capitalize()
    heads = ["Part", "Coefficient", intervals, *(["Exact limit"] if exact else [])]
    order = np.argsort(-np.abs(found.coefficients), kind="stable")
    rows = [
        [
            names[j],
            column.signed(found.coefficients[j]),
            column.ends(*ends[j]) if np.isfinite(ends[j]).all() else _UNKNOWN,
            *([signed(exact[j])] if exact else []),
        ]
        for j in order
    ]
    return long_table(heads, rows)


def _half_widths(answer: Answer) -> np.ndarray:
    half: np.ndarray = answer.explanation.asked_interval(answer.facts["level"])[:, 1] - answer.explanation.coefficients
    return half


def _reach(column: Column, half_width: float) -> str:
    """How far a coefficient may be off; of an exact one that it is exact."""
    if not np.isfinite(half_width):
        return f" ± {_UNKNOWN}"
    return f" ± {column.plain(half_width)}" if half_width else f", {EXACT}"
