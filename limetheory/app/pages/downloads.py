"""Links to files about the answers of a session."""

from __future__ import annotations

from dash import html

from limetheory.app.exports.routes import PREFIX
from limetheory.app.exports.table import EXPORTS, Export
from limetheory.app.inputs.kind import InputKind


def download(export: Export, hint: str) -> html.Li:
    """A link to a file, with what it is good for."""
    link = html.A(export.title, href=f"{PREFIX}{export.ending}")
    return html.Li([link, html.Small(hint, className="hint")])


def saved_as(kind: InputKind) -> html.Ul:
    """The files about the answers of a tab."""
    return html.Ul([download(one, one.hint) for one in EXPORTS if one.needs == kind.name], className="downloads")
