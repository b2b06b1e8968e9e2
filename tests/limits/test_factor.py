"""prop:factor against enumeration, exact fractions and arb's balls; in range, in time, and what is refused."""

import math
import re
import time

import arb_limit
import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt

D = 5
FACTORS = arrays(float, (3, D), elements=st.one_of(st.sampled_from([0.0, 1.0, -1.0]), st.floats(-3, 3)))
WEIGHTS = arrays(float, 3, elements=st.floats(-3, 3))


def by_definition(model, mask):
    parts = zip(model.weights, model.log_scale, model.on, model.off, strict=True)
    return model.intercept + sum(
        w * math.exp(s) * math.prod(p if z else q for z, p, q in zip(mask, on, off, strict=True))
        for w, s, on, off in parts
    )


def beta(model, case, ridge=0.0):
    answer = lt.limit(model, getattr(lt, case[0])(*case[1]), ridge)
    return np.append(answer.intercept, answer.coefficients)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(naive.every(D)), FACTORS, FACTORS, WEIGHTS, WEIGHTS, st.sampled_from([0.0, 0.2]))
def test_prop_factor_equals_enumeration(case, on, off, weights, log_scale, ridge):
    model = lt.FactorSum(on, off, weights, log_scale, intercept=-0.5)
    values = np.array([by_definition(model, mask) for mask in naive.masks(D)])
    scale = max(np.abs(values).max(), 1)
    np.testing.assert_allclose(model(naive.masks(D)), values, rtol=0, atol=1e-13 * scale)
    expected = beta(lt.SetFunction(values), case, ridge)
    np.testing.assert_allclose(beta(model, case, ridge), expected, rtol=0, atol=1e-11 * scale)


@pytest.mark.parametrize("case", [*naive.every(4), ("ImageDesign", (1, 0.25)), ("ImageDesign", (7, 0.02))],
                         ids=naive.name)  # fmt: skip
def test_prop_factor_equals_the_regression_in_fractions(case):
    design, (law, weight) = getattr(lt, case[0])(*case[1]), naive.measure(*case)
    on, off = [3.0, -2.0, 0.0, 5.0, 1.0, 2.0, -1.0][: design.d], [1.0, 4.0, 2.0, -1.0, 1.0, 3.0, 1.0][: design.d]
    values = [math.prod(np.where(mask, on, off).tolist()) for mask in naive.masks(design.d)]
    coefficients, intercept = naive.regression(values, law * weight, 0.01, design.efficient)
    answer = lt.limit(lt.FactorProduct(on, off), design, ridge=0.01)
    scale = np.abs(values).max()
    np.testing.assert_allclose(answer.coefficients, coefficients, rtol=0, atol=1e-13 * scale)
    assert answer.intercept == pytest.approx(intercept, abs=1e-13 * scale)


