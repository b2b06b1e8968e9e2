"""An explanation of a text as HTML: every character of the text is escaped."""

from __future__ import annotations

from html import escape

from limetheory.explanation.page import page as as_page
from limetheory.explanation.rendering import html_of
from limetheory.text.explanation import TextExplanation
from limetheory.text.shading import NEGATIVE, POSITIVE, Shaded, heading, shaded

_BOX = "white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.7; color: #111; background: #fff; padding: .5em"


@html_of.register(TextExplanation)
def highlighted(found: TextExplanation, level: float) -> str:
    """The text with a coloured background behind each token, below a line that says what is explained."""
    key = (
        f"{_mark('raises', POSITIVE)} and {_mark('lowers', NEGATIVE)} the output; dotted where the interval contains 0"
    )
    body = "".join(map(_piece, shaded(found, level)))
    return (
        f'<div><p style="font-size: small">{escape(heading(found, level))}<br>{key}</p>'
        f'<div dir="auto" style="{_BOX}">{body}</div></div>'
    )


def page(found: TextExplanation, title: str, level: float) -> str:
    """`highlighted` as a page of its own."""
    return as_page(title, highlighted(found, level))


def _piece(piece: Shaded) -> str:
    if piece.part is None:
        return escape(piece.text)
    colour = "#{:02x}{:02x}{:02x}".format(*piece.colour)
    line = "" if piece.certain else "; border-bottom: 1px dotted #777"
    return f'<span title="{escape(piece.note)}" style="background: {colour}{line}">{escape(piece.text)}</span>'


def _mark(word: str, colour: tuple[int, int, int]) -> str:
    return f'<b style="color: rgb{colour}">{word}</b>'
