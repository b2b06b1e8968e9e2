"""Intervals of a change hold its limit as often as they say, and are those of pairs; wrong variants are told apart."""

import numpy as np
import pytest
from scipy.stats import binom

import limetheory as lt
from limetheory.inspection import image_change

D, N, RUNS, LEVEL = 6, 200, 400, 0.95
IMAGE, LABELS = np.ones((1, D)), np.arange(D)[None]
SHADE = 0.9  # of the edited image, by which the model knows it
BITS = 1 << np.arange(D)
VALUES = np.random.default_rng(0).normal(size=1 << D)
EDITED = VALUES + 0.3 * np.random.default_rng(1).normal(size=1 << D)
LOW, HIGH = 362, 394


def model(images):
    """A table of values on all masks before the edit, and another one after it."""
    shown = images[:, 0, :, 0] > 0.5
    edited = (images[:, 0, :, 0] == SHADE).any(axis=1)
    place = shown @ BITS
    return np.where(edited, EDITED[place], VALUES[place])


def run(seed, n=N):
    return image_change(model, IMAGE, SHADE * IMAGE, segments=LABELS, replacement=0.0, n=n, rng=seed)


EXACT = image_change(model, IMAGE, SHADE * IMAGE, segments=LABELS, replacement=0.0, exact=True).difference


@pytest.fixture(scope="module")
def runs():
    return [run(seed) for seed in range(RUNS)]


def paired(runs):
    """(coefficients, half-widths) of each run."""
    return np.array([[one.difference.coefficients, half_widths(one.difference)] for one in runs]).transpose(1, 0, 2)


def half_widths(found):
    low, high = found.interval(LEVEL).T
    return (high - low) / 2


def unpaired(runs):
    """The standard errors of two independent explanations in place of those of pairs."""
    centres, _ = paired(runs)
    widths = [np.hypot(half_widths(one.before), half_widths(one.after)) for one in runs]
    return centres, np.array(widths)


def other_masks(runs):
    """The masks after the edit from another seed, with the standard errors of pairs."""
    _, widths = paired(runs)
    shifted = [*runs[1:], runs[0]]
    gaps = [other.after.coefficients - one.before.coefficients for one, other in zip(runs, shifted, strict=True)]
    return np.array(gaps), widths


def swapped(runs):
    """before − after."""
    centres, widths = paired(runs)
    return -centres, widths


def covering(found, coefficient):
    """In how many runs the interval of a coefficient holds its limit."""
    centres, widths = found
    inside = np.abs(centres - EXACT.coefficients) <= widths
    return int(inside[:, coefficient].sum())


def accepted(count):
    return LOW <= count <= HIGH


def test_the_error_rates_of_the_check_are_as_stated():
    """A coverage from 0.94 to 0.955 fails with probability below 0.004, one of 0.87 or 0.999 passes below 0.03."""
    for share in (0.94, 0.95, 0.955):
        assert binom.cdf(LOW - 1, RUNS, share) + binom.sf(HIGH, RUNS, share) < 0.004
    for share in (0.87, 0.999):
        assert binom.cdf(HIGH, RUNS, share) - binom.cdf(LOW - 1, RUNS, share) < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("coefficient", [0, 3])
def test_intervals_of_a_change_hold_its_limit_as_often_as_they_say(runs, coefficient):
    assert accepted(covering(paired(runs), coefficient))


@pytest.mark.slow
@pytest.mark.parametrize("mutant", [unpaired, other_masks, swapped])
def test_wrong_variants_are_rejected(runs, mutant):
    assert not accepted(covering(mutant(runs), 0)) and not accepted(covering(mutant(runs), 3))


@pytest.mark.slow
def test_simultaneous_intervals_hold_all_changes_at_once(runs):
    inside = []
    for one in runs:
        low, high = one.difference.simultaneous_interval(LEVEL).T
        inside.append(((low <= EXACT.coefficients) & (EXACT.coefficients <= high)).all())
    assert accepted(sum(inside))


@pytest.mark.slow
def test_the_standard_errors_are_the_deviations_over_runs(runs):
    spread = np.std([one.difference.coefficients for one in runs], axis=0, ddof=1)
    stated = np.sqrt(np.mean([one.difference.standard_errors**2 for one in runs], axis=0))
    # the standard error of a deviation over 400 runs is 3.5 %, so that 15 % are more than four of them
    np.testing.assert_allclose(stated / spread, 1.0, atol=0.15)


@pytest.mark.slow
def test_pairs_have_a_small_part_of_the_variance_where_the_edit_changes_little(runs):
    alone = np.mean([one.before.standard_errors**2 + one.after.standard_errors**2 for one in runs])
    pairs = np.mean([one.difference.standard_errors**2 for one in runs])
    # Var F_before + Var F_after against Var (F_after − F_before): (1 + 1.09) / 0.09 = 23 in the mean over tables
    assert 10 < alone / pairs < 50


@pytest.mark.slow
def test_above_is_right_about_two_changes_as_often_as_it_says(runs):
    i, j = 0, 3
    truth = EXACT.coefficients[i] - EXACT.coefficients[j]
    gaps = np.array([lt.above(one.difference, i, j).difference for one in runs])
    errors = np.array([lt.above(one.difference, i, j).standard_error for one in runs])
    assert accepted(int((np.abs(gaps - truth) <= 1.972 * errors).sum()))  # t at 193 degrees of freedom
