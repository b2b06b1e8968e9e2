"""`estimate_until`: coverage when sampling stops, exactness if masks run out, and no dependence on batch sizes."""

import io
import math
from itertools import pairwise
from types import SimpleNamespace

import naive
import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import binom
from threadpoolctl import threadpool_info, threadpool_limits

import limetheory as lt
from limetheory import progress
from limetheory.estimation.sequential import terms as sequential_terms
from limetheory.estimation.sequential.terms import FreeMaskTerms, linear_fit
from limetheory.estimation.sequential.until import estimate_until
from limetheory.estimation.surrogates.clipping import Clipping
from limetheory.estimation.surrogates.families import Logistic, Surrogate
from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, Kernel
from limetheory.statistics.normal_mixture import NormalMixtureSequence

D = 24
ORDERS = {(0, 1): 0.3, (2, 3, 4): 0.25, (5,): 0.2, (6, 7): -0.15, (): 0.2}
F = lt.Multilinear(D, {frozenset(order): value for order, value in ORDERS.items()})  # from 0.05 to 0.95
BANZHAF = lt.BernoulliDesign(D)
DESIGNS = [
    BANZHAF, lt.ImageDesign(D), lt.TextDesign(D), lt.ShapleyDesign(D), lt.ProductDesign(np.linspace(0.3, 0.7, D)),
]  # fmt: skip


class Blocks:
    """A set function with a block size that keeps what it was asked."""

    def __init__(self, function, block_size=4096, stop_after=math.inf):
        self.function, self.block_size, self.stop_after, self.asked = function, block_size, stop_after, []

    def __call__(self, masks):
        if sum(map(len, self.asked)) + len(masks) > self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(masks.copy())
        return self.function(masks)


def until(tolerance=0.05, rng=0, function=F, design=BANZHAF, **options):
    """`estimate_until` with the linear surrogate, which takes no time, unless another one is given."""
    return estimate_until(function, design, tolerance, rng=rng, **({"bounds": (0, 1), "fit": linear_fit} | options))


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


RUNS, FEW = 100, 40  # experiments/stopping has 2,000
assert binom.cdf(allowed(RUNS), RUNS, 0.45) < 1e-6 and binom.cdf(allowed(FEW), FEW, 0.7) < 1e-6


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


def test_a_surrogate_that_is_not_clipped_breaks_its_bounds(monkeypatch):
    def wild(masks, values, design):
        return Surrogate([lambda z: 5.0 * z[:, 0] * z[:, 1], lambda z: -5.0 * z[:, 2]])

    assert until(0.1, fit=wild, level=1 - 1e-6).stopping.reached
    monkeypatch.setattr(Clipping, "__call__", lambda self, values, influence: values)
    with pytest.raises(ValueError, match="terms must lie within their bounds"):
        until(0.1, fit=wild)


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


def test_the_chosen_surrogate_needs_fewer_masks_than_a_linear_one():
    exact, needed = lt.limit(INTERACTIONS, lt.ImageDesign(18)).coefficients, []
    for fit in (linear_fit, None):
        found = until(0.03, 0, INTERACTIONS, lt.ImageDesign(18), fit=fit, level=1 - 1e-6)
        assert found.stopping.reached and (np.abs(found.coefficients - exact) <= found.stopping.half_widths).all()
        needed.append(found.stopping.n_masks)
    assert needed[1] < 0.75 * needed[0]


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


def test_surrogates_see_earlier_masks_only():
    calls, asked = [], Blocks(F)

    def fit(masks, values, design):
        calls.append((sum(map(len, asked.asked)), len(masks)))
        return linear_fit(masks, values, design)

    assert (until(0.03, function=asked, fit=fit).coefficients == until(0.03).coefficients).all()
    assert all(asked_by_then >= n for asked_by_then, n in calls) and len(calls) > 3
    assert all(later >= 1.5 * earlier for (_, earlier), (_, later) in pairwise(calls))


def table(d, seed=0):
    rng = np.random.default_rng(seed)
    return lt.SetFunction(1 / (1 + np.exp(-((naive.masks(d) @ rng.normal(size=d)) ** 2) + 1)))


@pytest.mark.parametrize("guarantee", ["bounded", "asymptotic"])
@pytest.mark.parametrize(("d", "tolerance"), [(1, 0.1), (3, 0.1), (7, 0.3), (9, 0.001), (11, 0.01)])
def test_where_masks_run_out_the_answer_is_exact(d, tolerance, guarantee):
    asked, design = Blocks(table(d)), lt.ImageDesign(d)
    found, exact = until(tolerance, function=asked, design=design, guarantee=guarantee), lt.limit(table(d), design)
    assert found.stopping.reached and not found.stopping.half_widths.any() and not found.standard_errors.any()
    np.testing.assert_allclose(found.coefficients, exact.coefficients, atol=1e-12)
    assert found.intercept == pytest.approx(exact.intercept, abs=1e-12)
    masks = np.concatenate(asked.asked[1:])
    assert len(np.unique(masks @ (1 << np.arange(d)))) == len(masks) == 2**d
    for intervals in (found.interval, found.simultaneous_interval):
        assert intervals(0.999).tolist() == intervals(0.5).tolist() == [[b, b] for b in found.coefficients]


