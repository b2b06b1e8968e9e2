"""The summary of the saved rows for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np

from experiments.efficiency.methods import ADJUSTED, PLAIN, QUADRATURE
from experiments.efficiency.sampled import LONG

FRACTIONS = {2: "half", 4: "a quarter", 8: "an eighth"}
"""Fractions of the evaluations in words, for the table."""


@dataclass(frozen=True)
class Gain:
    """How many times smaller the mean squared error is than that of plain least squares at the same n.

    Attributes:
        table, superpixels, family, n: of the two rows.
        ratio, error: the gain and its standard error, from those of the two mean squared errors.
        seconds: processor time of the method besides the network.
    """

    table: str
    superpixels: int
    family: str
    n: int
    ratio: float
    error: float
    seconds: float

    @property
    def worse(self) -> bool:
        """Whether the gain is below 1 by more than two standard errors."""
        return self.ratio + 2 * self.error < 1


def gains(rows: list[dict[str, Any]], method: str = ADJUSTED, plain: str = PLAIN) -> list[Gain]:
    """The gain on each table at each n for which both rows are there, by superpixels, n and table."""
    of_plain = {_place(row): row for row in rows if row["method"] == plain}
    pairs = ((row, of_plain[_place(row)]) for row in rows if row["method"] == method and _place(row) in of_plain)
    return sorted((_gain(own, other) for own, other in pairs), key=lambda one: (one.superpixels, one.n, one.table))


def _place(row: dict[str, Any]) -> tuple[str, int, str, int]:
    return row["table"], row["superpixels"], row["family"], row["n"]


def _gain(own: dict[str, Any], plain: dict[str, Any]) -> Gain:
    ratio = plain["mse"] / own["mse"]
    error = ratio * hypot(own["mse_se"] / own["mse"], plain["mse_se"] / plain["mse"])
    return Gain(*_place(own), ratio, error, own["seconds"])


def grouped(found: list[Gain]) -> Iterator[tuple[int, int, list[Gain]]]:
    """The gains for each number of superpixels and n."""
    for d, n in sorted({(one.superpixels, one.n) for one in found}):
        yield d, n, [one for one in found if (one.superpixels, one.n) == (d, n)]


def summary(rows: list[dict[str, Any]]) -> str:
    """Gains over plain least squares by d and n for both families, and how few evaluations give the same error."""
    found = {
        (family, method): gains([row for row in rows if row["family"] == family], method)
        for family in ("LIME", "Shapley") for method in (ADJUSTED, QUADRATURE)
    }  # fmt: skip
    return "\n\n".join([_gain_table(found), _sentences(rows, found), _fewer_table(rows), _newer_rivals(rows)]).strip()


def _gain_table(found: dict[tuple[str, str], list[Gain]]) -> str:
    places = {column: {(d, n): group for d, n, group in grouped(one)} for column, one in found.items()}
    lines = [
        "Mean squared error of plain least squares over that of the methods with surrogates, at equal evaluations: "
        "medians over set functions with their quartiles, and the least. Own time is the processor time of the method "
        "itself without the network, in seconds for one explanation of LIME (medians):",
        "",
        "| superpixels | evaluations | set functions | LIME: adjusted | quadrature | Shapley value: adjusted | "
        "quadrature | own time: adjusted | quadrature |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for d, n, group in grouped(found["LIME", ADJUSTED]):
        groups = [place.get((d, n), []) for place in places.values()]
        cells = [str(d), f"{n:,}", str(len(group)), *map(_spread, groups), *map(_own_time, groups[:2])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(group: list[Gain]) -> str:
    """The median, the quartiles and the smallest of several gains."""
    if not group:
        return ""
    least, low, middle, high = np.quantile([one.ratio for one in group], [0, 0.25, 0.5, 0.75])
    return f"{middle:.1f} [{low:.1f}, {high:.1f}], ≥ {least:.1f}"


def _own_time(group: list[Gain]) -> str:
    return f"{statistics.median(one.seconds for one in group):.2f}" if group else ""


def _sentences(rows: list[dict[str, Any]], found: dict[tuple[str, str], list[Gain]]) -> str:
    networks = len({row["network"] for row in rows})
    photographs = len({row["photograph"] for row in rows})
    worse = " and ".join(
        f"`{method.split()[-1]}` in {sum(one.worse for one in cases)} of {len(cases)} cases"
        for method in (ADJUSTED, QUADRATURE)
        for cases in [found["LIME", method] + found["Shapley", method]]
    )
    return (
        f"{photographs} photographs, {networks} networks, errors against the exact limits (at d > 20 against a run of "
        f"{LONG:,} evaluations). Plain least squares draws masks with replacement as lime does. A mask that is drawn "
        f"again counts as an evaluation: {_repeated(rows)}. "
        f"Worse than plain least squares by more than two standard errors was {worse}; "
        f"`quadrature` had a smaller error than `adjusted` in {_smaller(found)}."
    )


def _repeated(rows: list[dict[str, Any]]) -> str:
    """The share of the evaluations of each method that repeat an earlier mask."""
    methods = {method: [row for row in rows if row["method"] == method] for method in (PLAIN, ADJUSTED, QUADRATURE)}
    return ", ".join(
        f"{statistics.mean(1 - row['distinct'] / row['evaluations'] for row in own):.1%} of those of "
        f"`{method.split()[-1]}`" for method, own in methods.items()
    )  # fmt: skip


def _smaller(found: dict[tuple[str, str], list[Gain]]) -> str:
    """How often the ratio of `quadrature` is above that of `adjusted` for the same table and n."""
    by_place = [
        {(family, one.table, one.superpixels, one.n): one.ratio for family in ("LIME", "Shapley")
         for one in found[family, method]}
        for method in (ADJUSTED, QUADRATURE)
    ]  # fmt: skip
    both = by_place[0].keys() & by_place[1].keys()
    return f"{sum(by_place[1][place] > by_place[0][place] for place in both)} of {len(both)} cases"


def _fewer_table(rows: list[dict[str, Any]]) -> str:
    """For how many set functions a fraction of the evaluations is enough for the error of plain least squares."""
    lines = [
        "With fewer evaluations than plain least squares: on how many set functions the error is at most that of plain "
        "least squares with all of them (LIME):",
        "",
        "| superpixels | plain least squares | method | " + " | ".join(FRACTIONS.values()) + " |",
        "|---:|---:|---|" + "---:|" * len(FRACTIONS),
    ]
    own = [row for row in rows if row["family"] == "LIME"]
    for d in sorted({row["superpixels"] for row in own}):
        here = [row for row in own if row["superpixels"] == d]
        whole = largest_compared({row["n"] for row in here})
        for method in (ADJUSTED, QUADRATURE):
            cells = (_counted(as_accurate(here, method, whole, part)) for part in FRACTIONS)
            lines.append(f"| {d} | {whole:,} | {method.split()[-1]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def largest_compared(sizes: set[int]) -> int:
    """The n whose smallest fraction is the smallest n with rows; if that n has no rows, the largest n."""
    smallest_part = max(FRACTIONS) * min(sizes)
    return smallest_part if smallest_part in sizes else max(sizes)


def as_accurate(rows: list[dict[str, Any]], method: str, n: int, part: int) -> list[bool]:
    """For each table, whether n / part evaluations of a method give at most the error of plain least squares with n."""
    plain = {row["table"]: row["mse"] for row in rows if (row["method"], row["n"]) == (PLAIN, n)}
    own = {row["table"]: row["mse"] for row in rows if (row["method"], row["n"] * part) == (method, n)}
    return [own[table] <= plain[table] for table in plain.keys() & own.keys()]


def _counted(found: list[bool]) -> str:
    return f"{sum(found)} of {len(found)}" if found else ""


def _newer_rivals(rows: list[dict[str, Any]]) -> str:
    """Which version of shapiq the other methods in the figure have."""
    found = sorted({row["versions"]["shapiq"] for row in rows if "shapiq" in row.get("versions", {})})
    if not found:
        return ""
    return (
        f"The figure shows the estimators of shapiq {' and '.join(found)}; those of later versions are among the "
        "[rivals](rivals.md)."
    )
