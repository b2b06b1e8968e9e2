"""The coverage grid: what it lists, how a row counts, what the saved rows say, and how an interrupted run goes on."""

import json
from dataclasses import asdict, fields
from itertools import product

import numpy as np
import pytest

import limetheory as lt
from experiments._frame.command import main
from experiments._frame.saved_rows import load
from experiments.coverage import experiment
from experiments.coverage.experiment import EXPERIMENT, SMOKE
from experiments.coverage.functions import FUNCTIONS, Watched, exists, limit, set_function
from experiments.coverage.measure import carrying, row, summary
from experiments.coverage.reasons import GOAL, REASONS, is_impossible, is_silent, is_wanting, is_warned, reason
from experiments.coverage.report import below, key
from experiments.coverage.report import summary as report
from experiments.coverage.settings import DESIGNS, METHODS, RIDGES, SAMPLINGS, SHARES, SIZES, Cell, chosen, every, named


@pytest.fixture(scope="module")
def cells():
    return chosen()


def options(cells):
    return {(cell.method, cell.sampling, cell.ridge) for cell in cells}


@pytest.mark.slow
def test_every_option_meets_every_design_size_and_function_that_it_takes(cells):
    wanted = {*product(METHODS[:2], SAMPLINGS, [0.0]), *product(METHODS[2:], ["design"], [0.0])}
    wanted |= {("wls", sampling, ridge) for sampling in SAMPLINGS for ridge in RIDGES}
    assert options(cells) == wanted and len(set(cells)) == len(cells)
    for option in wanted:
        own = [cell for cell in cells if options([cell]) == {option}]
        designs = {name for name in DESIGNS if not name.startswith("product") or option[1] != "strata"}
        assert {cell.design for cell in own} == designs - ({"Shapley"} if option[2] else set())
        assert {cell.d for cell in own} >= set(SIZES) and {cell.function for cell in own} == set(FUNCTIONS)


@pytest.mark.slow
def test_the_share_is_kept_and_named_cells_come_first(cells):
    first = list(dict.fromkeys(named()))
    assert cells[: len(first)] == first
    for method in ("unbiased", "quadrature"):
        there = sum(cell.method == method for cell in every())
        drawn = sum(cell.method == method for cell in cells[len(first) :])
        assert drawn == pytest.approx(SHARES[method] * there, rel=0.1)


@pytest.mark.slow
def test_any_beginning_is_a_fair_subset(cells):
    rest = cells[len(set(named())) :]
    for part in (0.1, 0.5):
        beginning = rest[: round(part * len(rest))]
        for option in options(rest):
            ours, all_ = (sum(options([cell]) == {option} for cell in some) for some in (beginning, rest))
            assert abs(ours - part * all_) <= 3


@pytest.mark.slow
def test_named_cells_are_ones_that_estimate_takes():
    for cell in named():
        assert cell.design in DESIGNS and exists(cell.function, cell.d)
        if cell.method in METHODS[2:] and cell.n > 10:  # up to half a second each
            continue
        answer = lt.estimate(
            set_function(cell.function, cell.d), DESIGNS[cell.design](cell.d), cell.n, 0, cell.method, cell.ridge,
            sampling=cell.sampling,
        )  # fmt: skip
        assert answer.d == cell.d


def test_the_limit_of_a_step_is_that_of_enumeration(monkeypatch):
    for name in ("image, ν = 0.05", "GLIME exp, σ = 0.5", "Bernoulli, p = 0.8", "Shapley"):
        design, function = DESIGNS[name](8), set_function("step", 8)
        for ridge in (0.0,) if name == "Shapley" else (0.0, 0.02):
            wanted = limit(function, design, ridge)
            with monkeypatch.context() as patched:
                patched.setattr("experiments.coverage.functions.LARGEST_TABLE", 7)
                assert limit(function, design, ridge) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_watched_function_is_unseen_until_masks_of_both_kinds_are_shown(name):
    rare = {"sparse", "step", "detector", "huge interaction"}
    function, masks = set_function(name, 8), lt.all_masks(8)
    watched, values = Watched(name, function), function(masks)
    on = masks[:, :6].all(axis=1) if name == "huge interaction" else values > 0
    assert watched.unseen == (name in rare)
    assert np.array_equal(watched(masks[~on]), values[~on]) and watched.unseen == (name in rare)
    watched(masks[on])
    assert not watched.unseen


