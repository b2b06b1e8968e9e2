"""The headers of every answer: what a browser may load, run and frame."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_policy(script_hashes: Sequence[str]) -> str:
    """The content-security policy: scripts and requests of this server only, no inline script but the hashed ones.

    Styles may be inline, since plotly.js draws with them; a style can neither run nor, under the other lines, load
    anything from elsewhere.
    """
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def secured(response: Response, policy: str) -> Response:
    """The answer with the headers; what was computed for one browser is kept by no cache."""
    response.headers["Content-Security-Policy"] = policy
    for name, value in _ALWAYS.items():
        response.headers[name] = value
    if response.mimetype in ("application/json", "text/html"):
        response.headers["Cache-Control"] = "no-store"
    return response
