"""prop:multilinear against enumeration, exact fractions and arb's balls at 2,000 superpixels."""

import math

import arb_limit
import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

SETS = st.frozensets(st.integers(0, 5))
POLYNOMIALS = st.dictionaries(SETS, st.floats(-5, 5), max_size=8)


def by_definition(terms, mask):
    return sum(value * math.prod(int(mask[j]) for j in members) for members, value in terms.items())


@pytest.mark.slow
@given(POLYNOMIALS)
def test_it_evaluates_its_definition(terms):
    values = [by_definition(terms, mask) for mask in naive.masks(6)]
    np.testing.assert_allclose(lt.Multilinear(6, terms)(naive.masks(6)), values, rtol=0, atol=1e-13)


@pytest.mark.slow
@given(st.sampled_from(naive.every(6)), POLYNOMIALS, st.sampled_from([0.0, 0.2]))
def test_prop_multilinear_equals_enumeration(case, terms, ridge):
    design, model = getattr(lt, case[0])(*case[1]), lt.Multilinear(6, terms)
    closed, table = lt.limit(model, design, ridge), lt.limit(lt.tabulate(model, 6), design, ridge)
    np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-11)
    assert closed.intercept == pytest.approx(table.intercept, abs=1e-11) and closed.n_evaluations == 0


@pytest.mark.parametrize("case", naive.every(4), ids=naive.name)
def test_prop_multilinear_equals_the_regression_in_fractions(case):
    terms = {(): 2, (0,): -1, (1, 2): 3, (0, 2, 3): -2, (0, 1, 2, 3): 5}
    design, (law, weight) = getattr(lt, case[0])(*case[1]), naive.measure(*case)
    values = [by_definition(terms, mask) for mask in naive.masks(4)]
    coefficients, intercept = naive.regression(values, law * weight, efficient=design.efficient)
    answer = lt.limit(lt.Multilinear(4, terms), design)
    np.testing.assert_allclose(answer.coefficients, coefficients, rtol=1e-12, atol=1e-12)
    assert answer.intercept == pytest.approx(intercept, abs=1e-12)


@pytest.mark.parametrize("case", [*naive.every(5), ("ImageDesign", (2000, 0.01))], ids=naive.name)
def test_orders_zero_and_one_are_exact_to_rounding(case):
    design = getattr(lt, case[0])(*case[1])
    answer = lt.limit(lt.Multilinear(design.d, {(): 1.0, (1,): 0.1, (3,): -2.5}), design)
    expected = [0.0, 0.1, 0.0, -2.5] + [0.0] * (design.d - 4)
    np.testing.assert_allclose(answer.coefficients, expected, rtol=0, atol=1e-15)
    assert answer.intercept == pytest.approx(1.0, abs=1e-14)


BIG = [("ImageDesign", (2000, nu)) for nu in (0.005, 0.02, 0.25, 1e3, math.inf)]
BIG += [("TextDesign", (2000, 0.25)), ("BernoulliDesign", (2000, 0.1)), ("ShapleyDesign", (2000,))]


@pytest.mark.parametrize("case", BIG, ids=naive.name)
def test_prop_multilinear_at_two_thousand_superpixels_is_that_of_arb(case):
    terms = {(0, 1): 1.5, (0, 2, 3): -2.0, tuple(range(20)): 4.0, (): 0.5, (1,): 3.0}
    asked = [0, 1, 2, 3, 19, 1999]
    with arb_limit.precision():
        parts = [(value, arb_limit.leaf_means(2000, members, (), asked)) for members, value in terms.items()]
        means = [sum(v * m[k] for v, (m, _) in parts) for k in range(2001)]
        with_j = [[sum(v * w[i][k] for v, (_, w) in parts) for k in range(2001)] for i in range(len(asked))]
        ends = (means[0], means[-1]) if case[0] == "ShapleyDesign" else None
        expected, intercept = arb_limit.limit(case, means, with_j, ends)
    answer = lt.limit(lt.Multilinear(2000, terms), getattr(lt, case[0])(*case[1]))
    np.testing.assert_allclose(answer.coefficients[asked], expected, rtol=0, atol=1e-12)
    assert answer.intercept == pytest.approx(intercept, abs=2000 * 1e-12)  # a sum over 2,000 coefficients


def test_the_infinite_bandwidth_s_share_is_refuted_at_a_finite_one():
    # Mutant: an interaction of order t shared as 2^{1−t}, right for ν = ∞ only.
    pair = lt.Multilinear(6, {(0, 1): 1.0})
    for nu, equal in ((math.inf, True), (0.25, False)):
        found = lt.limit(pair, lt.ImageDesign(6, nu)).coefficients
        assert np.allclose(found, [0.5, 0.5, 0, 0, 0, 0], rtol=0, atol=1e-12) is equal


def test_many_terms_share_the_design_s_table(monkeypatch):
    rng, asked = np.random.default_rng(0), []
    design = lt.ImageDesign(300)
    condition = lt.ImageDesign.condition
    monkeypatch.setattr(lt.ImageDesign, "condition", lambda *a: asked.append(a) or condition(*a))
    for _ in range(2):
        terms = {frozenset(rng.choice(300, size, replace=False).tolist()): 1.0 for size in rng.integers(2, 6, 400)}
        lt.limit(lt.Multilinear(300, terms), design)
    assert len(asked) == 4


def test_equal_sets_add_up_and_the_caller_s_terms_are_kept():
    terms = {(0, 1, 1): 1.0, (1, 0): 2.0}
    assert lt.Multilinear(2, terms).terms == {frozenset({0, 1}): 3.0} and len(terms) == 2


@pytest.mark.parametrize(
    ("d", "terms", "error", "message"),
    [
        (2, {(2,): 1.0}, ValueError, "each index in a key of terms must be below d = 2, got 2"),
        (2, {(-1,): 1.0}, ValueError, "at least 0, got -1"),
        (2, {(0,): math.nan}, ValueError, r"the coefficient of \[0\] must be finite, got nan"),
        (2, {(0,): "1"}, TypeError, r"the coefficient of \[0\] must be a number"),
        (2, {0: 1.0}, TypeError, "each key of terms must be a set of superpixels"),
        (2, {"01": 1.0}, TypeError, "each key of terms must be a set of superpixels"),
        (2, [(0, 1)], TypeError, "terms must map sets of superpixels to numbers, got list"),
        (0, {}, ValueError, "d must be at least 1, got 0"),
    ],
)
def test_multilinear_refuses(d, terms, error, message):
    with pytest.raises(error, match=message):
        lt.Multilinear(d, terms)
