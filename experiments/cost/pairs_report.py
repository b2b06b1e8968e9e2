"""The summary of the saved pairs of texts and of rows of tables for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from experiments.cost.report import Row, quartiles


def pairs_table(rows: Sequence[Row]) -> str:
    """A line for each kind of input: seconds of both, and their ratios in pairs; then what limetheory's parts take."""
    loads = [row["load"] for row in rows]
    lines = [
        f"Explanations of a text of 500 words and of a row of {_columns(rows)} columns from {rows[0]['samples']:,} "
        f"samples, with a model that costs nothing, one thread, lime {rows[0]['versions']['lime']} and limetheory each "
        f"with its defaults for one class (medians of {min(len(row['pairs']) for row in rows)} alternating pairs, of "
        f"the ratios with quartiles; load of the machine {min(loads):.1f} to {max(loads):.1f}):",
        "",
        "| | coefficients | lime: ms of processor time | limetheory | times shorter, processor | times shorter, wall "
        "| without standard errors | times shorter |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *map(_line, rows),
        "",
        _parts(rows),
    ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    lime, own, fit = (
        _milliseconds(pair[name]["processor"] for pair in row["pairs"]) for name in ("lime", "own", "fit")
    )
    ratios = [_ratio(row, "own", "processor"), _ratio(row, "own", "wall"), fit, _ratio(row, "fit", "processor")]
    return f"| {' | '.join([row['kind'], str(row['parts']), lime, own, *ratios])} |"


def _ratio(row: Row, name: str, clock: str) -> str:
    return quartiles([pair["lime"][clock] / pair[name][clock] for pair in row["pairs"]])


def _parts(rows: Sequence[Row]) -> str:
    said = []
    for row in rows[:3]:
        parts = ", ".join(f"{name} {_milliseconds([one['processor']])}" for name, one in row["seconds_of"].items())
        said.append(f"{row['kind'].partition(', training')[0]}: {parts}")
    return f"Parts of limetheory's work by themselves, ms of processor time — {'; '.join(said)}."


def _milliseconds(seconds: Any) -> str:
    return f"{1000 * statistics.median(seconds):.1f}"


def _columns(rows: Sequence[Row]) -> int:
    return int(next(row["parts"] for row in rows if "training_rows" in row))
