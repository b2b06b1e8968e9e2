"""prop:parity, lem:leverage: the masks that pairs and leverage draw, their ratios, and what complements cancel."""

import naive
import numpy as np
import pytest
from schemes import METHODS, built, even_and_odd, masks_of, naive_leverage, prescribe, table
from scipy.stats import chi2

import limetheory as lt
from limetheory.estimation.methods import small_samples
from limetheory.estimation.samples.sample import draw

SMALL = [*naive.every(4), ("SizeLawDesign", ([1.0, 0.0, 3.0, 0.5],)), ("ImageDesign", (5, 0.1))]
SYMMETRIC = [("BernoulliDesign", (6, 0.5)), ("ImageDesign", (6, naive.INF)), ("ShapleyDesign", (6,)),
             ("SizeLawDesign", ([1.0, 3.0, 0.0, 3.0, 1.0],)), ("ProductDesign", ([0.5] * 4,))]  # fmt: skip
TAIL = 1e-6
"""The probability that a χ² test below fails by chance."""


# --- the laws and their ratios -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SMALL, ids=naive.name)
def test_a_pair_s_ratio_is_the_law_over_the_mean_of_both_laws(case, monkeypatch):
    design, law = built(case), naive.measure(*case)[0]
    first = naive.masks(design.d)[law > 0]
    prescribe(monkeypatch, design, first)
    sample = draw(lt.Additive(np.ones(design.d)), design, 2 * len(first), np.random.default_rng(0), sampling="pairs")
    masks = masks_of(sample)
    assert (masks[::2] == first).all() and (masks[1::2] == ~first).all()
    index = masks @ (1 << np.arange(design.d))
    mixture = (law + law[::-1]) / 2
    np.testing.assert_allclose(sample.ratio * mixture[index], law[index], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(sample.weights, naive.measure(*case)[1][index] * sample.ratio, rtol=1e-12)


def test_a_last_mask_without_complement_is_a_plain_draw():
    sample = draw(lt.Additive(np.ones(5)), lt.BernoulliDesign(5, 0.2), 9, np.random.default_rng(0), sampling="pairs")
    assert sample.n == 9 and sample.n_units == 5 and sample.ratio[-1] == 1 and (sample.ratio[:-1] != 1).all()


@pytest.mark.parametrize("case", [case for case in SMALL if case[0] != "ProductDesign"], ids=naive.name)
def test_leverage_sampling_draws_sizes_in_proportion_to_law_times_leverage(case):
    design = built(case)
    expected, sizes = naive_leverage(case), np.array(naive.sizes(design.d))
    by_size = np.array([expected[sizes == k].sum() for k in range(design.d + 1)])
    assert by_size.sum() == pytest.approx(design.d + 1 - 2 * design.efficient, rel=1e-9)
    np.testing.assert_allclose(np.exp(design.leverage_law()), by_size / by_size.sum(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", SMALL, ids=naive.name)
def test_leverage_draws_follow_their_law_and_carry_its_ratio(case):
    # χ² over the masks in 4000 draws, false alarm TAIL; the sampling law itself (the mutant) is far outside.
    design, law = built(case), naive.measure(*case)[0]
    expected = naive_leverage(case)
    expected /= expected.sum()
    masks, ratio = design.leverage_sample(4000, np.random.default_rng(0))
    index = masks @ (1 << np.arange(design.d))
    np.testing.assert_allclose(ratio * expected[index], law[index], rtol=1e-9)
    counts, limit = np.bincount(index, minlength=len(law)), chi2.isf(TAIL, (expected > 0).sum() - 1)

    def statistic(shares):
        used = shares > 0
        assert not counts[~used].any()
        return ((counts - 4000 * shares)[used] ** 2 / (4000 * shares[used])).sum()

    assert statistic(expected) < limit
    if np.abs(expected - law).sum() > 0.2:
        assert statistic(law) > limit


def test_the_shapley_value_s_leverage_law_is_uniform_over_the_sizes():
    np.testing.assert_allclose(np.exp(lt.ShapleyDesign(9).leverage_law()), [0, *[1 / 8] * 8, 0], atol=1e-15)


def test_log_odds_survive_a_size_that_is_never_drawn():
    design = lt.TextDesign(4)  # never draws the full mask
    odds = design.log_odds_of_complement(np.array([[False] * 4, [True] * 4]))
    assert odds.tolist() == [-np.inf, np.inf]


# --- prop:parity ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", SYMMETRIC, ids=naive.name)
def test_pairs_explain_an_even_function_exactly_under_a_symmetric_design(case, method, monkeypatch):
    design = built(case)
    even, _ = even_and_odd(design.d)
    answer = lt.estimate(even, design, 100, rng=0, method=method, sampling="pairs")
    assert np.abs(answer.coefficients).max() < 1e-12
    # no pair shows a misfit, so that the standard errors are those of the rule of three alone, or 0 with all masks
    every_mask = design.d == 4
    assert every_mask == (answer.standard_errors.max() < 1e-12)
    assert every_mask or answer.standard_errors.min() > 0.01
    monkeypatch.setattr(small_samples, "RULE_OF_THREE", 0.0)
    assert lt.estimate(even, design, 100, 0, method, sampling="pairs").standard_errors.max() < 1e-12
    plain = lt.estimate(even, design, 100, rng=0, method=method)
    assert np.abs(plain.coefficients).max() > 1e-2  # mutant: without complements


@pytest.mark.parametrize("method", METHODS)
def test_pairs_under_an_asymmetric_design_leave_a_part_of_an_even_function(method):
    even, _ = even_and_odd(6)
    answer = lt.estimate(even, lt.ImageDesign(6), 100, rng=0, method=method, sampling="pairs")
    assert np.abs(answer.coefficients - lt.limit(even, lt.ImageDesign(6)).coefficients).max() > 1e-3
    assert answer.standard_errors.min() > 1e-3


@pytest.mark.parametrize("case", SYMMETRIC[:4], ids=naive.name)
def test_the_even_part_leaves_the_answer_to_pairs_unchanged(case):
    design = built(case)
    even, odd = even_and_odd(design.d)
    for method in METHODS:
        both = lt.estimate(lambda z: even(z) + odd(z), design, 100, rng=0, method=method, sampling="pairs")
        alone = lt.estimate(odd, design, 100, rng=0, method=method, sampling="pairs")
        np.testing.assert_allclose(both.coefficients, alone.coefficients, atol=1e-12)
        np.testing.assert_allclose(both.covariance, alone.covariance, atol=1e-12)


def test_a_function_that_draws_masks_is_a_scheme():
    design, F = lt.ImageDesign(4), lt.SetFunction(table(4))
    own = lt.estimate(F, design, 301, 7, sampling=lt.ImageDesign.leverage_sample)
    named = lt.estimate(F, design, 301, 7, sampling="leverage")
    np.testing.assert_array_equal(own.coefficients, named.coefficients)
    np.testing.assert_array_equal(own.standard_errors, named.standard_errors)


@pytest.mark.parametrize("drawn, error, words", [
    (lambda design, n, rng: design.sample(n, rng), TypeError, "must return masks and their ratios, got ndarray"),
    (lambda design, n, rng: (design.sample(n, rng), np.ones(3)), ValueError, "40 masks and as many .* got 40 and 3"),
    (lambda design, n, rng: (np.ones((n, 2)), np.ones(n)), ValueError, r"masks must have shape \(n, 4\)"),
])  # fmt: skip
def test_what_a_function_returns_is_checked(drawn, error, words):
    with pytest.raises(error, match=words):
        lt.estimate(lt.SetFunction(table(4)), lt.ImageDesign(4), 40, 0, sampling=drawn)
