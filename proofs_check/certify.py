"""The method CERTIFIED on instances: exact rationals compared with brute force over all masks, for d up to 10."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

from proofs_check.statement import Claim, Draw, Statement

ENOUGH = 20
"""With fewer instances that satisfy its assumptions, a statement is not certified; a convention."""

TAKEN = 40
_TRIED, _SEED = 400, 2021


class RefutedError(AssertionError):
    """A formula of a claim differs from brute force on an instance that satisfies the assumptions."""

    def __init__(self, label: str, name: str, difference: Fraction, instance: Any):
        super().__init__(f"{label}: {name} is off by {float(difference):.3g} at {shown(instance)}")
        self.name, self.difference, self.instance = name, difference, instance


class VacuousError(AssertionError):
    """Too few instances satisfy the assumptions, or nothing is compared on one."""


def shown(instance: Any) -> str:
    """One line that describes an instance."""
    text = repr(instance)
    return text if len(text) < 300 else f"{text[:300]}…"


@dataclass(frozen=True)
class Instances:
    """How many instances were checked, between which numbers of superpixels, with how many comparisons."""

    number: int
    smallest: int
    largest: int
    comparisons: int

    def __str__(self) -> str:
        return f"{self.number} exact instances, d = {self.smallest}…{self.largest}"


def certify(statement: Statement, changes: Claim | None = None) -> Instances:
    """Compare a claim, or the claim with some entries changed, with brute force.

    Raises:
        RefutedError: they differ.
        VacuousError: fewer than 20 of 400 random instances satisfy the assumptions.
    """
    claim, sizes, compared = statement.changed(changes), [], 0
    for d, instance in islice(satisfying(statement), TAKEN):
        compared += compare(statement, claim, instance)
        sizes.append(d)
    if len(sizes) < ENOUGH:
        raise VacuousError(f"{statement.label}: {len(sizes)} instances satisfy the assumptions, not {ENOUGH}")
    return Instances(len(sizes), min(sizes), max(sizes), compared)


def satisfying(statement: Statement, largest: int | None = None) -> Iterator[tuple[int, Any]]:
    """Instances that satisfy the assumptions, each with its d."""
    drawn = instances(statement.draw, largest or statement.largest)
    return ((d, instance) for d, instance in drawn if statement.assumed(instance))


def instances(draw: Draw, largest: int) -> Iterator[tuple[int, Any]]:
    """400 instances, each with its d, which takes the values 1, …, largest in turn."""
    rng = Random(_SEED)
    for i in range(_TRIED):
        d = 1 + i % largest
        yield d, draw(rng, d)


def compare(statement: Statement, claim: Claim, instance: Any) -> int:
    """The number of comparisons on one instance.

    Raises:
        RefutedError: one of them fails.
        VacuousError: there is none.
    """
    differences = statement.check(instance, claim)
    for name, difference in differences.items():
        if difference != 0:
            raise RefutedError(statement.label, name, difference, instance)
    if not differences:
        raise VacuousError(f"{statement.label}: nothing is compared at {instance}")
    return len(differences)
