"""Tables of the experiment segments: planted differences are found, photographs are the unit, and the power is true."""

import numpy as np
import pytest

from experiments._frame.groups import Groups
from experiments.segments import report
from experiments.segments.answers import REFERENCE, SAMPLE
from experiments.segments.compared import compared
from experiments.segments.figures import drawn
from experiments.segments.power import detectable, measured_deviations
from experiments.segments.scores import MEASURES, Scores
from experiments.segments.settings import CLASSICAL

COUNTS = (8, 16)
NETWORKS = ("efficientnet_lite0", "efficientnet_lite1")


def saved(folder, photographs=20, gain=0.0, networks=NETWORKS, segmenters=("higra", *CLASSICAL)):
    """Made-up rows whose SRG is higher by a gain with higra; the networks give nearly the same values."""
    store = Groups(folder, "digest")
    for number in range(photographs):
        rng = np.random.default_rng(number)
        level = rng.normal(0.4, 0.2)
        for segmenter in segmenters:
            noise = rng.normal(0, 0.05, (len(COUNTS), 2))
            yes = rng.random() < 0.5
            for network in networks:
                rows = [
                    _row(count, answer, level + gain * (segmenter == "higra") + noise[i, j], yes)
                    for i, count in enumerate(COUNTS)
                    for j, answer in enumerate((REFERENCE, SAMPLE))
                ]
                key = {"photograph": f"{number}.png", "network": network, "segmentation": segmenter}
                about = {"seed": 0, "place": "1 process", "evaluations": 9, "cutting": 1.0, "processor": 2.0}
                store.add({**key, **about, "seconds": 3.0, "digest": "digest", "rows": rows})
    return folder


def _row(count, answer, value, yes):
    return {
        "count": count, "segments": count, "answer": answer, "sample": 0, "exact": count == 8, "srg": value,
        "srg_pixels": value, "mif": 0.1, "lif": 0.1 + value, "preserved": float(yes), "deleted": 1.0,
        "kept_area": 0.25, "gone_area": 0.1,
        "r_squared": value, "first_order": value, "width": 1 + value, "error": 0.1, "agreement": 0.9,
    }  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A gain of six standard errors of the differences."""
    return saved(tmp_path_factory.mktemp("planted") / "rows", gain=0.1)


@pytest.fixture(scope="module")
def null(tmp_path_factory):
    return saved(tmp_path_factory.mktemp("null") / "rows")


@pytest.mark.slow
def test_a_planted_difference_is_found_and_an_absent_one_is_not(planted, null):
    of = {name: compared(report.scores(folder)) for name, folder in (("planted", planted), ("null", null))}
    assert len(of["null"]) == len(CLASSICAL) * len(COUNTS) * len(MEASURES)
    assert min(one.corrected for one in of["null"]) > 0.05
    clear = [one for one in of["planted"] if one.corrected <= 0.05]
    assert {one.measure.title for one in clear if one.better} >= {"SRG", "SRG of pixels", "R² of 256 masks"}
    assert all(one.measure.column == "width" for one in clear if not one.better)  # wider intervals are worse
    one = next(one for one in clear if one.measure.title == "SRG")
    assert one.difference.low < 0.1 < one.difference.high and one.corrected >= one.p


@pytest.mark.slow
def test_photographs_are_the_unit(tmp_path, null):
    """The mutant would take each network's row for a photograph, and find smaller p with the same values twice."""
    once = compared(Scores.of(report.scores(null).rows.query("network == 'efficientnet_lite0'")))
    twice = compared(report.scores(null))
    assert [one.p for one in once] == [one.p for one in twice]


@pytest.mark.slow
def test_photographs_that_a_segmenter_lacks_are_left_out(null):
    rows = report.scores(null).rows
    some = rows[(rows["photograph"] != "3.png") | (rows["segmentation"] != "slic")]
    found = Scores.of(some)
    assert len(found.photographs) == 19 and "3.png" not in found.photographs
    with pytest.raises(ValueError, match="rows must have a photograph of every segmenter, got none of 2;"):
        Scores.of(rows[(rows["photograph"] == "3.png") & (rows["segmentation"] != "slic")
                       | (rows["photograph"] == "4.png") & (rows["segmentation"] == "slic")])  # fmt: skip


