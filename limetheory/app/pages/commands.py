"""The command that gives the numbers of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html


def command_shown(facts: Mapping[str, Any]) -> list[html.Details]:
    """The command beside an answer; nothing where the command line cannot load the model."""
    if not facts.get("command"):
        return []
    command = html.Pre(facts["command"], className="command")
    return [html.Details([html.Summary("The same numbers on the command line"), command])]
