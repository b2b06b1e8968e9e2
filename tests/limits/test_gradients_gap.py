"""prop:ig-order and prop:ig-linear: the gap against regressions in fractions, quadrature, and integrated gradients."""

import math
from fractions import Fraction
from itertools import combinations

import naive
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn

import limetheory as lt

RNG = np.random.default_rng(0)
EXCHANGEABLE = [*naive.exchangeable(4), ("ShapleyDesign", (4,))]
TABLES = arrays(float, 16, elements=st.floats(-5, 5))


def design_of(case):
    return getattr(lt, case[0])(*case[1])


def terms(values):
    """The coefficients a_T by their definition, for each set T."""
    d = len(values).bit_length() - 1
    subsets = [T for t in range(d + 1) for T in combinations(range(d), t)]
    at = {T: Fraction(float(values[sum(1 << j for j in T)])) for T in subsets}
    return {T: sum((-1) ** (len(T) - len(S)) * at[S] for S in subsets if set(S) <= set(T)) for T in subsets}


def of_order(values, t):
    """The part of a table that its interactions of order t make."""
    parts = {T: a for T, a in terms(values).items() if len(T) == t}
    return [float(sum(a for T, a in parts.items() if mask[list(T)].all())) for mask in naive.masks(4)]


@pytest.mark.parametrize("case", EXCHANGEABLE, ids=naive.name)
def test_prop_ig_order_each_order_is_a_regression_minus_a_shapley_value(case):
    values = RNG.integers(-9, 9, 16).astype(float)
    found = lt.ig_gap(lt.SetFunction(values), design_of(case)).by_order
    law, weight = naive.measure(*case)
    for t in range(5):
        part = of_order(values, t)
        lime, _ = naive.regression(part, law * weight, efficient=case[0] == "ShapleyDesign")
        np.testing.assert_allclose(found[t], lime - naive.shapley(part), rtol=0, atol=1e-11)
    assert np.abs(found).max() > 0.1 or case[0] == "ShapleyDesign"


@pytest.mark.parametrize("d", [2, 3, 7, 12])
@pytest.mark.parametrize("kind", range(len(naive.exchangeable(2))))
def test_prop_ig_order_the_orders_add_up_to_lime_minus_shapley(d, kind):
    F, design = lt.SetFunction(RNG.random(2**d)), design_of(naive.exchangeable(d)[kind])
    found = lt.ig_gap(F, design)
    expected = lt.limit(F, design).coefficients - lt.limit(F, lt.ShapleyDesign(d)).coefficients
    np.testing.assert_allclose(found.by_order.sum(axis=0), expected, rtol=0, atol=1e-11)
    np.testing.assert_allclose(found.predicted, expected, rtol=0, atol=1e-14)


def shared_out(values, design, share=lambda t: 1 / t, outsiders=True):
    """The gap by a sum over sets, LIME's shares from limits of tables."""
    d, gap = design.d, np.zeros(design.d)
    for T, a in terms(values).items():
        if T:
            product = lt.tabulate(lambda masks, T=T: masks[:, list(T)].all(axis=1).astype(float), d)
            lime = lt.limit(product, design).coefficients
            inside = np.isin(np.arange(d), T)
            gap += float(a) * np.where(inside, lime - share(len(T)), lime * outsiders)
    return gap


def test_wrong_shares_are_refuted():
    # Mutants: IG shares an interaction as 2^{1−t}; LIME gives nothing to superpixels outside it.
    values, design = RNG.random(16), lt.ImageDesign(4)
    expected = lt.ig_gap(lt.SetFunction(values), design).predicted
    np.testing.assert_allclose(shared_out(values, design), expected, rtol=0, atol=1e-12)
    for wrong in ({"share": lambda t: 2.0 ** (1 - t)}, {"outsiders": False}):
        assert np.abs(shared_out(values, design, **wrong) - expected).max() > 1e-3


