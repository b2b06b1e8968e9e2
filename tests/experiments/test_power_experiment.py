"""The experiment on the power of the checks: its smoke mode runs, its tables and its saved rows are what is claimed."""

import json
import subprocess
import sys

import pytest

from experiments._frame.command import main
from experiments._frame.saved_rows import load
from experiments.power.experiment import EXPERIMENT, STRICT, N
from experiments.power.measure import OWN, RIGHT, explainer
from experiments.power.report import table
from limetheory.testing import FAULTS
from limetheory.testing.faults import PlainLime


@pytest.mark.slow
def test_the_smoke_mode_catches_a_fault_and_leaves_a_right_explainer_alone():
    done = subprocess.run(
        [sys.executable, "-m", "limetheory", "experiment", "run", "power", "--smoke"],
        capture_output=True,
        text=True,
        check=True,
    )
    fault, right, own = map(json.loads, done.stdout.splitlines())
    assert fault["explainer"] == "no weights" and fault["caught"] == fault["batteries"] == 2
    assert sum(fault["failures"].values()) == 2  # the first check that fails ends a battery
    assert right["explainer"] == RIGHT and right["caught"] == 0 and right["failures"] == {} and right["cases"] == 17
    assert own["explainer"] == "explain_text" and own["caught"] == 0 and own["versions"]["scipy"]


def test_explainers_are_those_of_their_names():
    assert explainer(RIGHT) == PlainLime() and explainer("ridge") is FAULTS["ridge"].explain
    assert explainer("first row, weight 3").first_weight == 3.0


def row_of(explainer, caught, failures, rate=STRICT, seconds=1.0):
    return {"explainer": explainer, "n": N, "false_alarm": rate, "batteries": 50, "cases": 17, "caught": caught,
            "failures": failures, "seconds": seconds}  # fmt: skip


def test_tables_have_counts_intervals_and_the_check_that_catches_most():
    rows = [row_of("ridge", 49, {"a": 40, "b": 9}), row_of("ridge", 50, {"b": 50}), row_of(RIGHT, 1, {"b": 2}, 0.01),
            row_of("explain_text", 0, {}, seconds=7.26), row_of("first row, weight 3", 0, {})]  # fmt: skip
    text = table(rows)
    assert "| a penalty of 1 that is not claimed | 1,000 | 99 of 100 (94.6–100 %) | b |" in text
    assert "| the original stands first, with the weight 3 | 1,000 | 0 of 50 (0–7.11 %) | none |" in text
    assert "| 1,000 | 0.01 | 1 of 50 (0.0506–10.6 %) | 2 of 850 (0.0285–0.847 %) |" in text
    assert "| `explain_text` | 17 | 0 | 7.3 |" in text


def test_saved_rows_have_the_stated_power_and_false_alarms(capsys):
    rows = load(EXPERIMENT.saved)
    for name in FAULTS:
        of_fault = [row for row in rows if row["explainer"] == name]
        assert sum(row["batteries"] for row in of_fault) >= 200
        assert sum(row["caught"] for row in of_fault) >= 0.99 * sum(row["batteries"] for row in of_fault)
    right = [row for row in rows if (row["explainer"], row["n"], row["false_alarm"]) == (RIGHT, N, STRICT)]
    assert sum(row["batteries"] for row in right) >= 2000
    assert sum(row["caught"] for row in right) <= 1e-3 * sum(row["batteries"] for row in right)
    own = {row["explainer"]: row for row in rows if row["explainer"] in OWN}
    assert own.keys() == OWN.keys() and all(row["caught"] == 0 for row in own.values())
    assert own["explain_image"]["seconds"] < 60
    assert main(EXPERIMENT, ["plot"]) == 0 and table(rows) in capsys.readouterr().out
