"""The files that `limetheory explain` writes, for every kind of input, and the warnings that it repeats."""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.explanation import Explanation
from limetheory.explanation.headings import interval_name
from limetheory.explanation.page import page
from limetheory.explanation.table import html
from limetheory.shown_numbers import ends, signed
from limetheory.written_files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 120
"""Dots per inch of a figure that is saved as pixels; a convention."""
SHOWN = 10
"""How many coefficients a table has, those of largest absolute value; a convention."""


def write_json(path: Path | None, record: dict[str, Any]) -> None:
    """Write a record, if a file is asked for."""
    if path is not None:
        write_whole(path, json.dumps(record, indent=1, allow_nan=False).encode())


def print_json(record: dict[str, Any]) -> None:
    """Write a record to standard output."""
    print(json.dumps(record, indent=1, allow_nan=False))


def write_page(path: Path, title: str, body: str) -> None:
    """Write a page."""
    write_whole(path, page(title, body).encode())


def write_figure(path: Path | None, figure: Figure | None) -> None:
    """Write a figure in the format of the file's name, if a file is asked for."""
    if path is not None and figure is not None:
        write_whole(path, _picture(figure, path.suffix[1:].lower()))


def png(figure: Figure) -> bytes:
    """A figure as a picture for a page."""
    return _picture(figure, "png")


def _picture(figure: Figure, kind: str) -> bytes:
    file = io.BytesIO()
    with any_letters():
        figure.savefig(file, format=kind, dpi=DPI)
    return file.getvalue()


@contextmanager
def any_letters() -> Iterator[None]:
    """Without matplotlib's warnings of letters, in the name of a file, say, that its font lacks."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        yield


@contextmanager
def repeated() -> Iterator[list[warnings.WarningMessage]]:
    """Keep warnings for the record, and say them when the work is done."""
    with warnings.catch_warnings(record=True) as said:
        yield said
    for one in said:
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def say_interrupted(interrupted: str | None) -> int:
    """Say on stderr how far it got; the exit code that follows."""
    if interrupted:
        print(f"limetheory: {interrupted}", file=sys.stderr)
    return 130 if interrupted else 0


def largest(found: Explanation) -> np.ndarray:
    """The parts of the largest coefficients, from the largest."""
    order: np.ndarray = np.argsort(-np.abs(found.coefficients))[:SHOWN]
    return order


def table_html(found: Explanation, level: float, part: str) -> str:
    """The largest coefficients as a table of a page."""
    reach, names = found.asked_interval(level), found.names or ()
    rows = [[names[j], signed(found.coefficients[j]), ends(*reach[j])] for j in largest(found)]
    caption = f"largest {len(rows)} of {found.d} coefficients, {found.n_evaluations} evaluations"
    return html(caption, (part, "coefficient", interval_name(found.stopping, level)), rows)
