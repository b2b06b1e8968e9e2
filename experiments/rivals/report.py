"""Who wins where, and the errors of every contender, for the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from experiments._frame.markdown import markdown
from experiments.rivals.cells import Cell, Results, cells

TIMED = 250
"""The number of masks whose seconds a table shows, where it has them; another table shows those of its largest."""
LIMETHEORY, TIE = "limetheory", "tie"
LEAST_SQUARES = ("limetheory, wls", "limetheory, pairs")
"""Least squares on masks that are drawn with replacement, and on complement pairs: what gains are quoted against."""


def summary(rows: list[dict[str, Any]]) -> str:
    """Who wins where."""
    found = cells(rows)
    if not found:
        return "No number of masks has contenders of both sides yet."
    head = ("limit", "superpixels", "masks", "best of limetheory", "best rival", "rival / limetheory",
            "rival − limetheory", "smaller on tables", "least squares / limetheory", "in pairs", "winner")  # fmt: skip
    parts = [_about(rows, found), markdown(head, [_line(cell) for cell in found]), _verdict(found), _few(found)]
    return "\n\n".join(parts).strip()


def winner(cell: Cell) -> str:
    """Whose best error is smaller; a tie if they differ by no more than one standard error."""
    gap, error = cell.difference(cell.best(ours=False), cell.best(ours=True))
    if abs(gap) <= error:
        return TIE
    return LIMETHEORY if gap > 0 else cell.best(ours=False)


def _about(rows: list[dict[str, Any]], found: list[Cell]) -> str:
    tables = {(cell.d, table) for cell in found for table in cell.tables}
    runs = sorted({len(one) for cell in found for result in cell.results.values() for one in result.errors.values()})
    seeds = f"{runs[0]}" if len(runs) == 1 else f"{runs[0]} to {runs[-1]}"
    return (
        "Relative squared error of the coefficients, Σ (estimate − limit)² / Σ limit², against exact limits: means "
        f"over {len(tables)} tables of all values of EfficientNet-Lite0 and {seeds} seeds of each. Every contender "
        "evaluates the same number of different masks, F(0) and F(1) among them; one that draws masks again is asked "
        "for more until they are as many. In brackets processor time of the method without the network, medians. Both "
        "sides show their best method of each line, chosen by these errors; their difference has a standard "
        "error over tables, and one within it is a tie. Least squares is limetheory's `wls`, in pairs its "
        f'`sampling="pairs"`. Versions: {_versions(rows)}.'
    )


def _versions(rows: list[dict[str, Any]]) -> str:
    names = ("python", "shapiq", "shap", "captum", "lime", "lightgbm", "numpy")
    known = {name: sorted({row["versions"][name] for row in rows if name in row["versions"]}) for name in names}
    return ", ".join(f"{name} {' and '.join(found)}" for name, found in known.items() if found)


def _line(cell: Cell) -> list[str]:
    own, rival = cell.best(ours=True), cell.best(ours=False)
    gap, error = cell.difference(rival, own)
    sides = [f"{_short(name)}: {_number(cell.mean(name))} ({_seconds(cell.results[name])} s)" for name in (own, rival)]
    plain = [f"{cell.mean(name) / cell.mean(own):.3g}" if name in cell.results else "" for name in LEAST_SQUARES]
    won = f"{cell.won(rival, own)} of {len(cell.tables)}"
    said = [f"{cell.ratio(rival, own):.3g}", f"{gap:.2g} ± {error:.1g}", won, *plain, _short(winner(cell))]
    return [cell.family, str(cell.d), f"{cell.n:,}", *sides, *said]


def _short(name: str) -> str:
    own, comma, method = name.partition("limetheory, ")
    return f"`{method}`" if comma and not own else name


def _number(value: float) -> str:
    return f"{value:.2g}" if value < 100 else f"{value:.0e}"


def _seconds(result: Results) -> str:
    return f"{np.median(result.seconds):.2g}"


def _verdict(found: list[Cell]) -> str:
    won = [winner(cell) for cell in found]
    lost = [f"{name} ({cell.family}, {cell.d} superpixels, {cell.n:,} masks)"
            for cell, name in zip(found, won, strict=True) if name not in (LIMETHEORY, TIE)]  # fmt: skip
    many = [cell for cell in found if cell.n >= 125]
    halves = sum(cell.ratio(cell.best(ours=False), cell.best(ours=True)) >= 2 for cell in many)
    rivals = f"a rival in {len(lost)}: {'; '.join(lost)}" if lost else "no rival in any"
    return (
        f"In {len(found)} comparisons limetheory has the smaller error in {won.count(LIMETHEORY)}, {rivals}; ties: "
        f"{won.count(TIE)}. From 125 masks on the best rival's error is at least twice limetheory's in {halves} of "
        f"{len(many)}."
    )


def _few(found: list[Cell]) -> str:
    """The contenders that run on few tables, beside limetheory's best on the same tables."""
    lines = []
    for cell in found:
        for name, result in cell.few.items():
            tables = sorted(set(result.errors) & set(cell.tables))
            if tables:
                own = min((one for one in cell.results if one.startswith(LIMETHEORY)),
                          key=lambda one: cell.results[one].of_tables(tables).mean())  # fmt: skip
                errors = [cell.results[own].of_tables(tables).mean(), result.of_tables(tables).mean()]
                lines.append([str(cell.d), f"{cell.n:,}", str(len(tables)), _short(own), _number(errors[0]),
                              _seconds(cell.results[own]), name, _number(errors[1]), _seconds(result)])  # fmt: skip
    head = ("superpixels", "masks", "set functions", "limetheory", "error", "seconds", "rival", "error", "seconds")
    said = "Rivals that take long, on few of the tables, beside limetheory's best there (Shapley values):"
    return f"{said}\n\n{markdown(head, lines)}" if lines else ""


def methods(rows: list[dict[str, Any]]) -> str:
    """The mean error of every contender: a table for each limit and d."""
    groups = groupby(cells(rows), key=lambda cell: (cell.family, cell.d))
    return "\n\n".join(_of_all(family, d, list(own)) for (family, d), own in groups)


def _of_all(family: str, d: int, found: list[Cell]) -> str:
    sizes = [f"{cell.n:,}" for cell in found]
    names = dict.fromkeys(name for cell in found for name in cell.results)
    timed = next((cell for cell in found if cell.n == TIMED), max(found, key=lambda cell: cell.n))
    lines = [[_short(name), *[_number(cell.mean(name)) if name in cell.results else "" for cell in found],
              _seconds(timed.results[name]) if name in timed.results else ""]
             for name in _ordered(names, found)]  # fmt: skip
    limit = "Shapley values" if family == "Shapley" else "Image LIME"
    said = (
        f"{limit}, {d} superpixels: mean relative squared error by the number of masks, and seconds at {timed.n:,} "
        "masks:"
    )
    return f"{said}\n\n{markdown(('method', *sizes, 'seconds'), lines)}"


def _ordered(names: Iterable[str], found: list[Cell]) -> list[str]:
    """limetheory's methods first, then the others by name."""
    return sorted(names, key=lambda name: (not name.startswith(LIMETHEORY), name.lower()))
