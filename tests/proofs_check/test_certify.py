"""Exact instances refute every mutant, and a statement without instances is not certified."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy as sp

from proofs_check.certify import ENOUGH, RefutedError, VacuousError, certify
from proofs_check.registry import STATEMENTS

MUTANTS = [(statement, name) for statement in STATEMENTS for name in statement.mutants]
ENTRIES = [(statement, name) for statement in STATEMENTS for name in statement.claim]
LIMIT = next(statement for statement in STATEMENTS if statement.label == "thm:limit")


@pytest.mark.parametrize(("statement", "name"), MUTANTS, ids=lambda x: getattr(x, "label", x))
def test_mutant_is_refuted(statement, name):
    with pytest.raises(RefutedError) as refusal:
        certify(statement, statement.mutants[name])
    assert refusal.value.difference != 0
    assert statement.assumed(refusal.value.instance)


@pytest.mark.parametrize(("statement", "name"), ENTRIES, ids=lambda x: getattr(x, "label", x))
def test_each_formula_of_a_claim_matters(statement, name):
    with pytest.raises(RefutedError):
        certify(statement, {name: statement.claim[name] + sp.Rational(1, 7)})


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_instances_hold_exact_numbers_alone(statement):
    instance = statement.draw(Random(1), 3)
    assert all(exact(field) for field in vars(instance).values())


def exact(field):
    if isinstance(field, (tuple, frozenset)):
        return all(map(exact, field))
    return isinstance(field, (int, Fraction))


@pytest.mark.slow
@pytest.mark.parametrize("satisfied", [0, ENOUGH - 1])
def test_assumptions_of_too_few_instances_are_vacuous(satisfied):
    left = iter(range(satisfied))
    picky = {**LIMIT.assumptions, "rarely": lambda world: next(left, None) is not None}
    with pytest.raises(VacuousError, match=f"{satisfied} instances satisfy"):
        certify(replace(LIMIT, assumptions=picky))


@pytest.mark.slow
def test_twenty_instances_are_enough():
    left = iter(range(ENOUGH))
    picky = {**LIMIT.assumptions, "rarely": lambda world: next(left, None) is not None}
    assert certify(replace(LIMIT, assumptions=picky)).number == ENOUGH


def test_an_instance_without_comparison_is_vacuous():
    with pytest.raises(VacuousError, match="nothing is compared"):
        certify(replace(LIMIT, check=lambda instance, claim: {}))


@pytest.mark.slow
def test_instances_go_up_to_ten_superpixels():
    assert certify(LIMIT).largest == 10
