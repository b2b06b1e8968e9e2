"""`limetheory explain --target A --target B` and `--target all`: the lists of the Python API, in every output."""

import re

import numpy as np
import pytest
from explain_cases import NAMES, OPTIONS, classifier, read, stopping
from PIL import Image
from stored_cases import NAMES as POLES
from stored_cases import table_model, text_pipeline

import limetheory as lt
from limetheory.cli.main import run

REVIEW = "A <script>alert('good')</script> film,\nbut awful & bad plot.\n"
TEXT = ["--text", "review.txt", "--model", "m.skops", "--samples", "90"]
ROW = ["--table", "m.csv", "--row", "7", "--model", "m.skops", "--leave-out", "answer", "--samples", "90"]
FILES = ["--json", "out.json", "--html", "out.html", "--figure", "out.png"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review.txt").write_text(REVIEW, encoding="utf-8")
    return tmp_path


def height(path):
    with Image.open(path) as picture:
        return picture.size[1]


def same(record, found):
    return all(
        np.array_equal(record[name], getattr(found, name)) for name in ("coefficients", "standard_errors", "target")
    )


@pytest.mark.slow
@pytest.mark.parametrize("asked", [["all"], ["1", POLES[0]]])
def test_classes_of_a_text_are_those_of_explain_text(here, capsys, asked):
    pipeline = text_pipeline(here / "m.skops")
    targets = [word for one in asked for word in ("--target", one)]
    assert run(["explain", *TEXT, *targets, *FILES]) == 0
    found = lt.explain_text(pipeline, REVIEW, n=90, rng=0, target="all" if asked == ["all"] else [1, 0])
    records, said, page = (
        read(here / "out.json")["explanations"],
        capsys.readouterr().out,
        (here / "out.html").read_text(),
    )
    assert len(records) == len(found) == 2 and all(map(same, records, found))
    assert [one["target_name"] for one in records] == [POLES[one.target] for one in found]
    assert {one["n_evaluations"] for one in records} == {found[0].n_evaluations}
    places = [said.index(f"review.txt: {POLES[one.target]} (class {one.target})") for one in found]
    assert places == sorted(places) and said.count(" tokens; ") == 2
    assert page.count("<h2>review.txt: ") == 2 and "<script" not in page and "<i>neg" not in page
    assert page.startswith("<!doctype html>") and "<h1>review.txt: m.skops</h1>" in page


@pytest.mark.slow
def test_classes_of_a_row_are_those_of_explain_tabular(here, capsys):
    model, rows = table_model(here / "m.skops")
    assert run(["explain", *ROW, "--target", "yes", "--target", "no", *FILES]) == 0
    found = lt.explain_tabular(
        model.predict_proba, rows[7], rows, feature_names=list("abc"), n=90, rng=0, target=[1, 0]
    )
    records, said = read(here / "out.json")["explanations"], capsys.readouterr().out
    assert len(records) == 2 and all(map(same, records, found))
    assert [one["target_name"] for one in records] == ["yes", "no"]
    assert said.index("row 7: yes (class 1)") < said.index("row 7: no (class 0)")
    assert re.findall("<h2>(.*?) \\(class", (here / "out.html").read_text()) == [
        "m.csv, row 7: yes",
        "m.csv, row 7: no",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "columns"), [(["all"], [0, 1, 2]), (["cat", "0"], [1, 0])])
def test_classes_of_a_photograph_are_those_of_explain_image(tiny, photo, here, capsys, asked, columns):
    targets = [word for one in asked for word in ("--target", one)]
    assert run(["explain", photo, *OPTIONS, *targets, *FILES]) == 0
    network = classifier()
    image = network.prepare(lt.load_image(photo))
    found = lt.explain_image(network, image, segments=lt.segment(image, "slic", 8), n=60, rng=0, target=columns)
    records, said, page = (
        read(here / "out.json")["explanations"],
        capsys.readouterr().out,
        (here / "out.html").read_text(),
    )
    assert len(records) == len(columns) and all(map(same, records, found))
    assert [one["target_name"] for one in records] == [NAMES[column] for column in columns]
    assert said.count(" superpixels; ") == page.count("data:image/png;base64,iVBOR") == len(columns)
    assert "<b>cup" not in page


