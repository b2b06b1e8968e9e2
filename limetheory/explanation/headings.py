"""What the intervals of an explanation are called in tables and figures."""

from __future__ import annotations

from limetheory.explanation.stopping import Stopping


def interval_name(stopping: Stopping | None, level: float) -> str:
    """The name of one of the intervals that `Explanation.asked_interval` gives.

    With a tolerance they hold for all coefficients at once, and their name says so.

    Args:
        stopping: that of the explanation.
        level: of the intervals, in (0, 1).

    >>> interval_name(None, 0.95)
    '95 % interval'
    """
    together = "" if stopping is None else "simultaneous "
    return f"{together}{100 * level:g} % interval"
