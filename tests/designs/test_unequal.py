"""prop:areas: designs with unequal probabilities and a weight of the size, against sums over all masks."""

import math
import re
from itertools import combinations

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

CASES = [case for d in (2, 3, 7) for case in naive.unequal(d)]
parametrize = pytest.mark.parametrize("case", CASES, ids=naive.name)


def built(case):
    law, weight = naive.measure(*case)
    return getattr(lt, case[0])(*case[1]), law, weight


@parametrize
def test_moments_equal_the_sums_over_all_masks(case):
    design, law, weight = built(case)
    d, masks, mass = design.d, naive.masks(design.d), law * weight
    for a in range(d + 1):
        for b in range(d + 1 - a):
            assert design.alpha(a, b) == pytest.approx(naive.moments(d, mass, a, b), rel=1e-12, abs=0), (a, b)
    assert design.total_mass == pytest.approx(mass.sum(), rel=1e-12)
    np.testing.assert_allclose(design.probability(masks), mass / mass.sum(), rtol=1e-12)
    np.testing.assert_allclose(design.density(masks), weight / mass.sum(), rtol=1e-12)
    np.testing.assert_allclose(design.weight(masks), weight, rtol=1e-12)
    np.testing.assert_allclose(design.chance(masks), law, rtol=1e-12)
    np.testing.assert_allclose(design.marginals, mass @ masks / mass.sum(), rtol=1e-12)
    np.testing.assert_allclose(design.size_law, np.bincount(naive.sizes(d), mass / mass.sum(), d + 1), rtol=1e-12)
    np.testing.assert_allclose(
        design.log_odds_of_complement(masks), np.log(law[::-1]) - np.log(law), rtol=1e-12, atol=1e-12
    )
    assert design.support_size == pytest.approx(np.count_nonzero(mass))


@parametrize
def test_the_gram_matrix_and_its_inverse_equal_those_in_fractions(case):
    design, law, weight = built(case)
    if case[0] == "UnequalDesign" and design.d < 4:
        return  # two sizes
    np.testing.assert_allclose(design.gram(), naive.gram(design.d, law * weight), rtol=1e-12)
    inverse, exact = design.gram_inverse(), naive.inverse_gram(design.d, law * weight)
    scale = np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
    np.testing.assert_allclose(inverse / scale, exact / scale, atol=1e-11)


