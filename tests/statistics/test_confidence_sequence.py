"""Confidence sequences: exact miscoverage by enumeration, 2,000 runs stopped at their worst time, naive twins."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import binom

from limetheory.statistics.betting import BettingSequence
from limetheory.statistics.confidence_sequence import ConfidenceSequence
from limetheory.statistics.normal_mixture import NormalMixtureSequence

RUNS, TERMS, ERROR = 2000, 500, 0.05
# A correct sequence (rate ≤ 0.05) has more misses with probability < 1e-6; a rate of 0.11 passes with < 1e-6.
ALLOWED = binom.isf(1e-6, RUNS, ERROR)
assert binom.cdf(ALLOWED, RUNS, 0.11) < 1e-6

# draw(rng, shape) in [0, 1], and the mean
DISTRIBUTIONS = {
    "uniform": (lambda rng, shape: rng.random(shape), 0.5),
    "skewed": (lambda rng, shape: rng.beta(0.3, 2.7, shape), 0.1),
    "fair coin": (lambda rng, shape: (rng.random(shape) < 0.5) * 1.0, 0.5),
    "rare": (lambda rng, shape: (rng.random(shape) < 0.02) * 1.0, 0.02),
}


def apart(kind: type[ConfidenceSequence]) -> type[ConfidenceSequence]:
    """The sequence with every coordinate as a run of its own that may spend the whole error probability."""
    return type("Apart", (kind,), {"_share": lambda self, level: ERROR})


def misses(kind, name, *, start=0, centre=0.5, tolerance=0.05):
    """How many of the runs ever miss the mean after ``start`` terms, at whatever time."""
    draw, mean = DISTRIBUTIONS[name]
    rng, sequence, missed = np.random.default_rng(1), apart(kind)(RUNS, tolerance), np.zeros(RUNS, bool)
    bounds = max(centre, 1 - centre)
    for n, step in enumerate(steps()):
        sequence.update(draw(rng, (step, RUNS)), np.full(RUNS, centre), np.full(RUNS, bounds))
        low, high = sequence.interval().T
        if n >= start:
            missed |= (mean < low) | (mean > high)
    return missed.sum(), sequence


def steps():
    return [1] * 100 + [2] * 50 + [5] * ((TERMS - 200) // 5)


@pytest.mark.slow
@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("centre", [0.5, 0.1])
def test_betting_misses_no_more_often_than_its_level_at_the_worst_time(name, centre):
    found, sequence = misses(BettingSequence, name, centre=centre)
    assert found <= ALLOWED
    assert sequence.half_widths().max() < 0.2  # the intervals say something


@pytest.mark.parametrize("name", ["uniform", "fair coin"])
def test_the_normal_mixture_misses_no_more_often_once_it_has_seen_some_terms(name):
    found, sequence = misses(NormalMixtureSequence, name, start=20)
    assert found <= ALLOWED and sequence.half_widths().max() < 0.2


class Peeked(NormalMixtureSequence):
    """A 95 % interval of the central limit theorem, which is wrongly used at every time."""

    def _half_widths(self, weight, cost, share):
        return 1.96 * np.sqrt(cost) / np.where(weight > 0, weight, 1)


class PeekedBernstein(NormalMixtureSequence):
    """Bernstein's inequality √(2 V log(2/δ)) for a single time, wrongly used at every time, without its range term."""

    def _half_widths(self, weight, cost, share):
        return np.sqrt(2 * cost * math.log(2 / share)) / np.where(weight > 0, weight, 1)


class Hindsight(BettingSequence):
    """Bets that depend on the terms they are placed on: smaller by a fifth if these are below the centre."""

    def update(self, terms, centres, bounds=None):
        self._foreseen = np.where(terms.mean(axis=0) > centres, 1.0, 0.8)
        super().update(terms, centres, bounds)

    def _weights(self, bounds):
        return self._foreseen * super()._weights(bounds)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", [Peeked, PeekedBernstein, Hindsight])
def test_mutants_that_are_valid_at_one_time_only_or_bet_in_hindsight_are_rejected(mutant):
    assert misses(mutant, "fair coin", start=20)[0] > ALLOWED


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.5, 0.1])
def test_the_probability_of_ever_missing_is_exactly_below_the_level(p):
    # All 2^9 sequences of a two-point law: no simulation. At level 0.3 and tolerance 0.3 bets are large.
    level, missed, capital, wrong = 0.3, 0.0, 0.0, 0.0
    for sequence in itertools.product((0.0, 1.0), repeat=9):
        probability = math.prod(p if x else 1 - p for x in sequence)
        bets = BettingSequence(1, 0.3, level)
        ever = False
        for x in sequence:
            bets.update(np.array([[x]]), np.array([0.4]), np.array([0.6]))
            low, high = bets.interval()[0]
            ever |= not low <= p <= high
        missed += probability * ever
        capital += probability * math.exp(bets._up[0] - bets._weight[0] * (p - 0.4))
        wrong += probability * math.exp(bets._up[0] - bets._weight[0] * (p - 0.3 - 0.4))
    assert capital <= 1 + 1e-12 < wrong  # a supermartingale from 1; about a wrong mean it grows
    assert 0 < missed <= 1 - level


