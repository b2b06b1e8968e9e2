"""Messages of the command line are in its own words, and what it takes is what its messages say."""

import ast
import re
from inspect import getdoc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from limetheory.cli.commands import COMMANDS
from limetheory.cli.main import run
from limetheory.cli.words import in_words

PYTHON = re.compile(
    r"(?:Posix|Windows)Path|\w\(\)|(?<![-\w])[a-z_]+=|\blt\.|\bnp\.|numpy\.|(?<![\w.])F(?![\w.])|\bNone\b"
    r"|\b(?:half_width|batch_size|n_segments|top_k|per_pixel|model_names|load_image|as_image)\b"
)
"""What tells that a message speaks to a programmer."""

PACKAGE = Path(__file__).parents[2] / "limetheory"
REACHED = [
    "cli", "counts.py", "arguments.py", "pictures.py", "explaining/budget.py", "explaining/pilot.py",
    "explaining/question.py", "explaining/repeat.py", "explaining/several_targets.py", "explaining/source.py",
    "images/question.py", "images/answer.py", "images/examples.py", "images/hierarchy/dseg.py",
    "images/segmentation/counted.py", "images/segmentation/grid.py", "images/segmentation/label_files.py",
    "images/generators/own_generators.py", "networks/registry.py", "networks/vit/load_similarity.py",
    "statistics/planning.py", "estimation/sequential/until.py", "estimation/methods/quadrature.py",
]  # fmt: skip
"""Modules whose messages the command line shows."""

OF_FUNCTIONS = (
    "must be a str or a Path",
    "must be a str, got",
    "give its pixels",
    "must be an instance",
    "choose three channels",
    "(c, h, w)",
)
"""What only a call from Python can bring about."""


def messages():
    """Every message of an error that these modules raise, with a letter for what is filled in."""
    for place in REACHED:
        files = sorted((PACKAGE / place).rglob("*.py")) if not place.endswith(".py") else [PACKAGE / place]
        for file in files:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                    yield file.name, said(node.exc.args[0])


def said(node):
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in parts)


