"""The warning of features that cannot be told apart: what decides it, against simulated runs and naive paths."""

import warnings

import numpy as np
import pytest
from lime_rows import METHODS
from sklearn.linear_model import lars_path_gram

import limetheory as lt
from limetheory.estimation.methods.wls import wls
from limetheory.selection.normal_runs import normal_moments
from limetheory.selection.paths import lasso_supports
from limetheory.selection.sizes import deciding_sizes, gain_rows, spread_in_a_sample
from limetheory.selection.unresolved import size_difference

D = 7


def sizes_of(explanation, covariance, chosen, method, factors=None):
    ones = np.ones(explanation.d) if factors is None else factors
    return deciding_sizes(covariance, explanation.coefficients, np.array(chosen), len(chosen), method, ones)


def close(difference, names=None, error=0.1, correlation=0.0):
    covariance = error**2 * np.array([[1, 0, 0], [0, 1, correlation], [0, correlation, 1.0]])
    coefficients = np.array([2.0, 1 + difference, -1.0])
    return lt.Explanation(coefficients, 0.0, np.full(3, error), 400, covariance=covariance, names=names)


@pytest.mark.parametrize("method", METHODS)
def test_features_that_cannot_be_told_apart_are_named(method):
    found = close(0.1, ["sky", "sea", "dog"])
    with pytest.warns(lt.UnresolvedSelectionWarning) as seen:
        lt.select_features(found, 2, method, design=lt.BernoulliDesign(3))
    text = str(seen[0].message)
    assert "'sea'" in text and "'dog'" in text and "'sky'" not in text and "400 evaluations" in text
    assert "\n" not in text


@pytest.mark.parametrize("k", [1, 2, 3])
def test_features_that_can_be_told_apart_are_not_warned_of(k):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lt.select_features(close(0.5, error=0.1), k, "highest_weights").tolist() == [0, 1, 2][:k]


def test_signs_of_coefficients_enter_the_interval():
    """β_1 > 0 > β_2: the variance of |β_1| − |β_2| = β_1 + β_2 has the covariance with the sign +."""
    found = close(0.1, correlation=0.5)
    low, high = size_difference(found, sizes_of(found, None, [0, 1], "highest_weights"), 0.95)
    reach = 1.959963984540054 * 0.1 * np.sqrt(3)
    np.testing.assert_allclose([low, high], [0.1 - reach, 0.1 + reach], rtol=1e-9)


def test_the_level_decides():
    found = close(0.2)  # 1.4 standard errors of the difference
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lt.select_features(found, 2, "highest_weights", level=0.8)
    with pytest.warns(lt.UnresolvedSelectionWarning):
        lt.select_features(found, 2, "highest_weights", level=0.9)


def test_a_limit_is_never_in_doubt():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lt.select_features(lt.limit(lt.Leaf(D, on=(0, 3)), lt.ImageDesign(D)), 1, design=lt.ImageDesign(D))


def test_a_sample_with_its_design_is_warned_of_too():
    design = lt.BernoulliDesign(D)
    rng = np.random.default_rng(0)
    masks = design.sample(60, rng)
    sample = lt.Sample.of(masks, np.ones(60), rng.normal(size=60))
    with pytest.warns(lt.UnresolvedSelectionWarning):
        with_design = lt.select_features(sample, 3, design=design)
    assert with_design.tolist() == lt.select_features(sample, 3).tolist()


def unequal(third):
    """Under lime's weights of texts 'b' and 'c' have nearly equal sizes, and what they add is far apart."""
    spread = 0.004**2 * np.eye(5)
    return lt.Explanation(
        np.array([0.3, 0.1, third, 0.06, 0.06]), 0.0, np.full(5, 0.004), 500, covariance=spread, names=tuple("abcde")
    )