def integrated(polynomial, power, nodes=24):
    """IG of f(t) = Σ_T a_T Π_{l∈T} t_i^power_i on the diagonal, by Gauss–Legendre; ∂_j from its definition."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    x, weights = (x + 1) / 2, weights / 2
    found = np.zeros(len(power))
    for T, a in polynomial.items():
        for j in T:
            rest = sum(power[i] for i in T if i != j)
            found[j] += float(a) * weights @ (power[j] * x ** (power[j] - 1) * x**rest)
    return found


def test_prop_ig_order_a_polynomial_s_gap_by_quadrature():
    F = lt.SetFunction(RNG.normal(size=32))
    polynomial, design = terms(F.values), lt.ImageDesign(5)
    found = lt.ig_gap(F, design, integrated(polynomial, [1] * 5))
    np.testing.assert_allclose(found.path, np.zeros(5), rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.observed, found.by_order.sum(axis=0), rtol=0, atol=1e-12)
    assert np.abs(found.observed).max() > 0.1


def test_a_model_that_bends_between_the_corners_has_a_path_part():
    # f(t) = Σ_T a_T Π t_i^{p_i} has the same F; its IG are Σ_{T∋j} a_T p_j / Σ_{i∈T} p_i.
    F, power = lt.SetFunction(RNG.normal(size=16)), [1, 2, 3, 1]
    polynomial = terms(F.values)
    gradients = integrated(polynomial, power)
    exact = [sum(a * power[j] / sum(power[i] for i in T) for T, a in polynomial.items() if j in T) for j in range(4)]
    found = lt.ig_gap(F, lt.ImageDesign(4), gradients)
    np.testing.assert_allclose(gradients, np.array(exact, float), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.path, found.shapley - gradients, rtol=0, atol=0)
    assert np.abs(found.path).max() > 0.05
    unbent = lt.ig_gap(F, lt.ImageDesign(4), integrated(polynomial, [3] * 4))
    np.testing.assert_allclose(unbent.path, np.zeros(4), rtol=0, atol=1e-12)  # the same path, run at another speed


class Product(nn.Module):
    """s_0 s_1 s_2 + 2 s_2 s_3 − s_0 of the superpixels' mean intensities s, (b, 3, 6, 8) → (b, 1)."""

    def __init__(self, labels):
        super().__init__()
        members = np.stack([(labels == j) / (3 * (labels == j).sum()) for j in range(4)])
        self.members = nn.Parameter(torch.as_tensor(members, dtype=torch.float32))

    def forward(self, x):
        s = torch.einsum("bchw,dhw->bd", x, self.members)
        return (s[:, 0] * s[:, 1] * s[:, 2] + 2 * s[:, 2] * s[:, 3] - s[:, 0])[:, None]


@pytest.mark.slow
def test_prop_ig_order_through_integrated_gradients_of_a_torch_module():
    labels, image = np.arange(48).reshape(6, 8) // 12, RNG.random((6, 8, 3))
    model = Product(labels)
    F = lt.set_function(model, lt.MaskedImage(image, labels, 0.0), target=0)
    gradients = lt.superpixel_integrated_gradients(model, image, labels, target=0, replacement=0.0, steps=8)
    found = lt.ig_gap(F, lt.ImageDesign(4), gradients)
    np.testing.assert_array_equal(found.gradients, gradients.coefficients)
    assert np.abs(found.path).max() < 2e-6 and gradients.completeness_gap < 2e-6  # single precision
    np.testing.assert_allclose(found.observed, found.by_order.sum(axis=0), rtol=0, atol=2e-6)
    assert np.abs(found.by_order[2]).max() > 0.01 and np.abs(found.by_order[3]).max() > 1e-3
    assert np.abs(found.banzhaf - gradients.coefficients).max() > 1e-3  # Mutant: IG as the Banzhaf value.


@pytest.mark.slow
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=6), st.sampled_from([0.1, 0.25, math.inf]))
def test_prop_ig_linear_an_additive_function_has_no_gap(weights, nu):
    d = len(weights)
    found = lt.ig_gap(lt.Additive(weights, 1.0), lt.ImageDesign(d, nu), weights)
    assert not found.by_order[:2].any()
    for part in (found.by_order.sum(axis=0), found.finite_bandwidth, found.higher_orders, found.path):
        np.testing.assert_allclose(part, np.zeros(d), rtol=0, atol=1e-11)


def test_the_second_order_vanishes_as_the_bandwidth_grows():
    F = lt.SetFunction(RNG.random(64))
    narrow, wide, wider, uniform = (lt.ig_gap(F, lt.ImageDesign(6, nu)) for nu in (0.25, 10.0, 100.0, math.inf))
    assert np.abs(narrow.by_order[2]).max() > 0.01 and np.abs(uniform.by_order[2]).max() < 1e-13
    ratio = np.linalg.norm(wide.by_order[2]) / np.linalg.norm(wider.by_order[2])
    assert ratio == pytest.approx(100, rel=0.01)  # order ν^(−2)
    assert np.abs(uniform.finite_bandwidth).max() < 1e-14 < 1e-3 < np.abs(uniform.higher_orders).max()


@pytest.mark.slow
def test_without_weights_order_t_is_shared_as_two_to_the_one_minus_t():
    values = RNG.random(64)
    found = lt.ig_gap(lt.SetFunction(values), lt.BernoulliDesign(6)).by_order
    for t, j in np.ndindex(7, 6):
        a = float(sum(a for T, a in terms(values).items() if len(T) == t and j in T))
        assert found[t, j] == pytest.approx(a * (2.0 ** (1 - t) - 1 / t) if t else 0, abs=1e-12)