def refused(capsys, arguments):
    assert run(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert not PYTHON.search(line), line
    return line


def test_no_message_of_a_reached_module_speaks_of_python():
    found = [(name, in_words(one)) for name, one in messages() if not any(part in one for part in OF_FUNCTIONS)]
    assert len(found) > 60
    assert not [(name, one) for name, one in found if PYTHON.search(one)]


@pytest.mark.parametrize(
    "message",
    ["got PosixPath('a')", "see model_names()", "add bounds=(0, 1)", "off, in units of F", "half_width must be 1"],
)
def test_words_of_python_are_found_and_told_in_others(message):
    assert PYTHON.search(message) and not PYTHON.search(in_words(message))


@pytest.mark.parametrize("name", ["F.png", "half_width.png", "/F/a", "'F'", "n_segments/x", "a=b", "x/top_k=3.npz"])
def test_the_names_of_files_stay_as_they_are(name):
    assert in_words(f"an output must be a file, got {name}") == f"an output must be a file, got {name}"


def test_every_command_is_told_by_the_first_paragraph_of_its_docstring():
    for command in COMMANDS.values():
        assert command.summary == " ".join(getdoc(command.loaded()).split("\n\n")[0].split())


@pytest.mark.parametrize("ends", [["0,2"], ["0", "2"], ["-1,1"], ["-1", "1"]])
def test_a_range_has_a_comma_or_a_space(capsys, ends):
    assert run(["plan", "--superpixels", "6", "--half-width", "0.5", "--range", *ends]) == 0
    assert f"the output within [{', '.join(' '.join(ends).replace(',', ' ').split())}]" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize("ends", ["0", "0,x", "0,1,2", ","])
def test_a_range_of_other_than_two_numbers_is_refused(capsys, ends):
    arguments = ["plan", "--superpixels", "6", "--range", ends]
    assert f"two numbers with a comma between, got '{ends}'; write --range 0,1" in refused(capsys, arguments)


def test_a_file_whose_name_begins_with_a_dash_is_named_with_its_folder(tiny, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (20, 20), (200, 10, 10)).save("-red.png")
    line = refused(capsys, ["explain", "-red.png"])
    assert line.endswith("got the file -red.png; write ./-red.png")
    assert run(["explain", "./-red.png", "--segmenter", "grid", "--segments", "4", "--replacement", "0"]) == 0
    assert capsys.readouterr().out.startswith("-red.png: ")


@pytest.mark.parametrize(
    ("shape", "parts"),
    [((1, 1), ["image.png: ", "two pixels or more", "got 1 x 1"]), ((3, 500), ["image.png: ", "is 3 x 500"])],
)
def test_an_image_that_cannot_be_cut_is_named_as_it_was_given(tiny, capsys, tmp_path, shape, parts):
    Image.new("RGB", shape[::-1], (9, 9, 9)).save(tmp_path / "image.png")
    arguments = ["explain", str(tmp_path / "image.png"), "--segmenter", "felzenszwalb", "--segments", "6"]
    line = refused(capsys, arguments)
    assert all(part in line for part in parts), line


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_transparent_photograph_says_what_is_behind_it(tiny, capsys, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (24, 24, 4), dtype=np.uint8)
    options = ["--segmenter", "grid", "--segments", "4"]
    for opacity, said_so in ((255, False), (120, True)):
        pixels[..., 3] = opacity
        Image.fromarray(pixels).save(tmp_path / "logo.png")
        assert run(["explain", str(tmp_path / "logo.png"), *options]) == 0
        assert ("logo.png is transparent in places, which are shown on white" in capsys.readouterr().err) == said_so


@pytest.mark.slow
def test_classes_are_listed_and_searched_by_meaning(capsys):
    assert run(["classes", "efficientnet_lite0", "crane"]) == 0
    assert capsys.readouterr().out.splitlines() == [" 134 crane bird (crane)", " 517 construction crane (crane)"]
    assert run(["classes", "efficientnet_lite0", "967"]) == 0
    assert capsys.readouterr().out == " 967 espresso\n"
    assert run(["classes", "efficientnet_lite0", "1000"]) == 1
    assert capsys.readouterr().err == (
        "limetheory: no class of efficientnet_lite0 has the index 1000; the indices are 0 to 999\n"
    )
    assert run(["classes", "efficientnet_lite0"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1000
    assert run(["classes", "efficientnet_lite0", "espreso"]) == 1
    assert "no class of efficientnet_lite0 has 'espreso' in its name; did you mean 'espresso' (967)" in (
        capsys.readouterr().err
    )


@pytest.mark.slow
def test_an_example_needs_no_file(tiny, capsys):
    assert run(["explain", "example:coffee", "--segmenter", "grid", "--segments", "4"]) == 0
    assert capsys.readouterr().out.startswith("coffee.png: ")
    assert "got 'cofee'; did you mean example:coffee?" in refused(capsys, ["explain", "example:cofee"])


def test_a_bandwidth_that_is_too_narrow_is_told_by_its_option(tiny, capsys, tmp_path):
    Image.new("RGB", (20, 20), (200, 10, 10)).save(tmp_path / "red.png")
    arguments = ["explain", str(tmp_path / "red.png"), "--segmenter", "grid", "--segments", "4", "--replacement", "0"]
    line = refused(capsys, [*arguments, "--bandwidth", "1e-300"])
    assert "got --bandwidth 1e-300" in line and "give a larger one" in line and "Design" not in line


@pytest.mark.parametrize("target", ["9" * 5000, "-" + "9" * 30])
def test_an_index_of_very_many_digits_is_no_class(tiny, capsys, tmp_path, target):
    Image.new("RGB", (20, 20), (200, 10, 10)).save(tmp_path / "red.png")
    line = refused(capsys, ["explain", str(tmp_path / "red.png"), f"--target={target}"])
    assert "no class" in line and "sys." not in line and len(line) < 500


def test_what_cannot_be_redrawn_is_told_by_the_option():
    said = in_words("draw more masks there or leave it out, or pick without stability (redraws=0 in pick_files)")
    assert said == "draw more masks there or leave it out, or add --redraws 0"