@pytest.mark.slow
def test_a_figure_has_every_class(tiny, photo, here):
    heights = []
    for asked in (["0"], ["0", "1"], ["0", "1", "2"]):
        targets = [word for one in asked for word in ("--target", one)]
        assert run(["explain", photo, *OPTIONS, *targets, "--figure", "out.png"]) == 0
        heights.append(height("out.png"))
    assert 2 * heights[2] == 3 * heights[1] and heights[1] == pytest.approx(2 * heights[0], rel=0.05)


COUNTING = """
def model(texts):
    with open("asked", "a") as file:
        file.write("x" * len(texts))
    return [[text.count("good"), text.count("bad"), 1.0] for text in texts]
"""


def test_the_masks_are_evaluated_once_for_all_classes(here):
    (here / "counting.py").write_text(COUNTING)
    counts = []
    for target in ("0", "all"):
        (here / "asked").write_text("")
        arguments = ["--text", "review.txt", "--model", "counting:model", "--samples", "40", "--target", target]
        assert run(["explain", *arguments]) == 0
        counts.append(len((here / "asked").read_text()))
    assert counts[0] == counts[1] > 40


def test_a_depth_of_a_hierarchy_has_several_classes(tiny, coffee, halves, here):
    options = ["--segmenter", "halves", "--samples", "60", "--json", "out.json"]
    assert run(["explain", coffee, *options, "--target", "0"]) == 0
    alone = read(here / "out.json")
    assert run(["explain", coffee, *options, "--target", "0", "--target", "1"]) == 0
    both = read(here / "out.json")["explanations"]
    assert both[0]["coefficients"] == alone["coefficients"] and both[1]["target"] == 1


@pytest.mark.parametrize("depth", ["1", "2"])
def test_only_depth_one_has_several_classes(tiny, coffee, halves, capsys, depth):
    code = run(["explain", coffee, "--segmenter", "halves", "--samples", "60", "--depth", depth, "--target", "all"])
    lines = capsys.readouterr().err.splitlines()
    assert code == (0 if depth == "1" else 2) and len(lines) == int(depth) - 1
    assert depth == "1" or "several classes need a depth of 1" in lines[0]


@pytest.mark.slow
def test_very_many_classes_are_pictured_in_part_and_written_in_full(here, capsys):
    (here / "many_columns.py").write_text(
        "def model(rows):\n    return [[row[0] * k % 7.5 for k in range(30)] for row in rows]\n"
    )
    table_model(here / "m.skops")
    asked = [*ROW[:4], "--model", "many_columns:model", *ROW[6:], "--target", "all", *FILES]
    assert run(["explain", *asked]) == 0
    said, records = capsys.readouterr(), read(here / "out.json")["explanations"]
    assert len(records) == 30 and said.out.count(" columns; ") == 30
    assert said.err == (
        "limetheory: figures and pages show the 20 classes of largest output of 30; name others by --target\n"
    )
    shown = [int(one) for one in re.findall("<h2>m.csv, row 7: class (\\d+), ", (here / "out.html").read_text())]
    order = sorted(range(30), key=lambda k: records[k]["prediction"])
    assert shown == sorted(order[10:]) and len(shown) == 20


def test_ctrl_c_gives_the_class_that_was_being_explained(tiny, photo, here, monkeypatch, capsys):
    stopping(monkeypatch, 45)
    options = ["--segments", "8", "--samples", "400", "--batch-size", "5", "--json", "out.json"]
    assert run(["explain", photo, *options, "--target", "2", "--target", "1"]) == 130
    records = read(here / "out.json")["explanations"]
    assert [one["target"] for one in records] == [2] and records[0]["interrupted"]
    assert "the answer is from those, of the column 2 of the model alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--target", "pos", "--target", "pos"], "each --target must be another class, got pos twice; leave one out"),
        (["--target", "pos", "--target", "1"], "each class must be named once, got column 1 of the model twice"),
        (["--target", "pos", "--target", "none"], "must be a class of the model, got 'none'; its classes are"),
        (["--target", "0", "--target", "2"], "2"),
        (["--target", "all", "--target", "pos"], "all stands for every class, got --target 2 times; give it alone"),
        (["--target", "all", "--save", "out.npz"], "--save keeps the explanation of one class, got several in out.npz"),
    ],
)
def test_refusals_are_one_line(here, capsys, arguments, part):
    text_pipeline(here / "m.skops")
    assert run(["explain", *TEXT, *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limetheory: ") and part in lines[0], lines
    assert not list(here.glob("out.*"))
