"""The table of clauses names checks that exist, and lists every clause."""

import re
from itertools import islice

import pytest

from proofs_check import peers
from proofs_check.certify import satisfying
from proofs_check.clauses import CLAUSES
from proofs_check.registry import STATEMENTS

BY_LABEL = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)


def compared(statement):
    """Names of comparisons on small instances."""
    instances = islice(satisfying(statement, min(4, statement.largest)), 20)
    return {name for _, instance in instances for name in statement.check(instance, statement.claim)}


def theorems(label):
    return {name.split(".")[1] for name in peers.theorems().get(label, ())}


def test_each_statement_has_clauses():
    assert list(CLAUSES) and set(CLAUSES) == {statement.label for statement in STATEMENTS}


@BY_LABEL
@pytest.mark.parametrize("means", ["symbolic", "instances"])
def test_names_of_checks_are_those_of_the_statement(statement, means):
    names = set(statement.identities(statement.claim)) if means == "symbolic" else compared(statement)
    beginnings = {start for clause in CLAUSES[statement.label] for start in getattr(clause, means)}
    assert {start for start in beginnings if not any(name.startswith(start) for name in names)} == set()
    assert {name for name in names if not any(name.startswith(start) for start in beginnings)} == set()


@BY_LABEL
def test_theorems_are_those_of_the_label(statement):
    named = [name for clause in CLAUSES[statement.label] for name in clause.coq]
    assert sorted(named) == sorted(theorems(statement.label))


@BY_LABEL
def test_certificates_are_those_of_the_label(statement):
    if peers.certificates() is None:
        pytest.skip("python-flint is not installed")
    names = [certificate.name for certificate in peers.certificates().get(statement.label, ())]
    for clause in CLAUSES[statement.label]:
        assert all(any(name.startswith(start) for name in names) for start in clause.balls), clause.words


@BY_LABEL
def test_each_clause_is_shown_or_said_not_to_be(statement):
    for clause in CLAUSES[statement.label]:
        assert bool(clause.symbolic or clause.instances or clause.balls or clause.coq) != bool(clause.quoted), clause


def test_clauses_without_a_machine_check_are_said_to_be_open():
    """A clause that no machine checks is said to be open in its statement, or is shown under another label."""
    for statement in STATEMENTS:
        quoted = [clause.quoted for clause in CLAUSES[statement.label] if clause.quoted]
        elsewhere = all(re.match(r"(lem|prop|thm|cor):[a-z-]+, where", text) for text in quoted)
        assert not quoted or statement.open_part or elsewhere, statement.label