BIG = [("ImageDesign", (800, nu)) for nu in (0.005, 0.25, math.inf)]
BIG += [("TextDesign", (800, 0.25)), ("ShapleyDesign", (800,))]
rng = np.random.default_rng(0)
PRODUCTS = {
    "near one": (rng.uniform(0.999, 1, 800), rng.uniform(0.999, 1, 800)),
    "rising": (np.ones(800), rng.uniform(0.75, 1, 800)),
    "signs": (rng.normal(1, 0.3, 800), rng.normal(1, 0.3, 800)),
    "twenty flips": (np.where(np.arange(800) < 20, -1.0, 1.0), np.ones(800)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PRODUCTS)
def test_prop_factor_at_eight_hundred_superpixels_is_that_of_arb(name):
    on, off = PRODUCTS[name]
    asked = [0, 1, 400, 799]
    with arb_limit.precision():
        means, with_j = arb_limit.product_means(on, off, asked)
        sizes, _ = arb_limit.product_means(np.abs(on), np.abs(off), [])
        for case in BIG:
            design = getattr(lt, case[0])(*case[1])
            ends = (means[0], means[-1]) if design.efficient else None
            expected, _ = arb_limit.limit(case, means, with_j, ends)
            found = lt.limit(lt.FactorProduct(on, off), design).coefficients[asked]
            size = arb_limit.mean(case, sizes) + sum(abs(float(end)) for end in ends or ())  # E|F|, |F(0)|, |F(1)|
            assert np.abs(found - expected).max() <= 1e-13 * size, case


@pytest.mark.slow
def test_products_far_out_of_range_on_most_sizes_are_right_where_the_mass_is():
    d, masses = 700, np.zeros(701)
    masses[[340, 349, 350, 351]] = [1e-3, 1.0, 2.0, 1.0]
    on, off = np.full(d, 1e3), np.full(d, 1e-3)
    on[0], off[1] = 2e3, 3e-3
    design = lt.SizeLawDesign(masses)
    with arb_limit.precision():
        means, with_j = arb_limit.product_means(on, off, [0, 1, 2])
        expected, intercept = exact_by_size_law(masses, means, with_j)
    answer = lt.limit(lt.FactorProduct(on, off), design)
    np.testing.assert_allclose(answer.coefficients[:3], expected, rtol=1e-9)
    assert answer.intercept == pytest.approx(intercept, rel=1e-9)


def exact_by_size_law(masses, means, with_j):
    original = arb_limit.masses
    arb_limit.masses = lambda: [arb_limit.arb(float(m)) for m in masses]
    try:
        return arb_limit.limit((), means, with_j)
    finally:
        arb_limit.masses = original


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(naive.exchangeable(D)), FACTORS, FACTORS, st.permutations(range(D)))
def test_permuting_the_factors_permutes_the_limit(case, on, off, order):
    whole = beta(lt.FactorSum(on, off), case)
    permuted = beta(lt.FactorSum(on[:, order], off[:, order]), case)
    scale = 1 + np.abs(lt.FactorSum(on, off)(naive.masks(D))).max()
    np.testing.assert_allclose(permuted, whole[[0, *(1 + j for j in order)]], rtol=0, atol=1e-11 * scale)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(naive.every(D)), FACTORS, FACTORS, WEIGHTS)
def test_a_sum_has_the_sum_of_the_products_limits(case, on, off, weights):
    parts = sum(w * beta(lt.FactorProduct(p, q), case) for w, p, q in zip(weights, on, off, strict=True))
    scale = 1 + sum(np.abs(lt.FactorProduct(p, q)(naive.masks(D))).max() for p, q in zip(on, off, strict=True))
    np.testing.assert_allclose(beta(lt.FactorSum(on, off, weights), case), parts, rtol=0, atol=1e-11 * scale)


INDEPENDENT = [("BernoulliDesign", (D, 0.3)), ("ImageDesign", (D, math.inf)), naive.product(D), ("ShapleyDesign", (D,))]


@pytest.mark.slow
@settings(max_examples=40)
@given(st.sampled_from(INDEPENDENT), FACTORS, FACTORS, st.integers(0, D - 1))
def test_a_superpixel_whose_replacement_changes_nothing_has_coefficient_zero(case, on, off, j):
    off[:, j] = on[:, j]
    scale = 1 + np.abs(lt.FactorSum(on, off)(naive.masks(D))).max()
    assert beta(lt.FactorSum(on, off), case)[1 + j] == pytest.approx(0, abs=1e-12 * scale)


def test_under_a_product_design_a_dummy_is_exactly_zero():
    model = lt.FactorProduct([0.3, 0.7, 2.0], [0.3, 0.1, 2.0])
    assert lt.limit(model, lt.ProductDesign([0.1, 0.2, 0.3])).coefficients[[0, 2]].tolist() == [0.0, 0.0]


def test_image_lime_gives_a_dummy_superpixel_a_small_share():
    model = lt.FactorProduct([0.0, 1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 1.0])
    found = lt.limit(model, lt.ImageDesign(4)).coefficients
    assert abs(found[2]) > 1e-3 and found[2] == pytest.approx(found[3], abs=1e-15)


def test_superpixels_taken_as_independent_are_refuted():
    # Mutant: prop:product with image LIME's marginals forgets that the weight ties the superpixels together.
    model, design = lt.FactorProduct([1.0, 0.5, 2.0, 1.0], [0.2, 1.0, 1.0, 0.4]), lt.ImageDesign(4)
    exact = lt.limit(lt.tabulate(model, 4), design).coefficients
    mutant = lt.limit(model, lt.ProductDesign(design.marginals)).coefficients
    assert np.abs(lt.limit(model, design).coefficients - exact).max() < 1e-14 < 1e-2 < np.abs(mutant - exact).max()


