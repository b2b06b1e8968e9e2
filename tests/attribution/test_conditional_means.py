"""prop:ratio: the means behind RISE and PDA, their covariance, and what says that they rest on few masks."""

from dataclasses import replace
from itertools import product

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, attribute, attribution_limit, means
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.samples.strata import Strata

D = 5
VALUES = np.random.default_rng(8).uniform(0.1, 0.9, 2**D)
F = lt.SetFunction(VALUES)


def conditional_means(sample, shown):
    return means.conditional_means([sample], shown)[0]


@pytest.fixture
def seen_only(monkeypatch):
    """The delta method alone, without what no mask shows."""
    monkeypatch.setattr(means, "unseen_variance", lambda sums, _: np.zeros(sums.squares.shape[1]))


def sample_of(masks, **changes):
    return replace(lt.Sample.of(masks, np.ones(len(masks)), F(masks)), **changes)


def by_hand(sample, shown, units=None, factor=None):
    """Σ c cᵀ of the contributions w z (F − a) / Σ w z, those of a unit added first, row after row."""
    z = sample.masks == shown
    w = sample.importance[:, None] * z
    a = (w * sample.values[:, None]).sum(axis=0) / w.sum(axis=0)
    c = w * (sample.values[:, None] - a) / w.sum(axis=0)
    units = np.arange(sample.n) if units is None else units
    sums = [c[units == unit].sum(axis=0) for unit in np.unique(units)]
    effective = w.sum(axis=0) ** 2 / (w**2).sum(axis=0)
    scale = np.sqrt(effective / (effective - 1)) if factor is None else np.full(sample.d, factor)
    return a, sum(np.outer(one, one) for one in sums) * np.outer(scale, scale)


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_covariance_of_independent_masks_is_that_of_a_ratio(shown, weighted, seen_only):
    rng = np.random.default_rng(0)
    masks = rng.random((60, D)) < 0.4
    sample = sample_of(masks, ratio=rng.uniform(0.5, 2.0, 60) if weighted else None)
    found = conditional_means(sample, shown)
    expected, covariance = by_hand(sample, shown)
    np.testing.assert_allclose(found.means, expected, atol=1e-13)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-15)
    assert np.abs(found.covariance - np.diag(np.diag(covariance))).max() > 1e-6  # mutant: no covariances


