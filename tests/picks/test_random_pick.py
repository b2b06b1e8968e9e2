"""The pick at random: different instances, each as often as any other."""

import numpy as np
import pytest
from matrices import PAPER, without_ties
from scipy.stats import chi2

import limetheory as lt


def test_a_seed_fixes_the_pick_and_no_instance_is_picked_twice():
    for budget in range(1, 6):
        picked = lt.random_pick(PAPER, budget, 3)
        assert len(set(picked.tolist())) == budget and picked.tolist() == lt.random_pick(PAPER, budget, 3).tolist()


def statistic(draw):
    """Of Pearson's test that all ten pairs of five instances are equally likely, from 4000 draws."""
    counts = np.zeros((5, 5))
    for _ in range(4000):
        counts[tuple(np.sort(draw()))] += 1
    return ((counts[np.triu_indices(5, 1)] - 400) ** 2 / 400).sum()


@pytest.mark.slow
def test_all_pairs_are_equally_likely():
    # false alarms: 1 in 10,000 seeds; the mutant below is rejected with probability above 0.999
    rng = np.random.default_rng(0)
    given, threshold = lt.explanation_matrix(PAPER), chi2.isf(1e-4, 9)
    assert statistic(lambda: lt.random_pick(given, 2, rng)) < threshold
    lopsided = np.array([0.24, 0.19, 0.19, 0.19, 0.19])
    assert statistic(lambda: rng.choice(5, 2, replace=False, p=lopsided)) > threshold


def test_it_covers_less_than_the_submodular_pick_on_average():
    W = without_ties(1)
    random = [lt.coverage(W, lt.random_pick(W, 5, seed)) for seed in range(100)]
    assert max(random) <= lt.coverage(W, lt.submodular_pick(W, 5)) and np.mean(random) > 0


@pytest.mark.parametrize("rng", ["a", -1, True])
def test_what_is_no_seed_is_refused(rng):
    with pytest.raises(TypeError, match="rng must be None"):
        lt.random_pick(PAPER, 1, rng)
