"""Where masking changes nothing the command says so, in place of rounding errors, of every kind of input."""

import json

import numpy as np
import pytest
from PIL import Image

from limetheory.cli.main import run

SAID = "masking changes nothing: the output is the same at every mask"


@pytest.fixture
def one_colour(tmp_path):
    path = tmp_path / "flat.png"
    Image.fromarray(np.full((40, 40, 3), (90, 140, 60), np.uint8)).save(path)
    return str(path)


@pytest.mark.filterwarnings("ignore:the replacement of a masked image:UserWarning")
@pytest.mark.parametrize("options", [["--samples", "60"], ["--tolerance", "0.02"]], ids=lambda one: one[0])
def test_a_photograph_of_one_colour(tiny, one_colour, tmp_path, capsys, options):
    out = tmp_path / "out.json"
    asked = ["explain", one_colour, "--segmenter", "grid", "--segments", "9", *options, "--json", str(out)]
    assert run(asked) == 0
    assert SAID in " ".join(capsys.readouterr().out.split())
    assert np.abs(json.loads(out.read_text())["coefficients"]).max() < 1e-15


def test_another_photograph(tiny, photo, capsys):
    assert run(["explain", photo, "--segmenter", "grid", "--segments", "9", "--samples", "60"]) == 0
    assert SAID not in " ".join(capsys.readouterr().out.split())


CONSTANT = """
def same(inputs):
    return [[0.3, 0.7]] * len(inputs)

def first(inputs):
    return [[len(one), 0.7] if isinstance(one, str) else [one[0], 0.7] for one in inputs]
"""


@pytest.mark.parametrize("function", ["same", "first"])
@pytest.mark.parametrize("budget", [["--samples", "60"], ["--tolerance", "0.5", "--guarantee", "asymptotic"]])
@pytest.mark.parametrize("asked", [["--text", "review.txt"], ["--table", "m.csv", "--row", "1"]], ids=["text", "table"])
def test_a_text_and_a_row(tmp_path, monkeypatch, capsys, asked, budget, function):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "answering.py").write_text(CONSTANT)
    (tmp_path / "review.txt").write_text("a film, but an awful plot")
    (tmp_path / "m.csv").write_text("a,b\n" + "".join(f"{k},{k % 5}\n" for k in range(20)))
    assert run(["explain", *asked, "--model", f"answering:{function}", *budget, "--target", "0"]) == 0
    assert (SAID in " ".join(capsys.readouterr().out.split())) == (function == "same")
