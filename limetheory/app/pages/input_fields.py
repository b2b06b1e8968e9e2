"""Fields of the tabs about texts and rows, and what a browser set them to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, State, dcc, html

from limetheory.app.inputs.kind import SAMPLES, InputKind
from limetheory.app.pages.sections import labelled
from limetheory.app.worker.stored import StoredFacts


def field_id(kind: InputKind, name: str) -> dict[str, str]:
    """The identifier of a field."""
    return {"kind": f"{kind.name}-field", "name": name}


def field_states(kind: InputKind) -> tuple[State, State]:
    """The values of all fields of a tab, and their identifiers."""
    return State(field_id(kind, ALL), "value"), State(field_id(kind, ALL), "id")  # type: ignore[arg-type]


def field_inputs(kind: InputKind) -> Input:
    """The values of all fields of a tab, which begin a callback when they change."""
    return Input(field_id(kind, ALL), "value")  # type: ignore[arg-type]


def fields_from(values: Sequence[Any], names: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The values by the names of their fields; empty fields are left out."""
    return {one["name"]: value for one, value in zip(names, values, strict=True) if value not in (None, "")}


def common_fields(kind: InputKind, facts: StoredFacts, now: dict[str, Any]) -> html.Div:
    """The fields that every kind has: class, masks, seed."""
    classes = [{"label": name, "value": j} for j, name in enumerate(facts.class_names)]
    target = dcc.Dropdown(
        id=field_id(kind, "target"), options=classes, value=now.get("target"), placeholder="The one ranked first",
        clearable=True,
    )  # fmt: skip
    return html.Div(
        [
            labelled("Class", target, wide=True),
            labelled("Masks", number(kind, "samples", now.get("samples", SAMPLES), least=10)),
            labelled("Seed", number(kind, "seed", now.get("seed", 0))),
        ],
        className="fields",
    )


def number(kind: InputKind, name: str, value: Any, least: float | None = 0, step: Any = 1) -> dcc.Input:
    """A field for a number."""
    return dcc.Input(id=field_id(kind, name), type="number", value=value, min=least, step=step, className="number")
