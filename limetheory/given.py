"""How a refusal says what was given: in one line, however long the value is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

_LONGEST = 200
"""Characters of a value: as many as tell which one it was, and no page of an array's numbers."""


def given(value: Any) -> str:
    """A value as Python writes it, a path as its string, in one line and cut where it is long.

    >>> import numpy as np
    >>> from pathlib import PurePosixPath
    >>> given("mean"), given(np.zeros((2, 2))), given(PurePosixPath("a.png"))
    ("'mean'", 'array([[0., 0.], [0., 0.]])', "'a.png'")
    """
    written = " ".join(filter(None, map(str.strip, _written(value).splitlines())))
    return written if len(written) <= _LONGEST else f"{written[:_LONGEST]}…"


def _written(value: Any) -> str:
    try:
        return repr(os.fspath(value) if isinstance(value, os.PathLike) else value)
    except ValueError:  # of an integer of more digits than Python writes
        return f"{type(value).__name__} of too many digits to write"
    except Exception:  # of a class whose own __repr__ fails
        return f"{type(value).__name__} that cannot be written"


def did_you_mean(value: Any, known: Sequence[str]) -> str:
    """The question after the nearest known name; nothing where none is near.

    >>> did_you_mean("Strata", ["design", "strata"]), did_you_mean(3, ["design"])
    ("did you mean 'strata'?", '')
    """
    by_letters = {name.lower(): name for name in reversed(known)}
    near = get_close_matches(value.lower(), by_letters, n=1) if isinstance(value, str) else []
    return f"did you mean {by_letters[near[0]]!r}?" if near else ""
