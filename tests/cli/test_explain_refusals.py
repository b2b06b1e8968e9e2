"""`limetheory explain` refuses bad input in one line with exit code 2, before the model is loaded if it can."""

import os
import subprocess
import sys

import pytest
from explain_cases import OPTIONS, refused
from PIL import Image
from skimage import data

from limetheory.cli.main import run


@pytest.mark.slow
def test_a_bad_path_in_a_real_process_is_one_line_and_exit_2(tmp_path):
    code = "import sys; from limetheory.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "explain", str(tmp_path / "none.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "existing file" in done.stderr


def test_an_error_shows_a_file_name_with_escapes(tmp_path, capsys):
    refused(capsys, [str(tmp_path / os.fsdecode(b"none\x1b[31m\xff.png"))], "none\\x1b[31m\\udcff.png")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--model", "efficientnet_lit0"], "got 'efficientnet_lit0'"),
        (["--model", "resnet18"], "resnet18 has no bundled weights"),
        (["--weights", "w.pth"], "weights must be left out for the bundled"),
        (["--segmenter", "slick"], "did you mean 'slic'?"),
        (["--segments", "1"], "--segments must be in 2.."),
        (["--output", "odds"], "output must be one of probabilities, sigmoid, softmax, logits, identity, got 'odds'"),
        (["--precision", "int8"], "precision must be one of float32, tf32, bfloat16, got 'int8'"),
        (["--device", "nonsense"], "device must be"),
        (["--seed", "-1"], "seed must be at least 0, got -1"),
        (["--seed", "x"], "Invalid value for '--seed'"),
        (["--samples", "1e3"], "Invalid value for '--samples'"),
        (["--bandwidth", "wide"], "Invalid value for '--bandwidth'"),
        (["--nonsense"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_to_the_real_command_is_one_line_and_exit_2(photo, capsys, options, part):
    refused(capsys, [photo, *options], part)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--bandwidth", "0"], "got 0.0; lime 0.2.0.1 uses 0.25, and infinity means no weights"),
        (["--bandwidth", "nan"], "bandwidth must be"),
        (["--samples", "3", "--segments", "8"], "samples must be at least 9, got 3; d = 8 coefficients"),
        (["--samples", "3", "--method", "unbiased"], "samples must be at least 4, got 3; draw more"),
        (["--ridge", "-1"], "ridge must be at least 0"),
        (["--ridge", "nan"], "ridge must be"),
        (["--replacement", "black"], "histogram, removed or a grey level in [0, 1], got 'black': 0 is black"),
        (["--replacement", "nan"], "replacement must be finite"),
        (["--replacement", "2"], "replacement must be in [0, 1]"),
        (["--target", "dog"], "no class of tiny has that name, got 'dog'"),
        (["--target", "3"], "class index must be in 0..2, got 3"),
        (["--target", "-1"], "class index must be at least 0, got -1; count classes from 0"),
        (["--batch-size", "0"], "--batch-size must be at least 1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_values_out_of_range_are_one_line_and_exit_2(tiny, photo, capsys, options, part):
    refused(capsys, [photo, *options], part)


@pytest.mark.slow
def test_what_is_no_image_is_one_line_and_exit_2(no_model, tmp_path, capsys):
    text, cut = tmp_path / "notes.png", tmp_path / "cut.png"
    text.write_text("not a picture")
    Image.fromarray(data.coffee()).save(cut)
    cut.write_bytes(cut.read_bytes()[:2000])
    refused(capsys, [str(tmp_path / "none.png")], "must name an existing file")
    refused(capsys, [str(text)], "must name an image file")
    refused(capsys, [str(cut)], "must name an intact image")
    refused(capsys, [str(tmp_path)], "got the folder")
    refused(capsys, [], "explain needs one of IMAGE, --text FILE or --table FILE, got none")


@pytest.mark.slow
def test_outputs_that_cannot_be_written_are_refused_before_the_model_is_loaded(no_model, photo, tmp_path, capsys):
    (tmp_path / "file").touch()
    for option, ending in {"--json": "json", "--figure": "png", "--html": "html", "--save": "npz"}.items():
        folder = "must end in one of" if ending == "png" else "an output must be a file, got the directory"
        refused(capsys, [photo, option, str(tmp_path)], folder)
        refused(capsys, [photo, option, str(tmp_path / "file" / f"out.{ending}")], "must be writable")
        if ending != "png":
            refused(capsys, [photo, option, str(tmp_path / "new" / "out.csv")], f"must end in .{ending}, got")
    assert not (tmp_path / "new").exists()
    refused(capsys, [photo, "--figure", str(tmp_path / "out.xyz")], "must end in one of")
    refused(capsys, [photo, "--figure", str(tmp_path / "out")], "must end in one of")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_missing_folders_of_outputs_are_made_as_the_help_says_but_not_by_what_is_refused(tiny, photo, tmp_path, capsys):
    file = tmp_path / "new" / "folder" / "x.json"
    refused(capsys, [photo, "--json", str(file), "--level", "95"], "level must be above 0 and below 1")
    assert not file.parent.parent.exists()
    assert run(["explain", photo, "--json", str(file)]) == 0 and file.exists()
    capsys.readouterr()
    for command in ("explain", "plan"):
        run([command, "--help"])
        assert "missing folders are made" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("option", ["--json", "--figure"])
def test_the_photograph_itself_is_no_output(tiny, photo, capsys, option):
    with open(photo, "rb") as file:
        before = file.read()
    refused(capsys, [photo, *OPTIONS, option, photo], "photo.png")
    with open(photo, "rb") as file:
        assert file.read() == before


def test_a_read_only_output_is_refused_before_the_model_is_loaded(no_model, photo, tmp_path, capsys, monkeypatch):
    (tmp_path / "old.json").write_text("kept")
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)  # root may write everything
    refused(capsys, [photo, "--json", str(tmp_path / "old.json")], "an output file must be writable")
    assert (tmp_path / "old.json").read_text() == "kept"


def test_checking_the_outputs_leaves_nothing_behind(tiny, photo, tmp_path, capsys):
    before = {path.name for path in tmp_path.iterdir()}
    refused(capsys, [photo, "--bandwidth", "0", "--json", str(tmp_path / "out.json")], "bandwidth")
    assert {path.name for path in tmp_path.iterdir()} == before