def test_intervals_are_those_of_the_definition():
    rng, bets = np.random.default_rng(0), BettingSequence(3, 0.1, 0.9)
    history = []
    for step in (1, 4, 10, 30):
        centres, bounds = rng.random(3), 1 + rng.random(3)
        terms = rng.random((step, 3))
        before = bets._weight.copy()
        bets.update(terms, centres, bounds)
        theta = (bets._weight - before) / step
        assert (theta * bounds < 1).all() and (theta > 0).all()
        history += [(theta, centres, row) for row in terms]
    for j, (low, high) in enumerate(bets.interval()):
        total = math.fsum(theta[j] for theta, _, _ in history)
        up = math.fsum(math.log(1 + t[j] * (x[j] - c[j])) + t[j] * c[j] for t, c, x in history)
        down = math.fsum(math.log(1 - t[j] * (x[j] - c[j])) - t[j] * c[j] for t, c, x in history)
        log = math.log(2 * 3 / 0.1)
        assert low == pytest.approx((up - log) / total, abs=1e-12)
        assert high == pytest.approx((log - down) / total, abs=1e-12)


def test_the_normal_mixture_is_the_definition():
    rng, mixture = np.random.default_rng(0), NormalMixtureSequence(2, 0.1, 0.9)
    weights, values = [], []
    for step in (20, 10, 30):
        terms, before = rng.normal(size=(step, 2)), mixture._weight.copy()
        mixture.update(terms, np.array([0.1, -0.1]))
        weights += [(mixture._weight - before) / step] * step
        values += list(terms)
    w, x = np.array(weights), np.array(values)
    assert not w[:20].any() and (w[20:] > 0).all()
    alpha, centre = 0.1 / 2, np.array([0.1, -0.1])
    v, rho = (w**2 * (x - centre) ** 2).sum(axis=0), math.sqrt(mixture._rho_squared)
    half = np.sqrt((v * rho**2 + 1) / rho**2 * 2 * np.log(np.sqrt(v * rho**2 + 1) / alpha)) / w.sum(axis=0)
    middle = (w * x).sum(axis=0) / w.sum(axis=0)
    np.testing.assert_allclose(mixture.interval(), np.stack([middle - half, middle + half], axis=1), rtol=1e-12)


def test_rho_makes_the_boundary_at_the_intended_stop_the_least():
    mixture = NormalMixtureSequence(5, 0.1)
    v, alpha = mixture._stop, 0.05 / 5

    def boundary(rho):
        return math.sqrt((v * rho**2 + 1) / rho**2 * 2 * math.log(math.sqrt(v * rho**2 + 1) / alpha))

    best = min(boundary(rho) for rho in np.geomspace(0.01, 100, 4001))
    assert boundary(math.sqrt(mixture._rho_squared)) <= best * 1.005
    assert boundary(math.sqrt(mixture._rho_squared)) == pytest.approx(v, rel=1e-9)  # |S| = V: half-width = tolerance


