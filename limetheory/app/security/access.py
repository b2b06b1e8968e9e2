"""The token: a browser names it once in the address and keeps a cookie, which is no help to find the token."""

from __future__ import annotations

import hmac
from hashlib import sha256

from flask import Request, Response, redirect
from werkzeug.http import parse_cookie

from limetheory.app.settings import Settings

PARAMETER = "token"
EXTENSION = "limetheory.access"
"""Where a server has its `Access`."""

REFUSAL = "This page needs its token: open the address that limetheory app printed, which ends in ?token=…"


class Access:
    """Whether a request may be answered.

    Args:
        settings: with the token; without one everything is answered.
        port: that is served, since browsers share cookies between the ports of a host.
        secret: of this run of the server.
    """

    def __init__(self, settings: Settings, port: int, secret: bytes):
        self._token, self._secret, self._cookie = settings.token, secret, f"limetheory_access_{port}"

    def granted(self, request: Request) -> bool:
        """Whether no token is needed, or the request brings the cookie of one."""
        return self.knows(request.headers.get("Cookie", ""))

    def knows(self, cookies: str) -> bool:
        """Whether no token is needed, or the header of the cookies has the one of the token."""
        return self._token is None or _same(parse_cookie(cookies).get(self._cookie, ""), self._proof())

    def entered(self, request: Request) -> Response | None:
        """The answer to an address with the right token: a cookie, and the same address without it; None to others."""
        named = request.args.get(PARAMETER)
        if self._token is None or named is None or request.path != "/" or not _same(named, self._token):
            return None
        answer: Response = redirect("/")  # type: ignore[assignment]
        answer.set_cookie(self._cookie, self._proof(), httponly=True, samesite="Strict", secure=request.is_secure)
        return answer

    def _proof(self) -> str:
        return hmac.new(self._secret, (self._token or "").encode(), sha256).hexdigest()


def _same(first: str, second: str) -> bool:
    return hmac.compare_digest(first.encode(), second.encode())
