"""Reviews of the multi-domain sentiment corpus (Blitzer, Dredze & Pereira 2007), whose files look like XML but are not.

A domain is a folder with `positive.review` and `negative.review`. The text of a review is what follows
`<review_text>`. Ampersands are not escaped, bytes are UTF-8 in some reviews and Latin-1 in others, and closing tags may
be missing: a text then ends where the next tag of a review begins.
"""

from __future__ import annotations

import re
from pathlib import Path

SIDES = ("negative", "positive")
"""The files of a domain, in the order of the classes 0 and 1."""

_START = re.compile(rb"<review_text>")
_END = re.compile(rb"</?review(?:_text)?>")


def texts_of(file: bytes) -> list[str]:
    """The texts of a file, in its order; empty ones are left out.

    >>> texts_of(b"<review><review_text>Good & short</review_text></review><review_text>Cut off <review>")
    ['Good & short', 'Cut off']
    """
    pieces = (_END.split(piece, maxsplit=1)[0] for piece in _START.split(file)[1:])
    return [text for text in (_decoded(piece).strip() for piece in pieces) if text]


def _decoded(piece: bytes) -> str:
    """UTF-8 where the bytes are, else Latin-1, which every byte is."""
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("latin-1")


def reviews(folder: Path) -> tuple[list[str], list[int]]:
    """The texts of a domain and their classes, 1 for positive ones.

    Raises:
        ValueError: a file is missing, or has no review.
    """
    texts, labels = list[str](), list[int]()
    for label, side in enumerate(SIDES):
        file = folder / f"{side}.review"
        found = texts_of(file.read_bytes()) if file.is_file() else []
        if not found:
            raise ValueError(
                f"data must have reviews in {side}.review of {folder.name}, got none in {folder}; unpack the "
                "multi-domain sentiment corpus there, or leave --data out"
            )
        texts += found
        labels += [label] * len(found)
    return texts, labels
