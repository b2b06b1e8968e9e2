"""The panel "Explain": what is asked, and the button that asks it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html

from limetheory.app.context import Context
from limetheory.app.drawing.typed import take_typed
from limetheory.app.jobs.explaining import explanation_job
from limetheory.app.jobs.manager import when_asked
from limetheory.app.pages.fields import (
    SETTING_INPUTS,
    SETTING_NAMES,
    SETTING_VALUES,
    SETTINGS,
    choice_field,
    number_field,
    radio_field,
    settings_from,
    settings_of,
)
from limetheory.app.pages.panel import CONTROLS, Panel
from limetheory.app.pages.region_list import REGION_FIELDS
from limetheory.app.pages.sections import PER_POLL
from limetheory.app.refusals import Refused
from limetheory.app.regions import regions_of
from limetheory.app.segmenters import segmenter_names
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.images.regions import Regions
from limetheory.images.replacements.table import REPLACEMENTS


def _shown(context: Context, session: Session) -> html.Div:
    now = settings_of(session)
    return html.Div(
        [
            html.Div(
                [
                    html.Button(["Explain ", html.Kbd("E")], id="explain-run", className="primary", n_clicks=0),
                    html.Button("Cancel", id="explain-cancel", n_clicks=0, disabled=not _busy(context, session)),
                ],
                className="actions first",
            ),
            html.Div(_main_fields(context, now), className="fields"),
            html.Details([html.Summary("More settings"), html.Div(_more_fields(now), className="fields")]),
        ]
    )


def _busy(context: Context, session: Session) -> bool:
    return context.queue.running_of(session) is not None


def _main_fields(context: Context, now: dict[str, Any]) -> list[Any]:
    names = context.model.class_names or ()
    classes = [{"label": f"{name} ({index})", "value": index} for index, name in enumerate(names)]
    top = "The one ranked first" if classes else "The largest output"
    return [
        choice_field(
            "target", "Class", now["target"], classes, clearable=True, placeholder=top,
        ),
        choice_field("segmenter", "Superpixels by", now["segmenter"], segmenter_names()),
        number_field("segments", "How many", now["segments"], least=2, hint="Where no region is drawn."),
        radio_field(
            "stop", "Stop after", now["stop"],
            [{"label": "masks", "value": "masks"}, {"label": "a tolerance", "value": "tolerance"}],
        ),
        number_field("samples", "Masks", now["samples"], least=10),
        number_field("tolerance", "Tolerance", now["tolerance"], step="any", hint="Largest half-width of an interval."),
    ]  # fmt: skip


def _more_fields(now: dict[str, Any]) -> list[Any]:
    shown = [row.name for row in REPLACEMENTS.own.values() if row.name not in ("removed", "telea", "navier_stokes")]
    return [
        choice_field("replacement", "Hidden parts show", now["replacement"], shown),
        number_field("bandwidth", "Bandwidth", now["bandwidth"], step="any", hint="Of the kernel; 0.25 is lime's."),
        number_field("level", "Level of the intervals", now["level"], step="any", least=0.5),
        number_field("seed", "Seed", now["seed"], hint="The same seed draws the same masks."),
    ]


def _register(app: Dash, context: Context) -> None:
    def pressed(clicks: int, values: list[Any], names: list[Any], *fields: Any) -> tuple[Any, ...]:
        session = current_session()
        take_typed(session, dict(zip(REGION_FIELDS, fields, strict=True)))
        return settings_from(values, names), regions_of(session)

    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input("explain-run", "n_clicks"),
        SETTING_VALUES,
        SETTING_NAMES,
        *(State(*place) for place in REGION_FIELDS.values()),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data"),
        running=[(Output("explain-run", "disabled"), True, False), (Output("explain-cancel", "disabled"), False, True)],
        prevent_initial_call=True,
    )
    @when_asked(pressed)
    def explain(tell: Any, settings: dict[str, Any], regions: Regions | None) -> dict[str, Any]:
        return explanation_job(context, tell, settings, regions)

    @app.callback(Output("explain-cancel", "n_clicks"), Input("explain-cancel", "n_clicks"), prevent_initial_call=True)
    def cancel(clicks: int) -> int:
        if clicks:
            context.queue.cancel_all_of(current_session())
        return 0

    @app.callback(
        Output("settings-saved", "data"), SETTING_INPUTS, State("settings-saved", "data"), SETTING_NAMES,
        prevent_initial_call=True,
    )  # fmt: skip
    def remember(values: list[Any], saved: Any, names: list[Any]) -> int:
        try:
            current_session().write_json(SETTINGS, settings_from(values, names))
        except Refused:
            return int(saved or 0)  # the settings are still on the page; a job says what is full
        return int(saved or 0) + 1


PANEL = Panel("explain", "Explain", CONTROLS, _shown, _register)
