"""The experiment on rivals: rows that resume, cells that compare like with like, and what the tables say of them."""

import json

import numpy as np
import pytest

from experiments._frame import Lines
from experiments._frame.command import main
from experiments._frame.saved_rows import load
from experiments.efficiency.jobs import made_up
from experiments.rivals import experiment
from experiments.rivals.cells import cells
from experiments.rivals.experiment import EXPERIMENT, files, sizes
from experiments.rivals.figures import LINES, draw_rivals
from experiments.rivals.groups import FEW, contenders, members
from experiments.rivals.report import methods, summary, winner
from experiments.tables.store import Table, save

OWN, RIVAL = "limetheory, quadrature", "shapiq OddSHAP"
ROWS = load(EXPERIMENT.saved)


def result(*errors, seconds=0.1):
    return {"errors": list(errors), "evaluations": 20.0, "distinct": 20.0, "seconds": seconds}


def row(table, group, part=0, d=12, n=250, family="Shapley", **results):
    named = {"own": OWN, "wls": "limetheory, wls", "rival": RIVAL, "svarm": "shapiq SVARM", "lime": "lime"}
    found = {named[name]: one for name, one in results.items()}
    return {"superpixels": d, "family": family, "n": n, "table": table, "group": group, "part": part,
            "contenders": found, "versions": {"python": "3.12.1", "shapiq": "1.8.0"}}  # fmt: skip


def pair(own, rival, **where):
    """Rows of several tables with the errors of both sides."""
    return [
        one
        for number, (a, b) in enumerate(zip(own, rival, strict=True))
        for one in (
            row(f"t{number}", "limetheory", own=result(a), **where),
            row(f"t{number}", "shapiq", rival=result(b), **where),
        )
    ]


@pytest.mark.parametrize(("own", "rival", "who"), [
    ([1, 1, 1], [2, 2.1, 1.9], "limetheory"),
    ([2, 2.1, 1.9], [1, 1, 1], RIVAL),
    ([1, 2, 3], [3, 2, 1.1], "tie"),
])  # fmt: skip
def test_the_winner_has_the_smaller_error_by_more_than_one_standard_error(own, rival, who):
    cell = cells(pair(own, rival))[0]
    assert winner(cell) == who
    assert cell.ratio(RIVAL, OWN) == pytest.approx(sum(rival) / sum(own))


def test_the_standard_error_is_that_of_paired_differences():
    own = [1.0, 5.0, 9.0]
    cell = cells(pair(own, [2.0, 6.0, 10.3]))[0]
    gap, error = cell.difference(RIVAL, OWN)
    assert gap == pytest.approx(1.1) and error == pytest.approx(
        0.1
    )  # mutant: errors of both sides taken as independent
    assert cell.won(RIVAL, OWN) == 3 and cells(pair(own, [2.0, 4.0, 9.0]))[0].won(RIVAL, OWN) == 1


def test_only_tables_with_every_contender_count_and_parts_are_put_together():
    rows = [*pair([1, 1], [2, 2]), row("t2", "limetheory", own=result(100)),
            row("t0", "limetheory", part=1, own=result(3)), row("t0", "shapiq", part=1, rival=result(2))]  # fmt: skip
    cell = cells(rows)[0]
    assert cell.tables == ["t0", "t1"] and cell.mean(OWN) == 1.5 and cell.mean(RIVAL) == 2


def test_the_best_of_each_side_is_compared_and_a_refusal_counts_for_nothing():
    rows = pair([1, 1], [2, 2])
    rows += [row(f"t{i}", "limetheory", part=0, wls=result(0.5)) for i in range(2)]
    rows += [row(f"t{i}", "shapiq", svarm={"refused": "ValueError: too few"}) for i in range(2)]
    cell = cells(rows)[0]
    assert (cell.best(ours=True), cell.best(ours=False)) == ("limetheory, wls", RIVAL)
    line = "| `wls`: 0.5 (0.1 s) | shapiq OddSHAP: 2 (0.1 s) | 4 | 1.5 ± 0 | 2 of 2 | 1 |  | limetheory |"
    assert f"| Shapley | 12 | 250 {line}" in summary(rows)


def test_the_verdict_counts_and_names_where_a_rival_wins():
    rows = [*pair([1, 1.1], [4, 4]), *pair([2, 2.1], [1, 1], n=64), *pair([1, 1], [1.5, 1.5], n=500)]
    text = summary(rows)
    assert "In 3 comparisons limetheory has the smaller error in 2, a rival in 1: shapiq OddSHAP (Shapley, 12" in text
    assert "64 masks); ties: 0." in text and "at least twice limetheory's in 1 of 2." in text
    assert "python 3.12.1, shapiq 1.8.0." in text


