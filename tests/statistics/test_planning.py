"""A plan reaches its half-width at its level, and says what it assumes."""

import itertools
import math

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many_fits import slopes_of_runs
from scipy.stats import binom, norm, t

import limetheory as lt
from limetheory.statistics import Bound, asymptotic_deviations, plan

D, REPETITIONS, LEVEL = 8, 900, 0.9
# Coverage of 0.89, the level less 1 % for the pilot's and the theorem's own error, is below LOW with probability
# 1e-6; with half as many masks it is 0.755, above LOW with probability below 1e-6.
LOW = binom.ppf(1e-6, REPETITIONS, LEVEL - 0.01) / REPETITIONS
assert binom.sf(LOW * REPETITIONS - 1, REPETITIONS, 0.755) < 1e-6


def smooth_table():
    """A saturating network's shape: a logistic function of weights and interactions."""
    rng, masks = np.random.default_rng(1), naive.masks(D)
    score = masks @ rng.normal(size=D) * 1.2 + 2.5 * masks[:, 0] * masks[:, 3] - 1.5 * masks[:, 1] * masks[:, 5] - 1
    return lt.SetFunction(1 / (1 + np.exp(-score)))


def coverage(design, n, half_width, joint=False):
    table, rng = smooth_table(), np.random.default_rng(2)
    exact = lt.limit(table, design).coefficients
    gaps = np.abs(slopes_of_runs(table.values, design, n, rng, REPETITIONS) - exact)
    return float((gaps.max(axis=1) <= half_width).mean() if joint else (gaps <= half_width).mean(axis=0).min())


