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
from limetheory.explanation.table import html

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 120
"""Dots per inch of a figure that is saved as pixels; a convention."""
SHOWN = 10
"""How many coefficients a table has, those of largest absolute value; a convention."""


def write_json(path: Path | None, record: dict[str, Any]) -> None:
    """Write a record, if a file is asked for."""
    if path is not None:
        path.write_text(json.dumps(record, indent=1, allow_nan=False), encoding="utf-8")


def write_figure(path: Path | None, figure: Figure | None) -> None:
    """Write a figure, if a file is asked for."""
    if path is not None and figure is not None:
        with any_letters():
            figure.savefig(path, dpi=DPI)


def png(figure: Figure) -> bytes:
    """A figure as a picture for a page."""
    file = io.BytesIO()
    with any_letters():
        figure.savefig(file, format="png", dpi=DPI)
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
    ends, names = found.asked_interval(level), found.names or ()
    rows = [
        [names[j], f"{found.coefficients[j]:+.4g}", f"{ends[j, 0]:+.4g} … {ends[j, 1]:+.4g}"] for j in largest(found)
    ]
    caption = f"largest {len(rows)} of {found.d} coefficients, {found.n_evaluations} evaluations"
    return html(caption, (part, "coefficient", f"{100 * level:g} % interval"), rows)
