"""The experiment on the gap between LIME and integrated gradients: tables with a known gap, resuming, what is shown."""

import json
import statistics

import numpy as np
import pytest
from matplotlib.image import imread

import limetheory as lt
from experiments._frame.command import main
from experiments.gradients.experiment import EXPERIMENT
from experiments.gradients.report import LINES, summary, verdict
from experiments.gradients.rows import PARTS, ROWS, measured, saved
from experiments.gradients.synthetic import synthetic
from experiments.tables.store import FOLDER, load, save
from limetheory.cli.main import run as run_command


def keep(folder, table):
    save(table, folder / f"d{table.about['superpixels']}" / table.about["network"] / f"{table.about['photograph']}.npz")


@pytest.fixture
def folder(tmp_path):
    for seed in range(5):
        for bend in (0.0, 0.5, 1.0):
            keep(tmp_path / "tables", synthetic(5, seed, bend))
    return tmp_path


def run(folder, *more):
    return main(
        EXPERIMENT,
        ["run", "--superpixels", "5", "--tables", str(folder / "tables"), "--out", str(folder / "rows"), *more],
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_multilinear_model_s_gap_is_predicted(seed):
    row = measured(synthetic(6, seed))
    assert row["lengths"]["path against cube"] < 1e-12 and row["gap"] == pytest.approx(row["predicted"]) and row["gap"]
    assert row["prediction"] == pytest.approx({"slope": 1, "correlation": 1, "r2": 1}, abs=1e-12)
    assert row["correlations"]["Shapley, IG"] == pytest.approx(1) and row["jaccard"]["Shapley, IG"] == 1


def test_a_model_that_bends_between_the_corners_has_a_path_part_and_the_same_prediction():
    straight, bent = measured(synthetic(6, 0)), measured(synthetic(6, 0, 3.0))
    assert bent["lengths"]["path against cube"] > 0.5 > bent["prediction"]["r2"]
    assert bent["by_order"] == straight["by_order"] and bent["walsh"] == straight["walsh"]
    assert bent["seed"] == 0 and bent["completeness_gap"] < 1e-6


def test_a_row_is_what_its_explanations_say():
    table = synthetic(6, 1, 0.5)
    row = measured(table)
    lime, banzhaf, shapley, gradients = map(np.array, row["explanations"].values())
    design = lt.ImageDesign(6, row["bandwidth"])
    np.testing.assert_allclose(lime, lt.limit(table.function, design).coefficients, rtol=0, atol=1e-14)
    parts = dict(zip(PARTS, (lime - banzhaf, banzhaf - shapley, shapley - gradients), strict=True))
    for name, part in parts.items():
        assert row["lengths"][name] == pytest.approx(np.sqrt((part**2).sum() / ((lime - gradients) ** 2).sum()))
        assert row["shares"][name] == pytest.approx((part * (lime - gradients)).sum() / ((lime - gradients) ** 2).sum())
    assert sum(row["shares"].values()) == pytest.approx(1)
    assert row["correlations"]["LIME, IG"] == pytest.approx(statistics.correlation(list(lime), list(gradients)))
    assert sum(row["walsh"]) == pytest.approx(np.mean(table.values**2))


@pytest.mark.slow
def test_the_synthetic_table_is_its_polynomial():
    # by hand: F on the corners, and the gradients of f(t) = Σ_T a_T Π t_j^{p_j} by differences along the path
    table, power = synthetic(3, 2, 0.5), np.array([1, 1.5, 2])
    a = lt.limits.spectrum.moebius(table.values)

    def f(t):
        return sum(a[k] * np.prod([t[j] ** power[j] for j in range(3) if k >> j & 1]) for k in range(8))

    x, step = (np.arange(2000) + 0.5) / 2000, 1e-5
    for j, expected in enumerate(table.gradients):
        nudge = step * np.eye(3)[j]
        slope = np.mean([(f(np.full(3, s) + nudge) - f(np.full(3, s) - nudge)) / (2 * step) for s in x])
        assert slope == pytest.approx(expected, abs=1e-6)
    assert np.ptp(table.gradients) > 0.01


@pytest.mark.slow
def test_rows_are_appended_for_new_tables_only(folder):
    assert run(folder) == 0
    first = (folder / "rows").read_text()
    assert first.count("\n") == 15
    assert run(folder) == 0 and (folder / "rows").read_text() == first
    keep(folder / "tables", synthetic(5, 99))
    keep(folder / "tables", synthetic(4, 0))
    assert run(folder, "--workers", "2") == 0
    assert len(saved(folder / "rows", 5)) == 16 and run(folder, "--superpixels", "4") == 0
    assert len(saved(folder / "rows", 4)) == 1 and len(saved(folder / "rows", 5)) == 16


@pytest.mark.slow
def test_plot_draws_the_rows_and_prints_their_medians(folder, capsys):
    run(folder), capsys.readouterr()
    assert main(EXPERIMENT, ["plot", "--superpixels", "5", "--out", str(folder / "rows")]) == 0
    printed = capsys.readouterr().out
    assert printed == summary(folder / "rows", 5) + "\n" and "5 photographs for each network" in printed
    picture = imread(folder / "gap.png")
    assert min(picture.shape[:2]) > 400 and len(np.unique(picture.reshape(-1, 4), axis=0)) > 100
    lines = [line for line in printed.splitlines() if line.startswith("| R²")]
    own = [row["prediction"]["r2"] for row in saved(folder / "rows", 5) if row["network"].endswith("bend 1")]
    assert lines[0].split("|")[4].split()[0] == f"{statistics.median(own):.2f}"
    assert "nan" not in printed and all(f"| {name} |" in printed for name in LINES)


def test_the_verdict_counts_the_longest_part():
    rows = [measured(synthetic(5, seed, bend)) for seed, bend in ((0, 0.0), (1, 0.0), (2, 3.0))]
    longest = [max(row["lengths"], key=row["lengths"].get) for row in rows]
    said = verdict(rows)
    assert longest.count("path against cube") == 1 and "path against cube in 1" in said
    assert all(f"{part} in {longest.count(part)}" in said for part in PARTS) and "Of 3 cases" in said


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row(capsys):
    assert run_command(["experiment", "run", "gradients", "--smoke"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["superpixels"] == 6 and row["lengths"].keys() == set(PARTS) and len(row["by_order"]) == 7
    assert row["slopes"]["drift"] < 1e-12 and -1 < row["slopes"]["log odds"]["correlation"] < 1


def test_the_saved_rows_are_those_of_the_saved_tables():
    rows = saved()
    for row in (rows[0], rows[-1]):
        table = load(FOLDER / f"d{row['superpixels']}" / row["network"] / f"{row['photograph']}.npz")
        again = measured(table)
        assert again["table_versions"] == row["versions"]
        assert again["lengths"] == pytest.approx(row["lengths"], rel=1e-9)
        assert again["prediction"] == pytest.approx(row["prediction"], rel=1e-9)
    assert ROWS.with_name("gap.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plot", "--superpixels", "9"], "rows of 9 superpixels must be in .*, got none; limetheory experiment"),
        (["run", "--superpixels", "1"], "superpixels must be at least 2, got 1"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        main(EXPERIMENT, arguments)
