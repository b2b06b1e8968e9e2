"""`EXPORTS`: what a browser may save takes one function and one row here."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from limetheory.app.context import Context
from limetheory.app.exports.answers import answers_csv, answers_json
from limetheory.app.exports.parts import edited_photo
from limetheory.app.exports.reported import document_of, finished_answer, report_of
from limetheory.app.inputs import table, text
from limetheory.app.inputs.kind import InputKind
from limetheory.app.saved.writing import saved_session
from limetheory.app.sessions.session import Session
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.reports import html_report, label_map_png, pdf_report


@dataclass(frozen=True)
class Export:
    """A file that a browser may save.

    Attributes:
        ending: of the file's name, behind that of the photograph; the address on the page ends in it.
        title: as the page says.
        kind: its media type.
        made: (context, session) → its bytes; raises `Refused` where there is nothing to save.
        hint: what it is good for.
        needs: what it is about: "answer", "edits" or "photo", or the tab "text" or "table".
    """

    ending: str
    title: str
    kind: str
    made: Callable[[Context, Session], bytes]
    hint: str
    needs: str = "answer"


def _html(context: Context, session: Session) -> bytes:
    return html_report(report_of(session)).encode()


def _pdf(context: Context, session: Session) -> bytes:
    return pdf_report(report_of(session))


def _answer(context: Context, session: Session) -> bytes:
    _, answer = finished_answer(session)
    return json.dumps(document_of(answer), indent=1, allow_nan=False).encode()


def _labels(context: Context, session: Session) -> bytes:
    """The label map at the photograph's size, as ``--segments-from`` takes it."""
    photo, answer = finished_answer(session)
    return label_map_png(at_pixels(answer.explanation.segments, (photo.height, photo.width)))


def _edited(context: Context, session: Session) -> bytes:
    from PIL import Image

    levels, content = np.rint(255 * edited_photo(session)).astype(np.uint8), io.BytesIO()
    Image.fromarray(levels).save(content, "PNG")
    return content.getvalue()


def _session(context: Context, session: Session) -> bytes:
    return saved_session(session, context.model_names)


def _of(kind: InputKind, made: Callable[[InputKind, Session], bytes]) -> Callable[[Context, Session], bytes]:
    return lambda context, session: made(kind, session)


EXPORTS = (
    Export("report.html", "Report as a page", "text/html", _html, "HTML, with everything in one file"),
    Export("report.pdf", "Report as PDF", "application/pdf", _pdf, "to print, with the numbers attached"),
    Export("answer.json", "Numbers", "application/json", _answer, "limetheory explain --from repeats them"),
    Export("labels.png", "Label map", "image/png", _labels, "limetheory explain --segments-from takes it"),
    Export("edited.png", "Edited photograph", "image/png", _edited, "at most 1024 pixels wide or high", "edits"),
    *(
        one
        for kind in (text.KIND, table.KIND)
        for one in (
            Export(
                f"{kind.name}.json",
                "Numbers as JSON",
                "application/json",
                _of(kind, answers_json),
                "with what was asked",
                kind.name,
            ),
            Export(
                f"{kind.name}.csv",
                "Numbers as a table",
                "text/csv",
                _of(kind, answers_csv),
                "CSV, a line for each coefficient",
                kind.name,
            ),
        )
    ),
    Export(
        "session.zip",
        "This session",
        "application/zip",
        _session,
        "to open it here again later; sweeps and tests are run anew",
        "photo",
    ),
)
"""In the order of the page."""
