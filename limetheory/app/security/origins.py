"""Requests that another site's page sends: refused wherever they could change something (CSRF)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

_READING = {"GET", "HEAD", "OPTIONS"}
_OWN = {"same-origin", "none"}
"""Values of Sec-Fetch-Site for this page itself, and for an address that a person typed."""


def is_foreign(request: Request) -> bool:
    """Whether a request that may change something comes from another site, as far as its browser says.

    Besides, such a request must be JSON, which a form of another site cannot send.
    """
    if request.method in _READING:
        return False
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in _OWN:
        return True
    if origin is not None and _host_of(origin) != request.host:
        return True
    return request.mimetype != "application/json"


def is_link_of_another_site(request: Request) -> bool:
    """Whether a browser follows another site's link, to which it adds none of the cookies that it has."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site"


def _host_of(origin: str) -> str | None:
    """The host and port of an origin; None where it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as of "http://[::1"
        return None
