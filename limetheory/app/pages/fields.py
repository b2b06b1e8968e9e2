"""Labelled fields of settings, and the settings that a browser set them to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, State, dcc, html

from limetheory.app.questions import DEFAULTS, checked_settings
from limetheory.app.sessions.session import Session

SETTINGS = "settings.json"
_KIND = "setting"

SETTING_VALUES = State({"kind": _KIND, "name": ALL}, "value")
SETTING_NAMES = State({"kind": _KIND, "name": ALL}, "id")
SETTING_INPUTS = Input({"kind": _KIND, "name": ALL}, "value")


def setting_id(name: str) -> dict[str, str]:
    """The identifier of the field of a setting."""
    return {"kind": _KIND, "name": name}


def settings_from(values: Sequence[Any], names: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The settings by name, those alone that there are.

    Raises:
        Refused: one is of a kind that no field has.
    """
    found = {str(one["name"]): value for one, value in zip(names, values, strict=True)}
    return checked_settings({name: found.get(name, otherwise) for name, otherwise in DEFAULTS.items()})


def settings_of(session: Session) -> dict[str, Any]:
    """The settings that a session was left with."""
    return {**DEFAULTS, **session.read_json(SETTINGS, {})}


def number_field(name: str, title: str, value: Any, hint: str = "", step: Any = 1, least: float = 0) -> html.Label:
    """A field for a number."""
    field = dcc.Input(id=setting_id(name), type="number", value=value, step=step, min=least, className="number")
    return _labelled(name, title, field, hint)


def choice_field(name: str, title: str, value: Any, options: Sequence[Any], hint: str = "", **more: Any) -> html.Label:
    """A field for one of several values."""
    field = dcc.Dropdown(id=setting_id(name), options=list(options), value=value, **{"clearable": False, **more})
    return _labelled(name, title, field, hint)


def radio_field(name: str, title: str, value: Any, options: Sequence[Any]) -> html.Fieldset:
    """A field for one of a few values, all of which are seen."""
    field = dcc.RadioItems(id=setting_id(name), options=list(options), value=value, inline=True, className="radio")
    return html.Fieldset([html.Legend(title), field], className=f"field of-{name}")


def _labelled(name: str, title: str, field: Any, hint: str) -> html.Label:
    note = [html.Small(hint, className="hint")] if hint else []
    return html.Label([html.Span(title, className="label"), field, *note], className=f"field of-{name}")