def test_forward_selection_is_not_warned_of_sizes_that_do_not_decide_it():
    design = lt.TextDesign(5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chosen = lt.select_features(unequal(-0.1), 2, "forward", design=design)
    assert chosen.tolist() == [0, 2]
    assert lt.selection_probability(unequal(-0.1), 2, "forward", design=design).probability > 0.99
    with pytest.warns(lt.UnresolvedSelectionWarning, match=r"\|coefficient\|"):
        lt.select_features(unequal(-0.1), 2, "highest_weights")


def test_forward_selection_is_warned_where_runs_differ():
    design, near = lt.TextDesign(5), unequal(0.097)
    with pytest.warns(lt.UnresolvedSelectionWarning, match="variance that each adds"):
        lt.select_features(near, 2, "forward", design=design)
    assert lt.selection_probability(near, 2, "forward", design=design).probability < 0.9


def test_gains_are_those_of_least_squares_and_their_spread_that_of_runs():
    near, covariance = unequal(0.095), lt.TextDesign(5).covariance()
    rows = gain_rows(covariance, np.array([0]))
    alone = explained(covariance, near.coefficients, [0])
    gains = [explained(covariance, near.coefficients, [0, j]) - alone for j in range(1, 5)]
    assert np.allclose((rows @ near.coefficients)[1:] ** 2, gains, rtol=1e-10)
    sizes = sizes_of(near, covariance, [0, 1], "forward")
    assert (sizes.last, sizes.following) == (1, 2) and np.array_equal(sizes.rows, rows)
    low, high = size_difference(near, sizes, 0.95)
    runs = np.random.default_rng(0).multivariate_normal(near.coefficients, near.covariance, 20_000)
    differences = np.abs(runs @ rows[1]) - np.abs(runs @ rows[2])
    assert differences.std() == pytest.approx((high - low) / 2 / 1.959964, rel=0.02)


def explained(covariance, coefficients, support):
    """The variance that the best linear model on the support explains, by least squares on its normal equations."""
    moments = covariance @ coefficients
    fit = np.linalg.lstsq(covariance[np.ix_(support, support)], moments[support], rcond=None)[0]
    return float(moments[support] @ fit)


def join_penalties(covariance, moments, before):
    """The penalties at which features join when only those of ``before`` may join earlier: scikit-learn's paths."""
    found = {}
    for j in set(range(len(moments))) - set(before):
        on = [*before, j]
        alphas, _, path = lars_path_gram(moments[on], covariance[np.ix_(on, on)], n_samples=1, method="lasso")
        found[j] = alphas[np.flatnonzero(path[-1])[0] - 1]
    return found


@pytest.mark.parametrize("design", [lt.ImageDesign(D), lt.TextDesign(D), lt.ProductDesign(np.linspace(0.1, 0.8, D))])
@pytest.mark.parametrize("seed", range(4))
def test_sizes_of_the_lasso_are_the_penalties_of_scikit_learns_paths(design, seed):
    coefficients, covariance = np.random.default_rng(seed).normal(size=D), design.covariance()
    for k in range(1, D):
        chosen = np.flatnonzero(lasso_supports(covariance, (covariance @ coefficients)[None], k)[0])
        found = lt.Explanation(coefficients, 0.0, np.ones(D), 100)
        sizes = sizes_of(found, covariance, chosen, "lasso_path")
        assert {*sizes.before, sizes.last} == set(chosen) and sizes.following not in chosen
        expected = join_penalties(covariance, covariance @ coefficients, sizes.before.tolist())
        assert {j: abs(sizes.rows[j] @ coefficients) for j in expected} == pytest.approx(expected, rel=1e-8)
        assert sizes.following == max(set(expected) - {sizes.last}, key=expected.get)


def silent(call):
    """Whether a call warns of no features."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", lt.UnresolvedSelectionWarning)
        try:
            call()
        except lt.UnresolvedSelectionWarning:
            return False
    return True


SPREAD_OUT = lt.ProductDesign([0.5, 0.5, 0.05, 0.5])
"""Of the third feature, which is nearly always hidden, the path sees a fifth of the others' variances."""


@pytest.mark.parametrize(
    ("coefficients", "certain"), [([2.0, 1.0, -1.02, 0.1], True), ([2.0, 1.0, -1.0 / 0.19, 0.1], False)]
)
def test_the_lasso_is_warned_of_exactly_where_runs_differ(coefficients, certain):
    """Two coefficients of one size whose features join far apart, and two far apart whose features join together."""
    spread = 0.06**2 * np.eye(4)
    found = lt.Explanation(np.array(coefficients), 0.0, np.full(4, 0.06), 500, covariance=spread)
    share = lt.selection_probability(found, 2, "lasso_path", design=SPREAD_OUT, draws=4000).probability
    assert (share > 0.99) is certain and (share < 0.9) is not certain
    assert silent(lambda: lt.select_features(found, 2, "lasso_path", design=SPREAD_OUT)) is certain


def test_the_instance_takes_part_in_what_is_warned_of():
    found = close(0.5)
    assert silent(lambda: lt.select_features(found, 2, "highest_weights"))
    with pytest.warns(lt.UnresolvedSelectionWarning, match="× instance"):
        lt.select_features(found, 2, "highest_weights", instance=[1.0, 1.0, 1.5])
    assert silent(lambda: lt.select_features(close(0.1), 2, "highest_weights", instance=[1.0, 1.0, 0.0]))


def test_features_whose_sizes_are_0_in_every_run_are_not_warned_of():
    found = close(0.5)
    assert silent(lambda: lt.select_features(found, 2, "highest_weights", instance=[1.0, 0.0, 0.0]))


MIXED = lt.WeightedSum([lt.Additive([3.0, 2.0, 1.0, -0.9, 0.3, 0.2]), lt.Leaf(6, on=(1, 4))], [1.0, 0.5])


SIX = lt.ImageDesign(6)


def drawn(n, F, seed=0, design=SIX):
    masks = design.sample(n, np.random.default_rng(seed))
    return lt.Sample.of(masks, design.weight(masks), F(masks))


def moments_of(sample):
    shares = sample.weights / sample.weights.sum()
    centred = sample.masks - shares @ sample.masks
    return (shares[:, None] * centred).T @ centred, (shares * (sample.values - shares @ sample.values)) @ centred


def contest(covariance, moments, sizes):
    """The difference of the two sizes, from scratch."""
    if sizes.signs is None:
        before = sizes.before.tolist()
        alone = explained(covariance, np.linalg.solve(covariance, moments), before) if before else 0.0
        gains = [
            explained(covariance, np.linalg.solve(covariance, moments), [*before, j]) - alone
            for j in (sizes.last, sizes.following)
        ]
        return np.sqrt(gains[0]) - np.sqrt(gains[1])
    penalties = join_penalties(covariance, moments, sizes.before.tolist())
    return penalties[sizes.last] - penalties[sizes.following]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["forward", "lasso_path"])