@pytest.mark.parametrize("name", ["sparse", "step", "detector", "huge interaction"])
def test_what_is_unseen_is_additive_on_the_masks_that_were_shown(name):
    function, masks = set_function(name, 8), lt.all_masks(8)
    rare = masks[:, :6].all(axis=1) if name == "huge interaction" else function(masks) > 0
    for shown in (masks[rare], masks[~rare]):
        rows = np.column_stack([np.ones(len(shown)), shown])
        left = function(shown) - rows @ np.linalg.lstsq(rows, function(shown), rcond=None)[0]
        assert np.abs(left).max() < 1e-9


def test_a_row_counts_runs_and_coefficients():
    def answer(coefficients, errors):
        return lt.Explanation(np.array(coefficients), 0.0, np.array(errors), 9)

    answers = [answer([0.0, 3.0], [1.0, 1.0]), answer([1.0, 9.0], [1.0, np.inf]), answer([3.0, 0.0], [1.0, 0.0])]
    found = summary(answers, np.zeros(2), np.array([False, False, True]))
    assert found["coverage"] == pytest.approx(4 / 6) and found["least_of_a_coefficient"] == pytest.approx(2 / 3)
    assert found["coverage_of_finite"] == pytest.approx(3 / 5) and found["coverage_where_seen"] == pytest.approx(3 / 4)
    assert found["standard_error"] == pytest.approx(np.std([0.5, 1.0, 0.5]) / np.sqrt(3))
    assert (found["unseen"], found["infinite"], found["zero"]) == pytest.approx((1 / 3, 1 / 6, 1 / 6))
    assert found["half_width"] == pytest.approx(1.959964, abs=1e-6) and not found["exact"]
    assert found["root_mean_squared_error"] == pytest.approx(np.sqrt((9 + 1 + 9) / 5))


def test_all_infinite_covers_without_a_width():
    found = summary([lt.Explanation(np.ones(2), 0.0, np.full(2, np.inf), 3)], np.zeros(2), np.array([True]))
    assert (found["coverage"], found["infinite"], found["half_width"]) == (1.0, 1.0, None)
    assert found["coverage_of_finite"] is None and found["coverage_where_seen"] is None


def test_carrying_masks_are_those_with_the_rarer_state():
    assert carrying(lt.BernoulliDesign(3, 0.1)) == pytest.approx(0.1, rel=0.15)
    assert carrying(lt.ImageDesign(3, 1e6)) == pytest.approx(0.5, rel=0.05)
    assert carrying(lt.ImageDesign(2, 0.3)) < 0.5  # unequal weights among the masks that show a superpixel


def test_the_smoke_mode_prints_small_cells(capsys):
    main(EXPERIMENT, ["run", "--smoke"])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [key(one) for one in found] == [cell.key for cell in SMOKE]
    assert all(one["runs"] == 4 and 0 <= one["coverage"] <= 1 for one in found)


def test_a_run_goes_on_where_another_ended_and_stops_when_its_time_is_over(monkeypatch, tmp_path):
    monkeypatch.setattr(experiment, "chosen", lambda: [SMOKE[0], *named()[:2]])
    out = tmp_path / "rows.jsonl"
    main(EXPERIMENT, ["run", "--runs", "2", "--budget", "1e-9", "--out", str(out)])
    assert [key(one) for one in load(out)] == [SMOKE[0].key]
    main(EXPERIMENT, ["run", "--runs", "2", "--out", str(out)])
    rows = load(out)
    assert [key(one) for one in rows] == [SMOKE[0].key, *(cell.key for cell in named()[:2])]
    assert {"limetheory", "numpy", "python"} <= set(rows[0]["versions"])
    again = row(SMOKE[0], 2)
    assert {**again, "seconds": 0} == {**{name: rows[0][name] for name in again}, "seconds": 0}


def made_up(**changes):
    base = {
        **asdict(SMOKE[0]), "carrying": 30.0, "runs": 400, "coverage": 0.95, "standard_error": 0.005, "unseen": 0.0,
        "coverage_of_finite": 0.95, "coverage_where_seen": 0.95, "least_of_a_coefficient": 0.94, "infinite": 0.0,
        "zero": 0.0, "half_width": 2.0, "root_mean_squared_error": 1.0, "exact": False, "warnings": 0, "seconds": 1.0,
        "finite_runs": 400,
    }  # fmt: skip
    return {**base, **changes}


ROWS = [
    made_up(),
    made_up(half_width=4.0, infinite=0.5, finite_runs=200, least_of_a_coefficient=0.4),
    made_up(coverage=0.5, ridge=1.0, n=20),
    made_up(coverage=0.92, carrying=2.0, warnings=350),
    made_up(coverage=0.2, function="huge interaction", unseen=0.9, coverage_where_seen=0.8, method="quadrature"),
    made_up(coverage=0.92, function="sparse", unseen=0.05, method="quadrature"),
]


