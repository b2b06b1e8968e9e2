"""The experiment beside shap: its smoke mode runs, its answers are right, and its table is what the rows say."""

import json

import numpy as np
import pytest

from experiments._frame.command import main
from experiments._frame.saved_rows import load
from experiments.trees.experiment import EXPERIMENT, ROUNDS
from experiments.trees.measure import BATCHES, contenders, forest, measured
from experiments.trees.report import INTERVENTIONAL, OWN, PEER, table
from limetheory.cli.main import run


@pytest.fixture(scope="module")
def rows():
    return load(EXPERIMENT.saved)


@pytest.mark.slow
def test_the_smoke_mode_measures_every_contender_and_its_batch_is_exact(capsys):
    assert run(["experiment", "run", "trees", "--smoke"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert list(row["milliseconds"]) == [OWN, PEER, INTERVENTIONAL]
    for times in row["milliseconds"].values():
        assert list(times) == [str(size) for size in BATCHES] and all(0 < one["processor"] for one in times.values())
    assert row["superpixels"] == 50 and row["pixels"] == 784 and row["gap"] < 1e-12 and row["versions"]["shap"]


def test_every_image_is_explained_once_for_each_batch_size_and_contender():
    seen = {name: [] for name in "ab"}
    runs = {name: batches.append for name, batches in seen.items()}
    found = measured(runs, np.arange(10), 1)
    assert list(found) == ["a", "b"]
    for batches in seen.values():
        assert [len(one) for one in batches] == [1] * 10 + [5, 5] + [10] + [10]
        assert np.concatenate(batches).tolist() == list(range(10)) * 4


def test_a_batch_of_one_and_a_large_batch_have_the_same_answers():
    fitted, images = forest(5)
    own = contenders(fitted, images)[OWN]
    together = [one.coefficients for one in own(images[:6])]
    alone = [own(images[j : j + 1])[0].coefficients for j in range(6)]
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-14)


def row_of(load, own, peer, interventional):
    times = {OWN: own, PEER: peer, INTERVENTIONAL: interventional}
    return {"trees": 1, "depth": 2, "leaves": 3, "pixels": 4, "superpixels": 5, "images": 6, "load": load,
            "milliseconds": {name: {"1": {"wall": 2 * one, "processor": one}, "9": {"wall": 2 / one, "processor": 1.0}}
                             for name, one in times.items()}}  # fmt: skip


def test_the_table_has_medians_and_quartiles_of_ratios_round_by_round():
    text = table([row_of(1.0, 2.0, 4.0, 1.0), row_of(3.0, 2.0, 8.0, 1.0), row_of(2.0, 2.0, 12.0, 1.0)])
    assert f"| {OWN} | 2.00 (4.00 [3.00, 5.00]) | 1.00 (1.00 [1.00, 1.00]) |" in text
    assert "load of the machine 1.0 to 3.0" in text
    assert "less processor time than path-dependent in batches of 1 images; less than interventional" in text
    assert "one background in batches of no size." in text


def test_the_saved_rows_are_exact_and_of_all_rounds(rows):
    assert len(rows) == ROUNDS and all(row["images"] >= 100 and row["gap"] < 1e-12 for row in rows)
    assert all(row["trees"] == 100 and row["leaves"] >= 2658 and row["versions"]["revision"] for row in rows)


def test_the_table_holds_one_line_for_each_contender(rows, capsys):
    assert main(EXPERIMENT, ["plot"]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith(table(rows) + "\n")
    assert printed.count("\n| ") == 1 + len(rows[0]["milliseconds"])
