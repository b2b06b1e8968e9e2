"""The views of the page, one of which is seen: photographs, texts, rows of a table."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, dcc, html

PHOTO, TEXT, TABLE = "photo", "text", "table"

TITLES = {PHOTO: "Photograph", TEXT: "Text", TABLE: "Table"}
"""The views in their order, and what they are called."""


def view_tabs() -> html.Nav:
    """The tabs that choose a view; the choice survives a reload."""
    tabs = [dcc.Tab(label=title, value=name) for name, title in TITLES.items()]
    return html.Nav(
        dcc.Tabs(
            tabs, id="views", value=PHOTO, persistence=True, persistence_type="session", mobile_breakpoint=0,
            parent_className="views", className="view-tabs", content_className="hidden",
        )
    )  # fmt: skip


def register(app: Dash) -> None:
    """Show the view that was chosen, without asking the server."""
    app.clientside_callback(
        ClientsideFunction("limetheory", "view"), *(Output(f"view-{name}", "className") for name in TITLES),
        Input("views", "value"),
    )  # fmt: skip
