"""`application`: the page as a WSGI application, without a port."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Any, cast

from dash import Dash
from flask import Flask

from limetheory.app.compression import compress
from limetheory.app.context import Context
from limetheory.app.exports.routes import add_routes
from limetheory.app.jobs.manager import QueueManager
from limetheory.app.pages.page import page, register
from limetheory.app.security.access import EXTENSION, Access
from limetheory.app.security.callback_forms import refuse_forged_forms
from limetheory.app.security.faults import Server, answer_faults
from limetheory.app.security.guard import guard
from limetheory.app.sessions.cookies import Cookies
from limetheory.app.sessions.store import Sessions

_ASSETS = Path(__file__).parent / "assets"
_TITLE = "limetheory"
_VIEWPORT = {"name": "viewport", "content": "width=device-width, initial-scale=1"}


def application(context: Context, sessions: Sessions, port: int) -> Flask:
    """The page, all of whose files are its own.

    Args:
        context: what the panels work with.
        sessions: of the browsers.
        port: that will be served.
    """
    server = Server("limetheory.app")
    limits = context.settings.limits
    server.config["MAX_CONTENT_LENGTH"] = limits.body_bytes
    compress(server)
    access = server.extensions[EXTENSION] = Access(context.settings, port, secrets.token_bytes(32))
    guard(server, context.settings, access, Cookies(sessions, port, limits), lambda: app.csp_hashes())
    refuse_forged_forms(server, lambda: app.callback_map)
    answer_faults(server)
    add_routes(server, context)
    app = Dash(
        __name__, server=cast(Any, server), assets_folder=str(_ASSETS), serve_locally=True, title=_TITLE,
        update_title=cast(str, None), background_callback_manager=QueueManager(context.queue),
        suppress_callback_exceptions=True, add_log_handler=False, meta_tags=[_VIEWPORT],
    )  # fmt: skip
    app.layout = lambda: page(context)
    register(app, context)
    app.enable_dev_tools(debug=False)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return server
