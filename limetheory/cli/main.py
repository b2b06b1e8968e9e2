"""The entry point of the command line: it runs a command and reports an error in one line."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from limetheory.cli.commands import INTERRUPTED, Ended, command_line
from limetheory.cli.encodable import always_encodable
from limetheory.cli.printed import dropped, flushed, unprinted
from limetheory.cli.shown import shown
from limetheory.cli.termination import ended_as_by_ctrl_c, interrupt_behind
from limetheory.cli.words import in_words, pairs_joined
from limetheory.given import given
from limetheory.want_of_memory import out_of_memory, too_little_memory

BAD_INPUT = 2
"""The exit code for bad input, as is the convention of Unix for wrong use of a command."""

UNREAD = 1
"""The exit code where nobody reads what is printed, as typer has it."""

LONGEST, _END = 4000, 500
"""Characters of a line of stderr, and those of its end that stay; conventions."""

ABOUT = "What LIME explanations converge to, and how precisely an estimate of that limit is known."
"""What the help begins with."""


def app(args: Sequence[str], standalone_mode: bool = True) -> Any:
    """Run the command that the arguments name; see `limetheory.cli.commands.COMMANDS`."""
    asked = next((one for one in args if not one.startswith("-")), None)
    return command_line(asked, ABOUT)(args=list(args), standalone_mode=standalone_mode, prog_name="limetheory")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; without arguments it prints the help."""
    always_encodable(sys.stdout, sys.stderr)
    try:
        with warnings.catch_warnings(), ended_as_by_ctrl_c():
            warnings.showwarning = _say
            ended = app(args=pairs_joined(arguments) or ["--help"], standalone_mode=False)
            flushed()
    except BaseException as error:
        said = interrupt_behind(error)
        return _reported(error, arguments) if said is None else _interrupted(said)
    if isinstance(ended, Ended):
        return ended.code
    if ended == INTERRUPTED:  # what typer makes of Ctrl-C before a command begins
        return _interrupted()
    return ended if isinstance(ended, int) else 0


def _interrupted(said: str = "") -> int:
    _say(said or "interrupted")
    return INTERRUPTED


def _reported(error: BaseException, arguments: Sequence[str]) -> int:
    """The exit code after an error that is reported in one line; any other is raised again."""
    if out_of_memory(error) and not isinstance(error, (ValueError, TypeError)):
        return _refuse(too_little_memory(error))
    try:
        raise error
    except BrokenPipeError:  # nobody reads on, which is no error of anyone's
        dropped()
        return UNREAD
    except OSError as failed:
        return _refuse(unprinted(failed) or failed)
    except (ValueError, TypeError, ImportError):
        return _refuse(error)
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of click, whichever copy typer uses
            return _refuse(error.format_message() + _wrong_value(error, arguments) + _file_like_an_option(arguments))
        raise


def _wrong_value(error: Any, arguments: Sequence[str]) -> str:
    """What was given to the option that click refuses, and what to do; nothing where it was not given at all."""
    for name in getattr(getattr(error, "param", None), "opts", ()):
        for place, word in reversed(list(enumerate(arguments))):  # click takes the last of several
            option, _, value = word.partition("=")
            value = value or "".join(arguments[place + 1 : place + 2])
            if option == name and value:
                return f", got {given(value)}; limetheory {arguments[0]} --help says what {name} takes"
    return ""


def _file_like_an_option(arguments: Sequence[str]) -> str:
    """What to write for a file whose name begins as an option does; nothing where there is none among the arguments."""
    files = (word for word in arguments if word.startswith("-") and Path(word).is_file())
    return next((f", got the file {word}; write ./{word}" for word in files), "")


def _refuse(reason: object) -> int:
    _say(reason)
    return BAD_INPUT


def _say(message: object, *where: Any, **more: Any) -> None:
    """Print a message on one line of stderr, without the file and line number that Python adds to a warning."""
    print(f"limetheory: {_cut(shown(in_words(' '.join(str(message).split()))))}", file=sys.stderr)


def _cut(line: str) -> str:
    """A line without its middle where it is very long, so that its remedy stays."""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - _END]} … {line[-_END:]}"
