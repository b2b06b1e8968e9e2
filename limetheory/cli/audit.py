"""`limetheory audit`: what the installed LIME-like libraries converge to, beside what they should."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limetheory.arguments import choice
from limetheory.audit.table import LIBRARIES
from limetheory.cli.output import JSON_HELP, STANDARD_OUTPUT, writable_file
from limetheory.cli.printed import Printing
from limetheory.cli.shown import shown
from limetheory.written_files import each_written, write_whole

if TYPE_CHECKING:
    from rich.console import Console

    from limetheory.audit import Audited, Finding

FAILS = {"never": (), "unexplained": ("unexplained",), "deviation": ("unexplained", "explained")}
"""Which deviations make the exit code 1."""

_STYLES = {"holds": "green", "deviates": "bold red", "undecided": "yellow", "no answer": "yellow"}


def audit(
    libraries: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LIBRARY]…", help=f"{', '.join(LIBRARIES.own)}; all of them if none is named."),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(help="The interpreter of another environment that has the libraries; this one if left out."),
    ] = None,
    battery: Annotated[
        str,
        typer.Option(
            help="full (every function at d = 1 … 12 and 50), standard (the same d, two functions at each and "
            "five at the last), or small (d = 1, 2, 4)."
        ),
    ] = "standard",
    seconds: Annotated[float, typer.Option(help="How long each method may take.")] = 600.0,
    workers: Annotated[int, typer.Option(help="How many methods are asked at once.")] = 1,
    seed: Annotated[int, typer.Option(help="The seed of the set functions.")] = 0,
    fail_on: Annotated[
        str, typer.Option(help="End with the exit code 1 on any deviation, on unexplained ones, or never.")
    ] = "never",
    json_file: Annotated[Path | None, typer.Option("--json", help=JSON_HELP)] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page to this file, which needs no other; missing folders are made.")
    ] = None,
) -> int:
    """Check whether installed libraries converge to their limits, and say what they converge to if they do not."""
    from rich.console import Console

    from limetheory.audit.page import audit_page
    from limetheory.audit.report import audit_json, counted
    from limetheory.audit.run import each_audited

    choice("fail-on", fail_on, tuple(FAILS))
    to_stdout = json_file == STANDARD_OUTPUT
    writable_file(None if to_stdout else json_file, (), ".json")
    writable_file(html, [json_file], ".html")
    console = Console(highlight=False, stderr=to_stdout)
    printing, wanted = Printing(), json_file is not None or html is not None
    found = []
    for one in each_audited(libraries or None, battery, python, seconds, workers, seed):
        printing(partial(_print, console, one))
        if not wanted:
            printing.ended()
        found.append(one)
    printing(lambda: console.print(counted(found), soft_wrap=True))
    writes: list[Callable[[], None]] = []
    if json_file is not None:
        text = audit_json(found, {"battery": battery, "seed": seed})
        writes.append(partial(print, text) if to_stdout else partial(write_whole, json_file, f"{text}\n".encode()))
    if html is not None:
        writes.append(partial(write_whole, html, audit_page(found).encode()))
    each_written(writes)
    printing.ended()
    refuse_no_verdict(found, fail_on)
    return int(any(_fails(finding, fail_on) for one in found for finding in one.deviations))


def refuse_no_verdict(found: list[Audited], fail_on: str) -> None:
    """Refuse to end well where nothing was checked, as it was asked to fail on what the checks find.

    Raises:
        ValueError: no check of any method holds or deviates.
    """
    if fail_on == "never" or any(one.verdict in ("holds", "deviates") for audited in found for one in audited.findings):
        return
    raise ValueError(
        f"--fail-on {fail_on} needs a check that holds or deviates, got none; install the library, or see above why it "
        "gave no answer"
    )


def _fails(finding: Finding, fail_on: str) -> bool:
    return ("unexplained" if finding.explanation.startswith("unexplained") else "explained") in FAILS[fail_on]


def _print(console: Console, audited: Audited) -> None:
    """Print one method: a line for each check, below it the explanation of a deviation."""
    from rich.markup import escape
    from rich.table import Table

    title = f"[bold]{escape(shown(audited.library))}: {escape(shown(audited.name))}[/bold]"
    if not audited.installed:
        console.print(f"{title}  [dim]{escape(shown('; '.join(audited.notes)))}[/dim]", soft_wrap=True)
        return
    number = next((one for name, one in audited.versions.items() if name not in ("python", "numpy")), "")
    console.print(f"{title} {escape(number)}  [dim]{escape(shown(audited.method))}[/dim]", soft_wrap=True)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in audited.findings:
        style = _STYLES[one.verdict]
        table.add_row(f"  {one.check}", f"[{style}]{one.verdict}[/{style}]", escape(shown(one.says)))
        if one.explanation:
            table.add_row("", "", f"[italic]{escape(shown(one.explanation))}[/italic]")
    console.print(table)
    for note in audited.notes:
        console.print(f"  [yellow]{escape(shown(note))}[/yellow]", soft_wrap=True)
