"""`limetheory explain-many`: photographs, texts and rows as the Python API explains them, and one-line refusals."""

import json
from shutil import copyfile

import numpy as np
import pytest
from explain_cases import classifier
from PIL import Image
from skimage import data
from stored_cases import REVIEWS, table_model

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images.segmentation.segment import segmented_into

parquet = pytest.importorskip("pyarrow.parquet")


TEXTS = ["--texts", "reviews.csv", "--column", "review", "--model", "m.skops", "--out", "all.parquet"]


def rows():
    return parquet.read_table("all.parquet").to_pylist()


def test_texts_of_a_table(reviews, capsys):
    assert run(["explain-many", *TEXTS, "--samples", "200", "--seed", "9", "--target", "pos"]) == 1
    said, found = capsys.readouterr(), rows()
    assert said.out == "3 of 4 explained: all.parquet\n" and "1 could not be explained" in said.err
    assert [row["item"] for row in found] == ["0", "1", "2", "3"] and "at least one token" in found[1]["error"]
    own = lt.explain_text(reviews, REVIEWS[2], n=200, rng=11, target="pos")
    assert found[2]["coefficients"] == own.coefficients.tolist() and found[2]["names"] == own.tokens
    assert {row["target_name"] for row in found} == {"pos", None}


@pytest.mark.slow
def test_photographs_of_a_folder(tiny, here):
    (here / "in").mkdir()
    for name, picture in {"b.png": data.coffee(), "a.jpg": data.astronaut()}.items():
        Image.fromarray(picture[::16, ::16]).save(here / "in" / name)
    (here / "in" / "c.png").write_bytes(b"no picture")
    (here / "in" / "notes.txt").write_text("no picture")
    options = ["--segments", "8", "--samples", "60", "--segmenter", "grid", "--out", "all.parquet"]
    assert run(["explain-many", "in", *options]) == 1
    found, network = rows(), classifier()
    assert [row["item"] for row in found] == ["a.jpg", "b.png", "c.png"] and "not one" in found[2]["error"]
    for number, row in enumerate(found[:2]):
        image = network.prepare(lt.load_image(here / "in" / row["item"]))
        own = lt.explain_image(network, image, segments=segmented_into(image, "grid", 8), n=60, rng=number)
        np.testing.assert_allclose(row["coefficients"], own.coefficients, rtol=0, atol=1e-12)
        assert row["target_name"] == network.class_name(own.target)


def test_a_transparent_photograph_says_so_in_its_row(tiny, here):
    (here / "in").mkdir()
    pixels = np.random.default_rng(0).integers(0, 255, (24, 24, 4), dtype=np.uint8)
    for name, opacity in {"opaque.png": 255, "seen_through.png": 120}.items():
        pixels[..., 3] = opacity
        Image.fromarray(pixels).save(here / "in" / name)
    options = ["--segments", "8", "--samples", "60", "--segmenter", "grid", "--out", "all.parquet"]
    assert run(["explain-many", "in", *options]) == 0
    said = [" ".join(row["warnings"]) for row in rows()]
    assert "transparent" not in said[0] and "seen_through.png is transparent in places" in said[1]


@pytest.mark.slow
def test_rows_of_a_table(here):
    model, cells = table_model(here / "m.skops")
    options = ["--leave-out", "answer", "--samples", "100", "--out", "all.parquet"]
    assert run(["explain-many", "--table", "m.csv", "--model", "m.skops", *options]) == 0
    found = rows()
    assert len(found) == 60
    own = lt.explain_tabular(model.predict_proba, cells[7], cells, feature_names=list("abc"), n=100, rng=7)
    assert found[7]["coefficients"] == own.coefficients.tolist() and found[7]["names"] == list(own.conditions)
    assert found[7]["target_name"] == model.classes_[own.target]


