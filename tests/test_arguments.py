"""Checks of arguments: which values pass unchanged, and which are refused with rule, value and remedy."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

import limetheory as lt
from limetheory.arguments import choice, generator, integer, mask_rows, numbers, real, vector, zero_one
from limetheory.limits import LeafSum


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_integers_of_every_kind_become_int(value):
    assert integer("n", value, 3) == 3 and type(integer("n", value, 3)) is int


@pytest.mark.parametrize("value", [3.5, "3", None, np.float64(3.5), [3], True, np.True_])
def test_what_is_not_an_integer_is_a_type_error(value):
    with pytest.raises(TypeError, match=r"n must be an integer, got .*; draw more"):
        integer("n", value, 1, "draw more")


@pytest.mark.parametrize("value", [3.0, np.float64(3)])
def test_a_whole_float_is_told_how_to_be_an_integer(value):
    with pytest.raises(TypeError, match=r"n must be an integer, got .*3\.0\)?; write 3$"):
        integer("n", value, 5, "draw more")


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


def test_an_integer_that_no_float_holds_is_not_finite():
    with pytest.raises(ValueError, match=r"^x must be at least 0 and finite, got 10+…$"):
        real("x", 10**400, at_least=0)


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


TENSOR = torch.tensor([0.0, 1.0, 1.0], requires_grad=True)


@pytest.mark.parametrize("value", [
    [False, True, True], (0, 1, 1), np.array([0, 1, 1], np.uint8), np.array([0, 255, 255], np.uint8),
    np.array([0, 255, 255]), np.array([0.0, 1.0, 1.0], np.float16), np.array([0.0, 255.0, 255.0]), TENSOR,
    TENSOR.bool(), TENSOR.to(torch.bfloat16), TENSOR.to(torch.uint8) * 255,
], ids=str)  # fmt: skip
def test_two_valued_masks_of_any_type_are_read(value):
    read = zero_one("mask", value)
    assert read.dtype == bool and read.tolist() == [False, True, True]


@pytest.mark.parametrize("value", [
    [0.1, 0.9, 0.4], [1e-9, 1.0], [-3.2, 4.1], [-1, 1, 1], [0, 1, 255], [0, 254], [0, 1, 2], [0.0, np.nan, 1.0],
    [np.nan, np.nan], [0.0, np.inf], torch.tensor([0.2, 0.7]), np.array([128, 129], np.uint8), [-255, 0],
], ids=str)  # fmt: skip
def test_other_masks_are_refused_where_a_cast_would_make_them_true(value):
    assert np.asarray(value).astype(bool).any()
    with pytest.raises(ValueError, match=r"^mask must be True and False, 0 and 1 or 0 and 255, got .*; thr") as said:
        zero_one("mask", value)
    assert "\n" not in str(said.value)
    assert zero_one("mask", np.asarray(value) > 0.5).tolist() == [x > 0.5 for x in np.asarray(value).tolist()]


@pytest.mark.parametrize("value", [
    ["0", "1"], "mask", None, [None, 1], [1j, 0], np.array([0, 1], object), np.array([0], "datetime64[s]"),
    [[1], [1, 0]], np.ma.array([True, False], mask=[True, False]),
], ids=str)  # fmt: skip
def test_masks_that_are_no_numbers_are_refused(value):
    with pytest.raises(TypeError, match=r"^mask must be ") as said:
        zero_one("mask", value)
    assert "\n" not in str(said.value)


def test_rows_of_masks_have_a_column_a_superpixel():
    assert mask_rows(np.zeros((0, 3), bool), 3).shape == (0, 3)
    for value in ([1, 0, 1], [[1, 0, 1, 1]], np.zeros((2, 2, 3), bool)):
        with pytest.raises(ValueError, match=r"^masks must have shape \(n, 3\), got .*; one column for each part"):
            mask_rows(value, 3)


@pytest.mark.parametrize("value", [
    [1, 2], (True, 2), np.array([1, 2], np.uint64), [Fraction(1), Decimal(2)], 1 + TENSOR[:2],
    torch.tensor([1, 2], dtype=torch.bfloat16), np.array([1, 2], np.float16), np.array([1, 2], np.longdouble),
], ids=str)  # fmt: skip
def test_numbers_of_any_real_type_are_read(value):
    read = numbers("x", value)
    assert read.dtype == np.float64 and read.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("value, error, rule", [
    (["1", "2"], TypeError, "x must be numbers, got list with '1'; give numbers"),
    ("12", TypeError, "x must be numbers, got '12'"),
    (np.array(["1", "2"], object), TypeError, "x must be numbers, got ndarray with '1'; give numbers"),
    (np.array([1 + 2j]), TypeError, "x must be numbers, got complex128; take their real part or their modulus"),
    (np.array([1 + 2j], object), TypeError, r"x must be numbers, got ndarray with \(1\+2j\)"),
    (torch.tensor([1 + 2j]), TypeError, "x must be numbers, got complex64; take their real"),
    ([{}], TypeError, r"x must be numbers, got list with \{\}"),
    (np.array([1], "timedelta64[s]"), TypeError, "x must be numbers, got ndarray"),
    (np.ma.array([1.0, 7.0], mask=[False, True]), TypeError, "without gaps, got a masked array; fill it with"),
    ([np.ma.array([1.0, 7.0], mask=[False, True]), [1.0, 2.0]], TypeError, "without gaps, got a masked array; fill"),
    (([1.0, np.ma.masked],), TypeError, "without gaps, got a masked array; fill it with"),
    ([1.0, None], ValueError, "x must be finite, got 1 NaN or infinite"),
    ([10**400], ValueError, r"x must be below 1.8e\+308, got a larger integer; rescale"),
    (np.array([np.longdouble(10) ** 400]), ValueError, "x must be finite, got 1 NaN or infinite"),
])  # fmt: skip
def test_numbers_that_a_cast_would_change_are_refused(value, error, rule):
    with pytest.raises(error, match=rule) as said:
        numbers("x", value)
    assert "\n" not in str(said.value)


def test_a_filled_masked_array_is_read():
    gaps = np.ma.array([1.0, 7.0], mask=[False, True])
    assert numbers("x", gaps.filled(0.0)).tolist() == [1.0, 0.0]
    assert numbers("x", [np.ma.array([1.0, 7.0])]).tolist() == [[1.0, 7.0]]


@pytest.mark.parametrize("n", [np.array([20]), [20], "20", 20.0, True, np.True_])
def test_what_is_no_integer_is_refused_by_name(n):
    with pytest.raises(TypeError, match="n must be an integer, got ") as said:
        lt.estimate(lt.Additive([1.0, 2.0]), lt.ImageDesign(2), n)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("rng", [True, np.False_])
def test_a_truth_value_is_no_seed(rng):
    with pytest.raises(TypeError, match=r"rng must be None, a non-negative integer or a numpy.random.Generator, got"):
        lt.estimate(lt.Additive([1.0, 2.0]), lt.ImageDesign(2), 20, rng)


@pytest.mark.parametrize("method", [["wls"], np.array(["wls", "unbiased"]), None])
def test_a_choice_is_one_name(method):
    with pytest.raises(ValueError, match="method must be one of wls, "):
        lt.estimate(lt.Additive([1.0, 2.0]), lt.ImageDesign(2), 20, 0, method)


LEAF = lt.Leaf(3, on=(0,))


@pytest.mark.parametrize(("made", "message"), [
    (lambda: lt.Leaf(3, on=1), "on must be a list of superpixels, got int; put a single one in a list"),
    (lambda: lt.Leaf(3, off=None), "off must be a list of superpixels, got NoneType"),
    (lambda: lt.Leaf(3, on="01"), "on must be a list of superpixels, got str"),
    (lambda: lt.Leaf(2, on=np.array([True, False])), r"got np.True_|True; np.flatnonzero\(mask\) gives"),
    (lambda: lt.Multilinear(3, {(0, 1.5): 1.0}), "each index in a key of terms must be an integer, got 1.5"),
    (lambda: lt.any_of(LEAF), "detectors must be a list of Leaf or Maximum objects, got Leaf; put a single one"),
    (lambda: lt.Maximum(LEAF), "detectors must be a list of Leaf or Maximum objects, got Leaf"),
    (lambda: lt.WeightedSum(LEAF), "models must be a list of set functions, got Leaf"),
    (lambda: LeafSum(3, LEAF), "leaves must be a list of Leaf objects, got Leaf"),
    (lambda: lt.ShapeDetectors(5), "detectors must be a list of ShapeDetector objects, got int"),
])  # fmt: skip
def test_one_where_several_are_wanted_is_refused_by_name(made, message):
    with pytest.raises(TypeError, match=message):
        made()
