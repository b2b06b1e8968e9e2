"""Names made safe to print: without characters that move the cursor, colour the terminal or cannot be encoded."""


def shown(text: str) -> str:
    """The text with Python's escapes for control characters, and for bytes of file names that are not UTF-8.

    >>> print(shown("a\\nb \\x1b[31m é \\udcff"))
    a\\nb \\x1b[31m é \\udcff
    """
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
