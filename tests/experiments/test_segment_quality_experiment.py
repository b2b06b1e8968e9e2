"""The experiment on the quality of segments: matched counts, tuning, rows that resume, tables and the conclusion."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image
from segment_quality_cases import SMALL, row, rows, small_scenes

from experiments._frame.command import main, parsed
from experiments._frame.saved_rows import append, load
from experiments.segment_quality import experiment as of_experiment
from experiments.segment_quality.compared import differences
from experiments.segment_quality.experiment import EXPERIMENT, batches
from experiments.segment_quality.figures import curves
from experiments.segment_quality.measure import Known, quality
from experiments.segment_quality.report import summary, verdict
from experiments.segment_quality.scores import scores
from experiments.segment_quality.segmenters import SEGMENTERS, Candidate, Search
from experiments.segment_quality.settings import KINDS, Settings
from experiments.segment_quality.tuning import chosen, merit
from limetheory.images.segmentation.search import bisected


@dataclass(frozen=True)
class Tiny(Settings):
    """Settings with one tuning scene of each kind."""

    counts: tuple[int, ...] = SMALL.counts
    height: int = SMALL.height
    width: int = SMALL.width
    tuning: int = 1


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr("experiments.segment_quality.compared.DRAWS", 999)


@pytest.mark.slow
@pytest.mark.parametrize("name", SEGMENTERS)
def test_cuts_have_about_the_wanted_number_of_segments(name):
    scene = small_scenes()["textures", 0]
    candidate = SEGMENTERS[name][0]
    cuts = candidate.cut(scene.image, SMALL.counts, **candidate.settings)
    for count, labels in cuts.items():
        assert labels.shape == scene.truth.shape and np.unique(labels).tolist() == list(range(labels.max() + 1))
        assert abs(labels.max() + 1 - count) <= max(2, count // 3)


@pytest.mark.parametrize(("rises", "count"), [(True, lambda x: int(x)), (False, lambda x: int(100 / x))])
def test_bisection_finds_the_nearest_count_of_a_monotone_parameter(rises, count):
    for wanted in (3, 10, 40):
        best = bisected(count, wanted, 1, 100, rises, whole=False)
        assert abs(count(best) - wanted) <= 1


def test_bisection_ends_where_the_count_is_near_enough():
    tried = []
    best = bisected(lambda x: tried.append(x) or int(x), 12, 1, 100, True, whole=False, within=3)
    assert tried == [best] == [10.0]


def test_a_parameter_is_tried_once_for_all_counts():
    seen = []
    search = Search("grid", "n_segments", lambda wanted, pixels: (2, 32), rises=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.segment_quality.segmenters._labels", lambda image, method, parameters: (
            seen.append(parameters["n_segments"]) or np.arange(parameters["n_segments"])[None]
        ))  # fmt: skip
        search(np.zeros((1, 40, 3), np.uint8), (8, 8, 9))
    assert len(seen) == len(set(seen)) > 0


@pytest.mark.slow
def test_the_qualities_of_the_truth_are_perfect_and_those_of_one_segment_are_not():
    scene = small_scenes()["photographs", 0]
    known = Known(scene.image, scene.truth, scene.objects, {})
    perfect, none = quality(known, scene.truth, 0), quality(known, np.zeros_like(scene.truth), 0)
    assert perfect["Undersegmentation error"] == 0.0 and perfect["segments"] == len(scene.parts)
    for name in ("Boundary recall", "Boundary precision", "Achievable segmentation accuracy", "Achievable overlap"):
        assert perfect[name] == 1.0
    assert none["Boundary recall"] == none["Explained variation"] == 0.0 < none["Undersegmentation error"]


def test_the_candidate_with_the_best_merit_is_chosen_for_each_count(monkeypatch):
    monkeypatch.setitem(SEGMENTERS, "slic", SEGMENTERS["slic"][:2])
    first, second = row("slic", 0, 0.5)["cuts"], row("slic", 0, 0.2)["cuts"]
    second["8"] = {**second["8"], "Boundary recall": 1.0, "Achievable segmentation accuracy": 1.0}
    tuning = [{"segmenter": "slic", "cuts": [first, second]}, {"segmenter": "higra", "cuts": []}]
    assert chosen(tuning, "slic", (4, 8)) == (0, 1)
    assert chosen([], "slic", (4, 8)) == chosen(tuning, "grid", (4, 8)) == (0, 0)
    assert merit(second["8"]) == 1.0


@pytest.mark.slow
def test_the_smoke_mode_prints_a_row_for_each_kind_and_segmenter(capsys):
    assert main(EXPERIMENT, ["run", "--smoke", "--segmenters", "grid", "higra"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["kind"], one["segmenter"]) for one in found] == [(k, s) for k in KINDS for s in ("grid", "higra")]
    assert all(one["source"] == "scikit-image" and one["seed"] == 0 and one["versions"]["higra"] for one in found)
    assert [one["cuts"]["8"]["segments"] for one in found[1::2]] == [8, 8]


@pytest.mark.slow
def test_a_run_tunes_first_and_resumes(tmp_path, monkeypatch):
    monkeypatch.setattr(of_experiment, "Settings", Tiny)
    arguments = ["run", "--out", str(tmp_path / "rows.jsonl"), "--scenes", "1", "--segmenters", "grid", "watershed"]
    assert main(EXPERIMENT, arguments) == 0
    tuned, found = load(tmp_path / "tuning.jsonl"), load(tmp_path / "rows.jsonl")
    assert [(one["kind"], one["segmenter"]) for one in tuned] == [(kind, "watershed") for kind in KINDS]
    assert len(found) == 4 and found[1]["chosen"] == list(chosen(tuned, "watershed", (4, 8)))
    assert {one["scene"] for one in tuned}.isdisjoint(one["scene"] for one in found)
    assert main(EXPERIMENT, arguments) == 0 and load(tmp_path / "rows.jsonl") == found


def test_nothing_is_reported_before_the_tuning_is_complete(tmp_path):
    options = parsed(EXPERIMENT, ["run", "--out", str(tmp_path / "rows.jsonl")])
    found = batches(options)
    assert len(next(found).jobs) == 2 * Settings.tuning * sum(len(one) > 1 for one in SEGMENTERS.values())
    assert next(found, None) is None


@pytest.mark.slow
def test_images_with_masks_are_measured_too(tmp_path, capsys):
    image = np.zeros((40, 50, 3), np.uint8)
    image[10:30, 10:30] = 200
    Image.fromarray(image).save(tmp_path / "square.png")
    Image.fromarray(image[..., 0]).save(tmp_path / "square_mask.png")
    arguments = ["run", "--smoke", "--masks", str(tmp_path), "--segmenters", "grid", "higra", "--scenes", "1"]
    assert main(EXPERIMENT, arguments) == 0
    grid, higra = [json.loads(line) for line in capsys.readouterr().out.splitlines()][:2]
    assert grid["kind"] == higra["kind"] == "masks" and grid["scene"] == "square" and higra["regions"] == 2
    assert higra["cuts"]["4"]["Achievable overlap"] == 1.0 > grid["cuts"]["4"]["Achievable overlap"]


def test_scores_are_of_the_scenes_that_every_segmenter_has_cut():
    measured = [*rows({"higra": 0.6, "slic": 0.5}, scenes=3), row("slic", 3, 0.5)]
    found = scores(measured, KINDS)
    assert found.segmenters == ("higra", "slic") and found.counts == (4, 8) and len(found.scenes) == 6
    assert found.over("Boundary recall", "slic", 8).shape == (6,) and found.kinds == list(KINDS)


@pytest.mark.parametrize("others", [{"digest": "b"}, {"source": "elsewhere"}])
def test_rows_of_other_settings_or_photographs_are_not_mixed(others):
    with pytest.raises(ValueError, match="rows must be of one source and of the same settings, got 2"):
        scores([row("slic", 0, 0.5), row("slic", 1, 0.5, **others)], KINDS)


def test_differences_have_the_sign_of_the_means_and_corrected_p():
    found = differences(scores(rows({"slic": 0.5, "higra": 0.6, "grid": 0.6}), KINDS), "higra")
    assert {one.other for one in found} == {"slic", "grid"} and len(found) == 8
    for one in found:
        expected = 0.1 if one.other == "slic" else 0.0
        assert (
            one.mean == pytest.approx(expected, abs=0.01)
            and one.low < one.mean < one.high
            and (one.p < 0.01) == (one.other == "slic")
        )
        assert one.better == (one.mean > 0)


def test_the_conclusion_says_better_worse_or_neither():
    bases = {"slic": 0.5, "higra": 0.6, "grid": 0.6, "watershed": 0.7}
    text = verdict(differences(scores(rows(bases), KINDS), "higra"), "higra")
    said = "better than slic, not significantly different from grid, worse than watershed"
    assert f"Boundary recall of `higra`: at 4 segments {said}; at 8 segments {said}." in text
    alone = verdict(differences(scores(rows({"higra": 0.6, "slic": 0.5, "grid": 0.4}), KINDS), "higra"), "higra")
    assert "at 4 segments better than all 2 others; at 8" in alone


def test_the_tables_have_means_counts_and_what_was_chosen():
    measured = rows({"slic": 0.5, "higra": 0.6})
    measured.append(row("slic", "zebra", 0.25, "masks"))
    measured.append(row("higra", "zebra", 0.75, "masks"))
    text = summary(measured, [])
    assert (
        "48 scenes (24 of textures, 24 of photographs) with 4 to 6 regions, composed of parts of 2 photographs" in text
    )
    assert "| segmenter | 4 wanted | 8 wanted |\n| --- | ---: | ---: |\n| `slic` | 5.00 (5–5) | 9.00 (9–9) |" in text
    recall = scores(measured, KINDS).over
    gap = (recall("Boundary recall", "higra", 4) - recall("Boundary recall", "slic", 4)).mean()
    assert "`higra` minus each other segmenter" in text and f"| `slic` | {gap:+.3f} [" in text
    assert "compactness 3, sigma 1, n_segments searched" in text
    assert "Images with masks of their own (zebra)" in text and text.count("\n| `higra` |") == 6


@pytest.mark.slow
def test_the_curves_are_drawn_for_each_kind(tmp_path):
    figure = curves(rows({"slic": 0.5, "higra": 0.6}, scenes=4))
    assert len(figure.axes) == 8 and "24" not in figure.axes[0].get_title()
    figure.savefig(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_plot_prints_the_tables_and_draws_beside_the_rows(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("experiments.segment_quality.figures.Settings", lambda: Settings(height=72, width=96))
    monkeypatch.setattr(
        "experiments.segment_quality.figures.SEGMENTERS", {"grid": (Candidate(SEGMENTERS["grid"][0].cut),)}
    )
    append(rows({"slic": 0.5, "higra": 0.6}), tmp_path / "rows.jsonl")
    assert main(EXPERIMENT, ["plot", "--out", str(tmp_path / "rows.jsonl")]) == 0
    assert "Boundary recall of `higra`" in capsys.readouterr().out
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in ("curves.png", "scenes.png"))


def test_settings_with_other_numbers_of_scenes_have_the_same_digest():
    assert Settings().digest() == Settings(scenes=3, tuning=9).digest() != Settings(tolerance=1).digest()