@pytest.mark.slow
def test_a_network_that_is_not_finished_is_left_out_and_named(null):
    rows = report.scores(null).rows
    some = rows[(rows["network"] != "efficientnet_lite1") | (rows["photograph"] < "3")]
    found, alone = Scores.of(some), Scores.of(rows[rows["network"] == "efficientnet_lite0"])
    assert found.networks == ("efficientnet_lite0",) and found.photographs == alone.photographs
    assert found.unfinished == {"efficientnet_lite1": sum(name < "3" for name in found.photographs)}
    assert found.rows.equals(alone.rows) and not alone.unfinished


@pytest.mark.slow
def test_a_column_is_averaged_over_networks_and_samples(null):
    found = report.scores(null)
    rows = found.rows
    own = rows[(rows["photograph"] == "7.png") & (rows["segmentation"] == "grid") & (rows["count"] == 8)]
    place = found.photographs.index("7.png")
    assert found.over("srg", SAMPLE, "grid", 8)[place] == pytest.approx(own[own["answer"] == SAMPLE]["srg"].mean())


@pytest.mark.slow
def test_the_tables_say_what_the_rows_say(planted):
    text = {name: table(planted) for name, table in report.TABLES.items()}
    assert "20 photographs, efficientnet_lite0, efficientnet_lite1" in text["segments-curves"]
    assert "`higra` is better in" in text["segments-verdict"] and "SRG (slic at 8" in text["segments-verdict"]
    assert "**+0.1" in text["segments-differences"] and "minus grid" in text["segments-differences"]
    assert "| 0.250 | 0.100 |" in text["segments-curves"]
    assert "| 1 process | efficientnet_lite0 | `grid` | 20 | 9.0 | 1.0 | 2.0 | 3.0 |" in text["segments-cost"]
    assert "Pilot: 20 photographs" in text["segments-power"]
    assert "the 20 photographs that were measured" in text["segments-power"]
    lines = text["segments-exact"].splitlines()
    assert lines[2].startswith("| `higra` |") and len(lines) == 2 + 1 + len(CLASSICAL)
    assert "limit of LIME" in text["segments-answers"]


@pytest.mark.slow
def test_without_rows_the_blocks_say_so(tmp_path):
    for name, table in report.TABLES.items():
        assert (table(tmp_path) == report.NOT_YET) == (name != "segments-power")


@pytest.mark.slow
def test_the_figure_is_drawn_beside_the_rows(planted):
    file = drawn(planted)
    assert file == planted.with_name("curves.png") and file.stat().st_size > 20_000


@pytest.mark.slow
def test_the_deviations_are_those_of_paired_differences(null):
    found = report.scores(null)
    gaps = [found.over("srg", REFERENCE, "higra", count) - found.over("srg", REFERENCE, name, count)
            for name in CLASSICAL for count in COUNTS]  # fmt: skip
    expected = np.sqrt(np.mean([np.var(gap, ddof=1) for gap in gaps]))
    assert measured_deviations(found)["SRG ↑"] == pytest.approx(expected)


@pytest.mark.parametrize("n", [12, 62])
def test_a_detectable_difference_is_found_as_often_as_said(n):
    """20,000 t-tests: the share found lies within 4 standard errors of 80 %; false alarm and false pass below 1e-4."""
    from scipy.stats import ttest_1samp

    gaps = np.random.default_rng(n).normal(0, 2.0, (20_000, n))
    found = np.mean(ttest_1samp(gaps + detectable(2.0, n), 0, axis=1).pvalue <= 0.05)
    error = (0.8 * 0.2 / 20_000) ** 0.5
    assert abs(found - 0.8) < 4 * error
    normal = (1.959964 + 0.841621) * 2.0 / n**0.5  # the mutant: as if the deviation were known
    missed = np.mean(ttest_1samp(gaps + normal, 0, axis=1).pvalue <= 0.05)
    assert n > 12 or missed < 0.8 - 8 * error


def test_a_smaller_level_needs_a_larger_difference():
    assert detectable(1, 62, level=0.05 / 210) > detectable(1, 62) > detectable(1, 200)
