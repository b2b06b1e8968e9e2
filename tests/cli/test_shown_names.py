"""Names that steer a terminal or turn the reading direction are shown as escapes: in terminals, pages, figures."""

import pickle
import warnings

import numpy as np
import pytest
from explain_cases import OPTIONS, Tiny, read
from PIL import Image
from skimage import data

import limetheory as lt
from limetheory.cli.main import run
from limetheory.explanation.classes import classes_figure
from limetheory.explanation.page import page
from limetheory.explanation.table import html
from limetheory.networks import Classifier
from limetheory.networks.registry import load_model

NASTY = "c\x1b[2Ju\u202ep\nx"
SHOWN = r"c\x1b[2Ju\u202ep\nx"


def visible(text):
    return not any(one in text for one in "\x1b\u202e\u2066\x07\x00")


@pytest.fixture
def nasty(tmp_path, monkeypatch):
    def load(name, weights, device, reference, **how):
        names = [NASTY, "cat\u2066", "7\x07"]
        return Classifier(Tiny(), size=24, mean=[0.5] * 3, std=[0.5] * 3, class_names=names, name=name, **how)

    monkeypatch.setattr("limetheory.networks.load_model", load)
    path = tmp_path / f"{NASTY}.png"
    Image.fromarray(data.coffee()[::8, ::8]).save(path)
    return str(path)


@pytest.mark.slow
@pytest.mark.parametrize("more", [["--target", "0"], ["--target", "0", "--target", "1"]])
def test_file_and_class_names_are_escaped_wherever_they_are_shown(nasty, tmp_path, capsys, more):
    out = tmp_path / "page.html"
    assert run(["explain", nasty, *OPTIONS, *more, "--html", str(out), "--json", str(tmp_path / "a.json")]) == 0
    said = capsys.readouterr()
    shown = said.out + said.err + out.read_text(encoding="utf-8")
    assert visible(shown) and f"{SHOWN}.png: {SHOWN} (class 0)" in said.out
    assert SHOWN in out.read_text(encoding="utf-8")
    records = read(tmp_path / "a.json")
    assert records.get("target_name", records.get("explanations", [{}])[0].get("target_name")) == NASTY


def test_names_are_escaped_in_tables_pages_and_figures():
    found = lt.Explanation(np.array([0.5, 0.1]), 0.0, np.zeros(2), 9, names=[NASTY, "b"])
    assert visible(html(NASTY, [NASTY], [[NASTY]])) and visible(page(NASTY, ""))
    (axes,) = classes_figure([found], [NASTY], 0.95, "part").axes
    drawn = [axes.get_title(), *(label.get_text() for label in axes.get_yticklabels())]
    assert all(map(visible, drawn)) and sum(SHOWN in one for one in drawn) == 2


class Evil:
    def __reduce__(self):
        return print, ("the file's code ran",)


@pytest.mark.parametrize("content", [{"a": Evil()}, [1, 2], "text"])
def test_a_pickle_as_weights_is_refused_in_one_line_without_a_warning_before(tmp_path, capsys, content):
    path = tmp_path / "weights.pth"
    path.write_bytes(pickle.dumps(content, protocol=4))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises((ValueError, TypeError)) as refused:
            load_model("resnet18", weights=path)
    assert said == [] and "\n" not in str(refused.value) and "ran" not in capsys.readouterr().out
