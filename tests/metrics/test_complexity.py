"""Gini, size and effective number: definitions by loops, and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.metrics import effective_number, gini, gini_shifted, size

FLOATS = st.lists(st.integers(-99, 99).map(lambda x: x / 8), min_size=1, max_size=9)


def double_sum(x):
    n, mean = len(x), sum(x) / len(x)
    return sum(abs(a - b) for a in x for b in x) / (2 * n * n * mean) if mean else 0.0


@given(FLOATS)
def test_gini_by_the_double_sum(c):
    assert gini(c) == pytest.approx(double_sum([abs(x) for x in c]), abs=1e-12)
    assert gini_shifted(c) == pytest.approx(double_sum([x - min(c) for x in c]), abs=1e-12)


@pytest.mark.parametrize("d", [1, 2, 7, 100])
def test_uniform_and_one_hot(d):
    one_hot = np.eye(d)[d // 2]
    assert gini(np.full(d, -3.0)) == pytest.approx(0, abs=1e-12) and gini(one_hot) == pytest.approx((d - 1) / d)
    assert effective_number(np.full(d, -3.0)) == pytest.approx(d) and effective_number(5 * one_hot) == 1
    assert gini(np.zeros(d)) == gini_shifted(np.ones(d)) == effective_number(np.zeros(d)) == 0


@pytest.mark.slow
@given(FLOATS, st.integers(1, 5), st.randoms())
def test_scale_and_numbering_do_not_matter(c, factor, random):
    mixed = np.array(random.sample(c, len(c))) * factor * -1
    assert gini(mixed) == pytest.approx(gini(c), abs=1e-12)
    assert effective_number(mixed) == pytest.approx(effective_number(c), rel=1e-12)


@given(FLOATS)
def test_effective_number_by_the_definition(c):
    total = sum(map(abs, c))
    entropy = -sum(abs(x) / total * np.log(abs(x) / total) for x in c if x) if total else -np.inf
    assert effective_number(c) == pytest.approx(np.exp(entropy), rel=1e-12)


def test_the_public_shift_sees_the_smallest_coefficient_alone():
    c = [0.5, 0.01, 0.01, 0.01, 0.01]
    spoilt = [*c, -50.0]
    assert gini(c) > 0.7 and gini_shifted(spoilt) < 0.18 < gini_shifted(c)


@pytest.mark.parametrize("scale", [1e-300, 5e-324, 1e300])
def test_extreme_scales(scale):
    c = np.array([1.0, 0.0, 1.0, 0.0]) * scale
    assert gini(c) == pytest.approx(0.5) and effective_number(c) == pytest.approx(2)


def test_size_is_the_covered_share_of_the_image():
    labels = np.array([[0, 0, 1], [2, 2, 2]])
    assert size([True, False, True], labels) == pytest.approx(5 / 6) and size([False] * 3, labels) == 0


@pytest.mark.parametrize("metric", [gini, gini_shifted, effective_number])
def test_bad_arguments_are_refused(metric):
    with pytest.raises(ValueError, match="at least one segment"):
        metric([])
    with pytest.raises(ValueError, match="must be finite"):
        metric([np.nan])
    with pytest.raises(TypeError, match="shown must be an array without gaps, got a masked array; fill it"):
        size(np.ma.array([True, False], mask=[True, False]), np.array([[0, 1]]))
    with pytest.raises(ValueError, match=r"shown must have shape \(2,\), got \(1,\); one entry a segment"):
        size([True], np.array([[0, 1]]))
    with pytest.raises(ValueError, match=r"shown must be True and False, .*; threshold it"):
        size([0.2, 0.9], np.array([[0, 1]]))


def test_size_of_zeros_and_ones_is_that_of_booleans():
    segments = np.array([[0, 0, 1, 2]])
    assert size([1, 0, 0], segments) == size([True, False, False], segments) == 0.5
