"""What can be refused is refused before the photograph is cut, whose segments may take minutes."""

import numpy as np
import pytest
from explain_cases import OPTIONS, refused

from limetheory.cli.main import run
from limetheory.images.replacement import grey_level


@pytest.fixture
def uncut(monkeypatch):
    def cut(*_, **__):
        pytest.fail("the photograph was cut")

    for name in ("cut", "masks_of", "first_segmentation"):
        monkeypatch.setattr(f"limetheory.images.answer.{name}", cut)


@pytest.mark.parametrize("segmenter", ["slic", "higra"])
@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--target", "espresso"], "espresso"),
        (["--target", "3"], "3"),
        (["--target", "cat", "--target", "mug"], "mug"),
        (["--replacement", "1.5"], "replacement must be in [0, 1]"),
        (["--replacement", "nan"], "replacement must be finite"),
        (["--replacement", "meen"], "did you mean 'mean'?"),
        (["--json", "/dev/null/none/a.json"], "the output directory must be writable"),
        (["--json", "y" * 300 + ".json"], "an output's name must lead to a file"),
        (["--save", "a.json"], "must end in .npz"),
        (["--batch-size", "0"], "batch"),
        (["--level", "2"], "level"),
        (["--seed", "-1"], "seed"),
    ],
)
def test_a_bad_option_is_refused_before_the_photograph_is_cut(tiny, uncut, photo, capsys, segmenter, options, part):
    refused(capsys, [photo, *OPTIONS, "--segmenter", segmenter, *options], part)


@pytest.mark.parametrize(("option", "name"), [("--json", "loop.json"), ("--html", "loop.html"), ("--save", "loop.npz")])
def test_a_link_that_leads_to_itself_is_refused(tiny, uncut, photo, tmp_path, capsys, option, name):
    (tmp_path / name).symlink_to(name)
    refused(capsys, [photo, *OPTIONS, option, str(tmp_path / name)], "an output's name must lead to a file")


def test_a_good_one_is_not(tiny, photo):
    assert run(["explain", photo, *OPTIONS, "--target", "cat", "--replacement", "0.5"]) == 0


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0, np.float32(0.25)])
def test_grey_levels_in_the_unit_interval_are_taken(level):
    assert grey_level(level) == float(level)


def test_of_an_option_that_is_given_twice_the_last_value_is_named(no_model, photo, capsys):
    refused(capsys, [photo, "--seed", "3", "--seed", "x"], "got 'x'; limetheory explain --help says what --seed takes")