def test_blocks_of_products_and_of_masks_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    model, design = lt.FactorSum(*rng.normal(size=(2, 7, 6)), rng.normal(size=7)), lt.ImageDesign(6)
    whole, values = lt.limit(model, design), model(naive.masks(6))
    monkeypatch.setattr("limetheory.limits.factor._BLOCK", 100)
    monkeypatch.setattr("limetheory.limits.factor._IN_CACHE", 15)
    np.testing.assert_allclose(lt.limit(model, design).coefficients, whole.coefficients, rtol=0, atol=1e-14)
    np.testing.assert_allclose(model(naive.masks(6)), values, rtol=1e-14)


def test_a_thousand_products_over_fifty_superpixels_take_less_than_two_seconds_of_processor_time():
    rng = np.random.default_rng(2)
    model, design = lt.FactorSum(*rng.uniform(0, 1, (2, 1000, 50)), rng.normal(size=1000)), lt.ImageDesign(50)
    start = time.process_time()
    lt.limit(model, design)
    assert time.process_time() - start < 2


def test_values_beyond_the_safe_number_of_mantissas_are_right():
    model = lt.FactorProduct(np.full(3000, 1.5), np.full(3000, 1 / 1.5))
    masks = np.tri(3, 3000, 1499, dtype=bool)
    np.testing.assert_allclose(model(masks), [1.0, 1.5**2, 1.5**4], rtol=1e-12)
    assert model(np.zeros((0, 3000), bool)).shape == (0,)


def test_an_overflow_is_refused_and_an_irrelevant_one_is_not():
    large = lt.FactorProduct(np.full(200, 1e3), np.ones(200))
    with pytest.raises(ValueError, match=r"a factor sum must stay below 1.8e\+308, got an overflow of FactorProduct"):
        lt.limit(large, lt.ShapleyDesign(200))
    with pytest.raises(ValueError, match="lower log_scale"):
        large(np.ones((1, 200), bool))
    few = np.zeros(201)
    few[:3] = 1
    assert np.isfinite(lt.limit(large, lt.SizeLawDesign(few)).coefficients).all()


def test_a_design_without_closed_form_is_named_with_the_fallback_and_its_time():
    missing = {name: None for name in lt.Design.__abstractmethods__}
    foreign = type("Foreign", (lt.Design,), {**missing, "d": 3})()
    model = lt.FactorProduct(np.ones(3), np.ones(3))
    message = (
        "no closed form for FactorProduct under Foreign; enumerate with limit(tabulate(model, 3), design), "
        "8 evaluations, about 1 s, or use limetheory.estimate"
    )
    with pytest.raises(NotImplementedError, match=re.escape(message)):
        lt.limit(model, foreign)
    foreign.d = 25
    with pytest.raises(NotImplementedError, match=r"and d = 25 is too large to enumerate; use limetheory\.estimate"):
        lt.limit(lt.FactorProduct(np.ones(25), np.ones(25)), foreign)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([[1.0]], [[1.0, 2.0]]), ValueError, r"one shape \(m, d\), got \(1, 1\) and \(1, 2\)"),
        (([1.0], [1.0]), ValueError, r"on must have shape \(m, d\) with m, d ≥ 1, got \(1,\)"),
        ((np.zeros((0, 2)), np.zeros((0, 2))), ValueError, "with m, d ≥ 1"),
        (([[np.nan]], [[1.0]]), ValueError, "on must be finite, got 1 NaN or infinite"),
        (([["a"]], [[1.0]]), TypeError, "on must be numbers"),
        (([[1.0]], [[1.0]], [1.0, 2.0]), ValueError, "weights must have one entry for each of the 1 products, got 2"),
        (([[1.0]], [[1.0]], None, [np.inf]), ValueError, "log_scale must be finite"),
        (([[1.0]], [[1.0]], None, None, np.nan), ValueError, "intercept must be finite"),
    ],
)
def test_factor_sum_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        lt.FactorSum(*arguments)


def test_factor_product_refuses_what_is_not_one_row():
    for on, off in (([], []), ([[1.0]], [[1.0]]), ([1.0], [1.0, 2.0])):
        with pytest.raises(ValueError, match=r"on"):
            lt.FactorProduct(on, off)


def test_the_number_of_superpixels_must_agree():
    with pytest.raises(ValueError, match="model and design must have the same d, got 2 and 3"):
        lt.limit(lt.FactorProduct([1.0, 1.0], [0.0, 0.0]), lt.ImageDesign(3))
