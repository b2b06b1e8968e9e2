"""Long runs of the experiment on efficiency: their reference, blocks, errors and jobs."""

from pathlib import Path

import numpy as np
import pytest

import limetheory as lt
from experiments._frame import Lines
from experiments._frame.saved_rows import load
from experiments.efficiency import sampled
from experiments.efficiency.experiment import EXPERIMENT
from experiments.efficiency.methods import ADJUSTED, QUADRATURE, Counted

ROWS = load(EXPERIMENT.saved)


def long_run(d=22, length=2000):
    run = sampled.begun("net", Path("a.jpg"), d, 0, "cup")
    weights = np.random.default_rng(1).normal(size=d)
    function = lt.Multilinear(d, {(0, 1): 0.7, (2, 3): -0.5, **{(j,): w for j, w in enumerate(weights)}})
    return sampled.LongRun(function(sampled.LongRun(np.zeros(length), run.about).masks), run.about), function


@pytest.mark.slow
def test_the_reference_of_a_long_run_is_the_limit_within_its_error():
    run, function = long_run()
    found, error = run.reference(0, 2000)
    gap = ((found - lt.limit(function, run.design).coefficients) ** 2).mean()
    assert gap < 6 * error  # a mean of 22 squares: above 6 with probability < 1e-8 even if only four were independent
    assert ((found - 1.1 * lt.limit(function, run.design).coefficients) ** 2).mean() > 6 * error


def test_a_long_run_is_saved_block_by_block_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(sampled, "BLOCK", 40)
    run, function = long_run(length=100)
    empty, file = sampled.LongRun(np.zeros(0), run.about), tmp_path / "a.npz"
    next(sampled.extended(empty, function, file, 100))
    assert len(sampled.load(file).values) == 40
    *_, whole = sampled.extended(sampled.load(file), function, file, 100)
    np.testing.assert_allclose(whole.values, run.values, rtol=1e-6)
    assert sampled.load(file).about == run.about and len(sampled.load(file).values) == 100


@pytest.mark.slow
def test_rows_of_a_long_run_have_the_error_of_independent_runs():
    # Eight blocks of 250 give a mean squared error to about 15 %, 400 independent runs to 2 %: a factor of 2 is ample.
    run, function = long_run()
    found = sampled.plain_row(run, "limetheory, wls", 250)
    target = lt.limit(function, run.design).coefficients
    free = [lt.estimate(function, run.design, 250, seed).coefficients for seed in range(400)]
    assert 0.5 < found["mse"] / ((np.array(free) - target) ** 2).mean() < 2
    assert found["runs"] == 8 and found["reference"] == 2000 and found["n"] == 250
    for name in (ADJUSTED, QUADRATURE):
        fresh = sampled.fresh_row(run, name, 250, function, 3)
        assert fresh["evaluations"] == 250 and fresh["mse"] < found["mse"] and fresh["method"] == name


@pytest.mark.slow
def test_methods_with_masks_of_their_own_share_the_values_and_leave_them_in_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr(sampled, "FRESH_RUNS", {50: 3, 100: 2})
    run, function = long_run(length=400)
    counted, file = Counted(function, 22), tmp_path / "a.fresh.npz"
    asked = [(name, n) for n in (50, 100) for name in (ADJUSTED, QUADRATURE)]
    remembered = sampled.Remembered(counted, file)
    found = [sampled.row(run, remembered, *one) for one in asked]
    assert [(one["method"], one["n"], one["runs"]) for one in found] == [
        (ADJUSTED, 50, 3), (QUADRATURE, 50, 3), (ADJUSTED, 100, 2), (QUADRATURE, 100, 2)
    ]  # fmt: skip
    assert counted.evaluations == counted.distinct <= 3 * 50 + 2 * 100
    kept = sampled.Remembered(lambda _: pytest.fail("the network"), file)
    again = [sampled.row(run, kept, *one) for one in asked]
    assert [one["mse"] for one in again] == [one["mse"] for one in found]


@pytest.mark.slow
def test_jobs_on_a_long_run_are_those_of_the_saved_rows():
    saved_ones = [one for one in ROWS if one["superpixels"] == 50]
    for network, photograph in {(one["network"], one["photograph"]) for one in saved_ones}:
        assert not Lines(EXPERIMENT.saved).missing(sampled.jobs(network, 50, Path("anywhere") / photograph))
    assert len(list(sampled.jobs("net", 50, Path("a.jpg")))) == 8
