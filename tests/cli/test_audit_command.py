"""`limetheory audit`: its exit codes, its files, and what it says of libraries that are not there."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from limetheory.audit import Library, Subject, run
from limetheory.audit.table import LIBRARIES
from limetheory.cli.main import run as command
from limetheory.designs import BernoulliDesign
from limetheory.registry import Registry

CODE = """
import numpy as np

PACKAGES = ("numpy",)


def means(F, d, n, seed, options):
    masks = np.random.default_rng(seed).random((n, d)) < 0.5
    columns = np.column_stack([np.ones(n), masks])
    return np.linalg.lstsq(columns, F(masks), rcond=None)[0][1:]


def odd(F, d, n, seed, options):
    return means(F, d, n, seed, options) + 0.5 * (np.arange(d) == 0)


def angry(F, d, n, seed, options):
    raise ValueError("<script>alert(1)</script> [red]")


SUBJECTS = {"means": means, "odd": odd, "<i>angry</i>": angry}
"""


@pytest.fixture
def table(monkeypatch, tmp_path):
    file = tmp_path / "made.py"
    file.write_text(CODE, encoding="utf-8")
    rows = {}
    for name, method in {"right": "means", "wrong": "odd", "angry": "<i>angry</i>"}.items():
        subject = Subject(method, "means & differences", BernoulliDesign, ridge=0.0, n=100)
        rows[name] = Library(name, "numpy", "1", file, (subject,))
    rows["absent"] = Library("absent", "no_such_package", "1", file, (Subject("x", "y", BernoulliDesign),))
    monkeypatch.setattr(run, "LIBRARIES", Registry("library", rows, row=Library))


@pytest.mark.slow
def test_a_right_library_ends_with_0_and_its_numbers_are_in_the_files(table, tmp_path, capsys):
    files = ["--json", str(tmp_path / "new" / "a.json"), "--html", str(tmp_path / "a.html")]
    assert command(["audit", "right", "absent", "--battery", "small", "--fail-on", "deviation", *files]) == 0
    out = capsys.readouterr().out
    assert "right: means" in out and "absent: x  not installed" in out and "deviates" not in out
    whole = json.loads((tmp_path / "new" / "a.json").read_text(encoding="utf-8"))
    assert [one["installed"] for one in whole["audited"]] == [True, False] and whole["battery"] == "small"
    verdicts = {one["check"]: one["verdict"] for one in whole["audited"][0]["findings"]}
    assert verdicts["limit"] == verdicts["seeds"] == verdicts["ridge"] == "holds"
    assert whole["audited"][0]["versions"]["numpy"]
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "means &amp; differences" in page and "http" not in page and "not installed" in page


@pytest.mark.slow
def test_a_deviation_ends_with_1_where_it_is_asked_for(table, capsys):
    assert command(["audit", "wrong", "--battery", "small"]) == 0
    assert command(["audit", "wrong", "--battery", "small", "--fail-on", "deviation"]) == 1
    assert command(["audit", "wrong", "--battery", "small", "--fail-on", "unexplained"]) == 1
    assert "unexplained by the designs that were tried" in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_what_a_library_says_is_text_and_not_markup(table, tmp_path, capsys):
    path = tmp_path / "a.html"
    assert command(["audit", "angry", "--battery", "small", "--html", str(path)]) == 0
    assert "<script>alert(1)</script> [red]" in " ".join(capsys.readouterr().out.split())
    page = path.read_text(encoding="utf-8")
    assert "<script>" not in page and "<i>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; [red]" in page


@pytest.mark.parametrize("library", ["absent", "angry"])
def test_an_audit_that_checked_nothing_does_not_pass(table, library, capsys):
    quick = ["audit", library, "--battery", "small", "--seconds", "0.01"]
    assert command(quick) == 0
    capsys.readouterr()
    assert command([*quick, "--fail-on", "deviation"]) == 2
    line = "limetheory: --fail-on deviation needs a check that holds or deviates, got none; install "
    assert capsys.readouterr().err.startswith(line)


def test_a_library_that_is_named_twice_is_asked_once(table, capsys):
    assert command(["audit", "absent", "absent"]) == 0
    assert capsys.readouterr().out.count("absent: x") == 1


@pytest.mark.slow
def test_another_environment_is_asked_by_its_interpreter(table, capsys):
    assert command(["audit", "right", "--battery", "small", "--python", sys.executable]) == 0
    assert "holds" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["lyme"], "library must be one of lime, captum, "),
        (["lime", "--battery", "big"], "battery must be one of full, standard, small, got 'big'"),
        (["lime", "--fail-on", "all"], "fail-on must be one of never, unexplained, deviation, got 'all'"),
        (["lime", "--python", "/no/python"], "python must be an interpreter that can be run, got '/no/python'"),
        (["lime", "--python", shutil.which("true")], "python must be an interpreter that can be run, got '/"),
        (["lime", "--python", shutil.which("echo")], "python must be an interpreter that can be run, got '/"),
        (["lime", "--seconds", "0"], "seconds must be above 0, got 0"),
        (["lime", "--workers", "0"], "workers must be at least 1, got 0"),
        (["lime", "--json", "."], "an output must be a file, got the directory ."),
        (["lime", "--json", "a.json", "--html", "a.json"], "an output must have a file of its own"),
    ],
)
def test_bad_input_is_one_line(words, line, capsys):
    assert command(["audit", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"limetheory: {line}") and error.count("\n") == 1


def test_every_library_of_the_table_has_its_file_and_its_methods():
    for library in LIBRARIES.values():
        assert Path(library.file).is_file()
        code = library.file.read_text(encoding="utf-8")
        assert all(f'"{subject.name}":' in code.rpartition("SUBJECTS")[2] for subject in library.subjects)
        assert "limetheory" not in code or library.name == "limetheory"
