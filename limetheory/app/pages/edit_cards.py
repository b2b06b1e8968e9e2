"""The list of edits as cards: each with its region, its parameters, and buttons that move, switch and remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from limetheory.app.jobs.sweeping import words
from limetheory.app.pages.edit_photographs import photograph_field
from limetheory.app.pages.notices import empty
from limetheory.app.pages.parameter_fields import parameter_field, value_id
from limetheory.app.pages.rows import row_of
from limetheory.app.pages.spoken import spoken
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.parameters import Parameter, Picture

BUTTON, ON, REGION = "edit-button", "edit-on", "edit-region"
UP, DOWN, REMOVE = "up", "down", "remove"

WHOLE_PHOTOGRAPH = ""
"""The value of a field of regions that is the whole photograph; no region has this name."""

_SIGNS = {UP: ("↑", "Carry out earlier"), DOWN: ("↓", "Carry out later"), REMOVE: ("✕", "Remove")}


def region_options(names: Sequence[str], more: str | None = None) -> list[dict[str, str]]:
    """What an edit can be of.

    Args:
        names: of the regions.
        more: a name that is not among them but is chosen.
    """
    gone = [] if more is None or more in names else [{"label": f"{more} (not in this photograph)", "value": more}]
    whole = {"label": "the whole photograph", "value": WHOLE_PHOTOGRAPH}
    return [whole, *({"label": name, "value": name} for name in names), *gone]


@dataclass(frozen=True)
class Offered:
    """What the cards offer.

    Attributes:
        regions: names of regions.
        photographs: names of other photographs.
        most_bytes: of a photograph's file.
    """

    regions: Sequence[str]
    photographs: Sequence[str]
    most_bytes: int


def cards(edits: Edits, offers: Offered, opened: int | None = None) -> Any:
    """The list, with the parameters of one edit in sight.

    Args:
        edits: in their order.
        offers: what their fields offer.
        opened: the number of the edit whose parameters are shown; None is the last.
    """
    if not len(edits):
        return empty("No edits yet", "Choose one above and add it.")
    shown = len(edits) - 1 if opened is None else opened
    return html.Ol([_card(row, edit, len(edits), offers, row == shown) for row, edit in enumerate(edits)],
                   className="cards")  # fmt: skip


def _card(row: int, edit: Edit, count: int, offers: Offered, opened: bool) -> html.Li:
    title = f"{row + 1}. {words(edit.name)}"
    fields = html.Div([_region_field(row, edit, offers.regions), *(_field(row, edit, one, offers)
                                                                   for one in edit.row.parameters)])  # fmt: skip
    return html.Li(
        [
            html.Div(
                [
                    dcc.Checklist(
                        id={"kind": ON, "row": row}, options=[{"label": title, "value": "on"}],
                        value=["on"] if edit.on else [], className="switch",
                    ),
                    *(_button(row, what, count) for what in (UP, DOWN, REMOVE)),
                ],
                className="card-head",
            ),
            html.Details([html.Summary(_about(edit)), fields], open=opened),
        ],
        className="card",
        **row_of(f"{edit.name} {edit.region or ''}"),
    )  # fmt: skip


def _field(row: int, edit: Edit, parameter: Parameter, offers: Offered) -> html.Div:
    if not isinstance(parameter.kind, Picture):
        return parameter_field(row, edit, parameter)
    identifier, value = value_id(row, parameter.name), edit.parameters[parameter.name]
    return parameter_field(
        row, edit, parameter, photograph_field(identifier, value, offers.photographs, offers.most_bytes)
    )


def _about(edit: Edit) -> str:
    return f"{edit.row.summary}: {edit.region or 'the whole photograph'}"


def _button(row: int, what: str, count: int) -> html.Button:
    sign, said = _SIGNS[what]
    stuck = (what == UP and row == 0) or (what == DOWN and row == count - 1)
    return html.Button(sign, id={"kind": BUTTON, "what": what, "row": row}, n_clicks=0, disabled=stuck, title=said,
                       className="small", **spoken(f"{said}: edit {row + 1}"))  # fmt: skip


def _region_field(row: int, edit: Edit, names: Sequence[str]) -> html.Label:
    field = dcc.Dropdown(id={"kind": REGION, "row": row}, options=region_options(names, edit.region),
                         value=edit.region or WHOLE_PHOTOGRAPH, clearable=False)  # fmt: skip
    return html.Label([html.Span("Of", className="label"), field], className="field")
