"""The entry point of the command line: it runs a command and reports an error in one line."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import typer

from limetheory.cli.audit import audit
from limetheory.cli.doctor import doctor
from limetheory.cli.experiment import experiment
from limetheory.cli.explain import explain
from limetheory.cli.explain_many import explain_many
from limetheory.cli.pick import pick
from limetheory.cli.plan import plan
from limetheory.cli.shown import shown
from limetheory.cli.verify import verify
from limetheory.given import given

BAD_INPUT = 2
"""The exit code for bad input, as is the convention of Unix for wrong use of a command."""

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 plus the number 2 of the signal, as is the convention of shells."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="What LIME explanations converge to, and how precisely an estimate of that limit is known.",
)


def _announced(command: Callable[..., int]) -> Callable[..., int]:
    """The command, which reports Ctrl-C itself, because typer would end without a message."""

    @functools.wraps(command)
    def run_command(*args: object, **options: object) -> int:
        try:
            return command(*args, **options)
        except KeyboardInterrupt as interrupt:
            print(f"limetheory: {str(interrupt) or 'interrupted'}", file=sys.stderr)
            return INTERRUPTED

    return run_command


app.command()(_announced(verify))
app.command()(_announced(explain))
app.command()(_announced(explain_many))
app.command()(_announced(pick))
app.command()(_announced(plan))
app.command()(_announced(audit))
app.command()(_announced(doctor))
app.command(context_settings={"allow_extra_args": True, "allow_interspersed_args": False})(_announced(experiment))


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        from importlib.metadata import version as installed

        print(installed("limetheory"))
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; without arguments it prints the help."""
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _say
            code = app(args=list(arguments) or ["--help"], standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (ValueError, TypeError, OSError, ImportError) as error:
        return _refuse(error)
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of click, whichever copy typer uses
            return _refuse(error.format_message() + _wrong_value(error, arguments))
        raise


def _wrong_value(error: Any, arguments: Sequence[str]) -> str:
    """What was given to the option that click refuses, and what to do; nothing where it was not given at all."""
    for name in getattr(getattr(error, "param", None), "opts", ()):
        for place, word in enumerate(arguments):
            option, _, value = word.partition("=")
            value = value or "".join(arguments[place + 1 : place + 2])
            if option == name and value:
                return f", got {given(value)}; limetheory {arguments[0]} --help says what {name} takes"
    return ""


def _refuse(reason: object) -> int:
    _say(reason)
    return BAD_INPUT


def _say(message: object, *where: Any, **more: Any) -> None:
    """Print a message on one line of stderr, without the file and line number that Python adds to a warning."""
    print(f"limetheory: {shown(' '.join(str(message).split()))}", file=sys.stderr)
