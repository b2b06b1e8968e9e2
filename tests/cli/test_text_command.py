"""`limetheory explain --text`: the numbers of the Python API, files, escapes, and one-line refusals."""

import os
import re

import numpy as np
import pytest
from explain_cases import read, refused
from stored_cases import NAMES, text_pipeline

import limetheory as lt
from limetheory.cli.main import run

REVIEW = "A <script>alert('good')</script> film,\nbut awful & bad \x1b[31mplot.\n"


@pytest.fixture
def pipeline(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review.txt").write_text(REVIEW, encoding="utf-8")
    return text_pipeline(tmp_path / "m.skops")


TEXT = ["--text", "review.txt", "--model", "m.skops"]


@pytest.mark.slow
def test_the_command_explains_as_the_python_api_does(pipeline, tmp_path, capsys):
    paths = ["--json", "new/out.json", "--figure", "out.png", "--html", "out.html", "--save", "out.npz"]
    assert run(["explain", *TEXT, "--samples", "300", "--seed", "3", *paths]) == 0
    record, said = read(tmp_path / "new/out.json"), capsys.readouterr()
    found = lt.explain_text(pipeline, REVIEW, n=300, rng=3)
    assert record["coefficients"] == found.coefficients.tolist() and record["tokens"] == found.tokens
    assert record["standard_errors"] == found.standard_errors.tolist() and record["intercept"] == found.intercept
    assert (record["text"], record["model"], record["samples"]) == ("review.txt", "m.skops", 300)
    assert (record["target"], record["target_name"]) == (found.target, found.target_name)
    assert record["prediction"] == found.outputs[found.target] and record["masks"] == 300
    assert record["n_evaluations"] == found.n_evaluations and record["design"] == repr(found.design)
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    np.testing.assert_array_equal(lt.load_explanation("out.npz").coefficients, found.coefficients)
    assert said.out.startswith("review.txt: ") and f"{found.d} tokens; {found.n_evaluations} evaluations" in said.out
    assert f"{max(found.coefficients, key=abs):+.4f}" in said.out
    assert "\x1b" not in said.out


def test_options_reach_the_explanation(pipeline, tmp_path):
    options = ["--tokens", "characters", "--missing", "_", "--target", NAMES[0], "--ridge", "1", "--bandwidth", "0.5"]
    assert run(["explain", *TEXT, "--samples", "90", *options, "--json", "out.json", "--batch-size", "7"]) == 0
    found = lt.explain_text(
        pipeline, REVIEW, n=90, rng=0, tokens="characters", missing="_", target=NAMES[0], ridge=1.0,
        design=lambda d: lt.TextDesign(d, 0.5), batch_size=7,
    )  # fmt: skip
    assert read(tmp_path / "out.json")["coefficients"] == found.coefficients.tolist()


def test_the_level_is_that_of_the_text_in_colours_too(pipeline, capsys):
    assert run(["explain", *TEXT, "--samples", "90", "--level", "0.5"]) == 0
    said = capsys.readouterr().out
    assert "50 % intervals" in said and "50 % interval\n" in said and "95 %" not in said


@pytest.mark.slow
def test_a_tolerance_is_reached(pipeline, tmp_path, capsys):
    assert run(["explain", *TEXT, "--tolerance", "0.1", "--json", "out.json"]) == 0
    record = read(tmp_path / "out.json")
    assert record["reached"] and max(record["half_widths"]) <= 0.1 and record["guarantee"] == "bounded"
    assert "every coefficient within ±0.1" in capsys.readouterr().out


def test_a_plan_takes_no_record_of_a_text_for_one_of_a_photograph(pipeline, tmp_path, capsys):
    assert run(["explain", *TEXT, "--samples", "100", "--json", "out.json"]) == 0
    capsys.readouterr()
    assert run(["plan", "--pilot", "out.json"]) == 2
    assert "without bandwidth" in capsys.readouterr().err


def test_text_and_names_are_escaped_in_pages(pipeline, tmp_path):
    name = "<b>&'x'.txt"
    (tmp_path / name).write_text(REVIEW, encoding="utf-8")
    assert run(["explain", "--text", name, "--model", "m.skops", "--samples", "100", "--html", "out.html"]) == 0
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<b>&" not in page and "<i>neg" not in page
    assert "&lt;b&gt;&amp;" in page and "script" in page and not re.search(r'(src|href)="?http', page)


def test_names_that_cannot_be_printed_are_shown_with_escapes(pipeline, tmp_path, capsys):
    name = os.fsdecode(b"a\xff\x1b[31m.txt")
    (tmp_path / name).write_text(REVIEW, encoding="utf-8")
    assert run(["explain", "--text", name, "--model", "m.skops", "--samples", "100", "--html", "out.html"]) == 0
    assert capsys.readouterr().out.startswith("a\\udcff\\x1b[31m.txt: ")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "1 to 67,108,864 bytes, got 0"),
        (b"caf\xe9", "UTF-8, got byte 0xe9 at 3"),
        (b" ...\n", "at least one token"),
    ],
)
def test_odd_texts_are_one_line(pipeline, tmp_path, capsys, content, part):
    (tmp_path / "odd.txt").write_bytes(content)
    refused(capsys, ["--text", "odd.txt", "--model", "m.skops"], part)


