"""The error rates of tests by betting, by simulation of runs whose parts vary together or by themselves."""

import numpy as np
import pytest

from limetheory.testing.error_rates import fewest_for
from limetheory.testing.shares import share_deviation, share_runs_needed

LAWS = {
    "together": lambda rng, share, runs: rng.binomial(1, share, runs).astype(float),
    "by themselves": lambda rng, share, runs: rng.binomial(6, share, runs) / 6,
    "of a chance that varies": lambda rng, share, runs: rng.beta(2 * share, 2 * (1 - share), runs),
}


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_false_alarms_are_no_more_frequent_than_stated(law, level):
    rng = np.random.default_rng(0)
    below = [share_deviation(LAWS[law](rng, level, 200), low=level, false_alarm=0.05).found for _ in range(1000)]
    both = [share_deviation(LAWS[law](rng, level, 200), level, level, false_alarm=0.05).found for _ in range(1000)]
    # this test itself fails with a probability of 1e-6 where the rate is 0.05
    assert max(sum(below), sum(both)) < fewest_for(1000, 0.05, 1e-6)


@pytest.mark.slow
def test_capital_has_a_mean_of_at_most_one():
    # exact: over every sequence of four shares of a fair coin, P(p_value ≤ a) ≤ a for every a
    sequences = np.array(np.meshgrid(*[[0.0, 1.0]] * 12)).reshape(12, -1).T
    found = np.sort([share_deviation(one, low=0.5).p_value for one in sequences])
    assert (np.arange(1, len(found) + 1) / len(found) <= np.append(found[1:], 1.0) + 1e-12).all()


@pytest.mark.slow
@pytest.mark.parametrize("law, parts", [("together", 1), ("by themselves", 6)])
def test_a_smaller_share_is_found_as_often_as_stated(law, parts):
    runs, rng = share_runs_needed(0.93, 0.88, parts, power=0.9), np.random.default_rng(1)
    found = sum(share_deviation(LAWS[law](rng, 0.88, runs), low=0.93).found for _ in range(400))
    assert found > 400 - fewest_for(400, 0.1, 1e-4)
    few = sum(share_deviation(LAWS[law](rng, 0.88, runs // 2), low=0.93).found for _ in range(400))
    assert few < 200


def test_a_larger_share_is_found_too():
    shares = np.random.default_rng(0).binomial(6, 0.99, 1500) / 6
    assert share_deviation(shares, 0.93, 0.97).found and not share_deviation(shares, 0.93).found
    assert share_deviation(np.zeros(10), low=1.0).found and not share_deviation(np.ones(10), low=1.0).found


def test_wrong_shares_are_refused_in_one_line():
    with pytest.raises(ValueError, match=r"shares must be one number in \[0, 1\] a run, got shape \(2, 2\)"):
        share_deviation(np.zeros((2, 2)))
    with pytest.raises(ValueError, match=r"100000 runs at most, got shares 0\.93 and 0\.9299"):
        share_runs_needed(0.93, 0.9299)
