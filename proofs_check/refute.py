"""A search for counterexamples in which hypothesis draws the instances and simplifies those that it finds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from proofs_check.certify import RefutedError, VacuousError, compare
from proofs_check.methods import SEARCHED, Outcome, timed
from proofs_check.statement import Claim, Statement

_LARGEST = 5
"""The largest d of an instance, since a formula in d that is wrong fails on few superpixels too."""

_BATCH, _ENOUGH = 100, 10_000
"""Examples of one run of hypothesis, and of a whole search."""


@st.composite
def instances(draw: st.DrawFn, statement: Statement) -> Any:
    """Instances of a statement, every random choice made by hypothesis; they need not satisfy the assumptions."""
    source = draw(st.randoms(use_true_random=False))
    return statement.draw(source, draw(st.integers(1, min(_LARGEST, statement.largest))))


@dataclass
class Search:
    """A search with a deadline that counts the instances that satisfied the assumptions."""

    statement: Statement
    claim: Claim
    deadline: float
    enough: int
    examples: int = 0
    refutation: RefutedError | None = None

    def refutes(self, instance: Any) -> bool:
        """Whether an instance is a counterexample; after the deadline it is not tested."""
        if self.over or not self.statement.assumed(instance):
            return False
        self.examples += 1
        try:
            compare(self.statement, self.claim, instance)
        except RefutedError as error:
            self.refutation = error
            return True
        return False

    @property
    def over(self) -> bool:
        """Whether time is up or enough examples were tried; what is found is shrunk to the end."""
        return self.refutation is None and (time.monotonic() > self.deadline or self.examples >= self.enough)

    def run(self) -> None:
        """Batches of examples until one is a counterexample, time is up, or enough were tried.

        Raises:
            RefutedError: the smallest counterexample found.
            VacuousError: no instance satisfied the assumptions.
        """
        batch = 0
        while self.refutation is None and not self.over:
            _one_batch(self, batch)
            batch += 1
        if self.refutation is not None:
            raise self.refutation
        if not self.examples:
            raise VacuousError(f"{self.statement.label}: no instance satisfied the assumptions")


def _one_batch(search: Search, seed: int) -> None:
    limits = settings(
        max_examples=_BATCH,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        find(instances(search.statement), search.refutes, settings=limits, random=Random(seed))
    except NoSuchExample:
        pass


def refute(statement: Statement, seconds: float, changes: Claim | None = None, examples: int = _ENOUGH) -> Outcome:
    """Search for a counterexample to a claim, or to that with some entries changed."""
    search = Search(statement, statement.changed(changes), time.monotonic() + seconds, examples)

    def run() -> tuple[str, ...]:
        search.run()
        return (f"{search.examples} examples, no counterexample",)

    return timed(SEARCHED, f"d ≤ {min(_LARGEST, statement.largest)}", run)


def searcher(seconds: float, number: int) -> Callable[[Statement], Outcome]:
    """A search that divides a total time among several statements."""
    return lambda statement: refute(statement, seconds / max(number, 1))
