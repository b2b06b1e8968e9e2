"""The inference experiment: its rows against direct calls, its resuming, its page, and what the saved rows say."""

import json
import zlib
from itertools import pairwise

import numpy as np
import pytest

import limetheory as lt
from experiments._frame.command import main
from experiments._frame.saved_rows import load
from experiments.inference.experiment import EXPERIMENT, made_up
from experiments.inference.measure import agreement, coverage, overlap, row, surrogate_row
from experiments.inference.report import (
    SURROGATES,
    binned,
    mean_each,
    smallest_by_chance,
    smallest_each,
    summary,
    values_of_n,
)
from experiments.tables.store import Table, save
from limetheory.cli.main import run
from limetheory.statistics import stability


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(1)
    return [lt.estimate(made_up(), lt.ImageDesign(6), 120, rng) for _ in range(9)]


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row_of_each_kind(capsys):
    assert run(["experiment", "run", "inference", "--smoke"]) == 0
    decoder, rest, rows = json.JSONDecoder(), capsys.readouterr().out, []
    while rest:
        one, end = decoder.raw_decode(rest)
        rows, rest = [*rows, one], rest[end:].lstrip()
    found, *others = rows
    assert [one["method"] for one in others] == ["adjusted", "quadrature"]
    assert found["runs"] == 20 and len(found["each"]) == 6 and set(found["stability"]) == {"3", "5"}


def test_coverage_counts_the_runs_whose_intervals_hold_the_limit(answers):
    truth = lt.limit(made_up(), lt.ImageDesign(6)).coefficients
    found = coverage(answers, truth)
    held = [[low <= t <= high for (low, high), t in zip(a.interval(), truth, strict=True)] for a in answers]
    assert found["each"] == pytest.approx([sum(column) / 9 for column in zip(*held, strict=True)], abs=1e-6)
    assert found["all_by_pointwise"] == pytest.approx(sum(map(all, held)) / 9)
    assert coverage(answers, truth + 100) == {"each": [0.0] * 6, "all_by_simultaneous": 0.0, "all_by_pointwise": 0.0}


@pytest.mark.slow
def test_agreement_compares_each_run_with_the_next(answers):
    found = agreement(answers, 3)
    sets = [set(np.argsort(-np.abs(a.coefficients))[:3].tolist()) for a in answers]
    changed = [one != other for one, other in pairwise(sets)]
    forecasts = [stability(a, 3, draws=2000).change for a in answers[:-1]]
    count, forecast, seen = np.array(found["bins"]).T
    assert (count.sum(), seen.sum()) == (8, sum(changed)) and forecast.sum() == pytest.approx(sum(forecasts), abs=1e-3)
    shared = [len(one & other) / 3 for one, other in pairwise(sets)]
    assert found["vsi_seen"] == pytest.approx(np.mean(shared))
    assert 0.9 < overlap(answers) <= 1


@pytest.mark.slow
def test_a_row_is_fixed_by_its_name_and_seed():
    one, same, other = (row(name, made_up(), 60, 4, (3,), 0) for name in ("a", "a", "b"))
    assert one == same != {**other, "table": "a"}


@pytest.mark.slow
@pytest.mark.parametrize("method", ["adjusted", "quadrature"])
def test_a_row_of_a_surrogate_method_repeats_direct_calls(method):
    found = surrogate_row("a", made_up(), method, 40, 5, 0)
    design, rng = lt.ImageDesign(6), np.random.default_rng([0, 40, zlib.crc32(f"a, {method}".encode())])
    truth = lt.limit(made_up(), design).coefficients
    answers = [lt.estimate(made_up(), design, 40, rng, method) for _ in range(5)]
    assert found["each"] == coverage(answers, truth)["each"]
    stated = sum((a.standard_errors**2).sum() for a in answers)
    assert found["stated_over_squared_error"] == pytest.approx(
        stated / sum(((a.coefficients - truth) ** 2).sum() for a in answers)
    )


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b"):
        rng = np.random.default_rng(len(name))
        about = {"photograph": name, "network": "toy"}
        save(Table(rng.normal(size=64), np.zeros(6), about), tmp_path / "tables" / "d6" / "toy" / f"{name}.npz")
    return tmp_path


