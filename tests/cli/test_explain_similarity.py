"""`limetheory explain A --similar-to B`: the numbers of Python, the words, and what is refused."""

import numpy as np
import pytest
from explain_cases import read, refused
from PIL import Image
from skimage import data

import limetheory as lt
from limetheory.cli.main import run
from limetheory.parquet_files import read_parquet
from tests.small_transformer import small_similarity

GRID = ["--segmenter", "grid", "--segments", "4", "--samples", "30"]


@pytest.fixture
def small(monkeypatch):
    """The tiny transformer in place of the real one; the references that were asked for."""
    asked = []

    def load(reference, weights, output, precision):
        asked.append(reference)
        return small_similarity()

    monkeypatch.setattr("limetheory.networks.registry.load_similarity", load)
    return asked


@pytest.fixture
def other(tmp_path):
    path = tmp_path / "other.png"
    Image.fromarray(data.chelsea()[::4, ::4]).save(path)
    return str(path)


@pytest.mark.slow
@pytest.mark.parametrize("replacement", ["mean", "removed"])
def test_the_command_gives_the_numbers_of_python(small, photo, other, tmp_path, capsys, replacement):
    files = {name: tmp_path / f"out.{name}" for name in ("json", "png", "html", "npz")}
    options = ["--figure", str(files["png"]), "--html", str(files["html"]), "--save", str(files["npz"])]
    asked = ["--similar-to", other, "--replacement", replacement, "--json", str(files["json"])]
    assert run(["explain", photo, *GRID, *asked, *options]) == 0
    assert [str(one) for one in small] == [other]
    model, record = small_similarity(), read(files["json"])
    image = model.prepare(lt.load_image(photo))
    found = lt.explain_image(model, image, segments=lt.segment(image, "grid", 4), replacement=replacement, n=30, rng=0)
    np.testing.assert_allclose(record["coefficients"], found.coefficients, rtol=0, atol=1e-6)
    assert (record["model"], record["output"], record["replacement"]) == ("dino_similarity", "similarity", replacement)
    assert record["target_name"] == "similarity to noise" and record["prediction"] == pytest.approx(found.outputs[0])
    printed = capsys.readouterr().out
    assert f"photo.png: similarity to noise (class 0), similarity {found.outputs[0]:.4g}" in printed
    assert "probabilit" not in printed and "similarity to noise" in files["html"].read_text(encoding="utf-8")
    assert files["png"].stat().st_size > 1000


@pytest.mark.slow
def test_a_similarity_has_bounds_so_that_a_tolerance_needs_no_guarantee(small, photo, other, tmp_path):
    out = tmp_path / "out.json"
    options = ["--segmenter", "grid", "--segments", "4", "--tolerance", "0.3", "--json", str(out)]
    assert run(["explain", photo, "--similar-to", other, *options]) == 0
    assert read(out)["reached"] is True


@pytest.mark.slow
def test_many_photographs_are_compared_with_one(small, photo, other, tmp_path, here):
    folder = tmp_path / "photographs"
    folder.mkdir()
    for number in (0, 1):
        Image.fromarray(data.coffee()[:: 8 + number, :: 8 + number]).save(folder / f"{number}.png")
    assert run(["explain-many", str(folder), "--similar-to", other, *GRID, "--out", "out.parquet"]) == 0
    _, rows = read_parquet(here / "out.parquet")
    model = small_similarity()
    assert len(list(rows)) == 2 and {str(one) for one in small} == {other}
    assert model.class_names == ("similarity to noise",)


def test_what_is_refused(photo, other, tmp_path, capsys, no_model):
    refused(
        capsys,
        [photo, "--similar-to", other, "--model", "resnet18"],
        "--similar-to has the model dino_similarity, got --",
    )
    (tmp_path / "text.txt").write_text("a text")
    arguments = ["--text", str(tmp_path / "text.txt"), "--model", "m.skops", "--similar-to", other]
    refused(capsys, arguments, "--similar-to is for IMAGE, got it with --text; leave it out")


def test_a_reference_that_is_missing_is_refused(photo, capsys, tmp_path):
    refused(capsys, [photo, "--similar-to", str(tmp_path / "nowhere.png")], "nowhere.png")
    wanted = "needs a reference, got None; give an image or its path, on the command line by --similar-to FILE"
    refused(capsys, [photo, "--model", "dino_similarity"], wanted)


@pytest.mark.slow
def test_the_bundled_transformer(photo, other, tmp_path):
    out = tmp_path / "out.json"
    options = ["--segmenter", "grid", "--segments", "4", "--samples", "8", "--replacement", "removed"]
    assert run(["explain", photo, "--similar-to", other, *options, "--json", str(out)]) == 0
    record, model = read(out), lt.load_model("dino_similarity", reference=other)
    image = model.prepare(lt.load_image(photo))
    assert record["target_name"] == "similarity to other.png"
    function = lt.ModelFunction(model, lt.images.PatchMaskedImage(image, lt.segment(image, "grid", 4)))
    assert record["prediction"] == pytest.approx(function(np.ones((1, 4), bool))[0], abs=1e-5)


@pytest.mark.parametrize("command", ["explain", "explain-many"])
def test_an_example_can_be_compared_with(small, photo, tmp_path, command):
    pytest.importorskip("pyarrow")
    many = command == "explain-many"
    where = [str(tmp_path), "--out", str(tmp_path / "all.parquet")] if many else [photo]
    assert run([command, *where, *GRID, "--similar-to", "example:rocket"]) == 0
    assert {one.name for one in small} == {"rocket.jpg"} and all(one.is_file() for one in small)
