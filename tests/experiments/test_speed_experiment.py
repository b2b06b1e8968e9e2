"""The experiment on speed: both contenders explain the same thing, and the accuracies are equal."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

import limetheory as lt
from experiments._frame.command import main
from experiments._frame.saved_rows import load
from experiments.efficiency.jobs import made_up
from experiments.efficiency.methods import QUADRATURE
from experiments.speed.contenders import Scene, by_lime, by_limetheory, usual
from experiments.speed.equal import equal_accuracy
from experiments.speed.experiment import EXPERIMENT
from experiments.speed.report import summary
from experiments.speed.steps import one_round, prepared
from experiments.speed.ways import LADDER, as_callable
from limetheory.verification.network import exactly, photograph

ROWS = load(EXPERIMENT.saved)


@pytest.fixture(scope="module")
def model():
    return lt.load_model("efficientnet_lite0")


@pytest.fixture(scope="module")
def seen(model):
    image = model.prepare(photograph("chelsea"))
    segments = exactly(4, image)
    return Scene(image, segments, lt.ModelFunction(model, lt.MaskedImage(image, segments)).target)


@pytest.mark.slow
def test_the_network_as_usually_loaded_is_the_same_function(model, seen):
    pictures = np.stack([seen.image, seen.image[::-1].copy()])
    ours = model(torch.from_numpy(pictures).permute(0, 3, 1, 2).float()).detach().numpy()
    np.testing.assert_allclose(usual()(pictures), ours, atol=2e-5)


@pytest.mark.slow
def test_both_contenders_have_the_limit_of_the_same_set_function(model, seen):
    # All 16 masks are few enough for the exact limit; lime's error after 100 masks is some hundredths of the largest.
    function = lt.ModelFunction(model, lt.MaskedImage(seen.image, seen.segments), seen.target)
    limit = lt.limit(lt.tabulate(function, 4), lt.ImageDesign(4), ridge=1 / 100).coefficients
    assert np.abs(by_lime(usual(), seen, 100, 0) - limit).max() < 0.15 * np.abs(limit).max()
    exact = lt.limit(lt.tabulate(function, 4), lt.ImageDesign(4)).coefficients
    np.testing.assert_allclose(by_limetheory(model, seen, "adjusted", 16, 0), exact, atol=1e-6)


@pytest.mark.slow
def test_equal_accuracy_takes_the_first_candidate_that_is_accurate_enough():
    found = equal_accuracy(made_up(8), "made up", QUADRATURE, runs=5, candidates=(20, 60, 256))
    assert found.n in (60, 256) and found.mse <= found.lime_mse
    with pytest.raises(ValueError, match="must be as accurate as lime, got none up to 20"):
        equal_accuracy(made_up(8), "made up", QUADRATURE, runs=5, candidates=(20,))


def round_of(table, d, lime, own, method="adjusted"):
    return {"table": table, "superpixels": d, "method": method, "lime": lime, "own": own, "n": 100, "lime_n": 1000,
            "threads": 2, "load": 1.5, "versions": {"lime": "0.2.0.1"}}  # fmt: skip


def test_the_summary_takes_the_median_of_the_ratios_pair_by_pair():
    rows = [round_of("a", 12, 30.0, 1.0), round_of("a", 12, 20.0, 2.0), round_of("a", 12, 21.0, 1.0)]
    text = summary([*rows, round_of("a", 12, 12.0, 3.0, "quadrature")], [])
    assert "| a | 12 | adjusted | 21.0 | 100 | 1.00 | 21 [16, 26] |" in text
    assert "| a | 12 | quadrature | 12.0 | 100 | 3.00 | 4 [4, 4] |" in text and "4 pairs" in text


def steps_of(seconds):
    ways = [*LADDER, "adjusted", as_callable("adjusted"), "quadrature", as_callable("quadrature")]
    return {"table": "a", "superpixels": 12, "seconds": dict(zip(ways, seconds, strict=True)), "lime_n": 1000,
            "evaluations": {"adjusted": 150, "quadrature": 130}, "threads": 2, "load": 1.5}  # fmt: skip


def test_the_steps_are_ratios_to_the_line_above_and_to_lime():
    steps = [steps_of([32.0 * k, 16.0 * k, 8.0, 4.0, 2.0, 4.0, 1.0, 2.0]) for k in (1, 2, 3)]
    text = summary([round_of("a", 12, 30.0, 1.0)], steps)
    assert f"| {LADDER[0]} | 64.00 | | |" in text
    assert f"| {LADDER[1]} | 32.00 | 2.0 [2.0, 2.0] | 2.0 [2.0, 2.0] |" in text
    assert f"| {LADDER[2]} | 8.00 | 4.0 [3.0, 5.0] | 8.0 [6.0, 10.0] |" in text
    assert f"| {LADDER[3]} | 4.00 | 2.0 [2.0, 2.0] | 16.0 [12.0, 20.0] |" in text
    assert "| `adjusted` with 150 evaluations | 2.00 | 2.0 [2.0, 2.0] | 32.0 [24.0, 40.0] |" in text
    assert "| `quadrature` with 130 evaluations | 1.00 | 4.0 [4.0, 4.0] | 64.0 [48.0, 80.0] |" in text
    assert text.endswith("as long as `adjusted` 8.0 [6.0, 10.0] times and `quadrature` 16.0 [12.0, 20.0] times.")
    assert "Where this comes from" not in summary([round_of("a", 12, 30.0, 1.0)], [])


@pytest.mark.slow
@pytest.mark.parametrize("way", [*LADDER, "quadrature", as_callable("quadrature")])
def test_every_step_explains_the_same_thing(model, seen, way):
    function = lt.ModelFunction(model, lt.MaskedImage(seen.image, seen.segments), seen.target)
    exact = lt.limit(lt.tabulate(function, 4), lt.ImageDesign(4)).coefficients
    found = prepared(seen, way, 0)(60 if way in LADDER else 16)
    assert np.abs(found - exact).max() < 0.2 * np.abs(exact).max()


def test_steps_are_timed_in_processes_of_their_own_from_another_way_each_round(seen):
    asked = []

    def call(function, scene, way, n, seed):
        asked.append((way, n, seed))
        return 1.0

    row = one_round(seen, 1000, {"adjusted": 150}, 1, call)
    ways = [*LADDER, "adjusted", as_callable("adjusted")]
    assert list(row["seconds"]) == ways and [way for way, _, _ in asked] == [*ways[1:], ways[0]]
    assert {way: n for way, n, _ in asked} == {way: 1000 if way in LADDER else 150 for way in ways}


@pytest.mark.slow
def test_the_smoke_mode_prints_a_pair_and_the_steps():
    done = subprocess.run(
        [sys.executable, "-m", "limetheory", "experiment", "run", "speed", "--smoke"],
        capture_output=True,
        text=True,
        check=True,
    )
    row, steps = map(json.loads, done.stdout.splitlines())
    assert row["lime"] > 0 and row["own"] > 0 and row["threads"] >= 1
    assert list(steps["seconds"]) == [*LADDER, "quadrature", as_callable("quadrature")]
    assert min(steps["seconds"].values()) > 0 and steps["evaluations"] == {"quadrature": 20}


def test_a_run_without_photographs_and_steps_without_rows_are_refused(tmp_path):
    with pytest.raises(ValueError, match="run needs the photographs"):
        main(EXPERIMENT, ["run"])
    with pytest.raises(ValueError, match="steps need the evaluations of saved rows, got none"):
        main(EXPERIMENT, ["run", "--steps", "--images", str(tmp_path), "--out", str(tmp_path / "none.jsonl")])


@pytest.mark.parametrize("more", [[], ["--steps"]])
def test_nothing_is_missing_of_the_saved_rounds(tmp_path, more):
    named = ["--images", str(tmp_path), "--out", str(EXPERIMENT.saved)]  # where there are no photographs at all
    assert main(EXPERIMENT, ["run", *named, *more]) == 0


@pytest.mark.skipif(not ROWS, reason="nothing saved yet")
def test_in_the_saved_rows_the_accuracy_is_that_of_lime_or_better():
    assert all(row["mse"] <= row["lime_mse"] and row["lime_n"] == 1000 for row in ROWS)
