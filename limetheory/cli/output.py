"""Checks that output files can be written, made before any long work starts."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryFile

from limetheory.given import given

_FORMATS = (".csv", ".html", ".json", ".npz", ".parquet", ".pdf", ".png", ".svg")
"""The endings of the files that limetheory and its neighbours write, by which a reader knows what is in them."""


STANDARD_OUTPUT = Path("-")
"""The name that stands for standard output."""

JSON_HELP = (
    "Write every number to this file; missing folders are made; - is standard output, and what is printed goes to "
    "standard error."
)
"""Of an option that writes JSON."""


@contextmanager
def printed_beside(path: Path | None) -> Iterator[None]:
    """Print to standard error inside of the ``with`` block where standard output is for the file of that path."""
    if path != STANDARD_OUTPUT:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def writable_file(path: Path | None, others: Sequence[Path | None] = (), ending: str | None = None) -> None:
    """Refuse a path that cannot be written as a file, or that is one of the ``others``, which have their own use.

    With the ending of a format, the ending of another one is refused, too.
    """
    if path is None:
        return
    _refuse_name(path)
    if any(other is not None and os.path.realpath(path) == os.path.realpath(other) for other in others):
        raise ValueError(f"an output must have a file of its own, got {path} twice; choose another name")
    if ending is not None and path.suffix.lower() in _FORMATS and path.suffix.lower() != ending:
        raise ValueError(f"this output's name must end in {ending}, got {path}; write {path.with_suffix(ending)}")
    if path.is_dir():
        raise ValueError(f"an output must be a file, got the directory {path}; add a file name")
    if not path.exists() or path.is_file():
        writable_directory(path.parent)
    if path.exists() and not os.access(path, os.W_OK):
        raise ValueError(f"an output file must be writable, got {path}; change its permissions or the name")


def _refuse_name(path: Path) -> None:
    """Refuse a name that no disk takes, and a link that leads to itself."""
    try:
        os.stat(path)
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise ValueError(
                f"an output's name must lead to a file, got {given(path)} ({error.strerror}); choose another"
            ) from None


def writable_directory(path: Path) -> None:
    """Create a directory if it is missing, and refuse it if no file can be written in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path):  # of a name that nobody can know before, or of none
            pass
    except OSError as error:
        raise ValueError(
            f"the output directory must be writable, got {path} ({error.strerror}); choose another"
        ) from None
