"""Words of the command line in encodings that lack some of their characters, such as ASCII."""

from __future__ import annotations

import codecs
from typing import Any

_NAME = "limetheory"
_IN_ASCII = {
    "…": "...", "±": "+-", "−": "-", "–": "-", "×": "x", "·": "*", "→": "->", "≤": "<=", "≥": ">=", "ν": "nu",
    "√": "sqrt ", "²": "^2", "ε": "epsilon", "β": "beta", "Σ": "sum ", "“": '"', "”": '"', "’": "'",
}  # fmt: skip


def always_encodable(*streams: Any) -> None:
    """Let streams write every character: one that their encoding lacks as ASCII writes it, or as Python's escape.

    Args:
        *streams: such as sys.stdout; those that are no files of text stay as they are.
    """
    for stream in streams:
        if hasattr(stream, "reconfigure") and not _encodes(stream.encoding):
            stream.reconfigure(errors=_NAME)


def _encodes(encoding: str | None) -> bool:
    try:
        "".join(_IN_ASCII).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_IN_ASCII.get(one) or one.encode("ascii", "backslashreplace").decode() for one in lacking), error.end


codecs.register_error(_NAME, _in_ascii)