def test_masks_do_not_run_out_where_fewer_draws_will_do():
    found = until(0.1, function=table(14), design=lt.ImageDesign(14))
    assert found.stopping.reached and found.stopping.half_widths.any() and found.n_evaluations < 2**13


def test_at_n_max_the_intervals_hold_although_the_tolerance_is_not_reached():
    exact = lt.limit(F, BANZHAF).coefficients
    found = until(0.001, n_max=1000, level=1 - 1e-6)
    assert not found.stopping.reached and found.stopping.n_masks == 1000
    assert (np.abs(found.coefficients - exact) <= found.stopping.half_widths).all()
    assert (found.stopping.half_widths > 0.001).all()
    eager = until(float(found.stopping.half_widths.max()), n_max=100_000, level=1 - 1e-6)
    assert eager.stopping.reached and eager.stopping.n_masks > 700  # the cap was used well


def test_a_constant_is_not_known_without_width():
    found = until(0.05, function=lambda masks: np.full(len(masks), 0.7))
    # At best each of n terms is bet on with λ = 1: the half-width is c log(2 d / 0.05) / n, c = 2 · 0.7.
    least = 1.4 * math.log(2 * D / 0.05) / found.stopping.n_masks
    assert found.stopping.reached and (found.stopping.half_widths > least).all()
    assert 0.01 < found.stopping.half_widths.min() and not found.coefficients.round(9).any()


def test_an_additive_function_is_known_soon_where_no_bound_is_asked_for():
    additive = lt.Additive(np.linspace(-1, 1, D))
    found = until(0.05, function=additive, guarantee="asymptotic")
    assert found.stopping.reached and found.stopping.n_masks < 500
    np.testing.assert_allclose(found.coefficients, additive.weights, atol=1e-9)


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


def test_an_interval_of_each_holds_its_coefficient_at_the_stop_and_an_eighth_of_it_does_not():
    level, runs, exact = 0.8, 60, lt.limit(F, BANZHAF).coefficients
    found = [until(0.15, seed, guarantee="asymptotic") for seed in range(runs)]
    off = np.array([np.abs(one.coefficients - exact) for one in found])
    reach = np.array([np.ptp(one.interval(level), axis=1) / 2 for one in found])
    # a coefficient's misses are at most binomial(60, 0.2): above this with probability 2e-5, for one of 24 with 5e-4
    most = int(binom.ppf(1 - 2e-5, runs, 1 - level))
    assert (off > reach).sum(axis=0).max() <= most < (off > reach / 8).sum(axis=0).max()


def test_a_better_surrogate_needs_fewer_masks():
    known = until(0.05, function=table(12), design=lt.ImageDesign(12), n_max=4095, fit=lambda *seen: table(12))
    plain = until(0.05, function=table(12), design=lt.ImageDesign(12), n_max=4095, fit=linear_fit)
    assert known.stopping.reached and known.stopping.n_masks < plain.stopping.n_masks
    exact = lt.limit(table(12), lt.ImageDesign(12)).coefficients
    np.testing.assert_allclose(known.coefficients, exact, atol=1e-12)


@pytest.mark.parametrize("stop_after", [300, 1000])
def test_ctrl_c_keeps_the_intervals_of_the_finished_masks(stop_after):
    with pytest.raises(lt.Interrupted, match="interrupted after") as caught:
        until(0.005, function=Blocks(F, 10, stop_after), level=1 - 1e-6)
    found, sample = caught.value.explanation, caught.value.sample
    assert sample.n == found.stopping.n_masks == stop_after - 2 - (stop_after - 2) % 10 or sample.n <= stop_after
    assert not found.stopping.reached and np.isfinite(found.stopping.half_widths).all()
    assert (np.abs(found.coefficients - lt.limit(F, BANZHAF).coefficients) <= found.stopping.half_widths).all()
    assert (sample.values == F(np.unpackbits(sample.bits, axis=1, count=D) == 1)).all()


def test_ctrl_c_before_the_first_fit_has_no_explanation():
    with pytest.raises(lt.Interrupted) as caught:
        until(function=Blocks(F, 10, 50))
    assert caught.value.explanation is None and caught.value.sample.n == 40


