"""The labels of code, proofs and paper are the same, one to one."""

import re
from pathlib import Path

import pytest

from proofs_check import peers
from proofs_check.registry import AWAITED, AWAITED_CODE, STATEMENTS
from proofs_check.statement import module_name

ROOT = Path(__file__).parents[2]
LABEL = re.compile(r"(?:lem|prop|thm|cor):[a-z]+(?:-[a-z]+)*")
LABELS = [statement.label for statement in STATEMENTS]
WITH_CODE = [statement for statement in STATEMENTS if statement.code]


def labels_in(*files):
    return {label for file in files for label in LABEL.findall(file.read_text(encoding="utf-8"))}


def test_labels_are_unique():
    assert len(set(LABELS)) == len(LABELS)


def test_each_label_in_the_code_has_a_proof_or_is_awaited():
    files = [*(ROOT / "limetheory").rglob("*.py"), ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    assert labels_in(*files) - set(LABELS) - set(AWAITED) == set()


def test_no_awaited_label_has_a_proof():
    assert not set(AWAITED) & set(LABELS)


def test_just_the_statements_without_code_await_it():
    assert set(AWAITED_CODE) == {statement.label for statement in STATEMENTS if not statement.code}


def test_each_proof_is_of_a_label_in_the_code_or_awaits_its_code():
    assert set(LABELS) - set(AWAITED_CODE) <= labels_in(*(ROOT / "limetheory").rglob("*.py"))


def test_each_certificate_and_theorem_has_a_statement_or_an_awaited_one():
    assert {*(peers.certificates() or {}), *peers.theorems()} <= {*LABELS, *AWAITED}


def test_the_paper_states_just_the_registered_labels():
    text = (ROOT / "paper" / "statements.tex").read_text(encoding="utf-8")
    assert re.findall(r"\\label\{(.*?)\}", text) == LABELS
    assert set(re.findall(r"\\ref\{(.*?)\}", text)) <= set(LABELS)


def test_each_file_of_a_statement_is_registered_under_its_label():
    files = {file.stem for file in (ROOT / "proofs_check" / "statements").glob("*_*.py")} - {"__init__"}
    assert files == {module_name(label) for label in LABELS}


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_pointers_exist(statement):
    checks = (*peers.certificate_files(statement.label), *peers.formal_files(statement.label))
    assert all((ROOT / path).is_file() for path in (*statement.code, *statement.tests, statement.file, *checks))


@pytest.mark.parametrize("statement", WITH_CODE, ids=lambda s: s.label)
def test_the_code_names_its_label(statement):
    assert statement.label in labels_in(*(ROOT / path for path in statement.code))
    assert statement.tests
