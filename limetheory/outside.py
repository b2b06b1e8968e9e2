"""Where a warning is shown: at the line of the caller that called limetheory."""

from __future__ import annotations

import sys


def outside() -> int:
    """The stack level, as its caller counts it in `warnings.warn`, of the first caller outside of limetheory."""
    frame, level = sys._getframe(1), 1
    # functools calls the registered functions of limetheory
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(("limetheory.", "functools")):
        frame, level = frame.f_back, level + 1
    return level