def test_contenders_on_few_tables_stand_beside_limetheory_on_those():
    rows = [*pair([1, 1, 9], [2, 2, 2]), row("t0", "shapiq, tuned", svarm=result(0.5, seconds=7.0))]
    assert "| 12 | 250 | 1 | `quadrature` | 1 | 0.1 | shapiq SVARM | 0.5 | 7 |" in summary(rows)
    assert cells(rows)[0].tables == ["t0", "t1", "t2"]


def test_a_side_that_is_missing_makes_no_line():
    assert cells([row("a", "limetheory", own=result(1)), row("b", "limetheory", own=result(1))]) == []
    assert summary([]) == "No number of masks has contenders of both sides yet."


def test_the_table_of_methods_has_ours_first_and_seconds_at_250():
    rows = pair([1, 1], [2, 2]) + pair([1, 1], [400, 400], n=64)
    text = methods(rows)
    assert "| method | 64 | 250 | seconds |" in text and "| `quadrature` | 1 | 1 | 0.1 |" in text
    assert "| shapiq OddSHAP | 4e+02 | 2 | 0.1 |" in text and text.index("`quadrature`") < text.index("OddSHAP")


def test_a_table_without_250_masks_has_the_seconds_of_its_largest_number():
    rows = pair([1, 1], [2, 2], n=64) + pair([1, 1], [2, 2], n=1250)
    for one in rows[-4:]:
        next(iter(one["contenders"].values()))["seconds"] = 7.0
    text = methods(rows)
    assert "and seconds at 1,250 masks:" in text and "| `quadrature` | 1 | 1 | 7 |" in text


def test_a_figure_has_at_most_eight_lines_of_contenders_that_there_are(tmp_path):
    names = {family: {one.name for one in contenders() if one.family == family} for family in LINES}
    assert all(len(lines) <= 8 and set(lines) <= names[family] for family, lines in LINES.items())
    rows = pair([1, 1], [2, 2]) + pair([1, 1], [2, 2], d=16, family="LIME")
    draw_rivals(rows, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("d", "expected"), [(12, [14, 20, 32, 64, 125, 250, 500, 1000, 2000]),
                                             (11, [13, 20, 32, 64, 125, 250, 500, 1000])])  # fmt: skip
def test_masks_are_from_d_plus_two_to_half_of_all(d, expected):
    assert sizes(d) == expected and sizes(16)[:2] == [18, 20]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Two tables of 4 superpixels, and one number of masks."""
    for name in "ab":
        file = tmp_path / "tables" / "d4" / experiment.NETWORK / f"{name}.npz"
        save(Table(made_up(4, ord(name)).values, np.zeros(4), {"photograph": name, "network": "none"}), file)
    monkeypatch.setattr(experiment, "FOLDER", tmp_path / "tables")
    monkeypatch.setattr(experiment, "sizes", lambda d: [13])
    monkeypatch.setattr(experiment, "files", lambda d: files(4))
    return tmp_path


def test_a_run_goes_on_after_the_last_row_and_repeats_nothing(small):
    out = small / "rows.jsonl"
    arguments = ["run", "--superpixels", "11", "--groups", "limetheory", "GLIME", "--parts", "2", "--out", str(out)]
    assert main(EXPERIMENT, arguments) == 0
    rows = load(out)
    keys = [(one["family"], one["group"], one["table"], one["part"]) for one in rows]
    assert len(keys) == len(set(keys)) == 2 * 2 * 3  # LIME has both groups, Shapley's design the first
    assert [key[3] for key in keys] == sorted(key[3] for key in keys)
    out.write_text("".join(json.dumps(one) + "\n" for one in rows[:5]) + json.dumps(rows[5])[:40], encoding="utf-8")
    assert main(EXPERIMENT, arguments) == 0

    def known(found):
        return sorted((str(one["family"]), one["group"], one["table"], one["part"],
                       json.dumps({name: own.get("errors") for name, own in one["contenders"].items()}))
                      for one in found)  # fmt: skip

    assert known(load(out)) == known(rows)


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row_for_each_group_that_can_run_and_saves_none(capsys, monkeypatch):
    monkeypatch.setattr(Lines, "add", None)
    assert main(EXPERIMENT, ["run", "--smoke"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert {one["group"] for one in rows} >= {"limetheory", "proxies", "lime", "GLIME", "shap"}
    assert all(one["contenders"] and not set(FEW) & {one["group"]} for one in rows)


def test_saved_rows_are_complete_cells_of_known_contenders():
    names = ("superpixels", "family", "n", "group", "part")
    for cell in {tuple(one[name] for name in names) for one in ROWS}:
        d, family, _, group, _ = cell
        own = [one for one in ROWS if tuple(one[name] for name in names) == cell]
        assert [one["table"] for one in own] == [file.stem for file in files(d)[: FEW.get(group, (None,))[0]]]
        assert all(set(one["contenders"]) <= {known.name for known in members(group, family)} for one in own)


def test_saved_rows_spend_no_more_masks_than_asked_for():
    assert all(result["distinct"] <= one["n"] for one in ROWS
               for result in one["contenders"].values() if "errors" in result)  # fmt: skip
