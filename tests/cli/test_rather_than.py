"""`limetheory explain --rather-than`: one class rather than another, with the numbers of `lt.contrast`."""

import numpy as np
import pytest
from explain_cases import OPTIONS, read

import limetheory as lt
from limetheory.cli.main import run

pytestmark = pytest.mark.slow


def test_the_difference_is_explained_named_and_repeated(tiny, photo, tmp_path, capsys):
    out = tmp_path / "out.json"
    assert run(["explain", str(photo), *OPTIONS, "--rather-than", "2", "--json", str(out)]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    assert " rather than " in said and "difference of probabilities" in said and "(class" not in said
    record = read(out)
    first, second = record["repeat"]["network"]["contrast"]
    both = tmp_path / "both.json"
    targets = ["--target", str(first), "--target", str(second)]
    assert run(["explain", str(photo), *OPTIONS, *targets, "--json", str(both)]) == 0
    A, B = (np.array(one["coefficients"]) for one in read(both)["explanations"])
    np.testing.assert_allclose(record["coefficients"], A - B, atol=1e-6)
    assert second == 2 and record["output"] == "difference of probabilities"
    capsys.readouterr()
    assert run(["explain", "--from", str(out)]) == 0
    assert "the coefficients are those of out.json, to the bit" in capsys.readouterr().err


def test_a_pilot_of_a_difference_of_probabilities_is_in_minus_one_to_one(tiny, photo, tmp_path):
    out = tmp_path / "out.json"
    assert run(["explain", str(photo), *OPTIONS, "--rather-than", "2", "--json", str(out)]) == 0
    from limetheory.explaining.pilot import read_pilot

    assert read_pilot(out).bounds == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--target", "2", "--rather-than", "2"], "a contrast needs two different classes, got class 2 twice"),
        (["--target", "1", "--target", "0", "--rather-than", "2"], "got --target 2 times; name it once"),
        (["--rather-than", "nosuch"], "'nosuch'"),
        (["--rather-than", "1", "--similar-to", "example:coffee"], "got it with --similar-to, which has none"),
    ],
)
def test_refused_contrasts(tiny, photo, capsys, more, message):
    assert run(["explain", str(photo), *OPTIONS, *more]) == 2
    assert message in capsys.readouterr().err


def test_the_function_is_that_of_python():
    assert lt.contrast(lambda batch: np.ones((len(batch), 2)), 0, 1)(np.ones((3, 2))).tolist() == [[0.0]] * 3
