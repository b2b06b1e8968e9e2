"""`limetheory plan`: how many evaluations are needed for intervals of a given width."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limetheory.arguments import integer, real
from limetheory.cli.explain_outputs import print_json, write_json
from limetheory.cli.output import JSON_HELP, STANDARD_OUTPUT, printed_beside, writable_file
from limetheory.cli.words import in_words
from limetheory.explaining.pilot import Pilot, read_pilot

if TYPE_CHECKING:
    from limetheory.statistics import Plan, Requirement

DEFAULT_BANDWIDTH = 0.25
"""The bandwidth of lime 0.2.0.1 for images."""

PROBABILITY = (0.0, 1.0)
"""The range of an output of which nothing else is known."""

WITHOUT_RANGE = "bounds, which logits do not have: add --range LO HI if you know them"
"""What a guarantee assumes where the output has no range."""

MOST_SUPERPIXELS = 1_000_000
"""The largest number of superpixels that is accepted; a convention, above that of any image in use."""
ROWS = {
    "clt": "central limit theorem",
    "unbiased": "guaranteed, unbiased",
    "wls": "guaranteed, least squares",
}
"""The title of each requirement in the printed table."""

_ROOM = 22  # columns that assumptions need beside the numbers, the longest words with a margin; a convention
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
        str | None,
        typer.Option(
            "--range",
            metavar="LOW,HIGH",
            help="The least and the greatest value of the output, such as 0,1; if left out those of the pilot, "
            "or 0 and 1.",
        ),
    ] = None,
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
    json_file: Annotated[Path | None, typer.Option("--json", help=JSON_HELP)] = None,
) -> int:
    """Print how many evaluations are needed for intervals of a given half-width at a given level."""
    from limetheory.designs import ImageDesign
    from limetheory.statistics import plan as planned

    to_stdout = json_file == STANDARD_OUTPUT
    writable_file(None if to_stdout else json_file, [pilot], ".json")
    if seconds_per_evaluation is not None:
        real("seconds-per-evaluation", seconds_per_evaluation, above=0)
    first = None if pilot is None else read_pilot(pilot)
    ends = None if value_range is None else _ends(value_range)
    d, nu = _superpixels(superpixels, first), _bandwidth(bandwidth, first)
    bounds = ends or (first.bounds if first else PROBABILITY)
    answer = planned(
        ImageDesign(d, nu), half_width, level, pilot=first.explanation if first else None, bounds=bounds, spread=spread,
        simultaneous=simultaneous, random=first is not None and first.random,
    )  # fmt: skip
    question = {"bandwidth": nu if math.isfinite(nu) else "inf", "range": bounds and list(bounds), "spread": spread}
    record = {**question, **plan_record(answer, seconds_per_evaluation), "simultaneous": simultaneous}
    try:
        with printed_beside(json_file):
            _print(answer, nu, seconds_per_evaluation, simultaneous)
    finally:  # where nobody reads the table, or its disk is full, the file is wanted all the same
        print_json(record) if to_stdout else write_json(json_file, record)
    return 0


def _ends(text: str) -> tuple[float, float]:
    """The two numbers of --range."""
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        raise ValueError(f"--range must be two numbers with a comma between, got {text!r}; write --range 0,1") from None
    return low, high


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
    """The plan as JSON holds it."""
    everything = answer.everything if answer.d <= 1000 and not answer.random else None
    needed = {name: _requirement(getattr(answer, name), seconds) for name in ROWS}
    asked = {"superpixels": answer.d, "half_width": answer.half_width, "level": answer.level, "exact": answer.exact}
    return {**asked, "evaluations": needed, "all_masks": everything}


def _requirement(needed: Requirement | None, seconds: float | None) -> dict[str, Any]:
    """One requirement; its number is null above 1e300, and of a guarantee that the output's range is missing for."""
    known = needed is not None and math.isfinite(needed.n)
    n, assumes = needed.n if needed is not None and known else None, needed.assumes if needed else WITHOUT_RANGE
    time = {} if seconds is None else {"seconds": None if n is None else n * seconds}
    return {"n": n, "assumes": assumes, **time}


def _print(answer: Plan, bandwidth: float, seconds: float | None, simultaneous: bool) -> None:
    from rich.console import Console

    console = Console()
    which = "all coefficients at once" if simultaneous else "each coefficient"
    title = f"{answer.d} superpixels, ν = {bandwidth:g}: {which} within ±{answer.half_width:g} at level "
    console.print(f"{title}{answer.level:g}", highlight=False)
    if answer.exact:
        console.print("The pilot is already exact: it has every mask, so that no more evaluations are needed.")
        return
    _print_table(console, answer, seconds)
    masks = answer.everything
    cheaper = [title for name, title in ROWS.items() if _needed(answer, name) >= masks]
    if cheaper and not answer.random:
        console.print(f"All {masks} masks are no more than: {'; '.join(cheaper)}.", highlight=False)


def _needed(answer: Plan, name: str) -> float:
    """The number of one requirement; 0 where it is not known."""
    requirement: Requirement | None = getattr(answer, name)
    return requirement.n if requirement else 0


def _print_table(console: Any, answer: Plan, seconds: float | None) -> None:
    """The numbers with what they assume beside them, or below them where the terminal is too narrow for that."""
    from rich.measure import Measurement

    numbers = _table(answer, seconds, beside=False)
    room = console.width - Measurement.get(console, console.options, numbers).maximum
    if room >= _ROOM:
        console.print(_table(answer, seconds, beside=True))
        return
    console.print(numbers)
    for title, *_, assumes in _rows(answer, seconds):
        console.print(f"{title} assumes: {assumes}", highlight=False)


def _table(answer: Plan, seconds: float | None, beside: bool) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("", justify="left")
    for heading in ("evaluations", *(["time"] if seconds else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    if beside:
        table.add_column("assumes", overflow="fold")
    for row in _rows(answer, seconds):
        table.add_row(*(row if beside else row[:-1]))
    return table


def _rows(answer: Plan, seconds: float | None) -> list[list[str]]:
    """Title, number, time if it is known, and assumptions of each requirement and of all masks."""
    rows = [[title, *_cells(getattr(answer, name), seconds)] for name, title in ROWS.items()]
    if not answer.random:
        every = _times(answer.everything, seconds)
        rows.append(["all masks", f"2^{answer.d}", *every, "nothing; no sampling error"])
    return rows


def _cells(requirement: Requirement | None, seconds: float | None) -> list[str]:
    if requirement is None:
        return ["unknown", *([""] if seconds else []), WITHOUT_RANGE]
    return [_number(requirement.n), *_times(requirement.n, seconds), in_words(requirement.assumes)]


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