def test_cells_below_the_goal_are_counted_under_the_first_reason():
    assert [is_wanting(one) for one in ROWS] == [False, False, True, True, False, True]
    assert [is_impossible(one) for one in ROWS] == [False] * 4 + [True, False]
    found = [reason(one) for one in ROWS if is_wanting(one)]
    assert found == ["ridge", next(name for name in REASONS if "effective" in name), next(iter(REASONS))]
    assert reason(made_up(n=8, d=3)) == "none of these" and reason(made_up(n=7, d=3)).startswith("fewer than two")


def test_the_report_counts_what_is_below_and_keeps_what_must_be_apart():
    text = report(ROWS)
    assert text.startswith("6 cells of a grid chosen to be difficult: 1 designs, d = 3 to 3, n = 8 to 20,")
    assert "| `wls` | 3 | 66.7 % | 1 | 0 | 1 | 0 | 16.7 % | 3.00 (2.50–3.50) |" in text
    assert "| `wls`, ridge | 1 | 0.0 % | 1 | 1 | 0 | 0 | 0.0 % | – |" in text
    assert "| `quadrature` | 2 | 0.0 % | 1 | 0 | 0 | 1 | 0.0 % | – |" in text
    assert "| ridge | 0 | 1 | 0 | 50 / 50 / 50 % |" in text
    assert "| huge interaction | 1 | 90 / 90 / 90 % | 20 / 20 / 20 % | 80 / 80 / 80 % |" in text
    assert "In 1 of the 2 cells that reach 93 % a single coefficient is covered less than 90 %" in text
    assert "of the time, 40.0 % at the least." in text
    assert report(ROWS[:2]).endswith(f"No cell is below {100 * GOAL:g} % that need not be and is not warned of.")
    assert "effective masks with or without" not in text  # the package warns of these itself


def test_a_cell_is_warned_of_if_most_runs_with_a_finite_interval_are():
    assert [is_warned(made_up(warnings=count)) for count in (0, 200, 201)] == [False, False, True]
    assert [is_warned(made_up(warnings=count, finite_runs=100)) for count in (50, 51)] == [False, True]
    assert [is_silent(one) for one in ROWS] == [False, False, True, False, False, True]


def test_the_list_of_cells_below_has_them_by_reason_and_coverage():
    text = below(ROWS)
    assert text.startswith("Cells below 93 % that need not be: 3")
    assert [line.split(" | ")[0] for line in text.splitlines()[4:]] == ["| 92.0 %", "| 92.0 %", "| 50.0 %"]
    assert [line.split(" | ")[3] for line in text.splitlines()[4:]] == ["no", "yes", "no"]


@pytest.mark.slow
def test_plot_draws_and_prints(tmp_path, capsys):
    out = tmp_path / "rows.jsonl"
    out.write_text("".join(json.dumps(one) + "\n" for one in ROWS))
    main(EXPERIMENT, ["plot", "--out", str(out)])
    assert (tmp_path / "coverage.png").stat().st_size > 10_000
    printed = capsys.readouterr().out
    assert report(ROWS) in printed and below(ROWS) in printed


def test_saved_rows_are_of_chosen_cells_one_each(cells):
    keys = [key(one) for one in load(EXPERIMENT.saved)]
    assert len(set(keys)) == len(keys) and set(keys) <= {cell.key for cell in cells}
    assert all(one["runs"] >= 400 for one in load(EXPERIMENT.saved))


@pytest.mark.slow
@pytest.mark.parametrize("warned", [False, True])
def test_a_saved_row_is_made_again_from_its_seed(warned):
    own = [one for one in load(EXPERIMENT.saved) if one["half_width"] and not one["exact"] and is_warned(one) == warned]
    kept = min(own, key=lambda one: one["seconds"])
    again = row(Cell(**{field.name: kept[field.name] for field in fields(Cell)}), kept["runs"])
    for name in ("coverage", "infinite", "unseen"):
        assert again[name] == pytest.approx(kept[name], abs=0.005)
    assert again["root_mean_squared_error"] == pytest.approx(kept["root_mean_squared_error"], rel=1e-3)
    assert (again["warnings"], again["finite_runs"]) == (kept["warnings"], kept["finite_runs"])


def test_bad_arguments_are_refused(tmp_path):
    with pytest.raises(ValueError, match="plot needs saved rows, got none"):
        main(EXPERIMENT, ["plot", "--out", str(tmp_path / "none.jsonl")])
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        main(EXPERIMENT, ["run", "--workers", "0"])
    with pytest.raises(ValueError, match=r"budget must be above 0, got -1\.0"):
        main(EXPERIMENT, ["run", "--budget", "-1"])
