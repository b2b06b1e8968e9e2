"""What the saved rows say, for README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import limetheory as lt
from experiments.saved_rows import load
from limetheory.statistics import plan

ROWS = Path(__file__).with_name("rows.jsonl")
HALF_WIDTH = 0.05


def saved() -> list[dict[str, Any]]:
    """The saved rows, none if there is no file."""
    return load(ROWS)


def summary() -> str:
    """Evaluations by d and by argument, and how the simulated errors compare."""
    rows = saved()
    level, dimensions = rows[0]["level"], sorted({row["superpixels"] for row in rows})
    lines = [
        f"Evaluations for ±{HALF_WIDTH:g} on each coefficient at level {level:g}, for an output in [0, 1] "
        f"(`limetheory plan`, ν = {rows[0]['bandwidth']:g}):",
        "",
        "| superpixels | central limit theorem, worst output | guaranteed, unbiased mean | guaranteed, weighted least "
        "squares |",
        "|---:|---:|---:|---:|",
    ]
    for d in dimensions:
        answer = plan(lt.ImageDesign(d), HALF_WIDTH, level, bounds=(0.0, 1.0))
        assert answer.unbiased is not None and answer.wls is not None
        lines.append(f"| {d} | {answer.clt.n:,} | {answer.unbiased.n:,} | {answer.wls.n:,} |")
    return "\n".join([*lines, "", _comparison(rows)])


def _comparison(rows: list[dict[str, Any]]) -> str:
    clt = [row["simulated"]["least squares"] / row["central limit theorem"] for row in rows]
    ratios = {kind: [row["guaranteed"][kind] / row["simulated"][kind] for row in rows if row["guaranteed"][kind]]
              for kind in ("least squares", "unbiased")}  # fmt: skip
    return (
        f"Over {len(rows)} simulations (4 set functions, d = {rows[0]['superpixels']}…{rows[-1]['superpixels']}, "
        f"n = {min(row['n'] for row in rows)}…{max(row['n'] for row in rows)}, {rows[0]['repetitions']} repetitions "
        f"each) the error at that level was {min(clt):.2f} to {max(clt):.2f} times the central limit theorem's from a "
        f"pilot, and the guarantees were {min(ratios['unbiased']):.1f} to {max(ratios['unbiased']):.1f} (unbiased) and "
        f"{min(ratios['least squares']):.1f} to {max(ratios['least squares']):.0f} (least squares) times the error."
    )
