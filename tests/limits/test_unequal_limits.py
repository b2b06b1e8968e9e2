"""prop:areas: limits of every class under designs of unequal probabilities, in exact fractions and by merging."""

import math
from fractions import Fraction

import instances
import naive
import numpy as np
import pytest

import limetheory as lt

D = 6
SHARES, WEIGHTS = [3, 7, 12, 1, 9, 14, 5, 8, 2, 11], [1, 0, 3, 7, 2, 0, 5, 4, 9, 1, 6]


def in_fractions(values, d):
    """The regression over all 2^d masks in integers: law Π (s_j or 16 − s_j), weights by size; intercept first."""
    masks = naive.masks(d).astype(int).tolist()
    mass = [
        math.prod(s if z else 16 - s for s, z in zip(SHARES, row, strict=False)) * WEIGHTS[sum(row)] for row in masks
    ]
    rows = [[1, *row] for row in masks]
    pairs = [
        [sum(m for m, r in zip(mass, rows, strict=True) if r[i] and r[j]) for i in range(d + 1)] for j in range(d + 1)
    ]
    right = [sum(m * int(v) for m, v, r in zip(mass, values, rows, strict=True) if r[i]) for i in range(d + 1)]
    return [float(x) for x in naive.solve([[Fraction(x) for x in row] for row in pairs], list(map(Fraction, right)))]


@pytest.mark.parametrize("d", [3, 5, 8, 10])
def test_the_limit_of_a_table_equals_the_regression_in_exact_fractions(d):
    with np.errstate(divide="ignore"):
        design = lt.UnequalDesign(np.array(SHARES[:d]) / 16, np.log(WEIGHTS[: d + 1]))
    values = np.random.default_rng(d).integers(-50, 51, 2**d)
    exact, found = in_fractions(values, d), lt.limit(lt.SetFunction(values), design)
    np.testing.assert_allclose([found.intercept, *found.coefficients], exact, atol=1e-11 * 50)
    for other in (lt.ProductDesign(design.keep), lt.UnequalDesign(np.full(d, design.keep.mean()), design.log_weight)):
        wrong = lt.limit(lt.SetFunction(values), other)  # mutants: no weight, equal probabilities
        assert np.abs(wrong.coefficients - exact[1:]).max() > 0.1


@pytest.mark.parametrize("name", instances.SET_FUNCTIONS)
@pytest.mark.parametrize("case", naive.unequal(D), ids=naive.name)
def test_every_class_equals_the_regression_on_all_masks(name, case):
    model, by_hand = instances.SET_FUNCTIONS[name](np.random.default_rng(3), D)
    law, weight = naive.measure(*case)
    X, scale = np.column_stack([np.ones(2**D), naive.masks(D)]), np.sqrt(law * weight / (law @ weight))
    exact = np.linalg.lstsq(scale[:, None] * X, scale * by_hand(naive.masks(D)), rcond=None)[0]
    found = lt.limit(model, getattr(lt, case[0])(*case[1]))
    np.testing.assert_allclose([found.intercept, *found.coefficients], exact, atol=1e-11)


@pytest.mark.parametrize("ridge", [1e-3, 0.3, 50.0])
@pytest.mark.parametrize("case", naive.unequal(4), ids=naive.name)
def test_a_penalty_gives_the_penalised_regression(case, ridge):
    law, weight = naive.measure(*case)
    values = np.random.default_rng(0).normal(size=16)
    exact, intercept = naive.regression(values, law * weight, ridge)
    found = lt.limit(lt.SetFunction(values), getattr(lt, case[0])(*case[1]), ridge)
    np.testing.assert_allclose([found.intercept, *found.coefficients], [intercept, *exact], atol=1e-12)


def test_products_out_of_the_range_of_float64_have_their_limit():
    d = 40
    on = np.full(d, 1e-30)
    tiny = lt.FactorSum([on], [on], [1.0], log_scale=[40 * 30 * math.log(10)])  # 1 on every mask
    huge = lt.FactorSum([on * np.linspace(1, 2, d)], [on], [1.0], log_scale=[40 * 30 * math.log(10)])
    plain = lt.FactorProduct(np.linspace(1, 2, d), np.ones(d))
    design = lt.AreaDesign(np.arange(1.0, d + 1))
    assert np.abs(lt.limit(tiny, design).coefficients).max() < 1e-11
    expected = lt.limit(plain, design).coefficients
    np.testing.assert_allclose(lt.limit(huge, design).coefficients, expected, rtol=1e-10)


def merged(values, d, i, j):
    """F with superpixels i < j as one, which takes the place of i: (2^d,) → (2^(d−1),)."""
    masks = naive.masks(d - 1)
    return values[np.insert(masks, j, masks[:, i], axis=1) @ (1 << np.arange(d))]


@pytest.mark.parametrize("pair", [(0, 1), (1, 4)])
def test_a_merged_superpixel_has_the_sum_and_a_share_of_the_interaction(pair):
    # prop:areas, without weight: β = β_i + β_j + (1 − p_i − p_j) E[interaction], whatever it is kept with
    d, rng = 5, np.random.default_rng(0)
    values, keep = rng.normal(size=2**d), np.array([0.2, 0.5, 0.7, 0.9, 0.6])
    i, j = pair
    before, line = lt.limit(lt.SetFunction(values), lt.UnequalDesign(keep)), lt.ProductDesign(keep)
    interaction = lt.quadratic_limit(lt.SetFunction(values), line).interactions[i, j]
    for whole in (0.3, 0.5):
        after = lt.UnequalDesign(np.delete(np.where(np.arange(d) == i, whole, keep), j))
        found = lt.limit(lt.SetFunction(merged(values, d, i, j)), after).coefficients[i]
        expected = before.coefficients[i] + before.coefficients[j]
        assert found == pytest.approx(expected + (1 - keep[i] - keep[j]) * interaction, abs=1e-12)
        assert abs(found - expected) > 1e-3  # mutant: the interaction left out


def minor(weights):
    """A 3 × 3 minor beside the diagonal of E[π z_i z_j] at d = 6, in fractions."""
    masks = naive.masks(6).astype(int).tolist()
    mass = [
        math.prod(s if z else 16 - s for s, z in zip(SHARES, row, strict=False)) * Fraction(weights[sum(row)])
        for row in masks
    ]
    a = [[sum(m for m, z in zip(mass, masks, strict=True) if z[i] and z[j]) for j in (3, 4, 5)] for i in (0, 1, 2)]
    return sum(a[0][i] * (a[1][i - 2] * a[2][i - 1] - a[1][i - 1] * a[2][i - 2]) for i in range(3))


def test_the_gram_matrix_is_a_diagonal_and_a_low_rank_for_sums_of_few_exponentials_alone():
    assert minor([Fraction(1, 2) ** k for k in range(7)]) == 0
    assert minor([Fraction(1, 2) ** k + 3 * 5**k for k in range(7)]) == 0
    assert minor([Fraction(1, 2) ** k + 3 * 5**k + 2**k for k in range(7)]) != 0
    assert minor(WEIGHTS) != 0


def test_other_questions_are_answered_or_refused_in_one_line():
    design, F = lt.AreaDesign(np.arange(1.0, 7)), lt.SetFunction(np.random.default_rng(0).normal(size=64))
    assert 0 < lt.r_squared(F, design) < 1
    with pytest.raises(NotImplementedError, match="exchangeable or product design"):
        lt.quadratic_limit(F, design)
    with pytest.raises(NotImplementedError, match="exchangeable designs only"):
        lt.ig_gap(F, design)