@pytest.mark.slow
@given(TABLES, st.permutations(range(4)))
def test_numbering_the_superpixels_anew_moves_the_gap_with_them(values, order):
    # superpixel i of the new function is superpixel order[i] of the old one
    F, design, gradients = lt.SetFunction(values), lt.ImageDesign(4), np.arange(4.0)
    one = lt.ig_gap(F, design, gradients)
    moved = lt.tabulate(lambda masks: F(masks[:, np.argsort(order)]), 4)
    other = lt.ig_gap(moved, design, gradients[order])
    np.testing.assert_allclose(other.by_order, one.by_order[:, order], rtol=0, atol=1e-11)
    np.testing.assert_allclose(other.path, one.path[order], rtol=0, atol=1e-12)


@pytest.mark.slow
@settings(max_examples=25)
@given(TABLES, TABLES, st.floats(-3, 3))
def test_the_gap_is_linear_in_the_set_function(one, other, factor):
    first, second, both = (
        lt.ig_gap(lt.SetFunction(values), lt.ImageDesign(4)).by_order for values in (one, other, one + factor * other)
    )
    np.testing.assert_allclose(both, first + factor * second, rtol=0, atol=1e-10)


@pytest.mark.parametrize("case", EXCHANGEABLE, ids=naive.name)
def test_the_parts_are_the_named_limits_and_add_up(case):
    values, gradients = RNG.random(16), RNG.random(4)
    found = lt.ig_gap(lt.SetFunction(values), design_of(case), gradients)
    uniform = np.full(16, 1 / 16)
    np.testing.assert_allclose(found.banzhaf, naive.conditional_difference(values, uniform), rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.shapley, naive.shapley(values), rtol=0, atol=1e-13)
    whole = found.finite_bandwidth + found.higher_orders + found.path
    np.testing.assert_allclose(found.observed, whole, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.observed, found.lime - gradients, rtol=0, atol=0)


def test_kernel_shap_has_no_predicted_gap():
    found = lt.ig_gap(lt.SetFunction(RNG.random(64)), lt.ShapleyDesign(6))
    assert np.abs(found.by_order).max() < 1e-12 and not found.predicted.any()


def test_callables_are_tabulated_and_gradients_copied():
    gradients = np.arange(3.0)
    found = lt.ig_gap(lambda masks: masks[:, 0] * masks[:, 1] * 1.0, lt.ImageDesign(3), gradients)
    gradients[:] = 9
    assert found.gradients.tolist() == [0, 1, 2] and found.shapley.round(12).tolist() == [0.5, 0.5, 0.0]


@pytest.mark.parametrize("part", ["path", "observed"])
def test_parts_that_need_measured_gradients_say_so(part):
    found = lt.ig_gap(lt.SetFunction(range(4)), lt.ImageDesign(2))
    assert found.gradients is None
    with pytest.raises(ValueError, match=f"{part} needs measured integrated gradients, got none; pass them to ig_gap"):
        getattr(found, part)


@pytest.mark.parametrize(
    ("F", "design", "gradients", "error", "message"),
    [
        (lt.SetFunction(range(8)), lt.ProductDesign([0.5] * 3), None, NotImplementedError, "got ProductDesign"),
        (lt.SetFunction(range(8)), 3, None, NotImplementedError, r"got 3; pass one such as ImageDesign\(d\)"),
        (lt.SetFunction(range(8)), lt.ImageDesign(4), None, ValueError, "same d, got 3 and 4"),
        (lt.Leaf(21, on=(0,)), lt.ImageDesign(21), None, ValueError, "d ≤ 20 .* got d = 21"),
        (lt.SetFunction([0, 1]), lt.ImageDesign(1), None, ValueError, "at d = 1 the Shapley value is"),
        (lt.SetFunction(range(8)), lt.ImageDesign(3), [1, 2], ValueError, "each of the 3 superpixels, got 2"),
        (lt.SetFunction(range(8)), lt.ImageDesign(3), [1, 2, math.nan], ValueError, "gradients must be finite"),
        (lt.SetFunction(range(8)), lt.ImageDesign(3), "IG", TypeError, "gradients must be numbers"),
        ([0, 1, 2, 3], lt.ImageDesign(2), None, TypeError, "must be a SetFunction or a callable .* got list"),
        (lt.SetFunction(range(8)), lt.SizeLawDesign([1, 0, 0, 1]), None, lt.DegenerateDesignError, "between 1 and"),
    ],
)
def test_ig_gap_refuses(F, design, gradients, error, message):
    with pytest.raises(error, match=message):
        lt.ig_gap(F, design, gradients)
