"""The command line: table, JSON, documents and exit status."""

import json
from dataclasses import replace

import sympy as sp

import proofs_check.__main__ as command
from proofs_check.registry import STATEMENTS, verdict


def broken(statement, **changes):
    return replace(statement, claim={**statement.claim, **next(iter(statement.mutants.values()))}, **changes)


def test_all_are_established_in_a_minute(capsys, tmp_path):
    assert command.main(["--json", str(tmp_path / "verdicts.json")]) == 0
    printed, saved = capsys.readouterr().out, json.loads((tmp_path / "verdicts.json").read_text())
    assert [entry["label"] for entry in saved] == [statement.label for statement in STATEMENTS]
    assert all(entry["label"] in printed and entry["method"] == "PROVED" for entry in saved)
    assert sum(entry["seconds"] for entry in saved) < 60


def test_a_wrong_claim_is_unknown_and_fails_the_run(capsys, monkeypatch):
    monkeypatch.setattr(command, "verdicts", lambda: [verdict(STATEMENTS[0]), verdict(broken(STATEMENTS[3]))])
    assert command.main([]) == 1
    assert "thm:limit          | UNKNOWN: thm:limit: " in capsys.readouterr().out


def test_a_proof_without_identities_is_unknown():
    assert not verdict(replace(STATEMENTS[0], identities=lambda claim: {})).established


def test_a_part_left_open_is_said(capsys):
    partial = next(statement for statement in STATEMENTS if statement.open_part)
    assert "PROVED in part" in command.table([verdict(partial)])[0]


def test_documents_are_written(tmp_path):
    assert command.main(["--tex", str(tmp_path / "a.tex"), "--markdown", str(tmp_path / "a.md")]) == 0
    assert {file.name for file in tmp_path.iterdir()} == {"a.tex", "a.md"}


def test_a_missing_identity_of_numbers_is_not_zero():
    wrong = replace(STATEMENTS[0], identities=lambda claim: {"1 = 0": sp.S.One})
    assert "1 = 0 leaves 1" in verdict(wrong).problem
