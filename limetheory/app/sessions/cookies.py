"""From a request to the session of its browser, and the cookie that the answer brings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Request, Response, g

from limetheory.app.limits import Limits
from limetheory.app.sessions.session import Session
from limetheory.app.sessions.store import Sessions


class Cookies:
    """The cookie of a browser: unreadable for scripts, and not sent with requests of other sites.

    Args:
        sessions: of all browsers.
        port: that is served, since browsers share cookies between the ports of a host.
        limits: how long work is kept, and with it the cookie.
    """

    def __init__(self, sessions: Sessions, port: int, limits: Limits):
        self._sessions, self._name, self._age = sessions, f"limetheory_{port}", int(limits.idle_seconds)

    def brought(self, request: Request) -> bool:
        """Whether a request brings a cookie of ours."""
        return self._sessions.of(request.cookies.get(self._name)) is not None

    def read(self, request: Request) -> None:
        """Put the session of the request's browser into `flask.g`, that of a new cookie where it brings none."""
        cookie = request.cookies.get(self._name)
        session = self._sessions.of(cookie)
        g.new_cookie = None
        if session is None:
            g.new_cookie = cookie = Sessions.new_cookie()
            session = self._sessions.of(cookie)
        g.limetheory_session = session

    def send(self, request: Request, response: Response) -> Response:
        """Bring a new cookie with the page itself; no other answer makes a browser known."""
        if getattr(g, "new_cookie", None) is not None and request.path == "/":
            response.set_cookie(
                self._name, g.new_cookie, max_age=self._age, httponly=True, samesite="Strict", secure=request.is_secure
            )
        return response


@contextmanager
def as_session(session: Session) -> Iterator[None]:
    """Let another session be the current one inside of the ``with`` block."""
    own = current_session()
    g.limetheory_session = session
    try:
        yield
    finally:
        g.limetheory_session = own


def current_session() -> Session:
    """The session of the browser whose request is being answered."""
    session: Session = g.limetheory_session
    return session
