"""The summary of the saved rounds for the documentation."""

from __future__ import annotations

import statistics
from itertools import pairwise
from typing import Any

from experiments.cost.report import quartiles
from experiments.speed.ways import LADDER, LIME, MALLOC, MASKING, as_callable

STEPS = "steps.jsonl"
"""The name of the file of steps, which is beside the rows."""


def summary(rows: list[dict[str, Any]], steps: list[dict[str, Any]]) -> str:
    """A line for each table with evaluations, seconds and the ratio in each round; then the share of each step."""
    lines = [
        f"To the accuracy that lime {rows[0]['versions']['lime']} has after {rows[0]['lime_n']:,} evaluations, on the "
        f"same photograph, superpixels and network, which each of both loads in its own way ({rows[0]['threads']} "
        "threads each; medians, of the ratios of pairs with quartiles):",
        "",
        "| set function | superpixels | method | lime: seconds | limetheory: evaluations | seconds | times shorter |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    for place in dict.fromkeys(map(_place, rows)):
        own = [row for row in rows if _place(row) == place]
        lime, ours = (statistics.median(row[name] for row in own) for name in ("lime", "own"))
        ratio = quartiles([row["lime"] / row["own"] for row in own], 0)
        lines.append(f"| {' | '.join([*map(str, place), f'{lime:.1f}', str(own[0]['n']), f'{ours:.2f}', ratio])} |")
    lines += ["", f"{len(rows)} pairs; {_load(rows)}."]
    return "\n".join([*lines, *(["", _steps(steps)] if steps else [])])


def _steps(rows: list[dict[str, Any]]) -> str:
    """The steps from lime to each method, one change after the other, and both with the same callable and malloc."""
    first = rows[0]
    lines = [
        f"Where this comes from, on {first['table']} with {first['superpixels']} superpixels ({len(rows)} rounds, "
        f"{first['threads']} threads, {_load(rows)}; medians, of the ratios with quartiles). Each line has the changes "
        f"of the lines above it; the methods follow the masking, in place of lime's {first['lime_n']:,} evaluations:",
        "",
        "| | seconds | times shorter than the step before | times shorter than lime |",
        "|---|---:|---:|---:|",
    ]
    for method, n in first["evaluations"].items():
        ladder = [*LADDER, method] if method == next(iter(first["evaluations"])) else [MASKING, method]
        for before, way in pairwise(ladder):
            if way == MALLOC:
                lines.append(f"| {LIME} | {_seconds(rows, LIME)} | | |")
            name = f"`{method}` with {n} evaluations" if way == method else way
            lines.append(
                f"| {name} | {_seconds(rows, way)} | {_ratio(rows, before, way)} | {_ratio(rows, LIME, way)} |"
            )
    same = " and ".join(
        f"`{method}` {_ratio(rows, MALLOC, as_callable(method))} times" for method in first["evaluations"]
    )
    said = f"With the same callable and the same malloc for both, lime takes as long as {same}."
    return "\n".join([*lines, "", said])


def _seconds(rows: list[dict[str, Any]], way: str) -> str:
    return f"{statistics.median(row['seconds'][way] for row in rows):.2f}"


def _ratio(rows: list[dict[str, Any]], before: str, way: str) -> str:
    return quartiles([row["seconds"][before] / row["seconds"][way] for row in rows])


def _load(rows: list[dict[str, Any]]) -> str:
    loads = [row["load"] for row in rows]
    return f"load of the machine {min(loads):.1f} to {max(loads):.1f} when they began"


def _place(row: dict[str, Any]) -> tuple[str, int, str]:
    return row["table"], row["superpixels"], row["method"]
