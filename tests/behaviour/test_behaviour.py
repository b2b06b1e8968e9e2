"""Every answer is the saved one; `python tests/behaviour/save.py` saves them again."""

import json
import math
from copy import deepcopy

import numpy as np
import pytest
from plain_answers import digest, plain
from questions import QUESTIONS, answer
from saved_answers import KEYS, RELATIVE, allowed, differences, finite, keys, load, place

SAVED, SAVED_AT = load()
HERE = place()


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_saved_one(name):
    found = json.loads(json.dumps(answer(name)))
    assert differences(SAVED[name], found, allowed(name, SAVED_AT, HERE)) == []


def test_every_question_has_an_answer_and_every_answer_a_question():
    assert list(SAVED) == list(QUESTIONS) and len(QUESTIONS) >= 60


def test_the_keys_are_those_of_the_answers():
    assert KEYS.read_text(encoding="utf-8").splitlines() == keys(SAVED)


def floats(holder):
    """Where the finite numbers other than 0 are: the list or dict, and the index or key."""
    for key, one in holder.items() if isinstance(holder, dict) else enumerate(holder):
        if isinstance(one, (dict, list)):
            yield from floats(one)
        elif isinstance(one, float) and one and math.isfinite(one):
            yield holder, key


def last_bit(number):
    return np.nextafter(number, np.inf).item()


def changed(value, change=last_bit):
    """The answer with another first number."""
    copy = [deepcopy(value)]
    holder, key = next(floats(copy))
    holder[key] = change(holder[key])
    return copy[0]


def times(factor):
    return lambda number: number * factor


WITH_NUMBERS = [name for name, value in SAVED.items() if any(finite(value))]


@pytest.mark.parametrize("name", WITH_NUMBERS)
def test_a_difference_in_the_last_bit_is_found(name):
    assert differences(SAVED[name], SAVED[name], 0.0) == []
    assert len(differences(SAVED[name], changed(SAVED[name]), 0.0)) == 1
    assert differences(SAVED[name], changed(SAVED[name]), RELATIVE) == []


def test_few_saved_answers_have_no_numbers():
    assert len(WITH_NUMBERS) >= len(QUESTIONS) - 10


def test_elsewhere_a_millionth_is_found_and_a_rounding_is_not():
    saved = plain({"a": np.array([1.0, 0.25]), "n": 3, "none": None, "far": np.inf})
    assert differences(saved, changed(saved, times(1 + 1e-12)), RELATIVE) == []
    assert len(differences(saved, changed(saved, times(1 + 1e-6)), RELATIVE)) == 1
    for other in ({**saved, "n": 4}, {**saved, "far": -np.inf}, {**saved, "none": 0.0}, {**saved, "a": [1.0]}):
        assert len(differences(saved, other, RELATIVE)) == 1
    assert differences(saved, changed(saved, times(2)), None) == [] and differences(saved, {"a": []}, None)


def test_a_difference_in_the_last_bit_of_a_large_array_is_found():
    large = np.arange(100.0)
    other = large.copy()
    other[1] = np.nextafter(1, 2)
    assert any("sha256" in line for line in differences(digest(large), digest(other), 0.0))


def test_zero_and_minus_zero_are_told_apart():
    assert differences([0.0], [-0.0], 0.0) and not differences([float("nan")], [float("nan")], 0.0)


def test_other_places_are_compared_less_closely():
    assert allowed("plan", SAVED_AT, SAVED_AT) == 0
    assert allowed("plan", SAVED_AT, {**SAVED_AT, "vectors": []}) == RELATIVE
    assert allowed("network: explained", SAVED_AT, {**SAVED_AT, "blas": []}) > RELATIVE
    assert allowed("trees: decision tree", SAVED_AT, {**SAVED_AT, "scikit-learn": "0"}) is None
