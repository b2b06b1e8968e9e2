"""The panel "Regions": the photograph to draw on, tools, and the list of regions."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update

from limetheory.app.context import Context
from limetheory.app.drawing.cuts import CUT, SEGMENTS, automatic, cut_of, key_of
from limetheory.app.drawing.proposals import Proposal, predictor_names, proposal_of
from limetheory.app.drawing.view import View, view_of
from limetheory.app.figures.region_map import Drawn, region_map
from limetheory.app.pages import region_changes, region_jobs
from limetheory.app.pages.notices import empty
from limetheory.app.pages.panel import RESULTS, Panel
from limetheory.app.pages.region_list import region_list
from limetheory.app.pages.region_tools import (
    ACTION,
    CHANGES,
    REST,
    STEPS,
    buttons,
    greyed,
    outside_fields,
    proposal_bar,
    proposal_class,
    scales,
    tool_field,
    tool_options,
)
from limetheory.app.pages.spoken import AT_LEISURE, spoken
from limetheory.app.photos import preview_of
from limetheory.app.regions import drawn_of, history_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.images.regions import Regions

_GRAPH: Any = {"displayModeBar": False, "responsive": True, "doubleClick": False}
_CLASS = {True: "workplace", False: "workplace hidden"}
_HEIGHT = 62  # percent of the window that the photograph takes at most; a convention
_NO_PHOTO = {"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}}


def _shown(context: Context, session: Session) -> html.Div:
    regions, view = drawn_of(session), view_of(session)
    found = regions is not None and bool(regions.regions)
    hint = "Draw, click or upload the parts that you mean, each with its own superpixels"
    inside = [
        *_stores(regions),
        html.Div(_waiting(regions), id="regions-empty"),
        _workplace(context, session, regions, view),
    ]
    return html.Div(
        html.Details([html.Summary(hint, id="regions-summary"), html.Div(inside)], open=found, id="regions-details")
    )


def _stores(regions: Regions | None) -> list[Any]:
    names = ("regions-version", "regions-drawn", "regions-click", "regions-object", "regions-segments")
    shown = None if regions is None else key_of(regions)
    return [*(dcc.Store(id=name) for name in names), dcc.Store(id="regions-shown", data=shown)]


def _waiting(regions: Regions | None) -> Any:
    return empty("No photograph yet", "Choose a photograph first.") if regions is None else None


def _workplace(context: Context, session: Session, regions: Regions | None, view: View) -> html.Div:
    figure, style = _picture(session, regions, view)
    graph = dcc.Graph(id="regions-graph", figure=figure, config=_GRAPH, style=style, className="drawing")
    described = "The photograph with its regions; the list beside it says the same in words"
    off = _off(session, regions, view)
    left = html.Div(
        [
            tool_field(view),
            html.Div(graph, id="regions-picture", tabIndex=0, role="group", **spoken(described)),
            html.Div(id="regions-message", **AT_LEISURE),
            proposal_bar(_proposal(session, view), view),
            tool_options(view, predictor_names(context.settings.checkpoint)),
        ]
    )
    right = html.Div(
        [
            html.Div(buttons(STEPS, off), className="actions first"),
            html.Div(None if regions is None else region_list(regions, view), id="regions-list"),
            html.Div(buttons(CHANGES, off), className="actions"),
            _upload(context),
            html.Div(outside_fields(regions), id="regions-outside-fields"),
            html.Div([*buttons(REST, off), dcc.Download(id="regions-file")], className="actions"),
            html.Small(_count(session, regions), id="regions-count", className="hint"),
        ]
    )
    return html.Div([left, right], className=_CLASS[regions is not None], id="regions-work")


def _upload(context: Context) -> dcc.Upload:
    hint = html.Small("PNG or .npy of the photograph's proportions; each label is a region", className="hint")
    return dcc.Upload(
        html.Div([html.B("Upload a mask"), hint]), id="regions-upload", className="upload",
        max_size=context.settings.limits.photo_bytes,
    )  # fmt: skip


def _picture(session: Session, regions: Regions | None, view: View) -> tuple[dict[str, Any], dict[str, str]]:
    """The figure and its style."""
    preview = preview_of(session)
    if regions is None or preview is None:
        return _NO_PHOTO, {}
    proposal = _proposal(session, view)
    proposed = None if proposal is None else proposal.masks[view.scale]
    drawn = Drawn(regions, _labels(session, regions, view), proposed, view.selected, view.hidden)
    ratio = regions.shape[1] / regions.shape[0]
    style = {"aspectRatio": f"{ratio:.4f}", "maxWidth": f"{_HEIGHT * ratio:.2f}vh"}
    return region_map(preview, drawn, view.tool, view.brush), style


def _labels(session: Session, regions: Regions, view: View) -> Any:
    """The superpixels that are drawn: those that can be clicked with that tool, else those of the regions."""
    asked = (SEGMENTS, automatic(regions)) if view.tool == "superpixel" else (CUT, regions)
    found = cut_of(session, *asked)
    return None if found is None else found.labels


def _proposal(session: Session, view: View) -> Proposal | None:
    return proposal_of(session) if view.tool == "object" else None


def _off(session: Session, regions: Regions | None, view: View) -> list[str]:
    is_cut = regions is not None and cut_of(session, CUT, regions) is not None
    return greyed(regions, view, history_of(session), is_cut)


def _count(session: Session, regions: Regions | None) -> str:
    if regions is None or not regions.regions:
        return "Without a region, Explain uses the automatic superpixels of its own panel."
    found = cut_of(session, CUT, regions)
    covered = f" {', '.join(regions.covered)}: covered by regions above." if regions.covered else ""
    return f"Explain uses these regions{'' if found is None else f', {found.d} superpixels in all'}.{covered}"


def _register(app: Dash, context: Context) -> None:
    region_changes.register(app, context)
    region_jobs.register(app, context)

    @app.callback(
        Output("regions-graph", "figure"),
        Output("regions-graph", "style"),
        Output("regions-work", "className"),
        Output("regions-empty", "children"),
        Output("regions-list", "children"),
        Output("regions-outside-fields", "children"),
        Output("regions-count", "children"),
        Output("regions-scales", "children"),
        Output("regions-proposal", "className"),
        Output("regions-shown", "data"),
        Output({"kind": ACTION, "name": ALL}, "disabled"),
        Input("regions-version", "data"),
        Input("job-outcome", "data"),
        Input("photo-version", "data"),
        Input("follow", "disabled"),
        prevent_initial_call=True,
    )
    def show(version: Any, outcome: Any, photo: Any, followed: Any) -> Any:
        session = current_session()
        regions, view = drawn_of(session), view_of(session)
        off = _off(session, regions, view)
        disabled = [one["id"]["name"] in off for one in ctx.outputs_list[-1]]
        proposal = _proposal(session, view)
        if regions is None:
            return *_picture(session, None, view), _CLASS[False], _waiting(None), *(no_update,) * 5, None, disabled
        return (
            *_picture(session, regions, view), _CLASS[True], None, region_list(regions, view), outside_fields(regions),
            _count(session, regions), scales(proposal, view), proposal_class(proposal),
            key_of(regions), disabled,
        )  # fmt: skip


PANEL = Panel("regions", "Regions", RESULTS, _shown, _register)
