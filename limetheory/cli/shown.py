"""Names as they are shown: nothing in them moves the cursor, colours the terminal or cannot be encoded."""


def shown(text: str) -> str:
    """Text with what cannot be printed as Python's escapes: control characters, bytes of names that are no UTF-8.

    >>> print(shown("a\\nb \\x1b[31m é \\udcff"))
    a\\nb \\x1b[31m é \\udcff
    """
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
