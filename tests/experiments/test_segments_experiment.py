"""The experiment segments as a command: the same rows by one process and two, its cost beforehand, and refusals."""

import json

import pytest
from PIL import Image
from skimage import data

from experiments._frame import main
from experiments._frame.command import parsed
from experiments._frame.groups import about, read
from experiments.segments import cost, experiment
from experiments.segments.experiment import EXPERIMENT
from experiments.segments.settings import Settings

HEAD = ["photograph", "network", "segmentation", "count", "answer", "sample"]


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Two photographs."""
    folder = tmp_path_factory.mktemp("photographs")
    for name in ("chelsea", "coffee"):
        Image.fromarray(getattr(data, name)()).resize((96, 80)).save(folder / f"{name}.png")
    return folder


def command(photographs, out, *more):
    return ["run", "--images", str(photographs), "--out", str(out), *more]


@pytest.mark.slow
def test_one_process_and_two_measure_the_same_rows_and_both_are_plotted(photographs, tmp_path, capsys):
    ways = {"one": [], "two": ["--workers", "2"]}
    for name, way in ways.items():
        assert main(EXPERIMENT, command(photographs, tmp_path / name, "--smoke", "--limit", "2", *way)) == 0
    one, two = (read(tmp_path / name).sort_values(HEAD, ignore_index=True) for name in ways)
    assert one.equals(two)
    assert one.groupby(["photograph", "segmentation", "count"]).size().min() >= 2
    file = next((tmp_path / "two").glob("*/*.parquet"))
    known = about(file)
    assert known["place"] == "2 processes" and known["versions"]["limetheory"] and known["processor"] > 0
    foretold = cost.passes(Settings().small())
    assert foretold / 3 < known["evaluations"] <= foretold
    assert main(EXPERIMENT, ["plot", "--out", str(tmp_path / "one")]) == 0
    printed = capsys.readouterr().out
    assert "paired differences" in printed and printed.strip().endswith("curves.png")


def test_a_dry_run_says_the_passes_and_hours_and_runs_nothing(photographs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cost, "seconds_per_pass", lambda *_: 0.01)
    out = tmp_path / "rows"
    assert main(EXPERIMENT, command(photographs, out, "--dry-run", "--workers", "2")) == 0
    said, total = capsys.readouterr().out, 2 * 2 * 7 * cost.passes(Settings())
    assert "parameters of the segmenters: " in said
    assert "28 files to do: 2 photographs, 2 networks, 7 segmenters, about 8, 16, 32 segments, 256 masks" in said
    assert f"about {total:,} forward passes" in said and f"{total * 0.01 / 2 / 3600:.1f} hours" in said
    assert not out.exists()


def test_segmenters_and_networks_do_not_change_the_digest_and_the_side_does(photographs, tmp_path):
    whole, some, small = (
        experiment._settings(parsed(EXPERIMENT, command(photographs, tmp_path, *more)))
        for more in ((), ("--segmenters", "dino", "--networks", "efficientnet_lite1"), ("--side", "128"))
    )
    assert whole.digest() == some.digest() != small.digest()
    assert some.segmenters == ("dino",) and small.side == 128


def test_the_parameters_chosen_on_other_scenes_are_used(photographs, tmp_path, monkeypatch):
    counts = {str(count): {"Boundary recall": 0.5, "Achievable segmentation accuracy": 0.5} for count in (8, 16, 32)}
    better = counts | {"16": {"Boundary recall": 0.6, "Achievable segmentation accuracy": 0.5}}
    file = tmp_path / "tuning.jsonl"
    file.write_text(f"{json.dumps({'segmenter': 'slic', 'cuts': [counts, better]})}\n", encoding="utf-8")
    monkeypatch.setattr(experiment, "TUNING", file)
    found = experiment._settings(parsed(EXPERIMENT, command(photographs, tmp_path)))
    assert found.candidate("slic") == (0, 1, 0) and found.candidate("grid") == (0, 0, 0)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--side", "3"), "side must be at least 32, got 3"),
        (("--limit", "0"), "limit must be at least 1, got 0"),
        (("--segmenters", "sam"), "invalid choice: 'sam'"),
        (("--images", "nowhere"), "images must be a folder of photographs, got nowhere with none"),
    ],
)
def test_bad_options_are_refused(photographs, tmp_path, more, message):
    with pytest.raises(ValueError, match=message):
        main(EXPERIMENT, command(photographs, tmp_path, *more))
