"""The addresses under which a browser saves files of its session; each is made anew, and in memory."""

from __future__ import annotations

import io
import threading

from flask import Flask, Response, send_file

from limetheory.app.context import Context
from limetheory.app.exports.names import file_name
from limetheory.app.exports.table import EXPORTS, Export
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

PREFIX = "/export/"
_UNKNOWN = "There is no such file. Go back to the page, which lists those that there are."
_DAMAGED = "This file could not be made. Explain the photograph anew, then try again."
_AT_ONCE = threading.Semaphore(2)  # files made at a time, which bounds the memory; a convention


def add_routes(server: Flask, context: Context) -> None:
    """Answer the addresses of `EXPORTS`."""
    known = {one.ending: one for one in EXPORTS}

    @server.get(f"{PREFIX}<ending>")
    def export(ending: str) -> Response:
        chosen = known.get(ending)
        return _said(_UNKNOWN, 404) if chosen is None else _saved(chosen, context, current_session())


def _saved(chosen: Export, context: Context, session: Session) -> Response:
    try:
        with _AT_ONCE:
            content = chosen.made(context, session)
    except Refused as refused:
        return _said(str(refused), 409)
    except (ValueError, TypeError, ImportError) as error:
        return _said(f"{_DAMAGED} ({' '.join(str(error).split())})", 409)
    photo = photo_of(session)
    name = file_name("" if photo is None else photo.name, chosen.ending)
    answer = send_file(io.BytesIO(content), chosen.kind, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _said(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")
