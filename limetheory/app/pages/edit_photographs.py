"""The field of another photograph that an edit shows: one of the session, an example, or a file of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dash import dcc, html

from limetheory.app.backgrounds import backgrounds_of, put_background
from limetheory.app.context import Context
from limetheory.app.pages.spoken import spoken
from limetheory.app.sessions.session import Session
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.parameters import Picture

UPLOAD = "edit-photograph"


def upload_id(row: Any) -> dict[str, Any]:
    """The identifier of the field of a file for the edit of a number."""
    return {"kind": UPLOAD, "row": row}


def offered(context: Context, session: Session) -> tuple[str, ...]:
    """The names of the photographs that an edit can show: those of the session first, then the examples."""
    return tuple(dict.fromkeys((*backgrounds_of(session), *(one.title for one in context.examples))))


def photograph_field(identifier: dict[str, Any], value: str | None, names: Sequence[str], most_bytes: int) -> html.Div:
    """A list of photographs, and a button for a file.

    Args:
        identifier: of the list.
        value: the name that is chosen.
        names: that can be chosen.
        most_bytes: of a file.
    """
    gone = [] if value is None or value in names else [{"label": f"{value} (not here)", "value": value}]
    options: Any = [*({"label": name, "value": name} for name in names), *gone]
    chosen = dcc.Dropdown(id=identifier, options=options, value=value, placeholder="Choose one")
    row = identifier["row"]
    button = html.Button("Choose a file", className="small", **spoken(f"Choose a photograph: edit {row + 1}"))
    return html.Div(
        [chosen, dcc.Upload(button, id=upload_id(row), accept="image/*", max_size=most_bytes)], className="stack"
    )


def with_examples(
    context: Context, session: Session, edits: Edits, given: Iterable[tuple[int, str, Any]]
) -> list[tuple[int, str, Any]]:
    """The values of the fields, where an example that was chosen has become a photograph of the session.

    Raises:
        Refused: it cannot be read, or there are as many as there may be.
    """
    return [(row, name, _kept(context, session, edits, row, name, value)) for row, name, value in given]


def is_picture(edits: Edits, row: int, name: str) -> bool:
    """Whether a parameter of the edit of a number names a photograph."""
    rows = edits[row].row.parameters if 0 <= row < len(edits) else ()
    return any(one.name == name and isinstance(one.kind, Picture) for one in rows)


def _kept(context: Context, session: Session, edits: Edits, row: int, name: str, value: Any) -> Any:
    if not is_picture(edits, row, name) or value in backgrounds_of(session):
        return value
    example = next((one for one in context.examples if one.title == value), None)
    if example is None:
        return value
    return put_background(session, example.photograph(context.settings.limits), edits)