def test_a_run_that_was_stopped_continues_with_the_same_model_and_options_only(reviews, here, monkeypatch, capsys):
    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("limetheory.many.texts.Texts.__call__", stopped)
        assert run(["explain-many", *TEXTS]) == 130
    assert "interrupted after 0 of 4 explanations" in capsys.readouterr().err
    assert run(["explain-many", *TEXTS, "--samples", "90"]) == 2
    assert "samples 90 after None" in capsys.readouterr().err
    with open("reviews.csv", "a") as file:
        file.write("9,new\n")
    assert run(["explain-many", *TEXTS]) == 2
    assert "inputs 5 after 4" in capsys.readouterr().err


@pytest.mark.slow
def test_a_run_begun_before_an_option_was_there_continues(reviews, here, monkeypatch, capsys):
    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("limetheory.many.texts.Texts.__call__", stopped)
        assert run(["explain-many", *TEXTS]) == 130
    (begun,) = here.glob("*.rows")
    head, *others = begun.read_text().splitlines(keepends=True)
    known = json.loads(head)
    for absent in [name for name, value in known["settings"].items() if value is None or value is False]:
        del known["settings"][absent]
    assert "trust_pickle" not in known["settings"] and known["settings"]["seed"] == 0
    begun.write_text("".join([json.dumps(known) + "\n", *others]))
    assert run(["explain-many", *TEXTS, "--seed", "1"]) == 2  # mutant: whatever differs is taken for new
    assert run(["explain-many", *TEXTS]) == 1 and len(rows()) == 4  # one of the texts is empty
    assert "1 could not be explained" in capsys.readouterr().err


@pytest.mark.slow
def test_failed_inputs_of_a_finished_file_are_tried_again(tiny, here, capsys):
    (here / "in").mkdir()
    Image.fromarray(data.coffee()[::16, ::16]).save(here / "in" / "a.png")
    (here / "in" / "b.png").write_bytes(b"no picture")
    command = [
        "explain-many",
        "in",
        "--segments",
        "8",
        "--samples",
        "60",
        "--segmenter",
        "grid",
        "--out",
        "all.parquet",
    ]
    assert run(command) == 1 and rows()[1]["error"]
    Image.fromarray(data.astronaut()[::16, ::16]).save(here / "in" / "b.png")
    assert run(command) == 2 and "add --retry-failed" in capsys.readouterr().err
    before = rows()[0]
    assert run([*command, "--retry-failed"]) == 0
    assert rows()[0] == before and [row["error"] for row in rows()] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--out", "a.parquet"], "explain-many needs one of FOLDER, --texts FILE or --table FILE, got none"),
        (["nowhere", "--out", "a.parquet"], "needs a folder of photographs, got 'nowhere'"),
        (["empty", "--out", "a.parquet"], "must have photographs"),
        ([*TEXTS[:2], *TEXTS[4:]], "--texts needs the name of its column of texts"),
        ([*TEXTS, "--column", "text"], "a column must be one of id, review, got 'text'"),
        ([*TEXTS, "--bins", "decile"], "--bins is for --table, got it with --texts"),
        ([*TEXTS, "--workers", "0"], "workers must be at least 1"),
        ([*TEXTS, "--out", "reviews.csv"], "--out must end in .parquet, got 'reviews.csv'; write reviews.parquet"),
        ([*TEXTS, "--model", "none.skops", "--out", "all.json"], "--out must end in .parquet, got 'all.json'"),
        (["--texts", "r.parquet", *TEXTS[2:6], "--out", "r.parquet"], "a file of its own"),
        ([*TEXTS, "--model", "m.pkl"], "--trust-pickle"),
        ([*TEXTS, "--cluster", "nowhere"], "must be the address of a Dask scheduler"),
    ],
)
def test_refusals_are_one_line(reviews, here, capsys, arguments, part):
    (here / "empty").mkdir()
    copyfile("reviews.csv", "r.parquet")
    assert run(["explain-many", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limetheory: ") and part in lines[0], lines
