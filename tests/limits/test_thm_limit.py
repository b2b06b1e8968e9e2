"""thm:limit, prop:ridge, cor:efficient and cor:unweighted against weighted least squares over all masks."""

from fractions import Fraction

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

CASES = [case for d in (2, 3, 5) for case in naive.every(d)]
ODD = [("ImageDesign", (d, nu)) for d in (1, 3, 7) for nu in (0.05, 0.1, 0.25, 1e3)]
ODD += [("BernoulliDesign", (1, 0.3)), ("ProductDesign", ([0.3],)), ("SizeLawDesign", ([2, 3],))]


def built(case):
    design = getattr(lt, case[0])(*case[1])
    law, weight = naive.measure(*case)
    return design, law * weight


def table(d: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng([d, seed]).normal(size=2**d)


def parametrize(cases):
    return pytest.mark.parametrize("case", cases, ids=naive.name)


@parametrize(CASES + ODD)
@pytest.mark.parametrize("ridge", [0.0, 0.03])
def test_thm_limit_and_prop_ridge_equal_the_exact_regression(case, ridge):
    design, mass = built(case)
    values = table(design.d)
    coefficients, intercept = naive.regression(values, mass, ridge, design.efficient)
    answer = lt.limit(lt.SetFunction(values), design, ridge=ridge)
    np.testing.assert_allclose(answer.coefficients, coefficients, rtol=1e-11, atol=1e-12)
    assert answer.intercept == pytest.approx(intercept, rel=1e-11, abs=1e-12)
    assert answer.standard_errors.tolist() == [0.0] * design.d and answer.n_evaluations == 2**design.d


@parametrize(naive.every(9))
def test_thm_limit_at_nine_superpixels_equals_least_squares(case):
    design, mass = built(case)
    values, rows = table(9), np.column_stack([np.ones(512), naive.masks(9)])
    if design.efficient:
        rows, ends = rows[:, 1:] - rows[:, 1:].mean(axis=1, keepdims=True), (values[0], values[-1])
        slope = (ends[1] - ends[0]) / 9
        targets = values - ends[0] - slope * np.array(naive.sizes(9))
        expected = np.append(ends[0], slope + solve_wls(rows, mass, targets))
    else:
        expected = solve_wls(rows, mass, values)
    answer = lt.limit(lt.SetFunction(values), design)
    np.testing.assert_allclose(np.append(answer.intercept, answer.coefficients), expected, rtol=1e-10, atol=1e-11)


def solve_wls(rows, mass, targets):
    root = np.sqrt(mass)
    return np.linalg.lstsq(root[:, None] * rows, root * targets, rcond=None)[0]


@pytest.mark.slow
@given(st.data())
def test_thm_limit_equals_the_regression_in_rational_arithmetic(data):
    d = data.draw(st.integers(2, 5))
    masses = data.draw(st.lists(st.integers(0, 9), min_size=d + 1, max_size=d + 1))
    masses[1], masses[d] = masses[1] + 1, masses[d] + 1
    values = data.draw(st.lists(st.integers(-20, 20), min_size=2**d, max_size=2**d))
    count = [sum(k == size for k in naive.sizes(d)) for size in range(d + 1)]
    mass = [Fraction(masses[k], count[k]) for k in naive.sizes(d)]
    on = [[1] * 2**d, *([int(z) for z in column] for column in naive.masks(d).T)]
    gram = [[sum(m * x * y for m, x, y in zip(mass, u, v, strict=True)) for u in on] for v in on]
    right = [sum(m * f * x for m, f, x in zip(mass, values, u, strict=True)) for u in on]
    exact = [float(x) for x in naive.solve(gram, right)]
    answer = lt.limit(lt.SetFunction(values), lt.SizeLawDesign(masses))
    np.testing.assert_allclose([answer.intercept, *answer.coefficients], exact, rtol=1e-11, atol=1e-11)


@parametrize([case for d in (3, 8) for case in naive.exchangeable(d)])
def test_thm_limit_equals_the_sigma_form_of_garreau_and_mardaoui(case):
    design, mass = built(case)
    values = table(design.d)
    np.testing.assert_allclose(
        lt.limit(lt.SetFunction(values), design).coefficients, naive.sigma_form(values, mass), atol=1e-10
    )


@parametrize(naive.every(4))
def test_prop_ridge_tends_to_zero_or_to_equal_shares(case):
    design, values = built(case)[0], table(4)
    heavy = lt.limit(lt.SetFunction(values), design, ridge=1e15).coefficients
    share = (values[-1] - values[0]) / 4 if design.efficient else 0.0
    np.testing.assert_allclose(heavy, share, atol=1e-12)


@pytest.mark.parametrize("d", [2, 3, 4, 6])
def test_cor_efficient_is_the_shapley_value(d):
    values = table(d)
    answer = lt.limit(lt.SetFunction(values), lt.ShapleyDesign(d))
    np.testing.assert_allclose(answer.coefficients, naive.shapley(values), atol=1e-13)
    assert answer.intercept == values[0]
    assert answer.intercept + answer.coefficients.sum() == pytest.approx(values[-1], abs=1e-12)


@pytest.mark.parametrize("p", [0.5, 0.1, 0.8])
def test_cor_unweighted_is_the_difference_of_conditional_means(p):
    values = table(6)
    expected = naive.conditional_difference(values, naive.BernoulliDesign(6, p)[0])
    answer = lt.limit(lt.SetFunction(values), lt.BernoulliDesign(6, p)).coefficients
    np.testing.assert_allclose(answer, expected, atol=1e-13)


def test_cor_unweighted_image_lime_tends_to_the_banzhaf_value():
    values = table(7)
    banzhaf = naive.conditional_difference(values, np.ones(2**7))
    gaps = [abs(lt.limit(lt.SetFunction(values), lt.ImageDesign(7, nu)).coefficients - banzhaf).max()
            for nu in (1.0, 10.0, 1e6, naive.INF)]  # fmt: skip
    assert gaps[0] > 50 * gaps[1] > 0 and max(gaps[2:]) < 1e-11


def test_a_design_that_is_none_is_a_type_error_and_ridge_must_not_be_negative():
    with pytest.raises(TypeError, match="design must be a limetheory design such as ImageDesign"):
        lt.limit(lt.Additive([1.0]), 0.25)
    for ridge in (-1e-9, np.nan):
        with pytest.raises(ValueError, match="ridge must be at least 0"):
            lt.limit(lt.Additive([1.0]), lt.ImageDesign(1), ridge=ridge)


@pytest.mark.parametrize("nu", [0.02, 0.01, 0.005])
@pytest.mark.parametrize("d", [1, 2, 7])
def test_thm_limit_survives_mass_piled_up_on_the_full_mask(d, nu):
    values, (law, weight) = table(d), naive.ImageDesign(d, nu)
    try:
        answer = lt.limit(lt.SetFunction(values), lt.ImageDesign(d, nu))
    except lt.DegenerateDesignError:
        return
    np.testing.assert_allclose(answer.coefficients, naive.regression(values, law * weight)[0], rtol=1e-8)


DEGENERATE = [lt.TextDesign(1), lt.SizeLawDesign([0, 0, 1]), lt.SizeLawDesign([1, 0, 1])]


@pytest.mark.parametrize("design", DEGENERATE, ids=repr)
@pytest.mark.parametrize("ridge", [0.1, 1e-3])
def test_prop_ridge_where_no_mask_decides_the_penalty_does(design, ridge):
    """The penalised normal equations over all masks, with an intercept that is not penalised."""
    F = lt.Additive(np.arange(1.0, design.d + 1), intercept=0.5)
    masks = lt.all_masks(design.d)
    law, rows = design.total_mass * design.probability(masks), np.column_stack([np.ones(len(masks)), masks])
    gram = rows.T @ (law[:, None] * rows) + ridge * np.diag([0.0] + [1.0] * design.d)
    expected = np.linalg.solve(gram, rows.T @ (law * F(masks)))
    found = lt.limit(F, design, ridge)
    np.testing.assert_allclose([found.intercept, *found.coefficients], expected, rtol=0, atol=1e-11)
    with pytest.raises(lt.DegenerateDesignError):
        lt.limit(F, design)
