"""The commands by name: where each is, and what it does, so that their list needs none of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import typer

from limetheory.cli.termination import Interruption

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 plus the number 2 of the signal, as is the convention of shells."""


@dataclass(frozen=True)
class Ended:
    """That a command came to its end, with its exit code."""

    code: int


@dataclass(frozen=True)
class Command:
    """One row of `COMMANDS`.

    Attributes:
        place: "package.module:function".
        summary: the first paragraph of the function's docstring.
        settings: of click.
    """

    place: str
    summary: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def loaded(self) -> Callable[..., int]:
        """The function."""
        module, _, name = self.place.partition(":")
        found: Callable[..., int] = getattr(import_module(module), name)
        return found


COMMANDS = {
    "verify": Command(
        "limetheory.cli.verify:verify",
        "Check the theory: on digits, on real networks with photographs, and as the bandwidth grows.",
    ),
    "explain": Command(
        "limetheory.cli.explain:explain",
        "Explain by LIME, with intervals, what a model says of a photograph, a text or a table's row, class by class.",
    ),
    "explain-many": Command(
        "limetheory.cli.explain_many:explain_many",
        "Explain many photographs, texts or rows, and write a Parquet file; a run that was stopped continues.",
    ),
    "pick": Command(
        "limetheory.cli.pick:pick",
        "Pick the instances whose explanations together cover the most importance (SP-LIME).",
    ),
    "plan": Command(
        "limetheory.cli.plan:plan",
        "Print how many evaluations are needed for intervals of a given half-width at a given level.",
    ),
    "classes": Command(
        "limetheory.cli.classes:classes",
        "List the classes of a network, or those that a word or an index may mean, by index and name.",
    ),
    "app": Command(
        "limetheory.cli.app:app",
        "Explain photographs, texts and rows in the browser: nothing leaves this machine, and no internet is needed.",
    ),
    "audit": Command(
        "limetheory.cli.audit:audit",
        "Check whether installed libraries converge to their limits, and say what they converge to if they do not.",
    ),
    "doctor": Command(
        "limetheory.cli.doctor:doctor",
        "Print which methods, segmenters, edits, networks and devices can be used, and how to get a SAM checkpoint.",
    ),
    "experiment": Command(
        "limetheory.cli.experiment:experiment",
        "List the experiments, run one, or show the results that it saved. Options after the name go to the "
        "experiment.",
        {"allow_extra_args": True, "allow_interspersed_args": False},
    ),
}
"""The commands in the order of the help."""


def command_line(asked: str | None, help_text: str) -> typer.Typer:
    """The command line, which loads the command that is asked for alone; the others are in the help.

    Args:
        asked: its name; None of none.
        help_text: what the help begins with.
    """
    app = typer.Typer(add_completion=False, rich_markup_mode=None, help=help_text)
    app.callback(invoke_without_command=True)(_version)
    for name, command in COMMANDS.items():
        function: Callable[..., Any] = _announced(command.loaded()) if name == asked else _named(command.summary)
        app.command(name, context_settings=dict(command.settings))(function)
    return app


def _announced(command: Callable[..., int]) -> Callable[..., Ended]:
    """The command, whose Ctrl-C passes typer by, which would end without a message."""

    @functools.wraps(command)
    def run_command(*args: object, **options: object) -> Ended:
        try:
            return Ended(command(*args, **options))
        except KeyboardInterrupt as interrupt:
            raise Interruption(str(interrupt)) from interrupt

    return run_command


def _named(summary: str) -> Callable[[], int]:
    """What stands for a command that is not asked for."""

    def not_asked_for() -> int:
        raise RuntimeError("another command was asked for")

    not_asked_for.__doc__ = summary
    return not_asked_for


def _version(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        from importlib.metadata import version as installed

        print(installed("limetheory"))
        raise typer.Exit
