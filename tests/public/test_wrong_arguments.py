"""Wrong arguments of every public function are accepted, or refused in one line that is limetheory's own."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from public_calls import public_callables, public_calls
from public_methods import public_methods
from wrong_values import called, leak, leaks

import limetheory as lt
from limetheory.estimation import METHODS, Method


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    return public_calls(tmp_path_factory.mktemp("calls"))


@pytest.mark.slow
def test_every_public_callable_has_a_call(calls):
    public, called_ones = public_callables().keys(), {name.partition(",")[0] for name in calls}
    assert not sorted(public - called_ones), "add a row to public_calls.py"
    assert not sorted(called_ones - public), "not public any more"


@pytest.mark.slow
def test_every_call_works(calls, tmp_path):
    for function, arguments in (*calls.values(), *public_methods(tmp_path).values()):
        called(function, arguments)


@pytest.mark.slow
def test_no_public_function_leaks_an_error_that_is_not_its_own():
    # in a process of its own: under pytest, shapes are checked before limetheory's checks, see conftest.py
    script = Path(__file__).with_name("wrong_values.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_mutants_are_found(monkeypatch):
    from limetheory import answers

    def attribute(explanation):
        return explanation.coefficients

    def numpy_error(weights):
        return np.linalg.inv(weights)

    def two_lines(design):
        return answers.real_numbers(design, "a\nb", "c")

    def mute(design):
        return import_module("limetheory.outside").refuse()

    assert len(list(leaks({"attribute": (attribute, {"explanation": lt.limit(lt.Leaf(2), lt.ImageDesign(2))})}))) > 10
    assert len(list(leaks({"inverse": (numpy_error, {"weights": np.eye(2)})}))) > 10
    assert "not one line" in leak(two_lines, {"design": "x"})
    code = compile("def refuse(): raise ValueError('no')", "mutant", "exec")
    exec(code, vars(import_module("limetheory.outside")))
    try:
        assert "does not say what it got" in leak(mute, {"design": 3})
    finally:
        del vars(import_module("limetheory.outside"))["refuse"]
    assert leak(lambda: None, {}) == ""


def test_a_model_is_refused_before_the_image_is_segmented():
    def segmenter(image):
        raise AssertionError("segmented")

    image = np.zeros((4, 4))
    for wrong in ({"model": None}, {"model": dict}, {"device": "cpu"}, {"design": 3}, {"design": dict}):
        with pytest.raises((TypeError, ValueError), match=f"{next(iter(wrong))} (must be|is for)"):
            lt.explain_image(**{"model": np.mean, "image": image, "segments": segmenter, **wrong})


@pytest.mark.parametrize("method, got", [
    (lambda F: 1, r"got one with the arguments \(F\); give these, or a Method with takes="),
    (Method("fit", "no takes", lambda sample, design, ridge: 1), r"with the arguments \(sample, design, ridge\)"),
    (Method("fit", "returns none", lambda F, design, n, rng: 1), "must return an Explanation, got int"),
    (Method("fit", "returns none", lambda sample, design, ridge: 1, takes=frozenset({"sampling"})), "got int"),
])  # fmt: skip
def test_a_method_is_told_what_it_must_take_and_return(method, got):
    with pytest.raises(TypeError, match=rf"^method '(fit|<lambda>)' .*{got}"):
        lt.estimate(lt.Leaf(3), lt.ImageDesign(3), 20, 0, method)


def test_a_type_error_inside_a_function_of_the_callers_is_its_own():
    def broken(masks):
        return masks + None

    with pytest.raises(TypeError, match="unsupported operand"):
        lt.estimate(broken, lt.ImageDesign(3), 20, 0)


def test_a_refusal_names_the_option_that_was_given_alone():
    with pytest.raises(ValueError, match=r"takes no include_original, which would bias it, got include_original=True"):
        lt.estimate(lt.Leaf(3), lt.ImageDesign(3), 20, 0, "unbiased", include_original=True)
    assert "ridge" not in METHODS["unbiased"].takes
