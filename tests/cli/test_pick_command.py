"""`limetheory pick`: the record of `pick_files`, the printed table, the picture, and one-line refusals."""

import json

import numpy as np
import pytest
from explain_cases import read

import limetheory as lt
from limetheory.cli.main import run


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # short names are printed on one line
    rows = {"one [red].npz": {"great": 0.4, "plot": 0.2}, "two.npz": {"great": 0.5, "plot": 0.1, "acting": 0.3},
            "three.npz": {"boring": -0.6, "plot": -0.1}, "four.npz": {"great": 0.3, "music": 0.1}}  # fmt: skip
    for name, row in rows.items():
        values = np.array(list(row.values()))
        lt.Explanation(values, 0.0, np.full(len(row), 0.05), 500, names=list(row)).save(tmp_path / name)
    return list(rows)


@pytest.mark.slow
def test_the_record_is_that_of_pick_files(files, tmp_path, capsys):
    out, picture = tmp_path / "new" / "out.json", tmp_path / "pick.png"
    assert run(["pick", *files, "--budget", "2", "--json", str(out), "--figure", str(picture)]) == 0
    assert read(out) == lt.pick_files(files, 2)
    said, record = capsys.readouterr(), read(out)
    assert said.err == "" and record["indices"] == [1, 2]
    shown = said.out.replace("\n", "")
    assert "two.npz" in shown and "three.npz" in shown and "four.npz" not in shown
    assert f"2 of 4 cover {100 * record['share']:.0f} % of the importance of 5 features" in said.out
    assert "200 redraws" in said.out and picture.read_bytes().startswith(b"\x89PNG")


def test_options_reach_the_pick(files, tmp_path, capsys):
    out = tmp_path / "out.json"
    options = ["--largest", "1", "--ties", "last", "--redraws", "0", "--seed", "4"]
    assert run(["pick", *files, "--budget", "3", *options, "--json", str(out)]) == 0
    assert read(out) == lt.pick_files(files, 3, largest=1, ties="last", redraws=0, seed=4)
    assert "redraws" not in capsys.readouterr().out


def test_names_are_shown_as_they_are(files, capsys):
    assert run(["pick", *files[:1], "--budget", "1"]) == 0
    assert "one [red].npz" in capsys.readouterr().out.replace("\n", "")


@pytest.mark.slow
def test_images_are_picked_by_concepts(tmp_path, capsys):
    sky, grass, sand = [0.5, 0.8, 0.9], [0.2, 0.6, 0.1], [0.9, 0.8, 0.5]
    names = []
    for number, scene in enumerate(([sky, grass], [sky, grass], [sand, sky])):
        found = lt.explain_image(
            lambda images: images[..., 1].mean(axis=(1, 2)), np.array([scene]), segments=np.array([[0, 1]]),
            replacement=0.0, n=20, rng=0,
        )  # fmt: skip
        names.append(str(tmp_path / f"{number}.npz"))
        found.save(names[-1])
    picture = tmp_path / "pick.svg"
    assert run(["pick", *names, "--budget", "2", "--concepts", "3", "--figure", str(picture)]) == 0
    assert "2 of 3 cover" in capsys.readouterr().out and picture.stat().st_size > 1000


WROTE = "what explain --save, .save(path) or explain-many wrote"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["none.npz", "--budget", "1"], f"existing file, got 'none.npz'; give {WROTE}"),
        (["none.parquet", "--budget", "1"], f"existing file, got 'none.parquet'; give {WROTE}"),
        (["FILE", "--budget", "1", "--json", "pick.csv"], "must end in .json, got pick.csv; write pick.json"),
        (["FILE", "--budget", "0"], "budget must be at least 1"),
        (["FILE"], "budget"),
        (["--budget", "1"], "Missing argument"),
        (["FILE", "--budget", "1", "--ties", "lats"], "did you mean 'last'?"),
        (
            ["FILE", "--budget", "1", "--concepts", "2"],
            "images, got Explanation; words and columns share names as they are: leave --concepts out",
        ),
        (["FILE", "--budget", "1", "--json", "FILE"], "a file of its own"),
        (["FILE", "--budget", "1", "--figure", "a.xyz"], "a figure's name must end in"),
        (["ODD", "--budget", "1"], f"must be {WROTE}, got another or a damaged one"),
    ],
)
def test_refusals_are_one_line(files, tmp_path, capsys, arguments, part):
    (tmp_path / "odd.npz").write_text("no archive")
    known = {"FILE": files[1], "ODD": str(tmp_path / "odd.npz")}
    assert run(["pick", *(known.get(one, one) for one in arguments)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limetheory: ") and part in lines[0], lines


def test_json_on_standard_output_is_all_that_is_there(files, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert run(["pick", *files, "--budget", "1", "--json", "-"]) == 0
    said = capsys.readouterr()
    assert len(json.loads(said.out)["picked"]) == 1 and "picked again" in said.err and "cover" in said.err
    assert sorted(tmp_path.iterdir()) == before
