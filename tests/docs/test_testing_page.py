"""The page on testing an explainer: its ten lines pass its three lines of pytest, and a wrong kernel does not."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from limetheory.testing import KINDS, battery

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "testing-an-explainer.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
EXPLAINER, TESTS, LIME = BLOCKS[:3]


def pytest_of(folder, explainer):
    (folder / "my_explainer.py").write_text(explainer)
    (folder / "test_my_explainer.py").write_text(TESTS)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_explainer.py"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_ten_lines_pass_three_lines(tmp_path):
    body = EXPLAINER.partition("rng):\n")[2].splitlines()
    assert len([line for line in body if line.strip()]) <= 10 and TESTS.rstrip().count("\n") <= 9
    done = pytest_of(tmp_path, EXPLAINER)
    assert done.returncode == 0 and "18 passed" in done.stdout, done.stdout


@pytest.mark.slow
def test_a_wrong_kernel_fails_as_the_page_says(tmp_path):
    assert EXPLAINER.count("0.25**2") == 1
    done = pytest_of(tmp_path, EXPLAINER.replace("0.25**2", "0.5**2"))
    said = " ".join(done.stdout.replace("\nE ", " ").split())
    assert done.returncode == 1 and int(re.search(r"(\d+) failed", said)[1]) >= 5
    assert "AssertionError: the coefficients of the battery's function 'leaf' must be those of the limit under" in said
    assert "the coefficients fit the bandwidth 0.5 instead of 0.25: look at the kernel width" in said


def test_limes_wrapper_answers_for_every_word():
    names = {"re": re}
    exec(compile(LIME, str(PAGE), "exec"), names)
    known = battery(6, 0)["additive"]
    found = np.array(names["lime_text"](*KINDS["text"].question(known.F, 6), 200, np.random.default_rng(0)))
    assert np.abs(found - known.F.weights).max() < 0.02  # lime's ridge of 1 on 200 masks