@pytest.mark.parametrize("k", [1, 3])
def test_the_spread_in_a_sample_is_that_of_runs_whose_covariances_are_random_too(method, k):
    sample = drawn(1500, MIXED)
    covariance, moments = moments_of(sample)
    found = lt.Explanation(np.linalg.solve(covariance, moments), 0.0, np.ones(6), 4000)
    sizes = sizes_of(found, covariance, lt.select_features(sample, k, method), method)
    shares = sample.weights / sample.weights.sum()
    runs = normal_moments(sample.masks.astype(float), sample.values, shares, shares, 300, np.random.default_rng(1))
    differences = [contest(*one, sizes) for block in runs for one in zip(*block, strict=True)]
    assert spread_in_a_sample(sample, sizes) == pytest.approx(np.std(differences), rel=0.16)  # 4 standard errors
    pair = sizes.rows[[sizes.last, sizes.following]]
    fit = wls(sample, 0.0, lt.ImageDesign(6))
    contrast = np.sign(pair @ fit.coefficients) * [1.0, -1.0] @ pair
    assert np.sqrt(contrast @ fit.covariance @ contrast) < 0.5 * np.std(differences), "were covariances known"


def test_a_sample_of_an_additive_function_is_warned_of_though_its_coefficients_are_exact():
    """Which feature joins hangs on the covariances of the masks, which are random: lime's K-LASSO swaps the two."""
    F, design = lt.Additive([3.0, 2.0, 1.0, -1.0, 0.3, 0.2]), lt.BernoulliDesign(6)
    chosen = [lt.select_features(drawn(300, F, seed, design), 3, "lasso_path").tolist() for seed in range(60)]
    assert 0.1 < chosen.count([0, 1, 2]) / 60 < 0.9
    with pytest.warns(lt.UnresolvedSelectionWarning, match="penalty"):
        lt.select_features(drawn(300, F, 0, design), 3, "lasso_path", design=design)
