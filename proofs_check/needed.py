"""Each hypothesis is needed: the claim fails if it alone is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from proofs_check.certify import TAKEN, RefutedError, VacuousError, compare, instances
from proofs_check.exact import SingularError
from proofs_check.statement import Statement

DEFINITIONS = {
    "d ≥ 2": "α_2, and so Δ, is defined for two superpixels or more",
    "some size carries mass": "κ and V are defined where α_0 > 0",
}
"""Assumptions that give a symbol its meaning; the formulas may hold without them."""


class UnneededError(AssertionError):
    """A claim that also holds without one of its hypotheses."""


def hypotheses(statement: Statement) -> tuple[str, ...]:
    """The hypotheses that a claim is to fail without: assumptions, and what every instance has by its drawing."""
    assumed = (name for name in statement.assumptions if name not in DEFINITIONS)
    return tuple(dict.fromkeys((*assumed, *statement.without)))


def refuted_without(statement: Statement, hypothesis: str) -> str:
    """How a claim fails on the first instance that violates a hypothesis and satisfies all others.

    Raises:
        UnneededError: it holds on all of them.
        VacuousError: there are none.
    """
    tried = 0
    for instance in islice(_lacking(statement, hypothesis), TAKEN):
        tried += 1
        try:
            compare(statement, statement.claim, instance)
        except RefutedError as error:
            return f"{error.name} is off by {float(error.difference):.3g}"
        except (SingularError, ZeroDivisionError):
            return "there is not exactly one solution"
    if not tried:
        raise VacuousError(f"{statement.label}: no instance lacks {hypothesis!r} alone")
    raise UnneededError(f"{statement.label} holds on {tried} instances without {hypothesis!r}; leave it out")


def _lacking(statement: Statement, hypothesis: str) -> Iterator[Any]:
    others = [holds for name, holds in statement.assumptions.items() if name != hypothesis]
    dropped = statement.assumptions.get(hypothesis, lambda instance: False)
    for _, instance in instances(statement.without.get(hypothesis, statement.draw), statement.largest):
        if not dropped(instance) and all(holds(instance) for holds in others):
            yield instance
