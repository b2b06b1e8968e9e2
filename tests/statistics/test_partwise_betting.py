"""Betting on terms in parts: the sums of the definition, the supermartingale, and coverage at the worst time."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from limetheory.statistics.betting import BettingSequence
from limetheory.statistics.partwise_betting import PartwiseBettingSequence

BOUNDS = np.array([0.3, 0.8])


def random_parts(n, k, seed=0):
    return np.random.default_rng(seed).uniform(-BOUNDS, BOUNDS, (n, k, 2))


def taken(batches, centres, tolerance=0.1):
    sequence = PartwiseBettingSequence(2, tolerance)
    for parts in batches:
        sequence.update_parts(parts, centres, BOUNDS)
    return sequence


def test_one_part_is_a_betting_sequence():
    plain, centres = BettingSequence(2, 0.1), np.array([0.2, -0.1])
    batches = [random_parts(40, 1, seed) for seed in range(5)]
    for parts in batches:
        plain.update(centres + parts[:, 0], centres, BOUNDS)
    found = taken(batches, centres)
    np.testing.assert_allclose(found.interval(), plain.interval(), rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors, plain.standard_errors, rtol=1e-9)
    assert found.n == plain.n == 200 and found.remaining() == pytest.approx(plain.remaining(), rel=1e-6)


def test_intervals_are_those_of_the_definition():
    centres, weights, batches = np.array([0.2, -0.1]), [], [random_parts(30, 3, seed) for seed in range(4)]
    sequence = PartwiseBettingSequence(2, 0.1)
    for parts in batches:
        weights.append(sequence._weights(BOUNDS))
        sequence.update_parts(parts, centres, BOUNDS)
    for j in range(2):
        total = up = down = 0.0
        for theta, parts in zip(weights, batches, strict=True):
            for term in parts[:, :, j]:
                total += theta[j]
                up += theta[j] * centres[j] + np.log([1 + theta[j] * x for x in term]).sum()
                down += theta[j] * centres[j] - np.log([1 - theta[j] * x for x in term]).sum()
        spent = np.log(2 * 2 / 0.05)
        assert sequence.interval()[j] == pytest.approx([(up - spent) / total, (down + spent) / total], rel=1e-9)
    assert sequence.n == 120
    summed = (np.concatenate(batches) ** 2).sum(axis=(0, 1)) / 120  # what the bets are made for
    assert sequence._variance == pytest.approx(summed, rel=0.2)


def test_what_a_term_multiplies_the_capital_by_is_at_most_one_on_average():
    """E[Π (1 + θ x_k)] ≤ exp(θ Σ E x_k) for independent parts, not for ones that always agree."""
    theta, values, chances = 0.9, (-1.0, 0.2, 1.0), (0.2, 0.3, 0.5)
    mean = np.dot(values, chances)
    for k in (1, 2, 4):
        capital = sum(
            np.prod([chances[i] for i in outcome]) * np.prod([1 + theta * values[i] for i in outcome])
            for outcome in product(range(3), repeat=k)
        )  # fmt: skip
        assert capital <= np.exp(theta * k * mean) * (1 + 1e-12)
    assert np.dot(chances, (1 + theta * np.array(values)) ** 4) > np.exp(theta * 4 * mean)  # mutant: the same part


RUNS, LOOKS = 200, 30
ALLOWED = binom.isf(1e-6, RUNS, 0.05)  # a correct level misses more often with probability < 1e-6


def missed(repeat=1):
    """Runs in which some interval misses at some time; ``repeat`` counts every term several times."""
    rng, mean, count = np.random.default_rng(3), 0.1, 0
    for _ in range(RUNS):
        sequence, bad = PartwiseBettingSequence(2, 0.01), False
        for _ in range(LOOKS):
            parts = np.where(rng.random((10, 4, 2)) < 0.5, -BOUNDS, BOUNDS) / 5
            parts = np.concatenate([parts] * repeat)
            sequence.update_parts(parts, np.full(2, mean), BOUNDS)
            low, high = sequence.interval().T
            bad |= bool(((low > mean) | (high < mean)).any())
        count += bad
    return count


@pytest.mark.slow
def test_all_means_are_covered_at_all_times():
    assert missed() <= ALLOWED


@pytest.mark.slow
def test_terms_that_are_not_independent_are_not():
    assert missed(repeat=10) > ALLOWED


def test_a_part_beyond_its_bound_is_refused_but_their_sum_may_be():
    edge = np.tile(BOUNDS, (5, 3, 1))
    assert taken([edge], np.zeros(2)).n == 5
    with pytest.raises(ValueError, match=r"within their bounds, got 0\.816 beside ±0\.8 in coordinate 1"):
        taken([edge * [1, 1.02]], np.zeros(2))
    with pytest.raises(ValueError, match="terms must lie within their bounds"):  # mutant: the sum as one term
        BettingSequence(2, 0.1).update(edge.sum(axis=1), np.zeros(2), BOUNDS)
