"""The experiment beside shap: its smoke mode runs, its answers are right, and its saved rows show the claim."""

import json
import statistics
import subprocess
import sys

import pytest

from experiments.trees.__main__ import PEER, ROUNDS, ROWS, main, table

BATCH = "limetheory, one batch"


@pytest.fixture(scope="module")
def rows():
    return [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]


def test_the_smoke_mode_measures_every_contender_and_its_batch_is_exact():
    done = subprocess.run(
        [sys.executable, "-m", "experiments.trees", "run", "--smoke"], capture_output=True, text=True, check=True
    )
    row = json.loads(done.stdout)
    assert len(row["milliseconds"]) == 4 and {BATCH, PEER} <= row["milliseconds"].keys()
    assert all(0 < kind["processor"] for kind in row["milliseconds"].values())
    assert row["superpixels"] == 50 and row["pixels"] == 784 and row["gap"] < 1e-12


def test_in_the_saved_rows_a_batch_takes_no_longer_than_shaps_path_dependent_mode(rows):
    assert len(rows) == ROUNDS and all(row["images"] >= 100 and row["gap"] < 1e-12 for row in rows)
    assert all(row["trees"] == 100 and row["leaves"] >= 2658 for row in rows)
    for kind in ("wall", "processor"):
        ratios = [row["milliseconds"][BATCH][kind] / row["milliseconds"][PEER][kind] for row in rows]
        assert statistics.median(ratios) <= 1


def test_the_table_holds_one_line_for_each_contender(rows, capsys):
    assert main(["plot"]) == 0
    printed = capsys.readouterr().out
    assert printed == table(rows) + "\n"
    assert printed.count("\n| ") == 1 + len(rows[0]["milliseconds"])
