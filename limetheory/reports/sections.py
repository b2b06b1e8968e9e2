"""The sections of a report, the same for every format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from limetheory.estimation.methods.few_masks import with_part_names
from limetheory.images.units import UNITS
from limetheory.reports.content import Report, ReportedChange
from limetheory.reports.pictures import bars, heat_map, photograph
from limetheory.reports.rows import (
    MOST_ROWS,
    coefficient_rows,
    edit_rows,
    made_rows,
    prediction_rows,
    region_rows,
    text,
)
from limetheory.reports.shared import without_folders


@dataclass(frozen=True)
class Picture:
    """A picture: its bytes, "png" or "jpeg", and what it shows."""

    content: bytes
    kind: str
    caption: str


@dataclass(frozen=True)
class Table:
    """A table; its cells are text that is safe to show."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A heading, and below it paragraphs, pictures and tables."""

    heading: str
    parts: Sequence[str | Picture | Table]


ATTACHED = "answer.json"
"""The name of the document in a report."""


def title(report: Report) -> str:
    """The photograph and the class explained."""
    record = report.record
    return f"{text(record.get('image'))}: {text(record.get('target_name'))}"


def attached(report: Report) -> bytes:
    """The document, as a file."""
    return json.dumps(without_folders(report.document), indent=1, allow_nan=False).encode()


def sections(report: Report) -> list[Section]:
    """What a report shows, in its order; a section of which nothing is known is left out."""
    found = [
        Section("Explanation", list(_explanation(report))), Section("Coefficients", list(_coefficients(report))),
        Section("Regions", list(_regions(report))), Section("Edits", list(_edits(report))),
        Section("What the edits change", list(_change(report, report.change))),
        Section("Warnings", _warnings(report)),
        Section("How it was made", [Table(("", ""), made_rows(report))]), Section("To repeat it", [_repeat(report)]),
    ]  # fmt: skip
    return [one for one in found if one.parts]


def _warnings(report: Report) -> list[str]:
    """What the program warned of, with superpixels as the table calls them."""
    known = report.found.names or [str(j) for j in range(report.found.d)]
    names = [f"superpixel {one}" if one.isdecimal() else one for one in known]
    return [text(with_part_names(str(one), names)) for one in report.record.get("warnings", [])]


def _explanation(report: Report) -> Iterator[str | Picture]:
    record, found = report.record, report.found
    unit = UNITS.get(str(record.get("output")), "output")
    what = f"{text(record.get('target_name'))} (class {found.target})"
    output = f"The network {text(record.get('model'))} says {what} with {unit} {found.outputs[found.target]:.4g}."
    meaning = f"A coefficient says how much the {unit} changes with a superpixel; {found.n_evaluations} evaluations."
    yield f"{output} {meaning}"
    yield Picture(photograph(report.pixels), "jpeg", "the photograph")
    yield Picture(heat_map(found, report.pixels), "png", "coefficient of each superpixel, the largest numbered")
    yield Picture(bars(found, report.intervals_at), "png", "the largest coefficients with their intervals")


def _coefficients(report: Report) -> Iterator[str | Table]:
    found, level = report.found, f"{100 * report.intervals_at:g} %"
    rows = coefficient_rows(found, report.intervals_at)
    together = " of all coefficients at once" if found.stopping is not None else ""
    yield f"Intervals have level {level}{together}; “yes” marks those that do not contain 0."
    yield Table(("superpixel", "coefficient", f"{level} interval", "without 0"), rows)
    if found.d > MOST_ROWS:
        yield f"The largest {MOST_ROWS} of {found.d}; {ATTACHED} has all."


def _regions(report: Report) -> Iterator[Table]:
    if report.regions:
        headings = ("region", "superpixels", "share of pixels", "coefficient", "interval")
        yield Table(headings, region_rows(report.regions))


def _edits(report: Report) -> Iterator[Table]:
    if report.edits:
        yield Table(("", "edit", "region", "parameters", ""), edit_rows(report.edits))


def _change(report: Report, change: ReportedChange | None) -> Iterator[str | Picture | Table]:
    if change is None:
        return
    if change.after is not None:
        yield Picture(photograph(change.after), "jpeg", "the edited photograph")
    if change.predictions:
        yield Table(("class", "before", "after", "difference"), prediction_rows(change.predictions))
    if change.difference is not None:
        level = report.intervals_at
        yield "Coefficients after the edits less those before, from the same masks."
        headings = ("superpixel", "difference", f"{100 * level:g} % interval", "without 0")
        yield Table(headings, coefficient_rows(change.difference, level))


def _repeat(report: Report) -> str:
    return (
        f"The file {ATTACHED} is part of this report and has the label map, every option and every number. "
        f"limetheory explain PHOTOGRAPH --from {ATTACHED} gives the same coefficients; it checks by the SHA-256 above "
        "that the photograph is the same."
    )