def test_the_normal_approximation_waits_for_some_masks():
    assert until(0.5, guarantee="asymptotic").stopping.n_masks >= 16 * (D + 1)
    assert not until(0.5, guarantee="asymptotic", n_max=250).stopping.reached


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_shows_half_width_and_what_remains(monkeypatch):
    shown, now = [], SimpleNamespace(seconds=0.0)

    class Bar:
        task_ids = (0,)

        def add_task(self, label, total):
            shown.append((label, total))

        start = stop = lambda self: None

        def update(self, task, **state):
            shown.append(state)

    def slow(masks):
        now.seconds += 3
        return F(masks)

    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal()))
    monkeypatch.setattr(progress, "_bar", Bar)
    found = until(function=slow)
    assert shown[0] == ("masks", 100_000) and shown[1]["description"] == "masks: first fit"
    last, n = shown[-1], found.stopping.n_masks
    assert last["description"].startswith("masks: ±0.05") and " of ±0.05, about " in last["description"]
    assert last["completed"] == n and last["total"] == pytest.approx(n, rel=0.1)
    expected = [state["total"] for state in shown[len(shown) // 2 :]]
    np.testing.assert_allclose(expected, n, rtol=0.3)


class Random:
    """A set function with noise of a size, drawn anew at each call."""

    def __init__(self, size):
        self.size, self.rng = size, np.random.default_rng(0)

    def __call__(self, masks):
        return F(masks) + self.size * self.rng.normal(size=len(masks))


class Rounded:
    """The values of a set function rounded as those of a float32 network are."""

    resolution = 2.0**-23

    def __call__(self, masks):
        return F(masks)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"bounds": None}, ValueError, r"got no bounds; give bounds=\(lo, hi\), or guarantee='asymptotic'"),
        ({"guarantee": "sure"}, ValueError, "guarantee must be one of bounded, asymptotic, got 'sure'"),
        ({"bounds": (0.2, 1)}, ValueError, r"F must stay in its bounds \[0.2, 1\], got 0.\d+; give wider bounds, or"),
        ({"bounds": (1, 0)}, ValueError, r"bounds\[1\] must be above 1, got 0; write \(0, 1\) for probabilities"),
        ({"bounds": (0, math.inf)}, ValueError, r"bounds\[1\] must be above 0 and finite, got inf"),
        ({"bounds": 1.0}, TypeError, r"bounds must be a pair \(lo, hi\), got 1.0"),
        ({"tolerance": 0}, ValueError, "tolerance must be above 0"),
        ({"tolerance": -1}, ValueError, "tolerance must be above 0"),
        ({"tolerance": "small"}, TypeError, "tolerance must be a number"),
        ({"function": Rounded(), "tolerance": 1e-7}, ValueError, "at least 9.5e-07, the rounding of .* got 1e-07"),
        ({"tolerance": 1e-16}, ValueError, "at least 1.8e-15, the rounding of the values"),
        ({"level": 0}, ValueError, "level must be above 0 and below 1, got 0"),
        ({"level": 95}, ValueError, "level must be above 0 and below 1, got 95; write 0.95 for 95 %"),
        ({"n_max": 199}, ValueError, "n_max must be at least 200, got 199; d = 24 superpixels need 200 masks"),
        ({"n_max": 1e5}, TypeError, "n_max must be an integer"),
        ({"function": Random(0.1), "bounds": (-9, 9)}, ValueError, "same answer to the same mask, got .* masked"),
        ({"function": lt.Additive([1.0])}, ValueError, "got 1 and 24; build the design with d=1"),
        ({"function": 3}, TypeError, "F must be a callable"),
        ({"design": 24}, TypeError, "design must be a limetheory design"),
        ({"rng": "seed"}, TypeError, "rng must be None"),
    ],
)
def test_bad_arguments_are_refused(changes, error, words):
    with pytest.raises(error, match=words) as caught:
        until(**changes)
    assert "\n" not in str(caught.value)


def test_rounding_is_no_randomness():
    assert until(function=Random(1e-16), bounds=(-1, 2)).stopping.reached


@pytest.mark.parametrize("design", [lt.ImageDesign(4), lt.ShapleyDesign(4)], ids=repr)
def test_evaluations_are_those_that_happened_the_full_mask_twice_and_no_other(design):
    rng = np.random.default_rng(1)
    function = Blocks(lt.SetFunction(rng.random(16)), block_size=3)
    found = until(0.01, 0, function, design, n_max=50)
    asked = np.concatenate(function.asked)
    times = np.unique(asked @ (1 << np.arange(4)), return_counts=True)[1]
    assert found.n_evaluations == len(asked) == 17 and times.tolist() == [1] * 15 + [2]