@pytest.mark.slow
@pytest.mark.parametrize("design", [lt.ImageDesign(D), lt.BernoulliDesign(D)], ids=repr)
def test_a_plan_from_a_pilot_reaches_its_half_width_at_its_level_and_half_of_it_does_not(design):
    pilot, half_width = lt.estimate(smooth_table(), design, 20_000, rng=0), 0.015
    answer = plan(design, half_width, LEVEL, pilot=pilot)
    assert coverage(design, int(answer.clt.n), half_width) >= LOW
    assert coverage(design, int(answer.clt.n) // 2, half_width) < LOW  # mutant


@pytest.mark.slow
def test_a_simultaneous_plan_holds_for_all_coefficients_at_once_and_the_plain_one_does_not():
    design, half_width = lt.ImageDesign(D), 0.015
    pilot = lt.estimate(smooth_table(), design, 20_000, rng=0)
    single, joint = (plan(design, half_width, LEVEL, pilot=pilot, simultaneous=all_at_once) for all_at_once in (0, 1))
    assert joint.clt.n > single.clt.n
    assert coverage(design, int(joint.clt.n), half_width, joint=True) >= LOW
    assert coverage(design, int(single.clt.n), half_width, joint=True) < LOW


@pytest.mark.slow
def test_the_guarantees_hold_at_their_own_number_of_masks():
    design, half_width = lt.ImageDesign(D), 0.2
    answer = plan(design, half_width, LEVEL, bounds=(0, 1))
    assert coverage(design, int(answer.wls.n), half_width, joint=True) >= LOW
    assert answer.clt.n < answer.unbiased.n < answer.wls.n


def test_an_explained_image_is_a_pilot_of_the_masks_that_were_drawn():
    image = np.random.default_rng(0).random((4, 6, 3))
    labels = np.arange(24).reshape(4, 6) // 6
    pilot = lt.explain_image(lambda x: x.reshape(len(x), -1).max(axis=1), image, segments=labels, n=40, rng=0)
    assert pilot.n_evaluations < 40 == pilot.n_masks, "masks that were drawn again are not evaluated again"
    answer = plan(pilot.design, 1e-3, LEVEL, pilot=pilot)
    assert answer.clt.n == by_definition(pilot, pilot.design, 40, 1e-3, LEVEL)
    assert "a pilot of 40 masks" in answer.clt.assumes


def naive_share(design):
    """Kish's effective share of equally probable masks, by the sum over all of them."""
    weight = design.weight(naive.masks(design.d))
    return weight.mean() ** 2 / (weight**2).mean()


def naive_half_width(pilot, design, n_0, level):
    """n → the widest interval, from the standard errors of a pilot of n_0 masks."""
    share, parameters = naive_share(design), design.d + 1
    left = max(share * n_0 - parameters, 1)
    known = np.minimum(np.broadcast_to(pilot.degrees_of_freedom, design.d), left)

    def of(n):
        free = share * n - parameters
        quantiles = [t.ppf((1 + level) / 2, min(one, free)) for one in known]
        return (quantiles * pilot.standard_errors).max() * math.sqrt(left / free)

    return of


def by_definition(pilot, design, n_0, half_width, level):
    """The fewest masks whose widest interval is narrow enough, by looking at one number after the other."""
    of, fewest = naive_half_width(pilot, design, n_0, level), math.ceil((design.d + 2) / naive_share(design))
    return next(n for n in itertools.count(fewest) if of(n) <= half_width)


@pytest.mark.slow
@given(st.integers(2, 10**6), st.floats(1e-6, 10), st.floats(1e-4, 10), st.floats(0.5, 0.999))
def test_the_number_from_a_pilot_is_its_formula(n_0, error, half_width, level):
    pilot = lt.Explanation(np.zeros(3), 0.0, np.array([error / 3, error, 0.0]), n_0, np.array([9.0, 40.0, 1.0]))
    answer = plan(lt.ImageDesign(3), half_width, level, pilot=pilot)
    half_width_at = naive_half_width(pilot, lt.ImageDesign(3), n_0, level)
    fewest = next(n for n in range(3, 99) if naive_share(lt.ImageDesign(3)) * n >= 5 - 1e-6)
    n = answer.clt.n
    assert n >= fewest and half_width_at(n) <= half_width * (1 + 1e-9)
    assert n == fewest or half_width_at(n - 1 - n // 10**6) > half_width * (1 - 1e-9)
    assert answer.unbiased is None and answer.wls is None
    assert answer.n == min(answer.clt.n, 8) and answer.exhaustive == (answer.clt.n >= 8)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.integers(2, 300), st.floats(0.01, 0.4), st.floats(0.5, 0.99), st.floats(1.05, 3))
def test_more_is_asked_for_a_narrower_interval_a_higher_level_and_a_wider_range(d, half_width, level, factor):
    design = lt.ImageDesign(d)
    base = plan(design, half_width, level, bounds=(0, 1))
    narrower = plan(design, half_width / factor, level, bounds=(0, 1))
    surer = plan(design, half_width, 1 - (1 - level) / factor, bounds=(0, 1))
    wider = plan(design, half_width, level, bounds=(0, factor))
    smoother = plan(design, half_width, level, bounds=(0, 1), spread=0.4 / factor)
    for other in (narrower, surer, wider):
        for name in ("clt", "unbiased", "wls"):
            assert getattr(other, name).n >= getattr(base, name).n
    assert smoother.clt.n <= base.clt.n and smoother.wls.n <= base.wls.n


def test_the_worst_case_is_not_reached_by_any_table():
    design, rng = lt.ImageDesign(4), np.random.default_rng(0)
    worst = plan(design, 0.01, bounds=(0, 1)).clt.n
    for _ in range(50):
        table = lt.SetFunction(rng.integers(0, 2, 16).astype(float))
        pilot = lt.Explanation(np.zeros(4), 0.0, asymptotic_deviations(table, design) / 1e4, 10**8)
        assert plan(design, 0.01, pilot=pilot).clt.n <= worst


def test_a_guessed_residual_is_taken_at_every_mask():
    # Parity on all superpixels under uniform masks: |r| is 1/2 everywhere, and E[π² a²] = 4.
    answer = plan(lt.BernoulliDesign(12), 0.05, 0.95, bounds=(0, 1), spread=0.5)
    needed = (norm.ppf(0.975) / 0.05) ** 2
    assert needed + 13 <= answer.clt.n <= needed + 13 + 5
    assert "a residual of about 0.5" in answer.clt.assumes and "of at most 0.5" in answer.wls.assumes


def test_a_plan_never_asks_for_fewer_masks_than_coefficients_nor_for_more_than_there_are():
    nearly_additive = lt.Explanation(np.ones(10), 0.0, np.full(10, 1e-9), 500)
    share = naive_share(lt.ImageDesign(10))
    assert plan(lt.ImageDesign(10), 0.1, pilot=nearly_additive).n == math.ceil(12 / share) > 11
    tiny = plan(lt.ImageDesign(10), 0.001, bounds=(0, 1), method="wls")
    assert tiny.n == tiny.everything == 1024 and tiny.exhaustive and tiny.wls.n > 1024
    huge = plan(lt.ImageDesign(10_000, 0.001), 0.05, bounds=(0, 1), method="wls")
    assert math.isinf(huge.wls.n) and huge.n == 2**10_000


def test_methods_choose_the_number():
    design = lt.ImageDesign(30)
    found = {name: plan(design, 0.05, bounds=(0, 1), method=name) for name in ("clt", "unbiased", "wls")}
    assert {name: one.n for name, one in found.items()} == {
        "clt": found["clt"].clt.n, "unbiased": Bound(design).unbiased_masks(0.05, 1 - 0.95),
        "wls": Bound(design).wls_masks(0.05, 1 - 0.95),
    }  # fmt: skip
    with pytest.raises(ValueError, match="method 'wls' needs bounds on F"):
        _ = plan(design, 0.05, pilot=lt.Explanation(np.ones(30), 0.0, np.ones(30), 9), method="wls").n


PILOT = lt.Explanation(np.zeros(3), 0.0, np.array([0.1, math.inf, 0.1]), 100)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"level": 95}, "level must be above 0 and below 1, got 95; write 0.95"),
        ({"level": 0}, "level must be above 0"),
        ({"level": 1}, "level must be above 0 and below 1"),
        ({"half_width": 0}, "half_width must be above 0"),
        ({"half_width": 1.5}, "half_width must be below 1, got 1.5; it must be below the range"),
        ({"bounds": (1, 0)}, "greatest value of F must be above 1"),
        ({"bounds": None}, "needs a pilot or bounds on F, got neither"),
        ({"method": "guess"}, "method must be one of clt, unbiased, wls"),
        ({"pilot": PILOT}, "standard errors must be finite, got 1 that are not; draw more"),
        ({"design": lt.ImageDesign(4), "pilot": PILOT}, "the pilot must have the design's d = 4, got 3"),
    ],
)
def test_bad_values_are_refused_in_one_line(options, rule):
    arguments = {"design": lt.ImageDesign(3), "half_width": 0.05, "bounds": (0, 1), **options}
    with pytest.raises(ValueError, match=rule):
        plan(**arguments)


