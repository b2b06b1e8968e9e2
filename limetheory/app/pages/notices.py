"""Words for a person: errors, empty places, and what to do next."""

from __future__ import annotations

from typing import Any

from dash import html


def error(text: str) -> html.Div:
    """Something that did not work, which a screen reader says at once."""
    return html.Div([html.Strong("That did not work. "), text], className="notice error", role="alert")


def hint(text: str) -> html.Div:
    """What to know, or to do next."""
    return html.Div(text, className="notice")


def empty(title: str, next_step: str) -> html.Div:
    """A place where nothing is yet."""
    return html.Div([html.Div(title, className="empty-title"), html.Div(next_step)], className="empty")


def warnings(texts: Any) -> list[html.Div]:
    """What the program warned of."""
    return [html.Div(["Note: ", str(one)], className="notice warning", role="note") for one in texts]