@pytest.mark.slow
def test_a_run_measures_only_what_is_missing_and_is_drawn(folder, capsys):
    out = folder / "rows.jsonl"
    arguments = ["run", "--superpixels", "6", "--runs", "4", "--tables", str(folder / "tables"), "--out", str(out)]
    assert main(EXPERIMENT, arguments) == 0
    first = out.read_text(encoding="utf-8")
    assert len(first.splitlines()) == 4 and "versions" in load(out)[0]
    out.write_text("".join(line + "\n" for line in first.splitlines()[:3]), encoding="utf-8")  # a killed run
    assert main(EXPERIMENT, arguments) == 0 and out.read_text(encoding="utf-8") == first
    assert main(EXPERIMENT, ["plot", "--out", str(out), "--surrogates", str(SURROGATES)]) == 0
    printed = capsys.readouterr().out
    assert printed == summary(load(out), load(SURROGATES)) + "\n"
    assert "2 tables of all 2^6" in printed and "nan" not in printed
    assert (folder / "coverage.png").stat().st_size > 10_000


@pytest.mark.slow
def test_rows_of_surrogate_methods_are_resumed_and_summarised(folder, monkeypatch):
    monkeypatch.setattr("experiments.inference.experiment.SURROGATE_D", 6)
    monkeypatch.setattr("experiments.inference.experiment.FEWER_MASKS", (30, 40))
    out, own = folder / "rows.jsonl", folder / "surrogates.jsonl"
    arguments = ["run", "--superpixels", "6", "--runs", "4", "--fewer-runs", "2", "--tables", str(folder / "tables"),
                 "--out", str(out), "--surrogates", str(own)]  # fmt: skip
    assert main(EXPERIMENT, arguments) == 0
    first = sorted(own.read_text(encoding="utf-8").splitlines())
    assert len(first) == 8
    own.write_text("".join(line + "\n" for line in first[1:]), encoding="utf-8")
    assert main(EXPERIMENT, arguments) == 0 and sorted(own.read_text(encoding="utf-8").splitlines()) == first
    text = summary(load(out), load(own))
    assert "2 runs on each of 2 tables" in text and "| quadrature | 40 |" in text
    assert "quadrature" not in summary(load(out), [])


def test_the_smallest_coverage_is_that_of_a_single_coefficient():
    rows = [{"each": [0.95, 0.85, 0.99], "runs": 400}, {"each": [0.94, 0.93, 0.95], "runs": 400}]
    assert smallest_each(rows) == 0.85 < min(map(mean_each, rows))


@pytest.mark.parametrize(("coefficients", "runs"), [(600, 400), (360, 100)])
def test_what_the_smallest_coverage_is_by_chance(coefficients, runs):
    # 2000 minima of binomial shares; their median is off by less than one run with probability 1 − 1e-9
    rows = [{"each": [0.95] * 10, "runs": runs}] * (coefficients // 10)
    drawn = np.random.default_rng(0).binomial(runs, 0.95, (2000, coefficients)).min(axis=1) / runs
    assert abs(smallest_by_chance(rows) - np.median(drawn)) < 1.01 / runs
    assert smallest_by_chance(rows[:1]) > smallest_by_chance(rows) + 1 / runs  # the mutant: of ten coefficients only


def test_in_the_saved_rows_simultaneous_intervals_cover_and_pointwise_ones_do_not():
    # A table has 400 runs: a share of 0.95 has a standard error of 1.1 %; 5 of them and 1.5 % for the CLT are 7 %.
    rows = load(EXPERIMENT.saved)
    assert rows and values_of_n(rows) == [256, 1000] and all(row["runs"] >= 400 for row in rows)
    assert all(abs(mean_each(row) - 0.95) < 0.03 for row in rows)
    assert all(abs(row["all_by_simultaneous"] - 0.95) < 0.07 for row in rows)
    assert all(row["all_by_pointwise"] < 0.8 for row in rows)


def test_in_the_saved_rows_runs_with_a_higher_forecast_change_more_often():
    rows = load(EXPERIMENT.saved)
    for k in rows[0]["stability"]:
        count, _, seen = binned(rows, k)
        low, high = (float(count[part] @ seen[part] / count[part].sum()) for part in (slice(0, 5), slice(5, 10)))
        assert high > low