def history(seed, terms=600):
    """A betting sequence on skewed terms with its θ and terms: the other two intervals need them all."""
    rng, bets, thetas, values = np.random.default_rng(seed), BettingSequence(1, 0.02, 0.95), [], []
    for _ in range(terms // 20):
        batch, before = rng.beta(0.5, 2, (20, 1)), bets._weight[0]
        bets.update(batch, np.array([0.2]), np.array([0.8]))
        thetas += [(bets._weight[0] - before) / 20] * 20
        values += batch[:, 0].tolist()
    return bets, np.array(thetas), np.array(values)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_narrower_than_empirical_bernstein_and_nearly_the_hedged_capital(seed):
    bets, theta, x = history(seed)
    log, low, high = math.log(2 / 0.05), *bets.interval()[0]
    lam = 0.8 * theta
    bernstein = (log + ((-np.log1p(-lam) - lam) * ((x - 0.2) / 0.8) ** 2).sum()) / theta.sum()
    assert (high - low) / 2 < bernstein

    def capital(m, sign):
        return np.log1p(sign * theta * (x - m)).sum() - log

    hedged = [brentq(capital, low - 0.1, x.mean(), (1,)), brentq(capital, x.mean(), high + 0.1, (-1,))]
    assert (hedged[1] - hedged[0]) / (high - low) == pytest.approx(1, abs=0.02)
    assert hedged[0] >= low - 1e-12 and hedged[1] <= high + 1e-12  # its step 1 + u ≤ exp(u) is left out


@pytest.mark.parametrize("kind", [BettingSequence, NormalMixtureSequence])
def test_intervals_move_with_units_and_order(kind):
    rng = np.random.default_rng(0)
    batches = [rng.random((step, 4)) for step in (30, 30, 40)]
    order = [2, 0, 3, 1]

    def intervals(scale=1.0, columns=slice(None)):
        sequence = kind(4, 0.05 * scale)
        for terms in batches:
            sequence.update(scale * terms[:, columns], np.full(4, 0.5 * scale), np.full(4, 0.5 * scale))
        return sequence.interval()

    np.testing.assert_allclose(intervals(1000.0), 1000 * intervals(), rtol=1e-9)
    np.testing.assert_allclose(intervals(1.0, order), intervals()[order], rtol=1e-12)


@pytest.mark.parametrize("kind", [BettingSequence, NormalMixtureSequence])
def test_another_level_is_another_width_about_the_same_middle(kind):
    sequence = kind(2, 0.05)
    for _ in range(3):
        sequence.update(np.random.default_rng(0).random((50, 2)), np.full(2, 0.5), np.full(2, 0.5))
    widths = [sequence.half_widths(level)[0] for level in (0.5, 0.9, 0.95, 0.99)]
    assert widths == sorted(widths) and widths[2] == sequence.half_widths()[0]
    assert np.allclose(sequence.interval(0.5).mean(axis=1), sequence.means)


@pytest.mark.parametrize("kind", [BettingSequence, NormalMixtureSequence])
def test_the_forecast_of_what_remains_is_about_right_and_ends_at_zero(kind):
    rng, sequence, forecasts = np.random.default_rng(0), kind(3, 0.02), []
    while not (sequence.half_widths() <= 0.02).all():
        sequence.update(rng.random((20, 3)), np.full(3, 0.5), np.full(3, 0.5))
        forecasts.append((sequence.n, sequence.remaining(np.full(3, 0.5))))
    total = sequence.n
    assert forecasts[-1][1] == 0.0
    half = next(more for n, more in forecasts if n >= total / 2)
    assert half == pytest.approx(total / 2, rel=0.25)


@pytest.mark.slow
def test_a_horizon_that_is_too_short_is_used_up_as_well_as_it_can_be():
    def reached(tolerance, horizon):
        rng, sequence = np.random.default_rng(0), BettingSequence(1, tolerance, horizon=horizon)
        for _ in range(40):
            sequence.update(rng.random((10, 1)), np.array([0.5]), np.array([0.5]))
        return sequence.half_widths()[0]

    best = min(reached(tolerance, 10**9) for tolerance in np.geomspace(0.02, 0.5, 30))
    assert reached(1e-4, 400) < 1.15 * best < reached(1e-4, 10**9)


def test_constant_terms_leave_a_width_that_shrinks_like_one_over_n():
    sequence = BettingSequence(1, 1e-3)
    for _ in range(100):
        sequence.update(np.full((10, 1), 0.3), np.array([0.3]), np.array([0.7]))
    least = 0.7 * math.log(2 / 0.05) / 1000  # all bets at λ = 1
    assert least < sequence.half_widths()[0] < 1.2 * least


def test_intervals_are_infinite_before_the_first_terms():
    for sequence in (BettingSequence(2, 0.1), NormalMixtureSequence(2, 0.1)):
        assert np.isinf(sequence.interval()).all() and np.isinf(sequence.half_widths()).all()
        assert sequence.remaining(np.ones(2)) == math.inf and np.isinf(sequence.standard_errors).all()


@pytest.mark.slow
def test_standard_errors_are_those_of_the_weighted_mean():
    rng, spread = np.random.default_rng(0), []
    for _ in range(400):
        sequence = NormalMixtureSequence(1, 0.05)
        for _ in range(5):
            sequence.update(rng.random((40, 1)), np.array([0.5]))
        spread.append((sequence.means[0], sequence.standard_errors[0]))
    means, errors = np.array(spread).T
    # the deviation of 400 means is right to 3.5 %; 15 % is four of these
    assert means.std() == pytest.approx(errors.mean(), rel=0.15)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: BettingSequence(0, 0.1), ValueError, "m must be at least 1, got 0"),
        (lambda: BettingSequence(1, 0.0), ValueError, "tolerance must be above 0"),
        (lambda: BettingSequence(1, 0.1, 95), ValueError, "level must be above 0 and below 1, got 95; write 0.95"),
        (lambda: BettingSequence(1, 0.1, horizon=0), ValueError, "horizon must be at least 1"),
        (lambda: BettingSequence(1, 0.1).half_widths(1.0), ValueError, "level must be above 0 and below 1"),
        (lambda: update([[0.5]]), ValueError, "needs the bounds of its terms, got none; use NormalMixtureSequence"),
        (lambda: update([[0.5]], [0.0]), ValueError, "bounds must be positive and finite, got 0; give larger"),
        (lambda: update([[1.5]], [1.0]), ValueError, "terms must lie within .* got 1.5 beside ±1 in coordinate 0"),
    ],
)
def test_bad_arguments_are_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def update(terms, bounds=None):
    BettingSequence(1, 0.1).update(np.array(terms), np.zeros(1), None if bounds is None else np.array(bounds))