def test_the_two_masks_of_a_pair_are_one_unit(seen_only):
    half = np.random.default_rng(1).random((30, D)) < 0.5
    masks = np.stack([half, ~half], axis=1).reshape(60, D)
    sample = sample_of(masks, paired=True)
    np.testing.assert_allclose(conditional_means(sample, True).covariance, by_hand(sample, True, np.arange(60) // 2)[1])
    alone = conditional_means(replace(sample, paired=False), True).covariance  # mutant
    assert np.abs(alone - conditional_means(sample, True).covariance).max() > 1e-4


def test_strata_are_centred_and_exhausted_ones_have_no_variance(seen_only):
    rng = np.random.default_rng(2)
    first, second = np.eye(D, dtype=bool), lt.all_masks(D)[np.array([3, 5, 6, 9])]
    number, ratio = np.repeat([0, 1], [5, 4]), np.repeat([0.5, 1.5], [5, 4])
    strata = Strata(number, np.array([5.0, 10.0]))
    sample = sample_of(np.vstack([first, second]), ratio=ratio, strata=strata)
    found = conditional_means(sample, True)
    z = sample.masks
    w = ratio[:, None] * z
    a = (w * sample.values[:, None]).sum(axis=0) / w.sum(axis=0)
    c = (w * (sample.values[:, None] - a) / w.sum(axis=0))[5:]
    c = c - c.mean(axis=0)
    inside = (w**2).sum(axis=0) * 1.001 < w.sum(axis=0) ** 2
    expected = c.T @ c * (4 / 3) * (1 - 4 / 10)
    np.testing.assert_allclose(found.covariance[np.ix_(inside, inside)], expected[np.ix_(inside, inside)], atol=1e-15)
    assert rng and np.isinf(np.diag(found.covariance)[~inside]).all()


def test_given_how_often_a_part_is_shown_variances_are_exactly_unbiased(seen_only):
    # all 4^4 samples of four masks of two superpixels: the mean of the estimate given N is Var(F | z_j = 1) / N
    values, masks = np.array([0.1, 0.7, 0.4, 0.9]), naive.masks(2)
    law = values[masks[:, 0]]
    found = {2: [], 3: [], 4: []}
    for rows in product(range(4), repeat=4):
        drawn = masks[list(rows)]
        if 1 < (shown := int(drawn[:, 0].sum())):
            sample = lt.Sample.of(drawn, np.ones(4), values[list(rows)])
            found[shown].append(conditional_means(sample, True).covariance[0, 0])
    for shown, estimates in found.items():
        assert np.mean(estimates) == pytest.approx(law.var() / shown, rel=1e-12)
        assert np.mean(estimates) != pytest.approx(law.var() / (shown + 1), rel=1e-2)  # mutant


@pytest.mark.parametrize("method", ["pda_log_odds", "pda_information"])
def test_logarithms_have_the_derivative_as_factor(method):
    masks = np.random.default_rng(3).random((50, D)) < 0.5
    plain, other = attribute(F, masks, "pda"), attribute(F, masks, method)
    hidden = VALUES[-1] - plain.coefficients
    derivative = 1 / (hidden * np.log(2)) * (1 if method == "pda_information" else 1 / (1 - hidden))
    np.testing.assert_allclose(other.covariance, plain.covariance * np.outer(derivative, derivative), rtol=1e-10)
    step = 1e-6  # the derivative itself, by differences
    low, high = (_scaled(method, hidden + sign * step) for sign in (-1, 1))
    np.testing.assert_allclose(derivative, (high - low) / (2 * step), rtol=1e-6)


def _scaled(method, values):
    return np.log2(values) if method == "pda_information" else np.log2(values / (1 - values))


def test_what_no_mask_shows_is_allowed_for_by_the_rule_of_three():
    masks = np.random.default_rng(4).random((40, 10)) < 0.5
    rare = lt.Leaf(10, on=range(10))  # not in the sample
    found, shown = attribute(rare, masks, "rise"), masks.sum(axis=0)
    assert not found.coefficients.any()
    np.testing.assert_allclose(found.standard_errors, np.sqrt(3) / shown)
    limit = attribution_limit("rise", rare, lt.BernoulliDesign(10)).coefficients
    low, high = found.interval().T
    assert (low < limit).all() and (limit < high).all()
    census = attribute(rare, lt.all_masks(10), "rise")
    assert not census.standard_errors.any()


def test_a_mean_of_one_mask_has_no_error_that_is_known():
    masks = np.array([[1, 0], [0, 1], [0, 1], [0, 1], [1, 1]][:4], bool)
    found = attribute(lt.SetFunction([0.1, 0.2, 0.3, 0.4]), masks, "rise")
    assert np.isinf(found.standard_errors[0]) and np.isfinite(found.standard_errors[1])
    assert found.coefficients[0] == 0.2 and found.covariance[0, 1] == 0.0


def test_few_masks_behind_a_mean_are_warned_of():
    masks = np.ones((40, 3), bool)
    masks[:20, 1], masks[:5, 2], masks[5:18, 0] = False, False, False
    noisy = lt.SetFunction(np.random.default_rng(0).normal(size=8))
    with pytest.warns(lt.FewMasksWarning, match="coefficient 2 rests on fewer than 10 effective masks, got [0-5]"):
        attribute(noisy, masks, "pda")


def test_rounding_takes_no_mean_beyond_the_values_behind_it():
    masks = np.random.default_rng(0).random((61, D)) < 0.5
    for seed in range(50):
        values = np.where(masks[:, 0], np.random.default_rng(seed).uniform(0.1, 0.9, 61), 0.0)
        sample = lt.Sample.of(masks, np.ones(61), values)
        assert conditional_means(sample, shown=False).means[0] >= 0  # mutant: without the limits -1e-17 for some


def test_masks_that_never_show_a_part_leave_it_open_in_a_drawn_sample():
    # drawn masks are not refused, since their values are paid for: the mean of all is reported with an infinite error
    sample = sample_of(np.array([[1, 0, 1, 0, 1], [0, 0, 1, 1, 0], [1, 0, 0, 1, 1]], bool))
    found = ATTRIBUTIONS["rise"].fit(sample, lt.BernoulliDesign(D), 0.0)
    assert found.coefficients[1] == pytest.approx(sample.values.mean()) and np.isinf(found.standard_errors[1])


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["pairs", "strata", "leverage", "balanced"])
@pytest.mark.parametrize("design", [lt.BernoulliDesign(D, 0.3), lt.ImageDesign(D), lt.ShapleyDesign(D)], ids=repr)
def test_ratios_give_every_way_of_drawing_the_same_limit(design, scheme):
    """Means over 150 samples are within 6 standard errors of the limit, plus a ratio's bias of order 1 / n.

    Without the ratio (the mutant) they are not, for pairs of Bernoulli(0.3) masks.
    """
    limit = attribution_limit("rise", F, design).coefficients
    samples = [draw(F, design, 60, np.random.default_rng(seed), sampling=scheme) for seed in range(150)]
    found = np.array([conditional_means(sample, True).means for sample in samples])
    allowed = 6 * found.std(axis=0) / np.sqrt(len(found)) + 0.1 / 60
    assert (np.abs(found.mean(axis=0) - limit) < allowed).all()
    if scheme == "pairs" and isinstance(design, lt.BernoulliDesign):
        plain = np.mean([conditional_means(replace(sample, ratio=None), True).means for sample in samples], axis=0)
        assert (np.abs(plain - limit) > allowed).any()
