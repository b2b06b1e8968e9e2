"""The panel "Beside it": automatic superpixels at the same settings, and each region beside the sum of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, html
from dash.exceptions import PreventUpdate

from limetheory.app.answers import MAIN, Answer, answer_of
from limetheory.app.context import Context
from limetheory.app.figures.heat_map import heat_map, largest_of
from limetheory.app.jobs.beside import PLAIN, WHOLE, beside, plain_job, whole_job
from limetheory.app.jobs.named import partition_of_answer
from limetheory.app.jobs.progress import Progress
from limetheory.app.pages.coefficients import coefficient_rows
from limetheory.app.pages.heat import heat
from limetheory.app.pages.notices import empty, hint
from limetheory.app.pages.panel import RESULTS, Panel
from limetheory.app.pages.sections import PER_POLL
from limetheory.app.pages.tables import line, table
from limetheory.app.photos import preview_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.shown_numbers import ends as interval
from limetheory.shown_numbers import plain, signed

Tell = Callable[[Progress], None]


def _shown(context: Context, session: Session) -> html.Div:
    off = _closed(answer_of(session, MAIN))
    return html.Div(
        [
            html.Div(
                [
                    html.Button("Explain automatic superpixels too", id="beside-plain", n_clicks=0, disabled=off),
                    html.Button("Explain each region as one", id="beside-whole", n_clicks=0, disabled=off),
                ],
                className="actions first",
            ),
            html.Div(_content(session), id="beside-content"),
        ]
    )


def _closed(answer: Answer | None) -> bool:
    return answer is None or answer.facts["state"] != "whole" or "owners" not in answer.facts


def _content(session: Session) -> Any:
    answer, preview = answer_of(session, MAIN), preview_of(session)
    if answer is None or preview is None or "owners" not in answer.facts:
        return empty("No regions explained yet", "Draw or upload a region, then press Explain.")
    plain, whole = beside(session, PLAIN), beside(session, WHOLE)
    return [*_maps(preview, answer, plain), *_sums(answer, whole)]


def _maps(preview: bytes, answer: Answer, plain: Answer | None) -> list[Any]:
    """Two heat maps with one colour scale."""
    if plain is None:
        return [
            hint("LIME on as many automatic superpixels, with the same settings, masks and class: press the button.")
        ]
    bound = largest_of(answer.explanation, plain.explanation)
    titles = [
        f"Regions: {answer.explanation.d} superpixels",
        f"Automatic: {plain.explanation.d} superpixels by {plain.facts['settings']['segmenter']}",
    ]
    shown = zip(("regions", "automatic"), (answer, plain), titles, strict=True)
    figures = [_figure(name, preview, one, bound, title) for name, one, title in shown]
    scale = html.Div(
        [html.Span(f"{-bound:+.3g}"), html.Span(className="scale"), html.Span(f"{bound:+.3g}, both maps")],
        className="legend",
    )
    return [html.Div(figures, className="pictures even"), scale]


def _figure(name: str, preview: bytes, answer: Answer, bound: float, title: str) -> html.Figure:
    picture = heat(f"beside-{name}", title, heat_map(preview, answer.explanation, bound), coefficient_rows(answer))
    return html.Figure([picture, html.Figcaption(f"{title}, {answer.explanation.n_masks:,} masks")])


def _sums(answer: Answer, whole: Answer | None) -> list[Any]:
    """The table of regions: the sum of the parts, and the coefficient of each region as one superpixel."""
    from limetheory.images.regions import region_sums

    partition = partition_of_answer(answer)
    if partition is None or not (partition.owners >= 0).any():
        return []
    found = region_sums(answer.explanation, partition, None if whole is None else whole.explanation)
    level = answer.facts["level"]
    ends = found.interval(level).tolist()
    heads = ["Region", "Parts", "Sum of its parts", f"{100 * level:g} % interval"]
    heads += ["As one superpixel", "Gap"] if whole is not None else []
    rows = [line(name, *cells) for name, cells in zip(found.names, _cells(found, ends, whole is not None), strict=True)]
    return [table(heads, rows), _told(answer, whole)]


def _cells(found: Any, ends: list[list[float]], whole: bool) -> list[list[str]]:
    gaps = found.consistency.gaps
    return [
        [
            f"{found.parts[j]}", signed(found.sums[j]), interval(low, high),
            *([signed(found.coefficients[j]), f"{signed(gaps[j])} ± {plain(found.gap_errors[j])}"] if whole else []),
        ]
        for j, (low, high) in enumerate(ends)
    ]  # fmt: skip


def _told(answer: Answer, whole: Answer | None) -> html.Small:
    if whole is None:
        return html.Small("Each region as one superpixel costs a second explanation.", className="hint")
    mean = answer.facts["settings"].get("replacement") == "mean"
    more = (
        " With the mean colour a hidden region looks different as one and as parts, which adds to it." if mean else ""
    )
    said = "The gap (coefficient less sum, ± a bound of its standard error) is 0 for an additive model; otherwise it "
    return html.Small(f"{said}shows interactions.{more}", className="hint")


def _register(app: Dash, context: Context) -> None:
    @app.callback(
        Output("beside-content", "children"),
        Output("beside-plain", "disabled"),
        Output("beside-whole", "disabled"),
        Input("answer-settled", "data"),
        Input("photo-version", "data"),
        Input("job-outcome", "data"),
        Input("follow", "disabled"),
        prevent_initial_call=True,
    )
    def show(version: Any, photo: Any, outcome: Any, followed: Any) -> Any:
        session = current_session()
        off = _closed(answer_of(session, MAIN))
        return _content(session), off, off

    for button, job in {"beside-plain": plain_job, "beside-whole": whole_job}.items():
        _register_job(app, context, button, job)


def _register_job(app: Dash, context: Context, button: str, job: Callable[[Context, Tell], dict[str, Any]]) -> None:
    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input(button, "n_clicks"),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data", allow_duplicate=True),
        running=[(Output("explain-cancel", "disabled"), False, True)],
        prevent_initial_call=True,
    )
    def asked(tell: Tell, clicks: int) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        return job(context, tell)


PANEL = Panel("beside", "Beside it", RESULTS, _shown, _register)