def test_folders_and_missing_files_are_one_line(pipeline, capsys):
    refused(capsys, ["--text", ".", "--model", "m.skops"], "got the folder '.'")
    refused(capsys, ["--text", "none.txt", "--model", "m.skops"], "existing file, got 'none.txt'")
    refused(capsys, ["--text", "review.txt", "--model", "."], "a model must be a .skops")
    refused(capsys, ["--text", "review.txt", "--model", "none.skops"], "existing file, got 'none.skops'")


@pytest.mark.slow
def test_a_hundred_thousand_words(pipeline, tmp_path, capsys):
    (tmp_path / "long.txt").write_text("good film awful plot " * 25_000)
    assert run(["explain", "--text", "long.txt", "--model", "m.skops", "--samples", "40"]) == 0
    out = capsys.readouterr().out
    assert "4 tokens" in out and len(out) < 2000
    (tmp_path / "other.txt").write_text(" ".join(map(str, range(100_000))))
    refused(capsys, ["--text", "other.txt", "--model", "m.skops"], "at least 100001")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ([], "needs one of IMAGE, --text FILE or --table FILE, got none"),
        (["p.png", *TEXT], "got IMAGE and --text"),
        (["--text", "review.txt"], "--text needs a model, got none; add --model"),
        ([*TEXT, "--depth", "1"], "--depth is for IMAGE, got it with --text; leave it out"),
        ([*TEXT, "--row", "1"], "--row is for --table, got it with --text"),
        ([*TEXT, "--output", "logits"], "--output is for IMAGE"),
        (["p.png", "--tokens", "words"], "--tokens is for --text, got it with IMAGE"),
        (["p.png", "--trust-pickle"], "--trust-pickle is for --text and --table, got it with IMAGE"),
        ([*TEXT, "--tokens", "word"], "did you mean 'words'?"),
        ([*TEXT, "--target", "positive"], "must be a class of the model, got 'positive'; its classes are"),
        ([*TEXT, "--target", "2"], "2"),
        ([*TEXT, "--samples", "3"], "at least"),
        ([*TEXT, "--level", "95"], "level must be above 0 and below 1"),
        ([*TEXT, "--seed", "-1"], "seed must be at least 0"),
        ([*TEXT, "--batch-size", "0"], "--batch-size must be at least 1"),
        ([*TEXT, "--json", "review.txt"], "a file of its own"),
        ([*TEXT, "--html", "a", "--save", "a"], "a file of its own"),
        ([*TEXT, "--figure", "a.xyz"], "a figure's name must end in"),
        (["--text", "review.txt", "--model", "m.pkl"], "add --trust-pickle"),
    ],
)
def test_refusals_are_one_line(pipeline, capsys, arguments, part):
    refused(capsys, arguments, part)


def test_ctrl_c_gives_what_was_finished(pipeline, tmp_path, monkeypatch, capsys):
    (tmp_path / "stopping_model.py").write_text(
        "import numpy as np\nasked = 0\n"
        "def model(texts):\n    global asked\n    asked += len(texts)\n"
        "    if asked > 150:\n        raise KeyboardInterrupt\n"
        "    return np.array([[one.count('good'), 1.0] for one in texts], float)\n"
    )
    arguments = ["--text", "review.txt", "--model", "stopping_model:model", "--batch-size", "10", "--json", "out.json"]
    assert run(["explain", *arguments, "--tokens", "characters", "--samples", "4000"]) == 130
    record = read(tmp_path / "out.json")
    assert record["interrupted"] and 0 < record["masks"] < 4000
    assert "interrupted after" in capsys.readouterr().err
