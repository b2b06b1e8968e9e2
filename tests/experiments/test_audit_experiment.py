"""The audit's rows are measured by its command, and its tables say what the rows say."""

import json

import pytest

from experiments.audit.report import deviations, overview
from limetheory.audit import CHECKS
from limetheory.cli.main import run

FINDINGS = [
    {"check": "limit", "verdict": "holds", "says": "2 of 2", "explanation": "", "numbers": {}},
    {"check": "labels", "verdict": "deviates", "says": "a | b", "explanation": "right for: <i>", "numbers": {}},
    {"check": "rate", "verdict": "deviates", "says": "n^(-0.1)", "explanation": "unexplained by", "numbers": {}},
]
ROWS = [
    {
        "library": "lime", "subject": "image", "findings": FINDINGS, "processor_seconds": 90.0, "notes": [],
        "versions": {"python": "3.11", "limetheory": "0.1", "lime": "0.2"},
    },
    {
        "library": "limetheory", "subject": "estimate", "findings": FINDINGS[:1], "processor_seconds": 30.0,
        "notes": ["it evaluated 9 masks where 2 were asked for", "it warned: x"],
        "versions": {"python": "3.11", "limetheory": "0.1"},
    },
]  # fmt: skip


def test_the_overview_has_a_column_for_each_check_and_counts():
    text = overview(ROWS)
    head, _, lime, own, *_ = text.splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == ["library", "method", *CHECKS]
    assert lime.startswith("| lime | `image` | ✓ |") and lime.count("**✗**") == 2 and own.count("✓") == 1
    assert "2 methods of 2 libraries, 4 checks, 2 deviations, of which 1 are unexplained; 0 deviations of" in text
    assert "2.0 minutes of processor time, which is 1.0 minutes on two cores" in text
    assert text.endswith("Versions: lime 0.2, limetheory 0.1.")


def test_deviations_are_escaped():
    lines = deviations(ROWS).splitlines()
    assert lines[-1] == "- limetheory `estimate`: it evaluated 9 masks where 2 were asked for"
    assert len(lines) == 8 and lines[2] == "| lime `image` | labels | a \\| b | right for: &lt;i> |"


@pytest.mark.slow
def test_the_smoke_mode_measures_one_method_and_prints_its_row(capsys):
    assert run(["experiment", "run", "audit", "--smoke"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["library"] == "limetheory" and row["battery"] == "small" and row["seed"] == 0
    assert {one["verdict"] for one in row["findings"]} == {"holds"} and row["versions"]["numpy"]
