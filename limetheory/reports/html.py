"""A report as a page in HTML that needs no other file and runs no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import singledispatch
from html import escape
from typing import Any

from limetheory.arguments import instance
from limetheory.reports.content import Report
from limetheory.reports.sections import ATTACHED, Picture, Section, Table, attached, sections, title

_STYLE = """
:root { color-scheme: light dark; }
body { font-family: system-ui, sans-serif; line-height: 1.5; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: break-word; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.8rem; border-bottom: 1px solid #8884; }
figure { margin: 1rem 0; } figcaption { font-size: 0.9rem; opacity: 0.8; }
img { max-width: 100%; height: auto; max-height: 34rem; background: #fff; }
pre { max-height: 24rem; overflow: auto; white-space: pre-wrap; }
@media print { details { display: none; } }
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def html_report(report: Report) -> str:
    """The report as a page in HTML, with its pictures in it, and with the document to download.

    All text is escaped; control characters and marks that turn the reading direction are shown as Python's escapes.

    >>> import limetheory as lt, numpy as np
    >>> labels = (np.arange(6) >= 3) * np.ones((4, 1), int)
    >>> found = lt.explain_image(lambda x: x.mean(axis=(1, 2, 3)), np.eye(4, 6), segments=labels, n=20, rng=0)
    >>> numbers = {"coefficients": found.coefficients.tolist(), "level": 0.95, "image": "<b>.png"}
    >>> "&lt;b&gt;.png: none</h1>" in html_report(Report(found=found, document=numbers))
    True
    """
    instance("report", report, Report, "make one")
    heading = escape(title(report))
    body = "".join(map(_section, sections(report)))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{heading}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{heading}</h1>{body}{_document(attached(report))}</body></html>\n"
    )


def _section(section: Section) -> str:
    return f"<section><h2>{escape(section.heading)}</h2>{''.join(map(_part, section.parts))}</section>"


@singledispatch
def _part(part: Any) -> str:
    return f"<p>{escape(part)}</p>"


@_part.register
def _(part: Picture) -> str:
    source, caption = b64encode(part.content).decode(), escape(part.caption)
    return (
        f'<figure><img alt="{caption}" src="data:image/{part.kind};base64,{source}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


@_part.register
def _(part: Table) -> str:
    head = _row("th", part.headings) if any(part.headings) else ""
    return f'<div class="wide"><table>{head}{"".join(_row("td", row) for row in part.rows)}</table></div>'


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _document(content: bytes) -> str:
    source = b64encode(content).decode()
    return (
        f'<p><a download="{ATTACHED}" href="data:application/json;base64,{source}">Save {ATTACHED}</a></p>'
        f"<details><summary>{ATTACHED}</summary><pre>{escape(content.decode())}</pre></details>"
    )
