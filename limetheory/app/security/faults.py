"""What the server prints of a request that it could not answer: one line, in which nothing steers a terminal."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from limetheory.checked_files import one_line
from limetheory.shown_text import shown

_PLACES = 3  # of the code, the innermost ones; a convention
_LONGEST = 600  # characters of a line; a convention
_SAID = "This did not work. Load the page anew, then try again."


class Server(Flask):
    """A Flask server that prints one line of an error that nobody expected, where Flask prints some forty."""

    def log_exception(self, exc_info: Any) -> None:
        """Print the request, the error, and the places of the code where it arose."""
        print(fault(f"{request.method} {request.path}", exc_info[1]), file=sys.stderr, flush=True)


def answer_faults(server: Flask) -> None:
    """Answer such a request in words of this page."""
    server.register_error_handler(500, lambda error: Response(f"{_SAID}\n", 500, mimetype="text/plain"))


def fault(asked: str, error: BaseException) -> str:
    r"""The line for the log.

    Args:
        asked: the method and the path of the request.
        error: which arose.

    >>> fault("GET /\x1b[2J", ValueError("two\nlines"))
    'limetheory: GET /\\x1b[2J was not answered: ValueError: two lines'
    """
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    places = " < ".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in reversed(frames))
    line = f"{asked[:200]} was not answered: {type(error).__name__}: {one_line(error)}{places and f' ({places})'}"
    return f"limetheory: {shown(line)[:_LONGEST]}"
