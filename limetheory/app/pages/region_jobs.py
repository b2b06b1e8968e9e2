"""What the panel "Regions" asks the model's process for, which has the photograph at its full size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output
from dash.exceptions import PreventUpdate

from limetheory.app.context import Context
from limetheory.app.drawing.clicks import Click
from limetheory.app.drawing.cuts import CUT, SEGMENTS
from limetheory.app.drawing.view import view_of
from limetheory.app.jobs.cutting import cutting_job, splitting_job
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.proposing import proposing_job
from limetheory.app.jobs.queue import current_job
from limetheory.app.pages.region_tools import button_id
from limetheory.app.pages.sections import PER_POLL
from limetheory.app.refusals import Refused
from limetheory.app.regions import NO_PHOTO, drawn_of

Tell = Callable[[Progress], None]


def register(app: Dash, context: Context) -> None:
    """Give the buttons and tools that wait for the model's process their callbacks."""

    def job(asked: Input) -> Callable[[Callable[..., Any]], Any]:
        return app.callback(
            Output("job-outcome", "data", allow_duplicate=True), asked, background=True, interval=PER_POLL,
            progress=Output("job-progress", "data", allow_duplicate=True),
            running=[(Output("explain-cancel", "disabled"), False, True)], prevent_initial_call=True,
        )  # fmt: skip

    @job(Input(button_id("cut"), "n_clicks"))
    def cut(tell: Tell, clicks: Any) -> dict[str, Any]:
        return cutting_job(context, tell, CUT) if clicks else _nothing()

    @job(Input("regions-segments", "data"))
    def segments(tell: Tell, asked: Any) -> dict[str, Any]:
        return cutting_job(context, tell, SEGMENTS) if asked else _nothing()

    @job(Input(button_id("split"), "n_clicks"))
    def split(tell: Tell, clicks: Any) -> dict[str, Any]:
        return splitting_job(context, tell, _one_selected()) if clicks else _nothing()

    @job(Input("regions-object", "data"))
    def propose(tell: Tell, sent: Any) -> dict[str, Any]:
        return proposing_job(context, tell, _click(sent)) if sent else _nothing()


def _nothing() -> Any:
    raise PreventUpdate


def _one_selected() -> str:
    session = current_job().session
    regions = drawn_of(session)
    selected = [] if regions is None else [one for one in regions.names if one in view_of(session).selected]
    if len(selected) != 1:
        raise Refused(f"Split needs one selected region, and {len(selected)} are. Select one by its name.")
    return selected[0]


def _click(sent: Any) -> Click:
    regions = drawn_of(current_job().session)
    if regions is None:
        raise Refused(NO_PHOTO)
    return Click.of(sent, regions.shape)
