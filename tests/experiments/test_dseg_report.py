"""The report of the experiment dseg: tables of differences, its verdict, ranks and critical differences."""

import numpy as np
import pytest
from dseg_rows import SMALL, row_of

from experiments.dseg import published, report, tables
from experiments.dseg.measures import Row
from experiments.dseg.ranks import critical_difference, groups, ranks
from experiments.dseg.scores import scores
from experiments.dseg.sheets import Sheets
from limetheory.metrics import Interval, PairedDifference


def fake_rows(folder, photographs=8):
    """Rows of photographs on which every metric of higra is better by 0.2 than slic's, and noise besides."""
    rng = np.random.default_rng(0)
    yes_no = {m for m in published.SEGMENTERS if "reservation" in m or m in ("Deletion", "Noise deletion")}
    for number in range(photographs):
        rows = [Row(s, 1, "", "", "Segments", 16) for s in ("higra", "slic")]
        for metric in dict.fromkeys((*tables.SHOWN, *tables.TESTED)):
            for segmenter, gain in (("higra", 0.2), ("slic", 0.0), ("grid", 0.0)):
                value = float(rng.random() < 0.5) if metric in yes_no else 0.5 + gain + 0.05 * rng.normal()
                rows.append(Row(segmenter, 1, "LIME", "0.5", metric, value))
        Sheets(folder / "rows", SMALL.digest()).add(row_of(f"p{number}.png", rows))
    return folder / "rows"


def test_tables_find_the_planted_difference_and_correct_over_the_whole_table(tmp_path):
    found = scores(fake_rows(tmp_path))[0]
    line = next(one for one in tables.differences(found).splitlines() if one.startswith("| SRG"))
    cells = line.split("|")[2:4]
    for cell in cells:
        p, corrected = (float(x) for x in cell.split("p ")[1].split(" → "))
        assert cell.strip().startswith("+0.") and p == pytest.approx(2 / 2**8, rel=0.01)
        assert corrected >= p * 10


def difference(metric, p, gain=0.1):
    return tables.Difference(metric, "slic", PairedDifference("higra", "slic", Interval(gain, gain, gain), p, p), p)


def test_the_verdict_says_first_whether_any_metric_of_faithfulness_differs():
    found = [difference("SRG", 0.2), difference("Infidelity", 0.11, -0.1), difference(tables.STABILITY, 1e-4, -0.1)]
    said = report.verdict(found)
    assert said.startswith("None of 2 metrics of faithfulness differs significantly: the smallest p is 0.11, of Infid")
    assert said.endswith("are: Expected relative stability against slic (better, p = 0.0001).")
    other = report.verdict([difference("SRG", 0.01, -0.1), *found[1:]])
    assert other.startswith("Metrics of faithfulness that differ significantly: SRG (1 of 2).")
    assert "SRG against slic (worse, p = 0.01)" in other
    assert report.verdict(found[:2]).endswith("are: none.")


@pytest.mark.slow
def test_p_values_of_the_saved_rows_are_exact():
    # Holm's p by all 2^20 sign vectors; 9999 drawn ones gave 0.0078 and 0.084
    corrected = {(one.metric, one.other): one.p for one in tables.compared(scores()[0])}
    assert corrected[tables.STABILITY, "higra, depth 2"] == pytest.approx(78 * 2 / 2**20)
    assert corrected[tables.STABILITY, "felzenszwalb"] == pytest.approx(0.0527, abs=5e-5)
    assert min(p for (metric, _), p in corrected.items() if metric != tables.STABILITY) > 0.1


@pytest.mark.slow
def test_the_report_writes_a_page_and_two_pictures(tmp_path):
    files = report.write(fake_rows(tmp_path))
    assert [file.name for file in files] == ["results.md", "means-toy.png", "ranks-toy.png"]
    page = files[0].read_text()
    assert "(14/20)" in page and "[" in page and "nan" not in page


@pytest.mark.parametrize(("methods", "q"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (6, 2.850), (7, 2.949)])
def test_critical_differences_are_those_of_demsar_s_table(methods, q):
    assert critical_difference(methods, 6) == pytest.approx(q * np.sqrt(methods * (methods + 1) / 36), abs=1e-3)


def test_ranks_put_the_better_method_first_and_share_ties():
    table = np.array([[0.9, 0.1, 0.5], [0.8, 0.3, 0.3], [0.7, 0.2, 0.4]])
    assert ranks(table, "↑").means.tolist() == pytest.approx([1, 17 / 6, 13 / 6])
    assert ranks(table, "↓").means.tolist() == pytest.approx([3, 7 / 6, 11 / 6])
    assert ranks(-table, "→0").means.tolist() == pytest.approx([3, 7 / 6, 11 / 6])


def test_groups_are_the_longest_stretches_within_the_difference():
    assert groups(np.array([3.0, 1.0, 2.0, 2.9]), 1.0) == [(1.0, 2.0), (2.0, 3.0)]
    assert groups(np.array([1.0, 2.0, 3.0]), 0.9) == []
