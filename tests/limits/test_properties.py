"""Properties of the limit: linear in F, equivariant, blind to constants and, where it holds, to dummies."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

D = 4
SYMMETRIC = [*naive.exchangeable(D), ("ShapleyDesign", (D,))]
UNCORRELATED = [
    ("BernoulliDesign", (D, 0.3)),
    ("ImageDesign", (D, naive.INF)),
    naive.product(D),
    ("ShapleyDesign", (D,)),
]
tables = st.lists(st.floats(-10, 10), min_size=2**D, max_size=2**D).map(np.array)


def beta(values, case, ridge=0.0) -> np.ndarray:
    answer = lt.limit(lt.SetFunction(values), getattr(lt, case[0])(*case[1]), ridge)
    return np.append(answer.intercept, answer.coefficients)


@given(st.sampled_from(naive.every(D)), tables, tables, st.floats(-3, 3), st.sampled_from([0.0, 0.5]))
def test_the_limit_is_linear_in_f(case, f, g, c, ridge):
    combined = beta(f, case, ridge) + c * beta(g, case, ridge)
    np.testing.assert_allclose(beta(f + c * g, case, ridge), combined, atol=1e-10)


@given(st.sampled_from(SYMMETRIC), tables, st.permutations(range(D)))
def test_permuting_superpixels_permutes_the_limit(case, f, order):
    permuted = lt.SetFunction(f)(naive.masks(D)[:, order])  # coordinate j of F is order[j] here
    intercept, *coefficients = beta(permuted, case)
    np.testing.assert_allclose(np.array(coefficients)[list(order)], beta(f, case)[1:], atol=1e-10)
    assert intercept == pytest.approx(beta(f, case)[0], abs=1e-10)


@given(st.sampled_from(naive.every(D)), st.floats(-1e6, 1e6))
def test_a_constant_has_zero_coefficients(case, value):
    assert beta(np.full(2**D, value), case).tolist() == [value] + [0.0] * D


@given(st.sampled_from(UNCORRELATED), tables, st.integers(0, D - 1))
def test_a_dummy_superpixel_has_coefficient_zero_under_independent_coordinates_and_shapley(case, f, j):
    without = naive.masks(D)
    without[:, j] = False
    assert beta(lt.SetFunction(f)(without), case)[1 + j] == pytest.approx(0, abs=1e-10)


def test_image_lime_gives_a_dummy_superpixel_a_small_share():
    assert beta(lt.Leaf(D, on=(0, 1))(naive.masks(D)), ("ImageDesign", (D, 0.25)))[3] > 1e-3


@given(tables)
def test_kernel_shap_shares_out_the_whole_rise(f):
    intercept, *coefficients = beta(f, ("ShapleyDesign", (D,)), ridge=0.3)
    assert intercept == f[0] and sum(coefficients) == pytest.approx(f[-1] - f[0], abs=1e-10)