OTHER_PILOTS = {
    "two levels": lambda F, design: lt.two_level(F, F, design, 200, 50, 0),
    "sequential": lambda F, design: lt.estimate_until(F, design, 0.3, rng=0, bounds=(0, 3), n_max=200),
    "unbiased": lambda F, design: lt.estimate(F, design, 200, 0, "adjusted"),
    "wls, ridge": lambda F, design: lt.estimate(F, design, 200, 0, ridge=1.0),
    "wls, pairs": lambda F, design: lt.estimate(F, design, 200, 0, sampling="pairs"),
    "wls, strata": lambda F, design: lt.estimate(F, design, 200, 0, sampling="strata"),
    "wls, leverage": lambda F, design: lt.estimate(F, design, 200, 0, sampling="leverage"),
}


@pytest.mark.parametrize("method", OTHER_PILOTS)
def test_a_pilot_of_other_standard_errors_than_those_of_least_squares_is_refused(method):
    # `adjusted` as a pilot said that 11 masks are enough where least squares needs 930.
    F, design = lt.Multilinear(10, {(0,): 1.0, (0, 1): 1.0, (2, 3): 1.0}), lt.ImageDesign(10)
    pilot = OTHER_PILOTS[method](F, design)
    assert pilot.method == method
    with pytest.raises(ValueError, match=f"must be those of weighted least squares, got '{method}'; explain with"):
        plan(design, 0.05, pilot=pilot)


def test_a_pilot_on_an_image_says_its_method_too():
    image = np.random.default_rng(0).random((8, 8, 3))
    options = {"segments": "grid", "n": 60, "rng": 0, "target": 0}
    answer = lt.explain_image(lambda x: x.mean(axis=(1, 2)), image, **options)
    assert answer.method == "wls" and lt.explain_image(
        lambda x: x.mean(axis=(1, 2)), image, method="unbiased", **options).method == "unbiased"  # fmt: skip
