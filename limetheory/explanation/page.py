"""Pages in HTML that need no other file."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from limetheory.shown_text import shown


def page(title: str, body: str) -> str:
    """A page with a title, which is escaped, and a body in HTML.

    >>> "<h1>a &lt; b</h1><p>c</p>" in page("a < b", "<p>c</p>")
    True
    """
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(shown(title))}</title></head>'
        f'<body style="font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em">'
        f"<h1>{escape(shown(title))}</h1>{body}</body></html>\n"
    )


def picture(png: bytes) -> str:
    """A picture (PNG) that stands in the page itself, as wide as the page at most.

    >>> picture(b"")
    '<img alt="" style="max-width: 100%" src="data:image/png;base64,">'
    """
    return f'<img alt="" style="max-width: 100%" src="data:image/png;base64,{b64encode(png).decode()}">'
