"""The stopping experiment: resumes, adds up right, and its smoke run is drawn."""

import json

import numpy as np
import pytest

from experiments._frame.command import main
from experiments.stopping import report, run
from experiments.stopping.experiment import EXPERIMENT
from experiments.stopping.rules import RULES, fixed, simultaneous
from experiments.stopping.widths import SEQUENCES, SIZES, widths
from experiments.tables.store import Table, save
from limetheory import ImageDesign, SetFunction, estimate


def table(d=6, seed=0):
    values = 1 / (1 + np.exp(-np.random.default_rng(seed).normal(size=2**d))).astype(np.float32)
    return Table(values.astype(float), np.zeros(d), {"photograph": f"{seed}.png", "network": "tiny"})


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Two small tables in place of the saved ones."""
    for seed in (0, 1):
        save(table(seed=seed), tmp_path / "d6" / "tiny" / f"{seed}.png.npz")
    monkeypatch.setattr("experiments.stopping.experiment.SUPERPIXELS", 6)
    from experiments.tables.store import tables

    monkeypatch.setattr("experiments.stopping.experiment.tables", lambda d: tables(d, tmp_path))
    return tmp_path / "rows.jsonl"


@pytest.mark.slow
def test_the_smoke_run_is_drawn_and_not_run_twice(saved, capsys):
    assert main(EXPERIMENT, ["run", "--smoke", "--rows", str(saved)]) == 0
    first = saved.read_text()
    assert main(EXPERIMENT, ["run", "--smoke", "--rows", str(saved)]) == 0 and saved.read_text() == first
    rows = [json.loads(line) for line in first.splitlines()]
    assert {row["rule"] for row in rows} == {*RULES, "widths"} and rows[0]["versions"]["numpy"]
    assert main(EXPERIMENT, ["plot", "--rows", str(saved)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("| ±0.05 | 2 |") == 7 and shown.count("| ±0.02 | 2 |") == 10 and "on 2 tables" in shown
    assert saved.with_name("stopping.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_with_the_same_tables(saved):
    main(EXPERIMENT, ["run", "--smoke", "--rows", str(saved)])
    whole = saved.read_text().splitlines()
    saved.write_text("\n".join(whole[:4]) + "\n")
    save(table(seed=2), saved.parent / "d6" / "tiny" / "2.png.npz")
    main(EXPERIMENT, ["run", "--smoke", "--rows", str(saved)])
    assert saved.read_text().splitlines() == whole


def test_nothing_to_run_on_is_said(saved, monkeypatch):
    monkeypatch.setattr("experiments.stopping.experiment.tables", lambda d: [])
    with pytest.raises(ValueError, match="needs saved tables of 12 superpixels"):
        main(EXPERIMENT, ["run", "--smoke", "--rows", str(saved)])


@pytest.mark.slow
def test_misses_are_runs_in_which_some_interval_lacks_its_limit(tmp_path):
    file, key = tmp_path / "rows.jsonl", {"rule": "fixed", "tolerance": 0.05, "chunk": 0}
    row = next(job for job in run.jobs([table()], file, chunks=1, runs=4) if job.key == key).measure()
    function, design = SetFunction(table().values), ImageDesign(6)
    exact = run.limit(function, design).coefficients
    found = [estimate(function, design, 1000, seed) for seed in range(4)]
    gaps = [np.abs(one.coefficients - exact) for one in found]
    assert row["missed"] == sum((gap > simultaneous(one)).any() for gap, one in zip(gaps, found, strict=True))
    np.testing.assert_allclose(row["errors"], [gap.max() for gap in gaps], atol=1e-6)
    assert fixed(function, design, 1.0, 0).reached and not fixed(function, design, 1e-9, 0).reached


def test_exact_intervals_of_a_share():
    # 0 of 100: 1 − 0.025^(1/100); 3 of 10 from tables of the binomial law
    assert report.clopper_pearson(0, 100) == pytest.approx((0, 1 - 0.025**0.01))
    assert report.clopper_pearson(3, 10) == pytest.approx((0.0667, 0.6525), abs=1e-4)


def test_betting_lies_between_hedged_capital_and_empirical_bernstein():
    found = widths(SetFunction(table().values), ImageDesign(6), 0.05, 0)
    betting, bernstein, hedged, _ = (np.array(found[name]) for name in SEQUENCES)
    assert (betting <= bernstein + 1e-12).all() and betting[-1] < 0.9 * bernstein[-1]
    late = np.array(SIZES) >= 400  # earlier, some means are too far for the hedged bets
    assert (hedged <= betting + 1e-9)[late].all() and hedged[late] == pytest.approx(betting[late], rel=0.02)


def test_the_saved_rows_are_two_thousand_runs_that_keep_their_level():
    found = report.cells(run.rows())
    for tolerance in run.TOLERANCES:
        bounded = found["bounded", tolerance]
        assert bounded["runs"] == 2000 and bounded["missed"] <= 0.05 * bounded["runs"]
    worst = {kind: found[f"{kind}, worst", run.TOLERANCES[-1]] for kind in ("bounded", "asymptotic", "peeked")}
    assert all(worst[kind]["missed"] <= 0.05 * worst[kind]["runs"] == 100 for kind in ("bounded", "asymptotic"))
    assert worst["peeked"]["missed"] > 0.08 * worst["peeked"]["runs"]
