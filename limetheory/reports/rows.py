"""The rows of a report's tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from limetheory.explanation import Explanation
from limetheory.reports.content import Report, ReportedEdit, ReportedRegion
from limetheory.reports.shared import name_alone
from limetheory.shown_text import shown

MOST_ROWS = 200
"""The most coefficients of a table; the document has all. A convention."""

_LONGEST = 300  # characters of a cell, so that a row fits on a page; a convention
_HIDDEN = {"png", "names"}  # what is long and stands in the document


def text(value: Any) -> str:
    """A value as a cell shows it: without control characters, and cut where it is long.

    >>> text("a\\nb"), text(None), text([1, 2])
    ('a\\\\nb', 'none', '1, 2')
    """
    if value is None:
        return "none"
    words = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    words = shown(words)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def number(value: float | None, decimals: int | None = None) -> str:
    """A coefficient with its sign, to four significant digits or so many decimals; "unknown" of none.

    >>> number(0.25), number(-12345.0), number(0.25, 3), number(None), number(float("inf"))
    ('+0.25', '-1.234e+04', '+0.250', 'unknown', 'unknown')
    """
    if value is None or not math.isfinite(value):
        return "unknown"
    return f"{value:+.4g}" if decimals is None else f"{value:+.{decimals}f}"


def interval(ends: Sequence[float] | None, decimals: int | None = None) -> str:
    """An interval; "exact" of a single number, "unknown" of none, and of one without ends."""
    if ends is None or not np.isfinite(ends).all():
        return "unknown"
    return "exact" if ends[0] == ends[1] else f"{number(ends[0], decimals)} … {number(ends[1], decimals)}"


def coefficient_rows(found: Explanation, level: float) -> list[list[str]]:
    """A row for each of the largest coefficients: name, coefficient, interval, and whether that leaves out 0."""
    ends, names = found.asked_interval(level), found.names or ()
    order, decimals = np.argsort(-np.abs(found.coefficients), kind="stable")[:MOST_ROWS], _decimals(ends)
    return [
        [
            text(names[j]), number(found.coefficients[j], decimals), interval(ends[j], decimals),
            "" if not ends[j, 0] * ends[j, 1] > 0 else "yes",
        ]
        for j in order
    ]  # fmt: skip


def _decimals(ends: np.ndarray) -> int | None:
    """As many decimals as give the narrowest interval two digits of its half-width; None where all are exact."""
    half_widths = (ends[:, 1] - ends[:, 0]) / 2
    known = half_widths[np.isfinite(half_widths) & (half_widths > 0)]
    return None if not known.size else min(max(1 - math.floor(math.log10(known.min())), 0), 12)


def region_rows(regions: Sequence[ReportedRegion]) -> list[list[str]]:
    """A row for each region."""
    return [
        [
            text(one.name),
            str(one.superpixels),
            f"{100 * one.share:.3g} %",
            number(one.coefficient),
            interval(one.interval),
        ]
        for one in regions
    ]


def edit_rows(edits: Sequence[ReportedEdit]) -> list[list[str]]:
    """A row for each edit, in the order in which they are applied."""
    return [
        [
            str(place),
            text(one.name),
            text(one.region or "the whole photograph"),
            _parameters(one),
            "on" if one.on else "off",
        ]
        for place, one in enumerate(edits, start=1)
    ]


def prediction_rows(predictions: Sequence[tuple[str, float, float]]) -> list[list[str]]:
    """A row for each class: its output before and after, and the difference."""
    return [[text(name), f"{old:.4g}", f"{new:.4g}", number(new - old)] for name, old, new in predictions]


def made_rows(report: Report) -> list[list[str]]:
    """A row for each thing that the explanation depends on, by its name."""
    record, repeat = report.record, report.repeat
    known = {
        "photograph": record.get("image"), **_named("photograph", repeat.get("input")),
        **_named("network", repeat.get("network")), **_named("", repeat.get("question")),
        "superpixels": record.get("superpixels"), "design": repr(report.found.design), **_maps(repeat),
        **_named("", repeat.get("machine")), **_named("version of", record.get("versions")),
    }  # fmt: skip
    return [[text(name.strip().replace("_", " ")), text(value)] for name, value in known.items()]


def _named(what: str, content: Any) -> dict[str, Any]:
    return dict(_entries(what, content)) if isinstance(content, Mapping) else {}


def _entries(what: str, content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries of an object, those of the objects in it too."""
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _entries(f"{what} {name}", value)
        elif name not in _HIDDEN:
            yield f"{what} {name}", name_alone(value) if name == "path" else value


def _maps(repeat: Mapping[str, Any]) -> dict[str, str]:
    maps = repeat.get("label_maps") or []
    return {
        f"label map {place}": f"{one['superpixels']} superpixels on {one['height']} × {one['width']} pixels"
        for place, one in enumerate(maps, start=1)
    }


def _parameters(edit: ReportedEdit) -> str:
    return text([f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
                 for name, value in edit.parameters.items()])  # fmt: skip
