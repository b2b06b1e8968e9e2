"""The rules of a test run itself: --gpu, few cases in the fast tests, and no skips in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

TESTS = """
import sys
from types import SimpleNamespace
import pytest
sys.modules["torch"] = SimpleNamespace(__version__="0", cuda=SimpleNamespace(is_available=lambda: {present}))

@pytest.mark.gpu
def test_on_a_gpu():
    assert True

@pytest.mark.skip(reason="no package")
def test_elsewhere():
    pass
"""

CASES = """
import pytest

@pytest.mark.parametrize("case", [*range(9), pytest.param(9, marks=pytest.mark.slow)])
def test_of_many(case):
    pass

@pytest.mark.parametrize("case", [0, 1])
def test_of_few(case):
    pass
"""


def outcomes(folder, *options, tests=TESTS, present=False, ci=False):
    """What a run of the tests reports."""
    file = folder / "test_two.py"
    file.write_text(tests.format(present=present))
    settings = ["-c", ROOT / "pyproject.toml", "-p", "conftest", "-p", "no:cacheprovider", "-rA"]
    rest = {name: value for name, value in os.environ.items() if name != "CI"}
    environment = rest | {"PYTHONPATH": str(ROOT)} | ({"CI": "1"} if ci else {})
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, file, *options],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("ci", [False, True])
def test_without_the_option_gpu_tests_are_skipped_and_ci_refuses_other_skips(tmp_path, ci):
    report = outcomes(tmp_path, ci=ci, present=True)
    assert "needs a CUDA device: run with --gpu" in report
    assert ("1 skipped, 1 error" if ci else "2 skipped") in report
    assert ("skipped in CI: " in report) == ci


@pytest.mark.slow
def test_with_the_option_gpu_tests_run(tmp_path):
    report = outcomes(tmp_path, "--gpu", present=True)
    assert "PASSED" in report and "test_on_a_gpu" in report and "1 passed, 1 skipped" in report


@pytest.mark.slow
def test_with_the_option_and_no_device_they_fail(tmp_path):
    report = outcomes(tmp_path, "--gpu")
    assert "--gpu must find a CUDA device, got none" in report and "1 skipped, 1 error" in report


def passed(report):
    return [line for line in report.splitlines() if line.startswith("PASSED")]


@pytest.mark.slow
def test_two_cases_of_many_are_fast_and_the_same_two_in_every_run(tmp_path):
    assert len(passed(outcomes(tmp_path, tests=CASES))) == 12
    fast = passed(outcomes(tmp_path, "-m", "not slow", tests=CASES))
    assert [line.partition("[")[0].split("::")[1] for line in fast] == ["test_of_many"] * 2 + ["test_of_few"] * 2
    assert passed(outcomes(tmp_path, "-m", "not slow", "-k", "test_of_many", tests=CASES)) == fast[:2]


def test_no_two_test_files_have_one_name():
    """Without packages in tests/, pytest imports a file by its name alone."""
    names = [path.name for path in Path(__file__).parent.rglob("test_*.py")]
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})