@given(st.sampled_from(naive.unequal(5)), st.permutations(range(5)), st.integers(0, 5), st.integers(0, 5))
def test_conditional_means_equal_the_sums_over_the_masks_of_the_event(case, order, a, b):
    design, law, weight = built(case)
    on, off = list(order[:a]), list(order[a : a + b])
    masks, mu = naive.masks(5), law * weight / (law * weight).sum()
    event = masks[:, on].all(axis=1) & ~masks[:, off].any(axis=1)
    probability, contrasts, share = design.condition(on, off)
    assert probability == pytest.approx(mu[event].sum(), rel=1e-12, abs=1e-300)
    if probability > 0:
        expected = (mu[event] / mu[event].sum()) @ (masks - mu @ masks)[event]
        np.testing.assert_allclose(contrasts, expected, rtol=1e-12, atol=1e-13)
        assert share == pytest.approx(expected.mean(), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("case", naive.unequal(6), ids=naive.name)
@pytest.mark.parametrize("power", [1, 2])
def test_squared_influences_are_their_sum_over_all_masks(case, power):
    design, law, _ = built(case)
    influence = design.influence(naive.masks(6), np.ones(64))
    np.testing.assert_allclose(design.squared_influence(power), law**power @ influence**2, rtol=1e-10)


@pytest.mark.parametrize("case", naive.unequal(6), ids=naive.name)
def test_pairs_have_the_divided_difference_of_the_marginals(case):
    # prop:areas: E[z_i z_j] = (o_i m_j − o_j m_i) / (o_i − o_j) for different odds
    design, law, weight = built(case)
    masks, mu = naive.masks(6), law * weight / (law * weight).sum()
    odds, means = design.keep / (1 - design.keep), mu @ masks
    for i, j in combinations(range(6), 2):
        together = mu @ (masks[:, i] & masks[:, j])
        assert together * (odds[i] - odds[j]) == pytest.approx(odds[i] * means[j] - odds[j] * means[i], abs=1e-13)


def test_masks_are_drawn_from_the_law():
    design = lt.AreaDesign([1.0, 2.0, 5.0, 9.0])
    masks = design.sample(20_000, np.random.default_rng(0))
    error = np.sqrt(design.keep * (1 - design.keep) / 20_000)
    assert (np.abs(masks.mean(axis=0) - design.keep) < 5 * error).all()  # false alarm 2e-6
    assert (np.abs(masks.mean(axis=0) - 0.5) > 5 * error).any()  # mutant: LIME's coin
    first = np.vstack([design.sample(n, rng) for rng in [np.random.default_rng(0)] for n in (7, 19_993)])
    assert (first == masks).all()


def test_odds_are_in_proportion_to_powers_of_areas_and_have_the_mean():
    areas = np.array([2.0, 3.0, 50.0, 7.0])
    for p, power in ((0.5, 1.0), (0.2, -0.5), (0.9, 2.0), (0.5, 0.0)):
        keep = lt.AreaDesign(areas, p, power).keep
        assert keep.mean() == pytest.approx(p, rel=1e-13)
        ratio = keep / (1 - keep) / areas**power
        np.testing.assert_allclose(ratio, ratio[0], rtol=1e-12)
    assert (lt.AreaDesign(areas).keep == lt.AreaDesign(1e6 * areas).keep).all() or np.allclose(
        lt.AreaDesign(areas).keep, lt.AreaDesign(1e6 * areas).keep, rtol=1e-14
    )


@pytest.mark.parametrize("nu", [0.05, 0.25, math.inf])
def test_equal_areas_are_image_lime_and_no_weight_is_a_product(nu):
    F = lt.Multilinear(9, {(0,): 1.0, (1, 2): 2.0, (0, 3, 8): -3.0, (4, 5, 6, 7): 5.0})
    equal, image = lt.limit(F, lt.AreaDesign(np.full(9, 3.0), bandwidth=nu)), lt.limit(F, lt.ImageDesign(9, nu))
    np.testing.assert_allclose(equal.coefficients, image.coefficients, atol=1e-12)
    assert equal.intercept == pytest.approx(image.intercept, abs=1e-12)
    keep, theta = np.linspace(0.1, 0.9, 9), 0.3
    product = lt.ProductDesign(keep * theta / (1 - keep + keep * theta))
    unequal = lt.UnequalDesign(keep, np.arange(10) * math.log(theta))
    np.testing.assert_allclose(lt.limit(F, unequal).coefficients, lt.limit(F, product).coefficients, atol=1e-12)


@pytest.mark.parametrize("d, nu", [(12, 0.01), (60, 0.02), (300, 0.25), (300, 0.05)])
def test_coefficients_keep_their_digits_at_narrow_bandwidths_and_many_superpixels(d, nu):
    # an additive function has its own weights as limit, also when its moments are summed leaf by leaf
    rng = np.random.default_rng(d)
    design, weights = lt.AreaDesign(rng.uniform(0.5, 3, d), bandwidth=nu), rng.normal(size=d)
    leaves = lt.LeafSum(d, [lt.Leaf(d, on=(j,), value=w) for j, w in enumerate(weights)])
    np.testing.assert_allclose(lt.limit(leaves, design).coefficients, weights, atol=1e-11 * np.abs(weights).sum())


def test_a_mass_that_does_not_tell_superpixels_apart_is_refused_and_a_ridge_makes_it_right():
    few = lt.UnequalDesign([0.5, 0.2, 0.7], [0.0, -np.inf, -np.inf, 0.0])
    with pytest.raises(lt.DegenerateDesignError, match=r"tells the parts apart.*weigh the sizes"):
        lt.limit(lt.Leaf(3, on=(0,)), few)
    law, weight = naive.UnequalDesign([0.5, 0.2, 0.7], [0.0, -np.inf, -np.inf, 0.0])
    F = np.arange(8.0) ** 2
    exact, intercept = naive.regression(F, law * weight, 0.1)
    found = lt.limit(lt.SetFunction(F), few, ridge=0.1)
    np.testing.assert_allclose(found.coefficients, exact, atol=1e-12)
    assert found.intercept == pytest.approx(intercept, abs=1e-12)


def test_superpixels_that_hardly_vary_keep_their_digits_beside_those_that_do():
    # an additive function has its own weights as limit; mutant: an inverse from eigenvectors misses by 1e-4
    design = lt.UnequalDesign([1 - 4e-4, 1 - 1e-15, 4e-4, 8e-16], [-1250.0, -312.5, -107.0, -22.0, 0.0])
    weights = np.array([-0.1, 2.0, -1.7, -1.5])
    found = lt.limit(lt.SetFunction(0.3 + naive.masks(4) @ weights), design)
    np.testing.assert_allclose(found.coefficients, weights, rtol=1e-11)


def test_a_ridge_that_is_too_small_to_decide_is_refused_with_one_that_does():
    nearly = lt.UnequalDesign([0.1, 3e-4], [31.0, -56.0, 135.0])  # both are shown or hidden, but for e^−180
    F = lt.SetFunction([-0.3, -1.0, 1.0, -2.5])
    with pytest.raises(lt.DegenerateDesignError, match=r"a ridge must decide.*raise it to") as refused:
        lt.limit(F, nearly, ridge=1.0)
    with pytest.raises(lt.DegenerateDesignError, match="a ridge must decide"):
        lt.estimate(F, nearly, 50, rng=0, ridge=50.0)
    enough = float(re.search(r"raise it to (\S+),", str(refused.value))[1])
    found = lt.limit(F, nearly, ridge=enough)
    np.testing.assert_allclose(found.coefficients, [-1.1, -1.1], atol=1e-6)  # halves of F(1) − F(0)
    law, weight = naive.UnequalDesign([0.5, 0.2, 0.7], [0.0, -60.0, -60.0, 0.0])
    values = np.arange(8.0) ** 2
    exact, _ = naive.regression(values, law * weight, 0.1)
    few = lt.UnequalDesign([0.5, 0.2, 0.7], [0.0, -60.0, -60.0, 0.0])
    np.testing.assert_allclose(lt.limit(lt.SetFunction(values), few, ridge=0.1).coefficients, exact, atol=1e-9)


@pytest.mark.parametrize("build, message", [
    (lambda: lt.UnequalDesign([0.5, 1.0]), "strictly between 0 and 1"),
    (lambda: lt.UnequalDesign([0.5, 0.5], [0.0, 0.0]), r"for each size 0\.\.2"),
    (lambda: lt.UnequalDesign([0.5], [-np.inf, -np.inf]), "finite for some size"),
    (lambda: lt.AreaDesign([]), "areas"),
    (lambda: lt.AreaDesign([3.0, 0.0]), "positive numbers.*leave out empty ones"),
    (lambda: lt.AreaDesign([1.0, 1e9], power=99.0), "lower power"),
    (lambda: lt.AreaDesign([1.0, 2.0], p=1.0), "p must"),
    (lambda: lt.AreaDesign([1.0, 2.0]).alpha(2, 1), "at most d = 2"),
])  # fmt: skip
def test_what_is_no_design_is_refused_in_one_line(build, message):
    with pytest.raises(ValueError, match=message) as refused:
        build()
    assert "\n" not in str(refused.value)
