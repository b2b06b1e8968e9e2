"""thm:bound holds in simulations, falls with n, and grows with the quantities that it should grow with."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many_fits import slopes_of_runs
from scipy.stats import binom

import limetheory as lt
from limetheory.statistics import Bound, asymptotic_deviations
from limetheory.statistics.bound import LARGEST, least

REPETITIONS, ODDS = 400, 0.2
DESIGNS = [lt.ImageDesign(6), lt.ImageDesign(4, 0.5), lt.BernoulliDesign(5, 0.4), lt.TextDesign(5), lt.ShapleyDesign(5)]
ROUGH = {"parity": lambda d: np.where(naive.masks(d).sum(axis=1) % 2, 1.0, 0.0),
         "coins": lambda d: np.random.default_rng(d).integers(0, 2, 2**d).astype(float)}  # fmt: skip


def failures(design, values, answers, half_width):
    """How many of the repetitions have a coefficient further from its limit than the half-width."""
    exact = lt.limit(lt.SetFunction(values), design).coefficients
    return int((np.abs(answers - exact).max(axis=1) > half_width).sum())


# The bounds fail with probability at most 0.2. More than ALLOWED failures of 400 then have probability below 1e-6;
# bounds that fail with probability 0.45 or more pass with probability below 1e-6.
ALLOWED = int(binom.isf(1e-6, REPETITIONS, ODDS))
assert binom.cdf(ALLOWED, REPETITIONS, 0.45) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("kind", ROUGH)
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_thm_bound_holds_for_weighted_least_squares(design, kind):
    values, n = ROUGH[kind](design.d), 1200
    bound = Bound(design).wls(n, ODDS)

    answers = slopes_of_runs(values, design, n, np.random.default_rng(5), REPETITIONS)
    assert math.isfinite(bound) and failures(design, values, answers, bound) <= ALLOWED
    typical = asymptotic_deviations(lt.SetFunction(values), design).max() / math.sqrt(n)
    assert bound > typical
    assert failures(design, values, answers, typical / 2) > ALLOWED  # mutant: half a standard error


@pytest.mark.slow
@pytest.mark.parametrize("kind", ROUGH)
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_thm_bound_holds_for_the_unbiased_mean_and_a_third_of_it_does_not(design, kind):
    values, n = ROUGH[kind](design.d), 400
    line = np.full(2**design.d, 0.5)
    if design.efficient:
        line = values[0] + (values[-1] - values[0]) * naive.masks(design.d).mean(axis=1)
    centred = lt.SetFunction(values - line)
    bound, rng = Bound(design).unbiased(n, ODDS), np.random.default_rng(5)
    samples = [design.sample(n, rng) for _ in range(REPETITIONS)]
    answers = np.array([design.influence(masks, centred(masks)).mean(axis=0) for masks in samples])
    assert failures(design, centred.values, answers, bound) <= ALLOWED
    if not design.efficient:
        assert failures(design, centred.values, answers, bound / 3) > ALLOWED  # mutant: variance nine times too small


def test_the_worst_deviation_is_above_that_of_every_rough_function_and_not_far():
    ratios = [
        asymptotic_deviations(lt.SetFunction(values(design.d)), design).max() / Bound(design).worst_deviation
        for design in DESIGNS if not design.efficient for values in ROUGH.values()
    ]  # fmt: skip
    assert max(ratios) <= 1 and max(ratios) > 0.75


@pytest.mark.parametrize("d", [10, 100, 1000])
def test_thm_bound_is_of_order_d_log_d_beside_the_central_limit_theorem(d):
    # n(ε, η) ≤ C (v_1/ε² + R ρ h/ε + R) log(d/η) with the constants of paper/bound.md; 6 is enough for all three.
    bound, e, odds = Bound(lt.ImageDesign(d)), 0.05, 0.05
    order = (bound.worst_deviation / e) ** 2 + bound.classes.radius * (0.5 * math.sqrt(bound.classes.diagonal) / e + 1)
    n = bound.wls_masks(e, odds)
    assert order * math.log(d / odds) / 6 < n < 6 * order * math.log(d / odds)
    asymptotic = bound.worst_deviation * math.sqrt(2 * math.log(2 * d / odds) / 1e14)
    assert bound.wls(10**14, odds) == pytest.approx(asymptotic, rel=0.01)


def test_the_two_bounds_of_the_theorem_are_valid_alone():
    # By length and by coordinate: each is at least the least of both, and each is sharper somewhere.
    bound, root = Bound(lt.ImageDesign(20)), np.linspace(0, 1, 101)
    for n, length_wins in ((400, True), (10**6, False)):
        lead, score = bound._influence_at(root, n), bound._score_at(root, n)
        by_length = np.min([*bound._by_length(score, n, 0.05)], axis=0)
        by_coordinate = np.min([*bound._by_coordinate(lead, score, n, 0.05)], axis=0)
        assert (by_length.max() < by_coordinate.max()) == length_wins
        np.testing.assert_array_equal(bound.at_line(root, n, 0.05), np.minimum(by_length, by_coordinate))


@pytest.mark.parametrize(
    ("d", "stood", "outside", "now"),
    [(10, 19_158, 13_613, 12_953), (50, 46_630, 23_529, 20_748), (100, 77_830, 34_872, 29_803)],
)
def test_a_known_line_and_bousquet_s_inequality_need_fewer_masks_than_before(d, stood, outside, now):
    assert Bound(lt.ImageDesign(d)).wls_masks(0.05, 0.05) == pytest.approx(now, abs=1) and now < outside < stood


def test_one_coefficient_needs_fewer_masks_than_all_at_once():
    every, one = (Bound(lt.ImageDesign(50), simultaneous=all_at_once) for all_at_once in (True, False))
    v, b = (0.5**2 * every.classes.mean_square_influence, 0.5 * every.classes.largest_influence)
    for bound, m in ((every, 50), (one, 1)):
        expected = math.ceil((2 * v / 0.05**2 + 2 * b / 0.15) * math.log(2 * m / 0.05))
        assert bound.unbiased_masks(0.05, 0.05) == pytest.approx(expected, abs=1)
    assert one.wls_masks(0.05, 0.05) < every.wls_masks(0.05, 0.05)


@pytest.mark.parametrize("n", [3000, 12_953, 10**6])
def test_the_half_width_is_the_largest_over_every_line(n):
    bound = Bound(lt.ImageDesign(10))
    tried = 0.5 * bound.at_line(np.linspace(0, 1, 20_001), n, 0.05)
    assert tried.max() <= bound.wls(n, 0.05) <= tried.max() * (1 + 1e-5)
    assert tried[0] < tried.max() and tried[-1] < tried.max()  # mutants: no line, and nothing but a line


@pytest.mark.parametrize("design", [*DESIGNS, lt.ImageDesign(2), lt.ImageDesign(3)], ids=repr)
@pytest.mark.parametrize("n", [1000, 10**5])
def test_the_half_width_is_concave_in_the_mean_square_of_the_line(design, n):
    values = Bound(design).at_line(np.sqrt(np.linspace(0, 1, 401)), n, 0.05)
    assert (np.diff(values, 2) <= 1e-9 * values.max()).all()


SOME = st.sampled_from([Bound(design) for design in DESIGNS])
ODDS_OF = st.floats(1e-6, 0.9)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(SOME, st.integers(1, 10**7), st.integers(2, 50), ODDS_OF)
def test_bounds_fall_with_n_and_grow_with_the_level(bound, n, factor, odds):
    for half_width in (bound.wls, bound.unbiased):
        assert half_width(n * factor, odds) <= half_width(n, odds) * (1 + 1e-9)
        assert half_width(n, odds / factor) >= half_width(n, odds) * (1 - 1e-9)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(SOME, st.floats(1e-4, 0.5), ODDS_OF, st.floats(1.01, 4))
def test_the_number_of_masks_is_the_least_that_keeps_the_half_width(bound, half_width, odds, factor):
    for needed, reached in ((bound.wls_masks, bound.wls), (bound.unbiased_masks, bound.unbiased)):
        n = int(needed(half_width, odds))
        assert reached(n, odds) <= half_width
        assert n <= bound.design.d + 1 or reached(n - max(1, n >> 50), odds) > half_width * (1 - 1e-9)
        assert needed(half_width / factor, odds) >= n
        assert needed(half_width, odds / factor) >= n


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 50), st.floats(0.01, 0.9))
def test_bounds_scale_with_the_range_of_f_and_do_not_depend_on_its_centre(low, width, share):
    design = lt.ImageDesign(6)
    unit, other = Bound(design), Bound(design, (low, low + width))
    assert other.wls(5000, 0.1) == pytest.approx(width * unit.wls(5000, 0.1), rel=1e-6)
    assert other.unbiased(5000, 0.1) == pytest.approx(width * unit.unbiased(5000, 0.1), rel=1e-6)
    smooth = Bound(design, (low, low + width), spread=share * width / 2)
    assert smooth.wls(5000, 0.1) <= other.wls(5000, 0.1) * (1 + 1e-9)
    assert smooth.unbiased(5000, 0.1) == other.unbiased(5000, 0.1)


@given(st.integers(1, 10**6), st.integers(1, 50))
def test_least_is_what_a_search_from_the_start_finds(threshold, start):
    assert least(lambda n: n >= threshold, start) == max(threshold, start)


def test_least_beyond_the_largest_number_is_infinite():
    assert least(lambda n: False, 3) == math.inf
    assert least(lambda n: n >= LARGEST / 4, 1) < math.inf


@pytest.mark.parametrize("bandwidth", [0.005, 0.25, math.inf])
def test_ten_thousand_superpixels_have_a_bound(bandwidth):
    bound = Bound(lt.ImageDesign(10_000, bandwidth))
    assert 10_000 < bound.wls_masks(0.05, 0.05) and bound.wls_masks(0.05, 0.05) >= bound.unbiased_masks(0.05, 0.05)


def test_the_bound_is_infinite_for_few_masks():
    assert Bound(lt.ImageDesign(50)).wls(300, 0.05) == math.inf
    assert Bound(lt.ImageDesign(50)).chernoff(300, 0.05) == 1


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: Bound(lt.ImageDesign(4), (1, 1)), "greatest value of F must be above 1, got 1"),
        (lambda: Bound(lt.ImageDesign(4), (0, math.inf)), "must be above 0 and finite"),
        (lambda: Bound(lt.ImageDesign(4), spread=0.0), "spread must be above 0"),
        (lambda: Bound(lt.ImageDesign(4)).wls(100, 95), "error probability must be above 0 and below 1, got 95"),
        (lambda: Bound(lt.ImageDesign(4)).wls(0, 0.05), "n must be at least 1, got 0"),
        (lambda: Bound(lt.ImageDesign(4)).wls_masks(0, 0.05), "half_width must be above 0"),
        (lambda: Bound(lt.ImageDesign(1)), "needs d ≥ 2"),
    ],
)
def test_bad_values_are_refused_in_one_line(call, rule):
    with pytest.raises(ValueError, match=rule):
        call()
