"""The methods that establish a statement; each is timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofs_check.accuracy import run_library
from proofs_check.certify import certify
from proofs_check.formal import FormalVerdict
from proofs_check.needed import hypotheses, refuted_without
from proofs_check.statement import Statement

if TYPE_CHECKING:
    from proofs_check.balls import Certificate

PROVED, CERTIFIED, BALLS = "PROVED", "CERTIFIED", "CERTIFIED in balls"
FORMAL, SEARCHED = "FORMAL", "SEARCHED"
NEEDED, RUN = "HYPOTHESES", "LIBRARY"
_SHOWS_NOTHING = (SEARCHED, NEEDED, RUN)


@dataclass(frozen=True)
class Outcome:
    """What one method found.

    Args:
        method: PROVED, CERTIFIED, CERTIFIED in balls, FORMAL, SEARCHED, HYPOTHESES or LIBRARY.
        range: where it holds.
        found: names of identities or theorems, or what a certificate reports.
        seconds: how long it took.
        problem: why it failed, or "".
        missing: why it did not run, or "".
    """

    method: str
    range: str
    found: tuple[str, ...]
    seconds: float
    problem: str = ""
    missing: str = ""

    @property
    def establishes(self) -> bool:
        """Whether the statement holds by this method alone.

        A search that finds nothing shows nothing, nor do needed hypotheses or the accuracy of limetheory.
        """
        return bool(self.found) and not (self.problem or self.missing) and self.method not in _SHOWS_NOTHING


def timed(method: str, holds: str, run: Callable[[], tuple[str, ...]]) -> Outcome:
    """The outcome of a run that returns its findings or raises an AssertionError."""
    start = time.perf_counter()
    try:
        found, problem = run(), ""
    except AssertionError as error:
        found, problem = (), str(error)
    seconds = time.perf_counter() - start
    if not found and not problem:
        problem = "nothing was shown"
    return Outcome(method, holds, found, seconds, problem)


def proved(statement: Statement) -> Outcome:
    """Run the symbolic proof."""
    return timed(PROVED, statement.holds, lambda: tuple(identity.name for identity in statement.prove()))


def on_instances(statement: Statement) -> Outcome:
    """Compare the claim with brute force in exact rationals."""
    return timed(CERTIFIED, f"d ≤ {statement.largest}", lambda: (str(certify(statement)),))


def needed(statement: Statement) -> Outcome:
    """Check that the claim fails without each of its hypotheses."""
    names = hypotheses(statement)
    return timed(NEEDED, "", lambda: tuple(f"without “{n}”: {refuted_without(statement, n)}" for n in names))


def on_library(statement: Statement) -> Outcome:
    """Compare what limetheory returns on the instances with exact rationals."""
    return timed(RUN, "float64", lambda: (str(run_library(statement)),))


def in_balls(certificate: Certificate) -> Outcome:
    """Run the certificates in ball arithmetic."""
    return timed(BALLS, certificate.range, lambda: (f"{certificate.name}: {certificate.run()}",))


def formal(theorems: tuple[str, ...], verdict: FormalVerdict | None) -> Outcome:
    """The verdict of Coq; None if Coq is not installed."""
    if verdict is None:
        return Outcome(FORMAL, "", theorems, 0.0, missing="Coq is not installed")
    axioms = f"axioms {', '.join(verdict.axioms)}" if verdict.axioms else "no axioms"
    return Outcome(FORMAL, axioms, verdict.theorems, verdict.seconds, verdict.problem)
