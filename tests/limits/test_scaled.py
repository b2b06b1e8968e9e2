"""Scaled numbers against Fractions, far outside float64's range."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt
from limetheory.limits.scaled import Scaled, products, scaled

ENTRIES = arrays(float, (2, 6), elements=st.floats(-1e300, 1e300))


def exact(numbers):
    pairs = zip(numbers.value.ravel().tolist(), numbers.exponent.ravel().tolist(), strict=True)
    return [Fraction(v) * Fraction(2) ** e if v else Fraction(0) for v, e in pairs]


def close(found, expected, scale):
    assert all(abs(f - e) <= s * Fraction(2) ** -48 for f, e, s in zip(found, expected, scale, strict=True))


@pytest.mark.slow
@given(ENTRIES, ENTRIES)
def test_products_and_sums_are_those_of_the_fractions(a, b):
    x, y = scaled(a), scaled(b, 4000)
    ours = [Fraction(v) for v in a.ravel().tolist()]
    theirs = [Fraction(v) * 2**4000 for v in b.ravel().tolist()]
    assert exact(x) == ours and exact(y) == theirs
    assert exact(x + scaled(np.zeros((2, 6)))) == ours
    close(exact(x * y), [p * q for p, q in zip(ours, theirs, strict=True)],
          [abs(p * q) for p, q in zip(ours, theirs, strict=True)])  # fmt: skip
    sizes = [abs(p) + abs(q) for p, q in zip(ours, theirs, strict=True)]
    close(exact(x + y), [p + q for p, q in zip(ours, theirs, strict=True)], sizes)
    close(exact(y.sum()), [sum(theirs[:6]), sum(theirs[6:])], [sum(map(abs, theirs[:6])), sum(map(abs, theirs[6:]))])


def test_a_product_of_two_thousand_factors_keeps_its_digits():
    factors = scaled(np.full((1, 2000), 3.0) ** np.array([-300, 301] * 1000))
    found = products(factors)
    assert found[0, 0].float() == 1 and found.value.shape == (1, 2001)
    assert float(exact(found)[-1] / Fraction(3) ** 1000) == pytest.approx(1, rel=1e-12)


def test_logs_far_below_and_above_the_range():
    numbers = Scaled.from_log(np.array([-np.inf, -1e5, 0.0, 1e5]))
    assert numbers.value[0] == 0 and numbers.float().tolist() == [0, 0, 1, np.inf]
    assert (numbers[1] * numbers[3]).float() == pytest.approx(1, rel=1e-10)


def test_zero_never_sets_the_exponent_of_a_sum():
    tiny = Scaled(np.array([0.5]), np.array([-5000], np.int32))
    assert exact(tiny + scaled(np.zeros(1))) == [Fraction(2) ** -5001]


def test_exponents_beyond_int32_are_kept():
    # A bandwidth of 7e-6 has weights of 2^-(1e10), whose exponents wrapped: the intercept was 0.25.
    far = Scaled.from_log(np.array([-1e12])) * Scaled.from_log(np.array([1e12 - 3.0]))
    assert far.float() == pytest.approx(np.exp(-3.0), rel=1e-3)
    assert Scaled.from_log(np.array([-np.inf, -1e12])).float().tolist() == [0.0, 0.0]
    assert Scaled.from_log(np.array([1e12])).float().tolist() == [np.inf]
    factor = lt.FactorProduct([0.0, 1.0], [1.0, 0.0])
    assert lt.limit(factor, lt.TextDesign(2, 7e-6), 1e-3).intercept == pytest.approx(0.5, rel=1e-9)
