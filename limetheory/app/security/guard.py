"""The checks before every answer and the headers behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from flask import Flask, Response, request

from limetheory.app.security.access import REFUSAL, Access
from limetheory.app.security.headers import content_policy, secured
from limetheory.app.security.hosts import host_is_known
from limetheory.app.security.origins import is_foreign, is_link_of_another_site
from limetheory.app.sessions.cookies import Cookies
from limetheory.app.settings import Settings

_UNKNOWN_HOST = "This address is none of this server's. Open the one that limetheory app printed."
_FOREIGN = "This request comes from another site and was not carried out."
_ARRIVED = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/">'
    '<title>limetheory</title><p><a href="/">Open the page</a></p></html>'
)
"""What another site's link leads to: it asks for the page at once, as the page itself does, with the cookie there is.

The page under a new cookie would take the place of the cookie that the browser has, and with it of the person's work.
"""


def guard(
    server: Flask, settings: Settings, access: Access, cookies: Cookies, script_hashes: Callable[[], Sequence[str]]
) -> None:
    """Check the host, the token and the origin of each request, and send each answer with the headers.

    To be called before anything else looks at requests.

    Args:
        server: of the page.
        settings: of the command line.
        access: who is let in.
        cookies: which put the session of the browser into `flask.g`.
        script_hashes: () → those of the inline scripts that the page has, once all of them are known.
    """
    policy = cache(lambda: content_policy(script_hashes()))

    @server.before_request
    def check() -> Response | None:
        if not host_is_known(request.host, settings):
            return _refused(_UNKNOWN_HOST, 421)
        entered = access.entered(request)
        if entered is not None:
            return entered
        if not access.granted(request):
            return _refused(REFUSAL, 401)
        if is_foreign(request):
            return _refused(_FOREIGN, 403)
        if is_link_of_another_site(request) and not cookies.brought(request):
            return Response(_ARRIVED, mimetype="text/html")
        cookies.read(request)
        return None

    @server.after_request
    def finish(response: Response) -> Response:
        return secured(cookies.send(request, response), policy())


def _refused(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, mimetype="text/plain")
