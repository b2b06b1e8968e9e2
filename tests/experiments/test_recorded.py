"""Rows of a run on other photographs or options go to a folder of their own, or are refused; saved ones stay."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from experiments._frame import Batch, Experiment, Job, Lines, main, registry
from experiments._frame.groups import Groups
from experiments._frame.saved_rows import load
from experiments.dseg.measures import Row
from experiments.dseg.sheets import Sheets
from experiments.tables.store import Tables
from tests.experiments.squares import group


def row(name):
    return {"photograph": name, "seed": 0}


def batches(options):
    names = sorted(file.name for file in options.images.iterdir()) if options.images else ["made up"]
    return [Batch([Job({"photograph": name}, partial(row, name)) for name in names], Lines(options.out))]


def options(run, *_):
    run.add_argument("--images", type=Path)
    run.add_argument("--side", type=int)
    run.add_argument("--limit", type=int)


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    """An experiment whose rows are saved in a folder of the test."""
    monkeypatch.setattr(Experiment, "saved", property(lambda self: tmp_path / "home" / self.rows))
    (tmp_path / "home").mkdir()
    return Experiment("experiments.coverage", batches, {"none": lambda options: ""}, options=options)


@pytest.fixture
def photos(tmp_path):
    """Makes a folder of photographs, whose contents differ by a number."""

    def make(name, number, count=2):
        folder = tmp_path / name
        folder.mkdir()
        for one in range(count):
            (folder / f"{one}.png").write_bytes(bytes([number, one]))
        return str(folder)

    return make


def names(file):
    return [row["photograph"] for row in load(file)]


def others(experiment):
    return sorted(experiment.saved.parent.glob("other_runs/*/rows.jsonl"))


def test_the_same_photographs_go_on_where_the_rows_are(experiment, photos, capsys):
    assert main(experiment, ["run", "--images", photos("first", 1)]) == 0
    before = experiment.saved.read_bytes()
    assert main(experiment, ["run", "--images", photos("a copy", 1), "--limit", "1"]) == 0
    assert experiment.saved.read_bytes() == before and others(experiment) == []
    assert capsys.readouterr().err == 2 * f"rows are in {experiment.saved}\n"


@pytest.mark.parametrize("more", [[], ["--side", "64"]])
def test_other_photographs_or_options_go_to_a_folder_of_their_own(experiment, photos, capsys, more):
    first = photos("first", 1)
    main(experiment, ["run", "--images", first])
    before = experiment.saved.read_bytes()
    second = ["--images", first if more else photos("second", 2), *more]
    for _ in range(2):  # the second run goes on where the first one was
        assert main(experiment, ["run", *second]) == 0
    assert experiment.saved.read_bytes() == before
    (file,) = others(experiment)
    assert names(file) == ["0.png", "1.png"] and {"images", *(["side"] if more else [])} == set(
        load(file)[0]["options"]
    )
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith(f"rows are in {file}, for the saved ones are of other photographs or options; ")
    assert f"plot coverage --out {file} shows them" in said[-1]
    assert main(experiment, ["plot", "--out", str(file)]) == 0


def test_rows_of_earlier_versions_are_touched_by_the_usual_run_alone(experiment, photos):
    experiment.saved.write_text(json.dumps(row("old.png")) + "\n")
    main(experiment, ["run", "--images", photos("first", 1)])
    assert names(experiment.saved) == ["old.png"] and len(others(experiment)) == 1
    main(experiment, ["run"])
    assert names(experiment.saved) == ["old.png", "made up"]


def test_a_place_that_is_named_is_refused_where_its_rows_are_of_something_else(experiment, photos, tmp_path):
    out, first = tmp_path / "own.jsonl", photos("first", 1)
    main(experiment, ["run", "--images", first, "--out", str(out)])
    before = out.read_bytes()
    for words in (["--images", photos("second", 2)], ["--images", first, "--side", "9"], []):
        with pytest.raises(
            ValueError, match=r"must be of the same photographs and options, got .*choose another --out"
        ):
            main(experiment, ["run", *words, "--out", str(out)])
        assert out.read_bytes() == before


@pytest.mark.parametrize("named", [False, True])
def test_a_smoke_run_leaves_saved_rows_of_any_age_as_they_are(experiment, photos, capsys, named):
    experiment.saved.write_text(json.dumps(row("old.png")) + "\n")
    words = ["run", "--smoke", "--images", photos("first", 1)]
    if named:
        with pytest.raises(ValueError, match="same photographs and options"):
            main(experiment, [*words, "--out", str(experiment.saved)])
    else:
        assert main(experiment, words) == 0
        assert capsys.readouterr().err == "rows are printed only; --out FILE keeps them\n"
    assert names(experiment.saved) == ["old.png"] and others(experiment) == []


def sheet(folder, said):
    rows = [Row(*(["x"] * (len(Row._fields) - 1)), 1.0)._replace(depth=1)]
    Sheets(folder, "").add({"network": "n", "photograph": "p.png", "digest": "", **said, "rows": rows})


def parquet(folder, said):
    Groups(folder, "digest").add({**group(0), **said})


def table(folder, said):
    about = {"superpixels": 1, "network": "n", "photograph": "p.png", **said}
    Tables(folder).add({"values": np.zeros(2), "gradients": np.zeros(1), **about})


@pytest.mark.parametrize("save", [sheet, parquet, table], ids=lambda save: save.__name__)
def test_every_kind_of_store_says_what_its_rows_are_of(experiment, photos, tmp_path, save):
    pytest.importorskip("pyarrow")
    folder = tmp_path / "folder"
    save(folder, {"options": {"side": 3}})
    with pytest.raises(ValueError, match=r"measured with {'side': 3}, and the usual ones now; choose another --out"):
        main(experiment, ["run", "--out", str(folder)])


@pytest.mark.slow
def test_saved_rows_of_the_repository_are_left_alone_by_photographs_of_the_users(photos, monkeypatch):
    """Of each experiment on photographs: the place of a run on other ones is not that of its saved rows."""
    from experiments._frame import command

    places = {}
    monkeypatch.setattr(command, "_fill", lambda *_: 0)
    folder = photos("mine", 3)
    for name in ("dseg", "segments", "perturbation_grid", "tables", "precision", "limecraft"):
        found = registry.find(name)
        parsed = command.parsed(found, ["run", "--images", folder])
        places[name] = command.place(found, parsed.named, command.recorded_options(parsed))
        saved = found.saved.exists()
        assert (places[name] != found.saved) == saved, name
    assert places["dseg"].parent.parent.name == "other_runs"
