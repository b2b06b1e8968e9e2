"""All checks: this package's own explainers pass, each planted fault is caught, wrong questions are refused."""

import subprocess
import sys

import numpy as np
import pytest

import limetheory as lt
from limetheory.testing import CHECKS, FAULTS, check_explainer
from limetheory.testing.faults import PlainLime


def image_explainer(predict, image, segments, n, rng, batch_size=None):
    return lt.explain_image(predict, image, segments=segments, target=0, n=n, rng=rng, batch_size=batch_size)


def text_explainer(predict, text, n, rng, batch_size=None):
    return lt.explain_text(predict, text, target=0, n=n, rng=rng, batch_size=batch_size)


def row_explainer(predict, row, training_data, n, rng, batch_size=None):
    return lt.explain_tabular(predict, row, training_data, target=0, n=n, rng=rng, batch_size=batch_size)


def shapley_explainer(F, n, rng):
    return lt.estimate(F, lt.ShapleyDesign(F.d), n, rng, "unbiased")


# Explainers that are right: each of the 90 checks fails with probability 1e-4 at most, and finds a discrepancy of 1.5
# standard deviations of a run with 0.9. That each fault is found at the standard rates is tested below.
RATES: dict = {"power": 0.9, "false_alarm": 1e-4}
FEWER: dict = {"n": 300, **RATES}


@pytest.mark.slow
@pytest.mark.parametrize("check", check_explainer(image_explainer, "image", **FEWER))
def test_explain_image(check):
    check()


@pytest.mark.slow
@pytest.mark.parametrize("check", check_explainer(text_explainer, "text", **FEWER))
def test_explain_text(check):
    check()


@pytest.mark.slow
@pytest.mark.parametrize("check", check_explainer(row_explainer, "tabular", **FEWER))
def test_explain_tabular(check):
    check()


@pytest.mark.slow
@pytest.mark.parametrize(
    "check", check_explainer(shapley_explainer, "function", design=lt.ShapleyDesign, n=100, unbiased=True, **RATES)
)
def test_kernel_shap(check):
    check()


@pytest.mark.slow
@pytest.mark.parametrize("check", check_explainer(
    lambda F, n, rng: lt.estimate(F, lt.ImageDesign(F.d), n, rng, ridge=1.0), "function", ridge=1.0, intervals=False,
    **FEWER,
))  # fmt: skip
def test_a_ridge_that_is_claimed(check):
    check()


def failing(explain, **options):
    found = {}
    for check in check_explainer(explain, "function", **options):
        try:
            check()
        except AssertionError as error:
            found[check.name] = str(error)
    return found


@pytest.mark.slow
def test_a_right_explainer_passes_every_check():
    assert failing(PlainLime()) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_caught_and_only_by_checks_that_it_concerns(name):
    found = failing(FAULTS[name].explain)
    expected = {
        "kernel width": "converges[symmetric, 6 parts]", "no weights": "converges[symmetric, 6 parts]",
        "shifted labels": "permutation", "ridge": "converges[additive, 6 parts]", "seed ignored": "deterministic",
        "global state": "deterministic", "first row": "converges[random, 6 parts]", "narrow intervals": "intervals",
    }[name]  # fmt: skip
    assert expected in found and all(len(one.splitlines()) == 1 and " got " in one for one in found.values())
    if name in ("ridge", "global state", "narrow intervals"):
        assert list(found) == [expected]


def test_cases_have_names_and_are_those_of_the_table():
    names = [check.name for check in check_explainer(image_explainer, "image")]
    assert len(set(names)) == len(names) == 19 and names[0] == "answers"
    assert {name.partition("[")[0] for name in names} == set(CHECKS) - {"unbiased"}
    assert "batch size" not in [check.name for check in check_explainer(PlainLime(), "function")]
    assert "unbiased" in [check.name for check in check_explainer(PlainLime(), "function", unbiased=True)]
    assert "intervals" not in [check.name for check in check_explainer(PlainLime(), "function", intervals=False)]
    assert repr(check_explainer(PlainLime(), "function")[0]) == "<check answers>"
    assert "| `intervals` | intervals hold the limit as often as they say" in str(CHECKS)


def test_intervals_that_are_claimed_must_be_there():
    def bare(F, n, rng):
        return PlainLime()(F, n, rng).coefficients

    by_name = {check.name: check for check in check_explainer(bare, "function")}
    by_name["intervals"]()
    claimed = {check.name: check for check in check_explainer(bare, "function", intervals=True)}["intervals"]
    with pytest.raises(AssertionError, match=r"must return an object with .interval\(level\), got array"):
        claimed()


def batched(F, n, rng, batch_size=None):
    found = PlainLime()(F, n, rng).coefficients
    return found if batch_size is None else 2.0 * found


def test_a_batch_size_that_changes_the_answer_is_found():
    check = {check.name: check for check in check_explainer(batched, "function")}["batch size"]
    with pytest.raises(AssertionError, match="'random' with another batch size must have the same law, got"):
        check()


def labelled(predict, image, segments, n, rng):
    """Takes labels for positions: right for 0..d−1 alone."""
    found = image_explainer(predict, image, segments, n, rng).coefficients
    return found[segments.min() :] if segments.min() else found


def test_labels_with_gaps_are_asked_for():
    check = next(check for check in check_explainer(labelled, "image") if "gaps" in check.name)
    with pytest.raises(AssertionError, match=r"explain\(predict, image, segments, n, rng\) must return 6 finite coef"):
        check()


@pytest.mark.parametrize("options, said", [
    ({"kind": "imgae"}, "kind must be one of image, text, tabular, function, got 'imgae'; did you mean 'image'"),
    ({"design": lt.ImageDesign(3)}, r"design must be a function of d such as ImageDesign, got ImageDesign\(d=3"),
    ({"design": 3}, "design must be a function of d such as ImageDesign, got 3; give"),
    ({"n": 0}, "n must be at least 1, got 0"),
    ({"false_alarm": 5}, "false_alarm must be above 0 and below 1, got 5; write 0.001 for 0.1 %"),
    ({"explain": 3}, r"explain must be a callable explain\(F, n, rng\) → d coefficients, got int"),
])  # fmt: skip
def test_wrong_arguments_are_refused_at_once(options, said):
    with pytest.raises((TypeError, ValueError), match=said):
        check_explainer(**{"explain": PlainLime(), **options})


@pytest.mark.slow
def test_neither_torch_nor_hypothesis_nor_pytest_is_imported():
    code = """
import sys
from limetheory.testing import check_explainer
from limetheory.testing.faults import PlainLime
check_explainer(PlainLime(), "function")[0]()
assert not {"torch", "hypothesis", "pytest"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_answers_of_a_new_explainer_may_be_lists():
    assert np.isfinite(PlainLime()(lt.Leaf(6, on=(0,)), 100, np.random.default_rng(0)).coefficients).all()
    checks = check_explainer(lambda F, n, rng: list(PlainLime()(F, n, rng).coefficients), "function")
    checks[0]()
