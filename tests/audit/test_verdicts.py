"""Planted deviations are found and rightly explained, and a right explainer has none."""

import pytest
from fake_libraries import library

from limetheory.audit import audit

pytestmark = pytest.mark.slow


def verdicts(tmp_path, name, **settings):
    (found,) = audit([library(tmp_path, name, **settings)], battery="small", seconds=120)
    return found, {one.check: one for one in found.findings}


def test_a_right_explainer_has_no_deviation(tmp_path):
    found, checks = verdicts(tmp_path, "right")
    assert found.deviations == [] and found.notes == ()
    assert {"limit", "fit", "law", "first row", "ridge", "rate", "variance", "seeds", "global seeds"} == set(checks)
    assert all(one.verdict == "holds" for one in checks.values())


def test_a_wrong_width_is_found_and_named(tmp_path):
    _, checks = verdicts(tmp_path, "wide")
    assert checks["fit"].verdict == checks["limit"].verdict == "deviates"
    assert "the weight exp(−(1 − √(K/d))² / (2·0.5²)), no penalty" in checks["fit"].explanation
    assert "fresh runs" in checks["fit"].explanation and checks["law"].verdict == "holds"


def test_a_wrong_penalty_is_found_and_named(tmp_path):
    _, checks = verdicts(tmp_path, "shrunk")
    assert checks["ridge"].verdict == "deviates"
    assert "(2·0.25²)), ridge penalty 3" in checks["ridge"].explanation


def test_what_no_design_of_the_family_explains_is_said_to_be_unexplained(tmp_path):
    _, checks = verdicts(tmp_path, "odd")
    assert checks["limit"].verdict == "deviates" and checks["limit"].explanation.startswith("unexplained")


def test_a_seed_that_is_ignored_is_found(tmp_path):
    assert verdicts(tmp_path, "unseeded")[1]["seeds"].verdict == "deviates"


def test_seeding_of_the_global_generators_is_found(tmp_path):
    _, checks = verdicts(tmp_path, "seeding")
    assert checks["global seeds"].verdict == "deviates"
    assert checks["global seeds"].says == "it seeds the global generator of NumPy and Python"


@pytest.mark.parametrize("name", ["nothing", "shape", "lengths", "error"])
def test_a_library_without_answers_has_no_verdict(tmp_path, name):
    found, checks = verdicts(tmp_path, name)
    assert found.deviations == [] and checks["limit"].verdict == "no answer"


def test_a_library_that_crashes_leaves_the_next_one_alone(tmp_path):
    crashed, right = audit([library(tmp_path, "crash", "right")], battery="small", seconds=120, workers=2)
    assert crashed.notes[0].startswith("its process was ended by SIGABRT") and right.deviations == []
