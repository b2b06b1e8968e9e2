"""Entry point: commands, and errors in one line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from limetheory.cli.explain import explain
from limetheory.cli.verify import verify

BAD_INPUT = 2
INTERRUPTED = 130

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="What a LIME explanation converges to, whether one is right, and how sure you can be of it.",
)
app.command()(verify)
app.command()(explain)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        code = app(args=None if arguments is None else list(arguments), standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (ValueError, TypeError, OSError, ImportError) as error:
        return _refuse(error)
    except (KeyboardInterrupt, typer.Abort):
        print("limetheory: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of click, whichever copy typer uses
            return _refuse(error.format_message())
        raise


def _refuse(reason: object) -> int:
    print(f"limetheory: {' '.join(str(reason).split())}", file=sys.stderr)
    return BAD_INPUT
