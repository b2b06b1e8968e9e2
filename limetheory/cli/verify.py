"""`limetheory verify`: run the checks, print a table of them and write the report."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limetheory.cli.output import writable_directory
from limetheory.cli.printed import Printing

if TYPE_CHECKING:
    from rich.table import Table

    from limetheory.verification import Section

CHECK_FAILED = 1
"""The exit code if a check failed."""

_STYLES = {"pass": "green", "FAIL": "bold red", "reported": "dim"}


def verify(
    quick: Annotated[bool, typer.Option("--quick", help="Use one network, two photographs and 2^11 masks.")] = False,
    out: Annotated[Path, typer.Option(help="The directory of the report; it is made if it is missing.")] = Path(
        "verify-report"
    ),
) -> int:
    """Check the theory: on digits, on real networks with photographs, and as the bandwidth grows."""
    from rich.console import Console

    from limetheory.verification import WORKLOADS
    from limetheory.verification import verify as sections_of
    from limetheory.verification.report import write_interrupted, write_report

    writable_directory(out)
    console, printing, workload, finished = Console(), Printing(), WORKLOADS["quick" if quick else "full"], []

    def say(text: str) -> None:
        printing(lambda: console.print(text, soft_wrap=True, highlight=False))

    settings = {"plan": "quick" if quick else "full", **asdict(workload)}
    try:
        for section in sections_of(workload, out, lambda text: say(f"… {text}")):
            finished.append(section)
    except KeyboardInterrupt:
        page = write_interrupted(finished, settings, out)
        say(
            f"Interrupted: {len(finished)} finished sections are in {page}, and the network's values so far in "
            f"{out / 'tables'}; the same command continues from there."
        )
        raise
    page = write_report(finished, settings, out)
    checks = [check for section in finished for check in section.checks if check.judged]
    printing(lambda: console.print(_table(finished)))
    failed = sum(not check.passed for check in checks)
    say(f"{len(checks) - failed} of {len(checks)} checks passed. Report: {page}")
    printing.ended()
    return CHECK_FAILED if failed else 0


def _table(sections: list[Section]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("check", overflow="fold")
    table.add_column("value", justify="right")
    table.add_column("must be")
    table.add_column("")
    for section in sections:
        table.add_row(f"[bold]{section.title}[/bold]")
        for check in section.checks:
            style = _STYLES[check.verdict]
            table.add_row(f"  {check.name}", f"{check.value:.4g}", check.rule, f"[{style}]{check.verdict}[/{style}]")
    return table
