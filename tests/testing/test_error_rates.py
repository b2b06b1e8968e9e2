"""The error rates of tests by counting: exact by fractions, and by simulation of runs of several laws."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from limetheory.testing.error_rates import at_least, deviation, fewest_for, runs_needed, trials_needed


def tail(count, trials, chance):
    chance = Fraction(chance)
    return sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(count, trials + 1))


@pytest.mark.parametrize("error", [1e-2, 1e-6 / 12, 1e-9])
@pytest.mark.parametrize("chance", [0.5, 0.75])
def test_the_count_that_a_test_asks_for_is_the_smallest_one_that_is_rare_enough(chance, error):
    trials = np.arange(1, 130)
    for n, count in zip(trials.tolist(), fewest_for(trials, chance, error).tolist(), strict=True):
        assert tail(count, n, chance) <= Fraction(error)
        assert count == n + 1 or tail(count - 1, n, chance) > Fraction(error)
        assert np.isclose(float(tail(count, n, chance)), at_least(count, n, chance), rtol=1e-9)


def test_trials_needed_have_the_power_and_one_fewer_have_not():
    for chance in (Fraction(4, 5), Fraction(9, 10), Fraction(99, 100)):
        n = trials_needed(0.5, float(chance), 1e-6, 0.99)
        for more in range(5):
            assert tail(int(fewest_for(n + more, 0.5, 1e-6)), n + more, chance) >= 0.99
        assert tail(int(fewest_for(n - 1, 0.5, 1e-6)), n - 1, chance) < 0.99


LAWS = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "of two values": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
    "skewed, median 0": lambda rng, shape: rng.exponential(size=shape) - np.log(2),
    "Cauchy": lambda rng, shape: rng.standard_cauchy(shape),
}


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("runs", [10, 37, 200])
def test_false_alarms_are_no_more_frequent_than_stated(law, runs):
    rng, alarms = np.random.default_rng(runs), 0
    for _ in range(600):
        alarms += deviation(LAWS[law](rng, (runs, 3)), np.zeros(3), false_alarm=0.05).found
    # this test itself fails with a probability of 1e-6 where the rate is 0.05
    assert alarms < fewest_for(600, 0.05, 1e-6)


@pytest.mark.slow
def test_equal_parts_do_not_hide_a_false_alarm_rate():
    rng = np.random.default_rng(0)
    alarms = sum(deviation(np.repeat(rng.normal(size=(37, 1)), 9, axis=1), np.zeros(9), false_alarm=0.05).found
                 for _ in range(1000))  # fmt: skip
    assert alarms < fewest_for(1000, 0.05, 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("allowed", [0.0, 0.02])
def test_a_discrepancy_is_found_as_often_as_stated(allowed):
    runs = runs_needed(4, 0.1, 0.1, allowed=allowed, false_alarm=1e-6, power=0.9)
    rng, target = np.random.default_rng(1), np.zeros(4)
    mean = np.array([0.0, 0.0, 0.1, 0.0])
    found = [deviation(rng.normal(mean, 0.1, (runs, 4)), target, allowed=allowed) for _ in range(1000)]
    assert sum(one.found for one in found) > 1000 - fewest_for(1000, 0.1, 1e-6)
    assert all(one.part == 2 and one.size > 0 for one in found if one.found)
    few = [deviation(rng.normal(mean, 0.1, (runs // 2, 4)), target, allowed=allowed).found for _ in range(1000)]
    assert sum(few) < 500


def test_ties_with_the_target_are_no_deviation():
    assert deviation(np.full((100, 2), 0.25), [0.25, 0.25]).p_values.tolist() == [1.0, 1.0]
    assert deviation(np.full((100, 2), 0.25), [0.25, 0.2]).found
    assert not deviation(np.full((100, 2), 0.25), [0.25, 0.2], allowed=0.05 + 1e-12).found


@pytest.mark.parametrize("arguments, message", [
    (([[1.0, np.nan]], [1.0, 1.0]), "runs must be finite, got 1 NaN"),
    (([1.0, 2.0], [1.0, 1.0]), r"runs must have shape \(runs, d\)"),
    (([[1.0, 2.0]], [1.0]), "target must have one number for each of the 2 parts"),
])  # fmt: skip
def test_wrong_runs_are_refused_in_one_line(arguments, message):
    with pytest.raises(ValueError, match=message):
        deviation(*arguments)


@pytest.mark.slow
def test_what_no_number_of_runs_can_tell_is_refused():
    with pytest.raises(ValueError, match="100000 runs at most, got a chance of 0"):
        runs_needed(4, 1.0, 0.001)
    with pytest.raises(ValueError, match=r"discrepancy must be above 0\.1"):
        runs_needed(4, 1.0, 0.1, allowed=0.1)
