"""What the saved rounds say, for the documentation."""

from __future__ import annotations

import statistics
from typing import Any

from experiments.cost.report import quartiles

_PLACE = ("instances", "features", "coefficients")


def table(rows: list[dict[str, Any]]) -> str:
    """A line for each size: seconds, ratios round by round, and what the picks cover."""
    loads = [row["load"] for row in rows]
    lines = [
        f"{rows[0]['budget']} instances picked from the same made-up explanations, from limetheory's and lime's own "
        f"objects and from a sparse matrix (seconds of processor time, medians of {_rounds(rows)} rounds; ratios "
        f"round by round with quartiles; load of the machine {min(loads):.1f} to {max(loads):.1f}; — where lime was "
        "not run):",
        "",
        "| instances | features | coefficients each | lime | limetheory | from a matrix | times shorter than lime | "
        "share covered | at random |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for place in sorted(set(map(_place, rows))):
        lines.append(_line(place, [row for row in rows if _place(row) == place]))
    return "\n".join([*lines, "", _same(rows)])


def _line(place: tuple[int, ...], rows: list[dict[str, Any]]) -> str:
    lime, own, sparse = (
        [row["seconds"][name]["processor"] for row in rows if name in row["seconds"]]
        for name in ("lime", "explanations", "matrix")
    )
    ratio = quartiles([a / b for a, b in zip(lime, own, strict=True)], 0) if lime else "—"
    covered, random = (statistics.median(row[name] for row in rows) for name in ("share", "random_share"))
    cells = [f"{n:,}" for n in place] + [f"{statistics.median(lime):.2f}" if lime else "—"]
    cells += [f"{statistics.median(one):.3f}" for one in (own, sparse)]
    return f"| {' | '.join([*cells, ratio, f'{100 * covered:.0f} %', f'{100 * random:.0f} %'])} |"


def _same(rows: list[dict[str, Any]]) -> str:
    """In how many rounds both picked the same."""
    beside = [row["same_as_lime"] for row in rows if row["same_as_lime"] is not None]
    return (
        f'With `ties="last"` the instances and their order are lime\'s in {sum(beside)} of {len(beside)} rounds; from '
        f"explanations and from the matrix they are the same in {sum(row['same_of_explanations'] for row in rows)} of "
        f"{len(rows)}."
    )


def _rounds(rows: list[dict[str, Any]]) -> int:
    return min(sum(_place(row) == place for row in rows) for place in set(map(_place, rows)))


def _place(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[name] for name in _PLACE)
