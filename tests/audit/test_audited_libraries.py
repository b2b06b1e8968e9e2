"""lime, Captum and limetheory are audited as they are installed, and the scripts of the cases show what they say."""

import runpy
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from limetheory.audit import LIBRARIES, audit
from limetheory.audit.questions import PLANS, Plan

CASES = Path(__file__).parents[2] / "experiments" / "audit" / "cases"
HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "audit.md"
PACKAGES = ("lime", "captum", "shap")


@pytest.fixture(autouse=True)
def few_questions(monkeypatch):
    """As many runs of each question as a decision takes, of two functions at most at each of two sizes."""
    monkeypatch.setitem(PLANS, "small", Plan((1, 4), 1, 28, 40))


def verdicts(name, *methods):
    library = LIBRARIES[name]
    chosen = tuple(one for one in library.subjects if not methods or one.name in methods)
    found = audit([replace(library, subjects=chosen)], battery="small")
    return {one.name: {finding.check: finding for finding in one.findings} for one in found}


@pytest.mark.slow
def test_this_package_has_no_deviation():
    for findings in verdicts("limetheory").values():
        assert not [one for one in findings.values() if one.verdict == "deviates"]


@pytest.mark.slow
def test_lime_is_right_but_for_labels_and_selection():
    found = verdicts("lime")
    deviating = {(name, check) for name, checks in found.items() for check, one in checks.items() if one.explanation}
    assert deviating == {("image", "labels"), ("image", "selection"), ("text", "selection"), ("tabular", "selection")}
    assert all(not one.explanation.startswith("unexplained") for checks in found.values() for one in checks.values())


@pytest.mark.slow
def test_captums_lasso_and_its_weights_are_named():
    found = verdicts("captum", "Lime")["Lime"]
    assert found["fit"].verdict == found["limit"].verdict == "deviates"
    assert "(2·1²)), lasso penalty 0.01" in found["fit"].explanation
    assert "with c the cosine of the inputs themselves" in found["content"].explanation


@pytest.mark.slow
@pytest.mark.parametrize("case", sorted(one.stem for one in CASES.glob("*.py") if one.stem.startswith(PACKAGES)))
def test_a_case_prints_what_is_expected_and_something_else_that_is_found(case, capsys):
    assert all(find_spec(name) for name in PACKAGES)
    runpy.run_path(str(CASES / f"{case}.py"), run_name="__main__")
    printed = capsys.readouterr().out
    said = [line.partition(":")[2].strip() for line in printed.splitlines() if ":" in line]
    assert len(said) >= 2 and said[0] != said[1] and "expected" in printed and "found" in printed


@pytest.mark.slow
def test_the_library_of_the_guide_is_told_what_it_forgets(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = HOWTO.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    exec(compile(code, str(HOWTO), "exec"), {})
    assert "weighted regression on its own masks with equal weights, no penalty" in capsys.readouterr().out
