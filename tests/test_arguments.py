"""Checks of arguments: what passes unchanged, and what is refused with rule, value and remedy."""

import math

import numpy as np
import pytest

from limetheory.arguments import choice, generator, integer, real, vector


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_integers_of_every_kind_become_int(value):
    assert integer("n", value, 3) == 3 and type(integer("n", value, 3)) is int


@pytest.mark.parametrize("value", [3.0, "3", None, np.float64(3), [3], True, np.True_])
def test_what_is_not_an_integer_is_a_type_error(value):
    with pytest.raises(TypeError, match=r"n must be an integer, got .*; draw more"):
        integer("n", value, 1, "draw more")


def test_an_integer_below_the_minimum_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"^n must be at least 4, got 3; draw more$"):
        integer("n", 3, 4, "draw more")


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5), np.int8(1)])
def test_reals_of_every_kind_become_float(value):
    assert type(real("x", value)) is float and real("x", value) == value


@pytest.mark.parametrize("value", ["1", None, True, np.True_, 1j, [1.0]])
def test_what_is_not_a_number_is_a_type_error(value):
    with pytest.raises(TypeError, match="x must be a number"):
        real("x", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("limits", [{}, {"at_least": 0}, {"above": 0}, {"above": 0, "below": 1}])
def test_nan_and_infinity_are_in_no_interval(value, limits):
    with pytest.raises(ValueError, match="x must be"):
        real("x", value, **limits)


@pytest.mark.parametrize("value, limits, rule", [
    (0, {"above": 0}, "above 0"), (-1e-300, {"at_least": 0}, "at least 0"), (1, {"below": 1}, "below 1"),
    (1.5, {"at_most": 1}, "at most 1"), (2, {"above": 0, "below": 1}, "above 0 and below 1"),
])  # fmt: skip
def test_open_and_closed_ends_are_kept(value, limits, rule):
    with pytest.raises(ValueError, match=f"^x must be {rule}, got {value!r}$"):
        real("x", value, **limits)


def test_closed_ends_belong_to_the_interval():
    assert real("x", 0, at_least=0) == 0.0 and real("x", 1, at_most=1) == 1.0


def test_choice_names_what_is_known():
    assert choice("method", "wls", ("wls", "ols")) == "wls"
    with pytest.raises(ValueError, match="method must be one of wls, ols, got 'x'"):
        choice("method", "x", ("wls", "ols"))


def test_vector_copies():
    mine = np.arange(3.0)
    vector("v", mine)[0] = 7
    assert mine[0] == 0


@pytest.mark.parametrize("value, error, rule", [
    ("abc", TypeError, "numbers"), ([1, [2, 3]], TypeError, "numbers"), ([[1.0]], ValueError, "one-dim"),
    (1.0, ValueError, "one-dim"), ([1, math.nan, math.inf], ValueError, "got 2 NaN or infinite"),
])  # fmt: skip
def test_vector_refuses(value, error, rule):
    with pytest.raises(error, match=rule):
        vector("v", value)


def test_generator_takes_none_a_seed_or_a_generator():
    rng = np.random.default_rng(1)
    assert generator(rng) is rng
    assert generator(5).random() == np.random.default_rng(5).random()
    assert generator(None).random() != generator(None).random()


@pytest.mark.parametrize("value", [-1, 0.5, "seed"])
def test_generator_refuses_by_name(value):
    with pytest.raises(TypeError, match="rng must be None, a non-negative integer or a numpy"):
        generator(value)
