"""`estimate_until`: coverage when sampling stops, levels of its intervals, and no dependence on batch sizes."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import binom
from sequential_runs import BANZHAF, Blocks, D, F, until
from threadpoolctl import threadpool_info, threadpool_limits

import limetheory as lt
from limetheory.estimation.sequential import terms as sequential_terms
from limetheory.estimation.sequential.terms import FreeMaskTerms, linear_fit
from limetheory.estimation.surrogates.clipping import Clipping
from limetheory.estimation.surrogates.families import Logistic, Surrogate
from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, Kernel
from limetheory.statistics.normal_mixture import NormalMixtureSequence

DESIGNS = [
    BANZHAF, lt.ImageDesign(D), lt.TextDesign(D), lt.ShapleyDesign(D), lt.ProductDesign(np.linspace(0.3, 0.7, D)),
]  # fmt: skip
KERNEL = Kernel(np.full(D, 0.2), 1.0, 1.0, 0.2, 0.01)


def curved(masks, values, design):
    """A surrogate without an exact limit that takes little time: no kernel is learned."""
    odds = logit(np.clip(values, 0.01, 0.99))
    return Surrogate([GaussianProcess(KERNEL, masks, values), Logistic(GaussianProcess(KERNEL, masks, odds))])


@pytest.mark.slow
@pytest.mark.parametrize("fit", [linear_fit, curved])
@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_it_stops_within_the_tolerance_for_every_design(design, guarantee, fit):
    # Twenty designs, guarantees and surrogates at level 1 − 1e-6: a false alarm is rarer than 2e-5.
    found, exact = until(0.1, design=design, guarantee=guarantee, level=1 - 1e-6, fit=fit), lt.limit(F, design)
    assert found.stopping.reached and (found.stopping.half_widths <= 0.1).all()
    assert found.stopping.guarantee == guarantee
    assert (np.abs(found.coefficients - exact.coefficients) <= found.stopping.half_widths).all()
    assert abs(found.intercept - exact.intercept) < 0.2
    assert found.stopping.n_masks <= found.n_evaluations <= found.stopping.n_masks + 5
    if design.efficient:
        empty, full = F(np.array([[False], [True]]).repeat(D, axis=1))
        assert found.coefficients.sum() == pytest.approx(full - empty)


def allowed(runs):
    """The number of misses that a correct level exceeds with probability below 1e-6."""
    return binom.isf(1e-6, runs, 0.05)


RUNS, FEW = 50, 25  # experiments/stopping has 2,000
assert binom.cdf(allowed(RUNS), RUNS, 0.65) < 1e-6 and binom.cdf(allowed(FEW), FEW, 0.85) < 1e-6


def missed(guarantee, fit=linear_fit, runs=RUNS):
    exact, rng = lt.limit(F, BANZHAF).coefficients, np.random.default_rng(5)
    answers = [until(0.1, rng, guarantee=guarantee, fit=fit) for _ in range(runs)]
    assert all(answer.stopping.reached for answer in answers)
    return sum((np.abs(answer.coefficients - exact) > answer.stopping.half_widths).any() for answer in answers)


@pytest.mark.slow
@pytest.mark.parametrize("fit", [linear_fit, curved])
@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
def test_all_coefficients_are_within_their_intervals_at_the_stop(guarantee, fit):
    assert missed(guarantee, fit) <= allowed(RUNS)


def without_free_masks(self, masks, values, block=FreeMaskTerms._block):
    return block(self, masks, values)[:, :1]


@pytest.mark.slow
@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
def test_free_masks_make_up_for_a_poor_additive_function(guarantee, monkeypatch):
    monkeypatch.setattr(sequential_terms, "linear_fit", lambda masks, values, design: lt.Additive(np.zeros(D), 0.5))
    assert missed(guarantee, curved, FEW) <= allowed(FEW)
    monkeypatch.setattr(FreeMaskTerms, "_block", without_free_masks)  # mutant: β(a) in the place of β(g)
    assert missed(guarantee, curved, FEW) > allowed(FEW)


@pytest.mark.slow
def test_a_surrogate_that_is_not_clipped_breaks_its_bounds(monkeypatch):
    def wild(masks, values, design):
        return Surrogate([lambda z: 5.0 * z[:, 0] * z[:, 1], lambda z: -5.0 * z[:, 2]])

    assert until(0.1, fit=wild, level=1 - 1e-6).stopping.reached
    monkeypatch.setattr(Clipping, "__call__", lambda self, values, influence: values)
    with pytest.raises(ValueError, match="terms must lie within their bounds"):
        until(0.1, fit=wild)


@pytest.mark.slow
@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
def test_any_set_function_is_a_surrogate(guarantee):
    # Four runs at level 1 − 1e-6.
    exact = lt.limit(F, BANZHAF).coefficients
    for surrogate in (lt.Leaf(D, on=(0, 1)), lambda masks: masks[:, 0] * 0.3):
        found = until(0.1, fit=lambda *seen, surrogate=surrogate: surrogate, guarantee=guarantee, level=1 - 1e-6)
        assert found.stopping.reached and (np.abs(found.coefficients - exact) <= found.stopping.half_widths).all()


INTERACTIONS = lt.Multilinear(
    18, {frozenset(): 0.1, frozenset((0, 1, 2)): 0.5, frozenset((3, 4)): 0.35, frozenset((4, 5, 6)): -0.1}
)  # from 0.0 to 0.95


@pytest.mark.slow
def test_the_chosen_surrogate_needs_fewer_masks_than_a_linear_one():
    exact, needed = lt.limit(INTERACTIONS, lt.ImageDesign(18)).coefficients, []
    for fit in (linear_fit, None):
        found = until(0.03, 0, INTERACTIONS, lt.ImageDesign(18), fit=fit, level=1 - 1e-6)
        assert found.stopping.reached and (np.abs(found.coefficients - exact) <= found.stopping.half_widths).all()
        needed.append(found.stopping.n_masks)
    assert needed[1] < 0.75 * needed[0]


@pytest.mark.slow
def test_log_odds_are_used_without_bounds_too():
    def sigmoid(masks):
        return expit(3.0 * (masks @ np.linspace(-1, 1, D)))

    found = [until(0.02, 0, sigmoid, guarantee="asymptotic", fit=fit) for fit in (linear_fit, None)]
    assert found[1].stopping.n_masks < found[0].stopping.n_masks and found[1].stopping.reached
    np.testing.assert_allclose(found[1].coefficients, found[0].coefficients, atol=0.04)


@pytest.mark.slow
def test_a_pointwise_interval_that_is_peeked_at_is_rejected(monkeypatch):
    def pointwise(self, weight, cost, share):
        return 1.96 * np.sqrt(cost) / np.where(weight > 0, weight, 1e-12)

    monkeypatch.setattr(NormalMixtureSequence, "_half_widths", pointwise)
    assert missed("asymptotic") > allowed(RUNS)


@pytest.mark.slow
def test_the_answer_is_the_same_for_every_block_size():
    for fit in (linear_fit, curved):
        answers = [until(function=Blocks(F, size), fit=fit) for size in (1, 37, 4096)]
        for answer in answers[1:]:
            np.testing.assert_allclose(answer.simultaneous_interval(), answers[0].simultaneous_interval(), rtol=1e-12)
            assert answer.n_evaluations == answers[0].n_evaluations
    assert (until(rng=1).coefficients != answers[0].coefficients).any()


@pytest.mark.parametrize("fit", [linear_fit, curved])
def test_masks_are_one_long_draw_of_the_design(fit):
    asked = Blocks(F)
    answer = until(function=asked, fit=fit)
    masks = np.concatenate(asked.asked[2:])
    assert (asked.asked[0].all(), asked.asked[1].all()) == (True, True)  # asked twice: is it the same answer?
    drawn = BANZHAF.sample(answer.stopping.n_masks, np.random.default_rng(0))
    assert (masks[masks.shape[0] - answer.stopping.n_masks :] == drawn).all()
    assert max(map(len, asked.asked)) <= asked.block_size


@pytest.mark.slow
def test_surrogates_run_on_one_thread_of_the_blas():
    # with more, a fit took minutes on a machine whose cores were busy
    seen = {"fit": [], "evaluated": [], "F": []}

    def threads():
        return max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")

    def fit(masks, values, design):
        seen["fit"].append(threads())

        def surrogate(masks):
            seen["evaluated"].append(threads())
            return masks @ slopes

        return surrogate

    def function(masks):
        seen["F"].append(threads())
        return F(masks)

    slopes, function.d = np.zeros(F.d), F.d
    with threadpool_limits(2, "blas"):
        until(function=function, fit=fit)
    assert set(seen["fit"]) == set(seen["evaluated"]) == {1} and set(seen["F"]) == {2}


@pytest.mark.slow
def test_surrogates_see_earlier_masks_only():
    calls, asked = [], Blocks(F)

    def fit(masks, values, design):
        calls.append((sum(map(len, asked.asked)), len(masks)))
        return linear_fit(masks, values, design)

    assert (until(0.03, function=asked, fit=fit).coefficients == until(0.03).coefficients).all()
    assert all(asked_by_then >= n for asked_by_then, n in calls) and len(calls) > 3
    assert all(later >= 1.5 * earlier for (_, earlier), (_, later) in pairwise(calls))


@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
@pytest.mark.parametrize("design", [BANZHAF, lt.ShapleyDesign(D)], ids=repr)
def test_intervals_at_other_levels_are_wider_or_narrower(guarantee, design):
    found = until(guarantee=guarantee, design=design)
    for intervals in (found.interval, found.simultaneous_interval):
        widths = [np.ptp(intervals(level)[0]) for level in (0.5, 0.95, 0.999)]
        assert widths == sorted(set(widths))
        with pytest.raises(ValueError, match="level must be above 0 and below 1"):
            intervals(1.0)


@pytest.mark.parametrize("design", [BANZHAF, lt.ShapleyDesign(D)], ids=repr)
def test_all_intervals_at_once_are_those_of_the_stop_at_its_own_level(design):
    found = until(0.1, level=0.9, design=design)
    half, middle = found.stopping.half_widths, found.coefficients
    assert (found.simultaneous_interval(0.9) == np.stack([middle - half, middle + half], axis=1)).all()


@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
@pytest.mark.parametrize("design", [BANZHAF, lt.ShapleyDesign(D)], ids=repr)
def test_an_interval_of_each_is_that_of_all_at_the_level_of_a_union_bound(guarantee, design):
    found = until(0.1, guarantee=guarantee, design=design)
    np.testing.assert_allclose(found.interval(0.96), found.simultaneous_interval(1 - D * 0.04), rtol=1e-12)
    assert (np.ptp(found.interval(), axis=1) < np.ptp(found.simultaneous_interval(), axis=1)).all()


def test_an_interval_of_each_is_wider_than_student_s_which_does_not_survive_stopping():
    found = until(0.1)
    normal = lt.Explanation(found.coefficients, 0.0, found.standard_errors, 1)
    assert (np.ptp(found.interval(), axis=1) > np.ptp(normal.interval(), axis=1)).all()


@pytest.mark.slow
def test_an_interval_of_each_holds_its_coefficient_at_the_stop_and_an_eighth_of_it_does_not():
    level, runs, exact = 0.8, 60, lt.limit(F, BANZHAF).coefficients
    found = [until(0.15, seed, guarantee="asymptotic") for seed in range(runs)]
    off = np.array([np.abs(one.coefficients - exact) for one in found])
    reach = np.array([np.ptp(one.interval(level), axis=1) / 2 for one in found])
    # a coefficient's misses are at most binomial(60, 0.2): above this with probability 2e-5, for one of 24 with 5e-4
    most = int(binom.ppf(1 - 2e-5, runs, 1 - level))
    assert (off > reach).sum(axis=0).max() <= most < (off > reach / 8).sum(axis=0).max()
