"""Text made safe to show: without characters that move the cursor, turn the reading direction or cannot be encoded."""

from __future__ import annotations


def shown(text: str) -> str:
    """The text with Python's escapes for control and format characters, and for bytes of names that are not UTF-8.

    >>> print(shown("a\\nb \\x1b[31m é \\udcff \\u202e"))
    a\\nb \\x1b[31m é \\udcff \\u202e
    """
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
