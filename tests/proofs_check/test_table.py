"""The command line prints a table, JSON and documents; its exit code tells whether all is established."""

import json
import re
from dataclasses import dataclass, replace
from itertools import count
from time import process_time
from types import SimpleNamespace

import pytest
import sympy as sp

import proofs_check.__main__ as command
from proofs_check import peers
from proofs_check.methods import CERTIFIED, FORMAL, NEEDED, PROVED, RUN, Outcome
from proofs_check.registry import AWAITED, STATEMENTS
from proofs_check.table import explained, table
from proofs_check.verdict import Verdict, verdict, verdicts

BY_LABEL = {statement.label: statement for statement in STATEMENTS}
ALPHA, LIMIT = BY_LABEL["lem:alpha"], BY_LABEL["thm:limit"]


@dataclass(frozen=True)
class Kernel:
    """The verdict of Coq for one label."""

    label: str
    theorems: tuple[str, ...] = ("thm_limit.limit",)
    axioms: tuple[str, ...] = ()
    seconds: float = 1.0
    problem: str = ""


@dataclass(frozen=True)
class Ball:
    """A certificate that passes or fails."""

    name: str = "positive"
    range: str = "d = 2…5"
    error: str = ""

    def run(self):
        if self.error:
            raise AssertionError(self.error)
        return "4 ulps at most, 15.1 digits"


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Leave out certificates in ball arithmetic and theorems in Coq, which have their own tests."""
    monkeypatch.setattr(peers, "certificates", dict)
    monkeypatch.setattr(peers, "theorems", dict)


def broken(statement, **changes):
    return replace(statement, claim={**statement.claim, **next(iter(statement.mutants.values()))}, **changes)


def unproved(statement):
    return replace(statement, identities=lambda claim: {"1 = 0": sp.S.One})


def told(found, method):
    """What the one outcome of a method says."""
    (outcome,) = [one for one in found.outcomes if one.method == method]
    return outcome.found


@pytest.mark.slow
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.label)
def test_is_proved_certified_in_need_of_its_hypotheses_and_what_limetheory_returns(statement):
    begun = process_time()
    found = verdict(statement)
    assert process_time() - begun < 60  # all of them take minutes
    assert found.established, found.problem
    methods = [PROVED, CERTIFIED, NEEDED, *([RUN] if statement.library else [])]
    assert [outcome.method for outcome in found.outcomes] == methods
    assert len(set(told(found, PROVED))) == len(told(found, PROVED)) >= 3
    if statement.library:
        number, digits = re.findall(r"\d[\d.]*", told(found, RUN)[0])
        assert int(number) >= 10 and float(digits) >= 11


def test_all_are_printed_and_written(capsys, tmp_path, monkeypatch):
    """The table of all; that each is established is a test for itself."""
    outcomes = tuple(Outcome(method, "", ("a",), 1.0) for method in (PROVED, CERTIFIED))
    monkeypatch.setattr("proofs_check.verdict.verdict", lambda statement, search: Verdict(statement.label, outcomes))
    assert command.main(["--json", str(tmp_path / "verdicts.json")]) == 0
    printed, saved = capsys.readouterr().out, json.loads((tmp_path / "verdicts.json").read_text())
    assert [entry["label"] for entry in saved] == [statement.label for statement in STATEMENTS]
    assert all(entry["established"] and entry["methods"] == [PROVED, CERTIFIED] for entry in saved)
    assert all(entry["label"] in printed for entry in saved) and "UNKNOWN" not in printed
    assert all(f"awaited: {reason}" in printed for reason in AWAITED.values())


@pytest.mark.slow
def test_one_statement_is_explained_by_its_label(capsys):
    assert command.main(["lem:alpha"]) == 0
    printed = capsys.readouterr().out
    assert "proofs_check/statements/lem_alpha.py" in printed and "z + (1 − z) = 1" in printed
    assert "1 of 1 established" in printed and "thm:limit" not in printed and "awaited" not in printed


def test_an_unknown_label_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["thm:none"])
    assert "got thm:none" in capsys.readouterr().err


@pytest.mark.slow
def test_a_search_is_shown(capsys, monkeypatch):
    # a clock that is a second later at every look, so that the number of examples does not depend on the machine
    monkeypatch.setattr("proofs_check.refute.time", SimpleNamespace(monotonic=count().__next__))
    assert command.main(["lem:alpha", "--refute", "30"]) == 0
    assert "SEARCHED" in capsys.readouterr().out


@pytest.mark.slow
def test_a_wrong_claim_is_unknown_and_fails_the_run(capsys, monkeypatch):
    monkeypatch.setattr(command, "verdicts", lambda *arguments: [verdict(ALPHA), verdict(broken(LIMIT))])
    assert command.main([]) == 1
    printed = capsys.readouterr().out
    assert "thm:limit            | UNKNOWN: PROVED: thm:limit: " in printed and "CERTIFIED: thm:limit: " in printed


def test_one_failing_method_is_enough_for_unknown():
    found = verdict(unproved(ALPHA))
    assert [outcome.method for outcome in found.outcomes if outcome.establishes] == [CERTIFIED]
    assert not found.established and "1 = 0 leaves 1" in found.problem


def test_a_proof_without_identities_is_unknown():
    assert "nothing was shown" in verdict(replace(ALPHA, identities=lambda claim: {})).problem


@pytest.mark.parametrize("name", ["needed", "on_library"])
def test_what_shows_nothing_by_itself_can_fail(monkeypatch, name):
    """Needed hypotheses and limetheory's accuracy do not establish a statement, but a failure there is a problem."""
    bad = Outcome("HYPOTHESES", "", (), 0.0, problem="holds without it")
    monkeypatch.setattr(f"proofs_check.methods.{name}", lambda statement: bad)
    assert "HYPOTHESES: holds without it" in verdict(ALPHA).problem
    assert not Outcome("HYPOTHESES", "", ("needed",), 0.0).establishes


