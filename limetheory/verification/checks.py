"""A check: a measured value, the interval it must lie in, and what that shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Check:
    """A value that must lie in [low, high].

    >>> Check("rate", -0.51, -0.6, -0.4, "error falls like 1/√N").passed
    True
    """

    name: str
    value: float
    low: float
    high: float
    meaning: str

    @property
    def passed(self) -> bool:
        """Whether the value is inside; NaN is not."""
        return self.low <= self.value <= self.high

    @property
    def rule(self) -> str:
        """The interval in words."""
        if self.low == -float("inf"):
            return f"≤ {self.high:.3g}"
        if self.high == float("inf"):
            return f"≥ {self.low:.3g}"
        return f"in [{self.low:.3g}, {self.high:.3g}]"


@dataclass
class Section:
    """One part of the report: checks, the numbers behind them, and figures by name."""

    title: str
    text: str
    checks: list[Check] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
