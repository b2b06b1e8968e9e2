"""What an audit finds: one line for each method and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

VERDICTS = ("holds", "deviates", "undecided", "no answer")
"""What a check may end with; "undecided" where the runs are too few, or too noisy, to tell."""
UNEXPLAINED = "unexplained by the designs that were tried"


@dataclass(frozen=True)
class Finding:
    """The verdict of one check on one method.

    Attributes:
        check: the name of the check, a key of `CHECKS`.
        verdict: one of `VERDICTS`.
        says: the numbers behind it in one sentence.
        explanation: of a deviation: the design, kernel, penalty or target under which its numbers are right.
        numbers: what was expected and found, for the JSON file.
    """

    check: str
    verdict: str
    says: str
    explanation: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Audited:
    """All findings on one method of a library.

    Attributes:
        library, name: the library and its method.
        method: what the method says that it does.
        versions: of the packages of its environment; empty where it is not installed.
        findings: one for each check that it can be asked.
        notes: one line each: why it was not audited or not to the end, and what it printed or warned of.
        seconds: how long its process took.
        processor: seconds of processor time of it.
    """

    library: str
    name: str
    method: str
    versions: Mapping[str, str] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    notes: Sequence[str] = ()
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def installed(self) -> bool:
        """Whether there was something to audit."""
        return bool(self.versions)

    @property
    def deviations(self) -> list[Finding]:
        """The checks that deviate."""
        return [one for one in self.findings if one.verdict == "deviates"]
