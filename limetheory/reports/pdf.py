"""A report as a PDF, made by reportlab."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial, singledispatch
from typing import Any

from limetheory.arguments import instance
from limetheory.packages import needed
from limetheory.reports.attachment import attach
from limetheory.reports.content import Report
from limetheory.reports.letters import BOLD, FONT, in_font, register_fonts
from limetheory.reports.sections import ATTACHED, Picture, Section, Table, attached, sections, title

_MARGIN = 51.0  # points, 18 mm
_CELL, _SIZE = 8.0, 9.0  # of letters in tables and elsewhere, in points
_MOST_HEIGHT = 225.0  # of a picture, in points


def pdf_report(report: Report) -> bytes:
    """The report as a PDF, A4, with the document attached.

    Letters that matplotlib's DejaVu fonts lack, such as Chinese ones, are shown as Python's escapes.

    Raises:
        ImportError: reportlab is not installed.
    """
    instance("report", report, Report, "make one")
    needed("reportlab", "a report in PDF", "app")
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    register_fonts()
    file, heading = io.BytesIO(), title(report)
    pages = SimpleDocTemplate(
        file, pagesize=A4, title=heading, author="limetheory", leftMargin=_MARGIN, rightMargin=_MARGIN,
        topMargin=_MARGIN, bottomMargin=_MARGIN,
    )  # fmt: skip
    width = pages.width - 12  # less the padding of reportlab's frame
    content = [_paragraph(heading, 2), *(one for part in sections(report) for one in _section(part, width))]
    pages.build(content, onFirstPage=partial(_first_page, attached(report)), onLaterPages=_foot)
    return file.getvalue()


def _first_page(content: bytes, canvas: Any, pages: Any) -> None:
    attach(canvas, ATTACHED, content, "application/json")
    _foot(canvas, pages)


def _foot(canvas: Any, pages: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawRightString(pages.pagesize[0] - _MARGIN, _MARGIN / 2, str(pages.page))


def _section(section: Section, width: float) -> Sequence[Any]:
    return [_paragraph(section.heading, 1), *(one for part in section.parts for one in _part(part, width))]


def _paragraph(words: str, rank: int = 0) -> Any:
    """A paragraph; of rank 1 a section's heading, of rank 2 the title, of rank 3 a cell's."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    size, heading = (_SIZE, 13.0, 18.0, _CELL)[rank], rank in (1, 2)
    style = ParagraphStyle(
        f"rank {rank}", fontName=BOLD if heading else FONT, fontSize=size, leading=1.35 * size, spaceAfter=5,
        spaceBefore=12 * heading, keepWithNext=heading, splitLongWords=1,
    )  # fmt: skip
    return Paragraph(in_font(words), style)


@singledispatch
def _part(part: Any, width: float) -> Sequence[Any]:
    return [_paragraph(part)]


@_part.register
def _(part: Picture, width: float) -> Sequence[Any]:
    from reportlab.platypus import Image

    picture = Image(io.BytesIO(part.content))
    scale = min(width / picture.imageWidth, _MOST_HEIGHT / picture.imageHeight)
    picture.drawWidth, picture.drawHeight = picture.imageWidth * scale, picture.imageHeight * scale
    picture.hAlign, picture.keepWithNext = "LEFT", True
    return [picture, _paragraph(part.caption)]


@_part.register
def _(part: Table, width: float) -> Sequence[Any]:
    from reportlab.lib.colors import lightgrey
    from reportlab.platypus import Table as Cells

    headed = any(part.headings)
    rows = [part.headings, *part.rows] if headed else part.rows
    cells = [[_paragraph(cell, 3) for cell in row] for row in rows]
    lines = [("LINEBELOW", (0, 0), (-1, -1), 0.4, lightgrey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    padding = [(side, (0, 0), (-1, -1), 1) for side in ("TOPPADDING", "BOTTOMPADDING")]
    widths = _widths(rows, width)
    return [Cells(cells, widths, repeatRows=int(headed), style=[*lines, *padding], hAlign="LEFT", spaceAfter=8)]


def _widths(rows: Sequence[Sequence[str]], width: float) -> list[float]:
    """The width of each column: that of its longest cell, but the wide ones share what the narrow ones leave."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    wanted = [14 + max(stringWidth(cell, FONT, _CELL) for cell in column) for column in zip(*rows, strict=True)]
    left, widths = width, dict.fromkeys(range(len(wanted)), 0.0)
    for place, column in enumerate(sorted(widths, key=wanted.__getitem__)):
        widths[column] = min(wanted[column], left / (len(wanted) - place))
        left -= widths[column]
    return list(widths.values())
