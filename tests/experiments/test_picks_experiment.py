"""The experiment beside lime's pick: its smoke mode runs, its answers agree, and its table is what the rows say."""

import json

import numpy as np
import pytest

import limetheory as lt
from experiments._frame.saved_rows import load
from experiments.picks.experiment import BUDGET, EXPERIMENT, ROUNDS, SIZES
from experiments.picks.measure import Explained, as_rows, by_lime, explanations, matrix, one_round
from experiments.picks.report import table
from limetheory.cli.main import run

ROWS = load(EXPERIMENT.saved)


@pytest.mark.slow
def test_the_smoke_mode_prints_a_round_with_lime_and_one_without(capsys):
    assert run(["experiment", "run", "picks", "--smoke"]) == 0
    beside, alone = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(beside["seconds"]) == ["matrix", "explanations", "lime"] and beside["same_as_lime"]
    assert list(alone["seconds"]) == ["matrix", "explanations"] and alone["same_as_lime"] is None
    assert beside["same_of_explanations"] and beside["versions"]["lime"] == "0.2.0.1"


def test_both_contenders_get_the_same_matrix():
    weights = matrix(40, 25, 6, 3)
    assert np.diff(weights.indptr).max() <= 6 and weights.shape == (40, 25)
    rows = as_rows(weights)
    found = lt.explanation_matrix(explanations(rows))
    columns = [int(name.removeprefix("word ")) for name in found.names]
    np.testing.assert_array_equal(found.weights.toarray(), weights.toarray()[:, columns])
    assert by_lime([Explained(row) for row in rows], 5) == lt.submodular_pick(weights, 5, ties="last").tolist()


def test_a_seed_makes_the_same_round_again():
    first, second = (one_round(30, 20, 4, True, 5, 7) for _ in range(2))
    assert [first.pop(name) for name in ("seconds", "load")] and [second.pop(name) for name in ("seconds", "load")]
    assert first == second and first["share"] > first["random_share"]


def row_of(n, own, lime, same, share=0.5):
    seconds = {"matrix": own / 2, "explanations": own} | ({} if lime is None else {"lime": lime})
    return {
        "instances": n, "features": 9, "coefficients": 3, "budget": 2, "same_as_lime": same, "load": 1.0,
        "seconds": {name: {"wall": 9.0, "processor": value} for name, value in seconds.items()},
        "same_of_explanations": True, "share": share, "random_share": share / 2,
    }  # fmt: skip


def test_the_table_has_medians_and_quartiles_of_ratios_round_by_round():
    text = table([row_of(5, 1.0, 10.0, True), row_of(5, 2.0, 60.0, False), row_of(5, 1.0, 20.0, True),
                  *(row_of(5000, 3.0, None, None) for _ in range(3))])  # fmt: skip
    assert "| 5 | 9 | 3 | 20.00 | 1.000 | 0.500 | 20 [15, 25] | 50 % | 25 % |" in text
    assert "| 5,000 | 9 | 3 | — | 3.000 | 1.500 | — | 50 % | 25 % |" in text and "medians of 3 rounds" in text
    assert "lime's in 2 of 3 rounds" in text and "the same in 6 of 6" in text


@pytest.mark.skipif(not ROWS, reason="nothing saved yet")
def test_the_saved_rounds_are_complete_agree_with_lime_and_are_fast():
    assert len(ROWS) == ROUNDS * len(SIZES) and all(row["versions"]["revision"] for row in ROWS)
    beside = [row for row in ROWS if "lime" in row["seconds"]]
    assert len(beside) == 5 * ROUNDS and all(row["same_as_lime"] for row in beside)
    largest = [row for row in ROWS if (row["instances"], row["features"]) == (10_000, 5_000)]
    assert largest and all(row["budget"] == BUDGET and row["seconds"]["matrix"]["wall"] < 10 for row in largest)
    assert all(row["same_of_explanations"] and row["share"] > row["random_share"] for row in ROWS)
