"""`limetheory plan`: how many evaluations are needed for intervals of a given width."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limetheory.arguments import integer, real
from limetheory.cli.output import writable_file
from limetheory.explaining.pilot import Pilot, read_pilot

if TYPE_CHECKING:
    from limetheory.statistics import Plan

DEFAULT_BANDWIDTH = 0.25
"""The bandwidth of lime 0.2.0.1 for images."""

MOST_SUPERPIXELS = 1_000_000
"""The largest number of superpixels that is accepted; a convention, above that of any image in use."""
ROWS = {
    "clt": "central limit theorem",
    "unbiased": "guaranteed, unbiased",
    "wls": "guaranteed, least squares",
}
"""The title of each requirement in the printed table."""

_UNITS = ((60.0, "s"), (60.0, "min"), (24.0, "h"), (365.25, "d"), (math.inf, "years"))


def plan(
    superpixels: Annotated[
        int | None, typer.Option(help="The number of superpixels; that of the pilot if left out.")
    ] = None,
    half_width: Annotated[
        float, typer.Option(help="The half-width that the interval of each coefficient is to have.")
    ] = 0.05,
    level: Annotated[float, typer.Option(help="The level of the intervals, such as 0.95.")] = 0.95,
    bandwidth: Annotated[
        float | None,
        typer.Option(help="The bandwidth ν of the kernel, or inf; that of the pilot, or 0.25, if left out."),
    ] = None,
    value_range: Annotated[
        tuple[float, float], typer.Option("--range", help="The least and the greatest value of the output.")
    ] = (0.0, 1.0),
    spread: Annotated[
        float | None, typer.Option(help="A guess of the root mean square of the residuals, if you have one.")
    ] = None,
    pilot: Annotated[
        Path | None,
        typer.Option(help="A file that `limetheory explain --json` wrote, from which the variance is estimated."),
    ] = None,
    simultaneous: Annotated[
        bool,
        typer.Option(
            "--simultaneous", help="Plan by the central limit theorem for intervals that hold all coefficients at once."
        ),
    ] = False,
    seconds_per_evaluation: Annotated[
        float | None, typer.Option(help="The seconds that one evaluation takes; the table then has times.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write every number to this file; missing folders are made.")
    ] = None,
) -> int:
    """Print how many evaluations are needed for intervals of a given half-width at a given level."""
    from limetheory.designs import ImageDesign
    from limetheory.statistics import plan as planned

    writable_file(json_file, [pilot], ".json")
    if seconds_per_evaluation is not None:
        real("seconds-per-evaluation", seconds_per_evaluation, above=0)
    first = None if pilot is None else read_pilot(pilot)
    d, nu = _superpixels(superpixels, first), _bandwidth(bandwidth, first)
    answer = planned(
        ImageDesign(d, nu), half_width, level, pilot=first.explanation if first else None, bounds=value_range,
        spread=spread, simultaneous=simultaneous, random=first is not None and first.random,
    )  # fmt: skip
    question = {"bandwidth": nu if math.isfinite(nu) else "inf", "range": list(value_range), "spread": spread}
    record = {**question, **plan_record(answer, seconds_per_evaluation), "simultaneous": simultaneous}
    if json_file is not None:
        json_file.write_text(json.dumps(record, indent=1, allow_nan=False), encoding="utf-8")
    _print(answer, nu, seconds_per_evaluation)
    return 0


def _superpixels(asked: int | None, pilot: Pilot | None) -> int:
    if asked is None and pilot is None:
        raise ValueError("a plan needs --superpixels D or --pilot FILE, got neither; SLIC's default is 50")
    d = asked if asked is not None else pilot.explanation.d if pilot else 0
    integer("superpixels", d, 2, "with one superpixel F(1) − F(0) is the answer")
    if d > MOST_SUPERPIXELS:
        raise ValueError(f"superpixels must be at most {MOST_SUPERPIXELS}, got {d}; an image has no more")
    return d


def _bandwidth(asked: float | None, pilot: Pilot | None) -> float:
    if asked is not None and pilot is not None and asked != pilot.bandwidth:
        raise ValueError(f"bandwidth must be the pilot's {pilot.bandwidth:g}, got {asked:g}; leave it out")
    if asked is not None:
        return asked
    return pilot.bandwidth if pilot is not None else DEFAULT_BANDWIDTH


def plan_record(answer: Plan, seconds: float | None = None) -> dict[str, Any]:
    """The plan as JSON holds it; a number of masks above 1e300 is null."""
    everything = answer.everything if answer.d <= 1000 and not answer.random else None
    needed = {name: asdict(getattr(answer, name)) for name in ROWS}
    for requirement in needed.values():
        requirement["n"] = requirement["n"] if math.isfinite(requirement["n"]) else None
        if seconds is not None:
            requirement["seconds"] = None if requirement["n"] is None else requirement["n"] * seconds
    asked = {"superpixels": answer.d, "half_width": answer.half_width, "level": answer.level}
    return {**asked, "evaluations": needed, "all_masks": everything}


def _print(answer: Plan, bandwidth: float, seconds: float | None) -> None:
    from rich.console import Console
    from rich.table import Table

    console, table = Console(), Table(box=None, pad_edge=False)
    for heading in ("", "evaluations", *(["time"] if seconds else [])):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    table.add_column("assumes", overflow="fold")
    for name, title in ROWS.items():
        requirement = getattr(answer, name)
        table.add_row(title, _number(requirement.n), *_times(requirement.n, seconds), requirement.assumes)
    masks = answer.everything
    if not answer.random:
        table.add_row("all masks", f"2^{answer.d}", *_times(masks, seconds), "nothing; no sampling error")
    title = f"{answer.d} superpixels, ν = {bandwidth:g}: each coefficient within ±{answer.half_width:g} at level "
    console.print(f"{title}{answer.level:g}", highlight=False)
    console.print(table)
    cheaper = [title for name, title in ROWS.items() if getattr(answer, name).n >= masks]
    if cheaper and not answer.random:
        console.print(f"All {masks} masks are no more than: {'; '.join(cheaper)}.", highlight=False)


def _number(n: float) -> str:
    return "above 1e300" if math.isinf(n) else f"{n:,}" if n < 10**9 else f"{float(n):.2e}"


def _times(n: float, seconds: float | None) -> list[str]:
    """One cell with the time, in the largest unit in which it is at least 1; no cell if the seconds are not known."""
    if not seconds:
        return []
    time = float(n) * seconds if n < 10**300 else math.inf
    for size, unit in _UNITS:
        if time < size:
            return [f"{time:.3g} {unit}"]
        time /= size
    return ["for ever"]
