"""Möbius and Walsh coefficients against their definitions, their inverses, Parseval, and known spectra."""

import math
import time

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt
from limetheory.limits.spectrum import moebius, sums_by_order, walsh

TABLES = st.integers(1, 5).flatmap(lambda d: arrays(int, 2**d, elements=st.integers(-50, 50)))
RNG = np.random.default_rng(0)


def sets(d):
    return [frozenset(np.flatnonzero(mask).tolist()) for mask in naive.masks(d)]


def moebius_by_definition(values, signs=True):
    chosen = sets(len(values).bit_length() - 1)
    return [
        sum((-1) ** (signs * len(T - S)) * value for S, value in zip(chosen, values, strict=True) if S <= T)
        for T in chosen
    ]


def walsh_by_definition(values, lit=1):
    d = len(values).bit_length() - 1
    spins = np.where(naive.masks(d), lit, -lit)
    return [math.fsum(v * math.prod(s[list(S)]) for v, s in zip(values, spins, strict=True)) / 2**d for S in sets(d)]


@pytest.mark.slow
@given(TABLES)
def test_the_fast_transforms_are_their_definitions(values):
    assert moebius(values).tolist() == moebius_by_definition(values)
    assert walsh(values).tolist() == walsh_by_definition(values)


def test_transforms_with_other_signs_are_refuted():
    # Mutants: subset sums without signs; the spins of (−1)^z, under which an active superpixel lowers F.
    values = np.arange(8) ** 2
    assert moebius(values).tolist() != moebius_by_definition(values, signs=False)
    assert walsh(values).tolist() != walsh_by_definition(values, lit=-1)


@pytest.mark.slow
@given(TABLES)
def test_both_expansions_give_the_values_back(values):
    d = len(values).bit_length() - 1
    polynomial = lt.Multilinear(d, dict(zip(sets(d), moebius(values), strict=True)))
    assert polynomial(naive.masks(d)).tolist() == values.tolist()
    spins = np.where(naive.masks(d), 1, -1)
    products = np.stack([spins[:, list(S)].prod(axis=1) for S in sets(d)], axis=1)
    assert (products @ walsh(values)).tolist() == values.tolist()


@pytest.mark.slow
@given(TABLES)
def test_walsh_energies_are_the_mean_square_and_the_variance(values):
    found = lt.order_spectrum(lt.SetFunction(values))
    assert found.walsh.sum() == pytest.approx(np.mean(values**2.0), rel=1e-12, abs=1e-12)
    assert found.walsh[1:].sum() == pytest.approx(np.var(values), rel=1e-12, abs=1e-12)
    assert found.share[0] == 0 and found.share.sum() == pytest.approx(float(np.ptp(values) > 0))


def test_the_first_order_is_half_the_banzhaf_value():
    F = lt.SetFunction(RNG.random(64))
    first = walsh(F.values)[[1 << j for j in range(6)]]
    np.testing.assert_allclose(2 * first, lt.limit(F, lt.BernoulliDesign(6)).coefficients, rtol=0, atol=1e-15)


@pytest.mark.slow
@given(TABLES)
def test_energies_by_order_are_sums_over_the_sets_of_a_size(values):
    found, size = lt.order_spectrum(lt.SetFunction(values)), np.array(naive.sizes(len(values).bit_length() - 1))
    for energies, coefficients in ((found.moebius, moebius(values)), (found.walsh, walsh(values))):
        expected = [(coefficients[size == t] ** 2).sum() for t in range(len(energies))]
        np.testing.assert_allclose(energies, expected, rtol=1e-13)
    assert len(energies) == size.max() + 1


@pytest.mark.slow
@given(TABLES, st.randoms(use_true_random=False))
def test_energies_do_not_depend_on_the_numbering_of_the_superpixels(values, random):
    F, order = lt.SetFunction(values), list(range(len(values).bit_length() - 1))
    random.shuffle(order)
    one, other = lt.order_spectrum(F), lt.order_spectrum(lt.tabulate(lambda masks: F(masks[:, order]), F.d))
    np.testing.assert_allclose(one.moebius, other.moebius, rtol=1e-13)
    np.testing.assert_allclose(one.walsh, other.walsh, rtol=1e-13)


@pytest.mark.slow
@given(TABLES, st.integers(-5, 5))
def test_coefficients_are_linear_in_the_values(values, factor):
    other = np.sort(values)
    for transform in (moebius, walsh):
        both = transform(values + factor * other)
        np.testing.assert_allclose(both, transform(values) + factor * transform(other), rtol=0, atol=1e-12)


def test_known_spectra():
    additive = lt.order_spectrum(lt.Additive([1.0, -2.0, 0.5], 3.0))
    assert additive.moebius.tolist() == [9.0, 5.25, 0.0, 0.0] and additive.share.tolist() == [0.0, 1.0, 0.0, 0.0]
    assert lt.order_spectrum(lt.Leaf(5, on=(0, 2, 3), value=2.0)).moebius.tolist() == [0, 0, 0, 4, 0, 0]
    assert lt.order_spectrum(lt.parity(5, range(5))).share.tolist() == [0, 0, 0, 0, 0, 1]
    assert lt.order_spectrum(lt.SetFunction(np.full(8, 0.1))).share.tolist() == [0, 0, 0, 0]


def test_the_values_are_left_as_they_were():
    F = lt.SetFunction(RNG.random(16))
    before = F.values.copy()
    moebius(F.values), walsh(F.values), lt.order_spectrum(F)
    assert (F.values == before).all()


def test_twenty_superpixels_take_seconds():
    F = lt.SetFunction(RNG.random(2**20))
    start = time.process_time()
    found = lt.order_spectrum(F)
    assert time.process_time() - start < 5
    assert found.walsh.sum() == pytest.approx((F.values**2).mean(), rel=1e-13)
    assert sums_by_order(np.ones(2**20)).tolist() == [math.comb(20, t) for t in range(21)]


@pytest.mark.parametrize(
    ("F", "error", "message"),
    [
        (lt.Leaf(21, on=(0,)), ValueError, "d ≤ 20 to be split by order, got d = 21; use fewer"),
        (lambda masks: masks[:, 0], TypeError, r"state F.d, got function; pass tabulate"),
        ([0.0, 1.0], TypeError, r"F.d, got list; pass tabulate\(F, d\)"),
        (np.ones(3).view(type("Values", (np.ndarray,), {"d": 3})), TypeError, "must be a SetFunction or a callable"),
    ],
)
def test_order_spectrum_refuses(F, error, message):
    with pytest.raises(error, match=message):
        lt.order_spectrum(F)


@pytest.mark.parametrize("transform", [moebius, walsh])
@pytest.mark.parametrize(("values", "message"), [([1.0, 2.0, 3.0], "2\\^d entries"), ([1.0, np.nan], "finite")])
def test_transforms_refuse(transform, values, message):
    with pytest.raises(ValueError, match=message):
        transform(values)
