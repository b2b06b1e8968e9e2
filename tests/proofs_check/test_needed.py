"""Each hypothesis of a statement is needed: without it alone the claim fails on some instance."""

from dataclasses import replace

import pytest

from proofs_check.certify import VacuousError
from proofs_check.needed import DEFINITIONS, UnneededError, hypotheses, refuted_without
from proofs_check.registry import STATEMENTS
from proofs_check.world import World

BY_LABEL = {statement.label: statement for statement in STATEMENTS}
LIMIT = BY_LABEL["thm:limit"]
HYPOTHESES = [(statement, name) for statement in STATEMENTS for name in hypotheses(statement)]
WITHOUT = [(statement, name) for statement in STATEMENTS for name in statement.without]


@pytest.mark.parametrize(("statement", "name"), HYPOTHESES, ids=lambda x: getattr(x, "label", x))
def test_the_claim_fails_without_it(statement, name):
    assert refuted_without(statement, name)


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_each_statement_has_a_hypothesis(statement):
    assert hypotheses(statement)


@pytest.mark.parametrize(("statement", "name"), WITHOUT, ids=lambda x: getattr(x, "label", x))
def test_what_every_instance_has_is_refuted_by_a_number(statement, name):
    """A hypothesis that every instance satisfies is shown to be needed by the formulas themselves."""
    if name not in statement.assumptions:
        assert "is off by" in refuted_without(statement, name)


def test_the_equal_weights_of_shap_are_needed():
    """D = (0.2, 0.3), F(1) − F(0) = 1 and weights (1, 3) give (0.575, 0.425), which ranks them the other way."""
    assert "SHAP" in refuted_without(BY_LABEL["prop:equivalence"], "the weights of SHAP are equal")


@pytest.mark.slow
def test_a_hypothesis_that_is_not_needed_is_noticed():
    idle = replace(LIMIT, assumptions={**LIMIT.assumptions, "F(0) ≥ 0": lambda world: world.table[0] >= 0})
    with pytest.raises(UnneededError, match=r"holds on 40 instances without 'F\(0\) ≥ 0'"):
        refuted_without(idle, "F(0) ≥ 0")


@pytest.mark.slow
def test_a_hypothesis_that_no_instance_lacks_is_noticed():
    always = replace(LIMIT, assumptions={**LIMIT.assumptions, "d ≥ 1": lambda world: world.d >= 1})
    with pytest.raises(VacuousError, match="no instance lacks 'd ≥ 1' alone"):
        refuted_without(always, "d ≥ 1")


@pytest.mark.slow
def test_a_hypothesis_that_is_kept_is_not_refuted():
    kept = replace(LIMIT, without={"the design is exchangeable": World.drawn})
    with pytest.raises(UnneededError):
        refuted_without(kept, "the design is exchangeable")


@pytest.mark.slow
def test_definitions_are_no_hypotheses():
    """The formulas of thm:limit hold at d = 1 too, with α_2 = 0 by convention."""
    with pytest.raises(UnneededError):
        refuted_without(LIMIT, "d ≥ 2")
    assert not set(DEFINITIONS) & set(hypotheses(LIMIT))
