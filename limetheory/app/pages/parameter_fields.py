"""The field of a parameter of an edit, as its range asks for one."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from dash import dcc, html

from limetheory.app.jobs.sweeping import words
from limetheory.app.pages.spoken import spoken
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.parameters import OneOf, Parameter, Range, Whole

VALUE = "edit-value"


def value_id(row: int, name: str) -> dict[str, Any]:
    """The identifier of the field of a parameter of the edit of a number."""
    return {"kind": VALUE, "row": row, "name": name}


def parameter_field(row: int, edit: Edit, parameter: Parameter, field: Any = None) -> html.Div:
    """The labelled field of one parameter, with what it does.

    Args:
        row, edit: the edit and its number.
        parameter: of the edit.
        field: of its value; None takes that of its kind.
    """
    unit = getattr(parameter.kind, "unit", "")
    title = f"{words(parameter.name)}, {unit}" if unit else words(parameter.name)
    said = f"{title}, edit {row + 1}"
    if field is None:
        field = field_of(parameter.kind, value_id(row, parameter.name), edit.parameters[parameter.name])
    about = html.Small(parameter.kind.about, className="hint")
    return html.Div(
        [html.Div(title, className="label"), field, about], className="field parameter", role="group", **spoken(said)
    )


@singledispatch
def field_of(kind: Any, identifier: dict[str, Any], value: Any) -> Any:
    """The field of a value of some kind; a text where another package's kind is not known."""
    return dcc.Input(id=identifier, type="text", value=str(value), debounce=True)


@field_of.register
def _(kind: Range, identifier: dict[str, Any], value: Any) -> Any:
    return dcc.Slider(
        id=identifier, min=kind.low, max=kind.high, step=kind.step, value=value, marks=None, included=False,
        updatemode="mouseup", className="slider",
    )  # fmt: skip


@field_of.register
def _(kind: Whole, identifier: dict[str, Any], value: Any) -> Any:
    return dcc.Input(
        id=identifier, type="number", min=kind.low, max=kind.high, step=1, value=value, debounce=True,
        className="number",
    )  # fmt: skip


@field_of.register
def _(kind: OneOf, identifier: dict[str, Any], value: Any) -> Any:
    options = [{"label": words(name), "value": name} for name in kind.names]
    return dcc.Dropdown(id=identifier, options=options, value=value, clearable=False)
