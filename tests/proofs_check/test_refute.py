"""The search by hypothesis finds counterexamples to wrong variants and none to the claims."""

import pytest

from proofs_check.refute import refute
from proofs_check.registry import STATEMENTS

BY_LABEL = {statement.label: statement for statement in STATEMENTS}
SOME = ["lem:alpha", "thm:limit", "prop:trees", "prop:text"]
MUTANTS = [(BY_LABEL[label], name) for label in SOME for name in BY_LABEL[label].mutants]


@pytest.mark.slow
@pytest.mark.parametrize(("statement", "name"), MUTANTS, ids=lambda x: getattr(x, "label", x))
def test_mutant_is_refuted(statement, name):
    found = refute(statement, seconds=120, changes=statement.mutants[name])
    assert "is off by" in found.problem and not found.establishes


@pytest.mark.slow
@pytest.mark.parametrize("label", SOME)
def test_no_counterexample_to_the_claim(label):
    found = refute(BY_LABEL[label], seconds=120, examples=30)
    assert found.problem == "" and found.found == ("30 examples, no counterexample",)
    assert not found.establishes


def test_the_counterexample_is_small():
    found = refute(BY_LABEL["thm:limit"], seconds=120, changes={"slope": BY_LABEL["thm:limit"].claim["slope"] + 1})
    assert "d=2" in found.problem
