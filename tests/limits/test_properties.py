"""Properties of the limit: linear in F, equivariant, 0 for constants and, for some designs, for dummy superpixels."""

from functools import cache

import instances
import naive
import numpy as np
import pytest
from hypothesis import given, settings
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


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(naive.every(D)), tables, tables, st.floats(-3, 3), st.sampled_from([0.0, 0.5]))
def test_the_limit_is_linear_in_f(case, f, g, c, ridge):
    combined = beta(f, case, ridge) + c * beta(g, case, ridge)
    np.testing.assert_allclose(beta(f + c * g, case, ridge), combined, atol=1e-10)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(SYMMETRIC), tables, st.permutations(range(D)))
def test_permuting_superpixels_permutes_the_limit(case, f, order):
    permuted = lt.SetFunction(f)(naive.masks(D)[:, order])  # coordinate j of F is order[j] here
    intercept, *coefficients = beta(permuted, case)
    np.testing.assert_allclose(np.array(coefficients)[list(order)], beta(f, case)[1:], atol=1e-10)
    assert intercept == pytest.approx(beta(f, case)[0], abs=1e-10)


@pytest.mark.slow
@given(st.sampled_from(naive.every(D)), st.floats(-1e6, 1e6))
def test_a_constant_has_zero_coefficients(case, value):
    assert beta(np.full(2**D, value), case).tolist() == [value] + [0.0] * D


@pytest.mark.slow
@given(st.sampled_from(UNCORRELATED), tables, st.integers(0, D - 1))
def test_a_dummy_superpixel_has_coefficient_zero_under_independent_coordinates_and_shapley(case, f, j):
    without = naive.masks(D)
    without[:, j] = False
    assert beta(lt.SetFunction(f)(without), case)[1 + j] == pytest.approx(0, abs=1e-10)


def test_image_lime_gives_a_dummy_superpixel_a_small_share():
    assert beta(lt.Leaf(D, on=(0, 1))(naive.masks(D)), ("ImageDesign", (D, 0.25)))[3] > 1e-3


@pytest.mark.slow
@given(tables)
def test_kernel_shap_shares_out_the_whole_rise(f):
    intercept, *coefficients = beta(f, ("ShapleyDesign", (D,)), ridge=0.3)
    assert intercept == f[0] and sum(coefficients) == pytest.approx(f[-1] - f[0], abs=1e-10)


IMAGE_MODELS = [row.model for row in instances.OF_IMAGES]


@st.composite
def images_with_a_dummy(draw):
    """A random number generator, a masked image, and its superpixel whose replacement is the original."""
    rng, j = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(0, D - 1))
    return rng, instances.masked_image(rng, D, dummy=j), j


@pytest.mark.slow
@pytest.mark.parametrize("name", IMAGE_MODELS)
@settings(max_examples=8)
@given(images_with_a_dummy())
def test_a_superpixel_whose_replacement_is_the_original_is_a_dummy_of_every_model_of_images(name, drawn):
    rng, masked, j = drawn
    F = lt.set_function(instances.IMAGE_MODELS[name](rng, masked).model, masked)
    values, without = F(naive.masks(D)), naive.masks(D)
    without[:, j] = False
    np.testing.assert_allclose(values, F(without), rtol=0, atol=1e-15)
    for case in UNCORRELATED:
        assert lt.limit(F, getattr(lt, case[0])(*case[1])).coefficients[j] == pytest.approx(0, rel=0, abs=1e-13)
    for case in CORRELATED:
        found = lt.limit(F, getattr(lt, case[0])(*case[1])).coefficients[j]
        assert found == pytest.approx(shares_of_interactions(values, case), rel=0, abs=1e-12)


CORRELATED = [("ImageDesign", (D, 0.1)), ("ImageDesign", (D, 0.25)), ("TextDesign", (D, 0.25)),
              ("SizeLawDesign", ((0.2, 0.5, 1.0, 0.4, 0.1),))]  # fmt: skip


def shares_of_interactions(values, case):
    """Σ_T a_T out_|T|: what a superpixel outside of every T gets of F = Σ_T a_T Π_{j∈T} z_j, by exact regressions."""
    masks = naive.masks(D)
    return sum(a * outside(case, size) for size, a in orders(values, masks).items())


def orders(values, masks):
    """Σ_{|T|=t} a_T for each t, by Möbius inversion: a_T = Σ_{S⊆T} (−1)^{|T|−|S|} F(S)."""
    totals = dict.fromkeys(range(D + 1), 0.0)
    for top in masks:
        inside = (masks <= top).all(axis=1)
        totals[int(top.sum())] += values[inside] @ (-1.0) ** (top.sum() - masks[inside].sum(axis=1))
    return totals


@cache
def outside(case, order):
    """The coefficient of superpixel d − 1 in the regression of z_0 … z_{order−1}; order d has no outside."""
    if order == D:
        return 0.0
    law, weight = naive.measure(*case)
    coefficients, _ = naive.regression(naive.masks(D)[:, :order].all(axis=1), law * weight)
    return coefficients[-1]


def test_dummies_get_nothing_of_order_one_and_something_of_order_two_and_three():
    for case in CORRELATED:
        shares = [outside(case, order) for order in range(4)]
        np.testing.assert_allclose(shares[:2], 0, rtol=0, atol=1e-15)
        assert min(np.abs(shares[2:])) > 1e-4


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_mutants_a_superpixel_that_is_replaced_is_no_dummy_and_a_dummy_s_share_is_not_zero(name):
    dummies, others = [], []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        masked = instances.masked_image(rng, D, dummy=1)
        F = lt.set_function(instances.IMAGE_MODELS[name](rng, masked).model, masked)
        others.append(lt.limit(F, lt.BernoulliDesign(D, 0.3)).coefficients[2])
        dummies.append(lt.limit(F, lt.ImageDesign(D)).coefficients[1])
    assert np.abs(others).max() > 1e-2
    assert (np.abs(dummies).max() > 1e-5) == (name != "LinearPixels")
