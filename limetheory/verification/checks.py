"""A check: a measured value, the interval that it must lie in, and what it shows if it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Check:
    """A value that must lie in [low, high]; if both ends are infinite, it is reported and not judged.

    >>> Check("rate", -0.51, -0.6, -0.4, "error falls like 1/√N").passed
    True
    """

    name: str
    value: float
    low: float
    high: float
    meaning: str

    @property
    def judged(self) -> bool:
        """Whether the interval has a finite end, so that the value can fail."""
        return self.low > -float("inf") or self.high < float("inf")

    @property
    def verdict(self) -> str:
        """``"pass"``, ``"FAIL"``, or ``"reported"``."""
        return ("pass" if self.passed else "FAIL") if self.judged else "reported"

    @property
    def passed(self) -> bool:
        """Whether the value lies in the interval, which NaN does not; true for a value that is not judged."""
        return not self.judged or self.low <= self.value <= self.high

    @property
    def rule(self) -> str:
        """The interval as text."""
        if not self.judged:
            return "no limit"
        if self.low == -float("inf"):
            return f"≤ {self.high:.3g}"
        if self.high == float("inf"):
            return f"≥ {self.low:.3g}"
        return f"in [{self.low:.3g}, {self.high:.3g}]"


@dataclass
class Section:
    """One part of the report: checks, the numbers that they are computed from, and figures by name."""

    title: str
    text: str
    checks: list[Check] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