def test_no_method_is_unknown():
    missing = Outcome(FORMAL, "", ("a.b",), 0.0, missing="Coq is not installed")
    assert not Verdict("thm:limit", ()).established and not Verdict("thm:limit", (missing,)).established


def test_a_part_left_open_is_said():
    partial = next(statement for statement in STATEMENTS if statement.open_part)
    assert any(f"open: {partial.open_part}" in line for line in table([Verdict(partial.label, (), partial.open_part)]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verdicts_of_coq", "line", "status"),
    [
        ({"thm:limit": Kernel("thm:limit")}, "FORMAL 1 theorem, no axioms", True),
        ({"thm:limit": Kernel("thm:limit", axioms=("choice",))}, "axioms choice", True),
        ({"thm:limit": Kernel("thm:limit", problem="does not compile")}, "UNKNOWN: FORMAL: does not compile", False),
        (None, "FORMAL not run: Coq is not installed", True),
    ],
)
def test_theorems_of_coq_are_joined(monkeypatch, verdicts_of_coq, line, status):
    monkeypatch.setattr(peers, "theorems", lambda: {"thm:limit": ("thm_limit.limit",)})
    monkeypatch.setattr(peers, "kernel", lambda: verdicts_of_coq)
    found = verdicts([LIMIT])
    assert line in table(found)[0] and found[0].established == status


@pytest.mark.parametrize("error", ["", "a ball contains 0"])
def test_certificates_in_balls_are_joined(monkeypatch, error):
    monkeypatch.setattr(peers, "certificates", lambda: {"lem:alpha": (Ball(error=error),)})
    found = verdicts([ALPHA])
    assert found[0].established == (not error)
    assert (error or "CERTIFIED in balls 1 certificate, 15.1 digits or more") in table(found)[0]
    detail = "  CERTIFIED in balls, d = 2…5: positive: 4 ulps at most, 15.1 digits"
    assert (detail in explained(ALPHA, found[0])) == (not error)


@pytest.mark.parametrize(("label", "status"), [("prop:smooth", 0), ("thm:none", 1)])
def test_certificates_without_a_statement(monkeypatch, capsys, label, status):
    """Certificates of an awaited statement are kept but establish nothing; any others have a wrong label."""
    monkeypatch.setattr(peers, "certificates", lambda: {label: (Ball(),)})
    monkeypatch.setattr("proofs_check.verdict.STATEMENTS", (ALPHA,))
    monkeypatch.setattr(command, "STATEMENTS", (ALPHA,))
    assert command.main([]) == status
    printed = capsys.readouterr().out
    assert "1 of 1 established" in printed if status == 0 else "1 of 2 established" in printed
    assert ("statement awaited" if status == 0 else "no statement has this label") in printed.split(label)[1]


def test_certificates_that_cannot_run_are_said(monkeypatch):
    monkeypatch.setattr(peers, "certificates", lambda: None)
    found = verdicts([ALPHA])
    assert found[0].established and "CERTIFIED in balls not run: python-flint is not installed" in table(found)[0]


def test_documents_are_written(tmp_path):
    assert command.main(["--tex", str(tmp_path / "a.tex"), "--markdown", str(tmp_path / "a.md")]) == 0
    assert {file.name for file in tmp_path.iterdir()} == {"a.tex", "a.md"}
