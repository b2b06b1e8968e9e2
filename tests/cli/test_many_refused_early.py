"""`limetheory explain-many`: what no input could be explained with is refused before the work and leaves no file."""

import pytest
from PIL import Image
from skimage import data
from stored_cases import REVIEWS, table_model, text_pipeline

from limetheory.cli.main import run

parquet = pytest.importorskip("pyarrow.parquet")

GRID = ["--samples", "30", "--segments", "4", "--segmenter", "grid", "--out", "all.parquet"]


def picture(path):
    Image.fromarray(data.coffee()[::16, ::16]).save(path)


def refused(here, capsys, command, part):
    before = sorted(here.rglob("*"))
    assert run(["explain-many", *command]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line and sorted(here.rglob("*")) == before


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--target", "cta"], "no class of tiny has that name, got 'cta'; did you mean 'cat'"),
        (["--target", "cat", "--target", "3"], "class index must be in 0..2, got 3"),
        (["--target", "-1"], "class index must be at least 0, got -1"),
        (["--target", "all", "--target", "cat"], "--target all stands for every class, got --target 2 times; give it"),
        (["--segments", "1"], "segments must be at least 2, got 1"),
    ],
)
def test_of_photographs(tiny, here, capsys, options, part):
    (here / "in").mkdir()
    picture(here / "in" / "a.png")
    refused(here, capsys, ["in", *GRID, *options], part)


def test_a_class_that_a_model_of_texts_or_rows_does_not_have(here, capsys):
    text_pipeline(here / "texts.skops")
    lines = [f"{number},{text}" for number, text in enumerate(REVIEWS)]
    (here / "reviews.csv").write_text("\n".join(["id,review", *(f'"{one}"'.replace(",", '","', 1) for one in lines)]))
    table_model(here / "m.skops")
    texts = ["--texts", "reviews.csv", "--column", "review", "--model", "texts.skops", "--out", "all.parquet"]
    table = ["--table", "m.csv", "--model", "m.skops", "--leave-out", "answer", "--out", "all.parquet"]
    part = "target must be a class of the model, got 'maybe'; its classes are "
    refused(here, capsys, [*texts, "--target", "pos", "--target", "maybe"], f"{part}<i>neg</i>, pos")
    refused(here, capsys, [*table, "--target", "maybe"], f"{part}no, yes")
    refused(here, capsys, [*table, "--target", "2"], "target must be in 0..1, got 2; count classes from 0")


def test_a_class_that_the_model_has_is_taken(tiny, here):
    (here / "in").mkdir()
    picture(here / "in" / "a.png")
    assert run(["explain-many", "in", *GRID, "--target", "CAT", "--target", "0"]) == 0
    assert parquet.read_table("all.parquet")["target"].to_pylist() == [1, 0]


def test_why_nothing_was_explained_is_said_in_options(tiny, here, capsys):
    (here / "in").mkdir()
    picture(here / "in" / "a.png")
    assert run(["explain-many", "in", *GRID, "--segments", "1000"]) == 1
    said = capsys.readouterr().err
    assert "--segments must be in 2..576" in said and "n_segments" not in said


def test_hidden_files_are_no_photographs_and_a_broken_link_is_a_missing_one(tiny, here, capsys):
    (here / "in").mkdir()
    for name in ("a.png", ".hidden.png"):
        picture(here / "in" / name)
    (here / "in" / "._a.png").write_bytes(b"\0\5\x16\7")
    (here / "in" / "folder.png").mkdir()
    (here / "in" / "link.png").symlink_to("a.png")
    (here / "in" / "lost.png").symlink_to("gone.png")
    assert run(["explain-many", "in", *GRID]) == 1
    found = parquet.read_table("all.parquet").to_pylist()
    assert [(row["item"], row["error"] is None) for row in found] == [
        ("a.png", True), ("link.png", True), ("lost.png", False),
    ]  # fmt: skip
    assert "must name an existing file" in found[-1]["error"]
