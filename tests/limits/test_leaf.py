"""prop:leaf against enumeration and against 50-digit normal equations."""

import math

import mpmath
import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

SUBSETS = [
    ((), ()),
    ((0, 1, 2, 3, 4), ()),
    ((), (0, 1, 2, 3, 4)),
    ((0, 2), (1, 3, 4)),
    ((1,), (1,)),
    ((3,), (0,)),
]


@pytest.mark.parametrize("on, off", SUBSETS)
@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_prop_leaf_equals_enumeration_at_every_corner(case, on, off):
    compare(case, lt.Leaf(5, on, off, value=-1.5), 0.0)


@pytest.mark.slow
@given(st.sampled_from(naive.every(6)), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)),
       st.floats(-5, 5), st.sampled_from([0.0, 0.2]))  # fmt: skip
def test_prop_leaf_equals_enumeration(case, on, off, value, ridge):
    compare(case, lt.Leaf(6, on, off, value), ridge)


def compare(case, leaf, ridge):
    design = getattr(lt, case[0])(*case[1])
    closed, enumerated = (
        lt.limit(leaf, design, ridge=ridge),
        lt.limit(lt.tabulate(leaf, leaf.d), design, ridge),
    )
    np.testing.assert_allclose(closed.coefficients, enumerated.coefficients, rtol=1e-11, atol=1e-12)
    assert closed.intercept == pytest.approx(enumerated.intercept, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("nu", [0.05, 0.25, 1e3])
@pytest.mark.parametrize("d", [1, 3, 7])
def test_prop_leaf_equals_the_exact_regression_at_extreme_bandwidths(d, nu):
    leaf = lt.Leaf(d, on=(0,), off=range(2, d))
    law, weight = naive.ImageDesign(d, nu)
    coefficients, intercept = naive.regression(leaf(naive.masks(d)), law * weight)
    answer = lt.limit(leaf, lt.ImageDesign(d, nu))
    np.testing.assert_allclose(answer.coefficients, coefficients, rtol=1e-10, atol=1e-12)
    assert answer.intercept == pytest.approx(intercept, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("nu", [0.1, 0.25, naive.INF])
@pytest.mark.parametrize("a, b", [(2, 0), (0, 3), (5, 4), (29, 1)])
def test_prop_leaf_at_thirty_superpixels_solves_the_normal_equations(nu, a, b):
    d, on, off = 30, range(a), range(a, a + b)
    with mpmath.workdps(50):
        exact = naive.precise("ImageDesign", (d, nu))
        w = [m / math.comb(d, k) for k, m in enumerate(exact.m)]

        def moment(a, b):
            ways = ((k, math.comb(d - a - b, k - a)) for k in range(a, d - b + 1))
            return mpmath.fsum(w[k] * count for k, count in ways) if a + b <= d else mpmath.mpf(0)

        a0, a1, a2 = moment(0, 0), moment(1, 0), moment(2, 0)
        gram = [[a0] + [a1] * d] + [[a1] + [a1 if i == j else a2 for j in range(d)] for i in range(d)]
        right = [moment(a, b)] + [moment(a, b) if j < a else 0 if j < a + b else moment(a + 1, b) for j in range(d)]
        solution = [float(x) for x in mpmath.lu_solve(mpmath.matrix(gram), mpmath.matrix(right))]
    answer = lt.limit(lt.Leaf(d, on, off), lt.ImageDesign(d, nu))
    np.testing.assert_allclose(answer.coefficients, solution[1:], rtol=1e-10, atol=1e-12 * max(map(abs, solution)))
    assert answer.intercept == pytest.approx(solution[0], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("design", [lt.ImageDesign(2000), lt.ShapleyDesign(2000), lt.TextDesign(2000, 0.05)], ids=repr)
def test_prop_leaf_is_finite_and_three_valued_at_two_thousand(design):
    beta = lt.limit(lt.Leaf(2000, on=range(20), off=range(20, 30)), design).coefficients
    assert np.isfinite(beta).all() and len(set(beta.tolist())) == 3 and beta[0] > beta[30] > beta[20]


def test_leaf_evaluates_its_definition_and_forgets_repetitions():
    leaf = lt.Leaf(3, on=(0, 0), off=(2,), value=2.0)
    assert leaf(naive.masks(3)).tolist() == [0, 2, 0, 2, 0, 0, 0, 0]
    assert not lt.Leaf(3, on=(1,), off=(1, 2))(naive.masks(3)).any()


@pytest.mark.parametrize("arguments, error", [
    ((3, (3,)), ValueError), ((3, (-1,)), ValueError), ((3, (), (5,)), ValueError), ((0,), ValueError),
    ((3, (0.5,)), TypeError), ((3, (0,), (), math.nan), ValueError), ((3, (0,), (), math.inf), ValueError),
])  # fmt: skip
def test_leaf_refuses(arguments, error):
    with pytest.raises(error):
        lt.Leaf(*arguments)


@pytest.mark.parametrize(("d", "bandwidth"), [(3, 0.1), (3, 0.05), (5, 0.02), (5, 0.01)])
def test_a_design_with_nearly_all_mass_on_one_size_keeps_the_slope(d, bandwidth):
    # z_0 is its own limit (prop:linear), and V falls to 1e-300 here: any rounding of Cov(K, F) / V would show
    design = lt.TextDesign(d, bandwidth)
    assert design.size_variance < 1e-3
    exact = np.eye(d)[0]
    np.testing.assert_allclose(lt.limit(lt.Leaf(d, on=(0,)), design).coefficients, exact, rtol=0, atol=1e-12)
    forms = [lt.limits.LeafSum(d, [lt.Leaf(d, on=(0,))]), lt.any_of([lt.Leaf(d, on=(0,))]),
             lt.FactorProduct(np.ones(d), 1 - exact)]  # fmt: skip
    for form in forms:
        np.testing.assert_allclose(lt.limit(form, design).coefficients, exact, rtol=0, atol=1e-12)
    np.testing.assert_allclose(lt.limit(lambda z: z[:, 0] * 1.0, design).coefficients, exact, rtol=0, atol=1e-12)
    probability, contrasts, share = design.condition([0], [])
    of_rounded = design.solve(probability * contrasts, (probability * (contrasts + share)).mean())
    assert np.abs(of_rounded - exact).max() > 1e-14, "the mean of the covariances would not do"
