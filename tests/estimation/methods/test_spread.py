"""The covariance of a sum within strata: a naive twin, any blocks, pairs, and Satterthwaite's degrees of freedom."""

import numpy as np
import pytest

from limetheory.estimation.methods.covariance import covariance_of_sum, satterthwaite
from limetheory.estimation.samples.strata import Strata

NUMBER = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [12, 9, 5]))
STRATA = Strata(NUMBER, np.array([20.0, np.inf, 5.0]))
MOVES = np.random.default_rng(1).normal(size=(26, 3)) + NUMBER[:, None]


def by_hand(left=(8 / 20, 1.0, 0.0)):
    """Σ left × n × covariance over the strata, the share ``left`` of each not being drawn, and its freedom."""
    draws = (12, 9, 5)
    parts = [left[i] * draws[i] * np.cov(MOVES[NUMBER == i].T) for i in range(3)]
    freedom = np.trace(sum(parts)) ** 2 / sum(np.trace(parts[i]) ** 2 / (draws[i] - 1) for i in range(3))
    return sum(parts), freedom


@pytest.mark.parametrize("size", [2, 8, 26, 100])
def test_moves_count_from_the_mean_of_their_stratum_for_every_block_size(size):
    found, freedom = covariance_of_sum(lambda: (MOVES[i : i + size] for i in range(0, 26, size)), 3, STRATA, NUMBER)
    expected, expected_freedom = by_hand()
    assert found == pytest.approx(expected, rel=1e-12) and freedom == pytest.approx(expected_freedom, rel=1e-12)
    mutant, mutant_freedom = by_hand(left=(1.0, 1.0, 1.0))  # without the finite-population correction
    assert np.trace(found) < 0.8 * np.trace(mutant) and abs(freedom - mutant_freedom) > 1


def test_without_cells_the_moves_have_mean_zero_and_freedom_without_end():
    one = Strata(np.zeros(26, int), np.array([np.inf]))
    found, freedom = covariance_of_sum(lambda: [MOVES], 3, one)
    assert found == pytest.approx(MOVES.T @ MOVES, rel=1e-12) and freedom == np.inf


@pytest.mark.parametrize("n", [25, 26])
def test_the_moves_of_a_pair_are_added_first_and_two_cells_cost_two_degrees_of_freedom(n):
    moves, cells = MOVES[:n], np.arange(n) // 2 % 2
    centred = moves - np.array([moves[cells == cell].mean(axis=0) for cell in cells])
    units = np.array([centred[i : i + 2].sum(axis=0) for i in range(0, n, 2)])
    one = Strata(np.zeros(n, int), np.array([np.inf]))
    found, freedom = covariance_of_sum(lambda: [moves], 3, one, cells, paired=True)
    assert found == pytest.approx(units.T @ units * 13 / 11, rel=1e-12) and freedom == pytest.approx(11)
    assert np.abs(found - covariance_of_sum(lambda: [moves], 3, one, cells)[0]).max() > 1  # mutant: one by one


def test_satterthwaite_by_hand():
    # (1 + 3)² / (1²/2 + 3²/6) = 8; a stratum without variance counts for nothing, and none at all for ∞.
    assert satterthwaite(np.array([1.0, 3.0, 0.0]), np.array([2, 6, 1])) == 8
    assert satterthwaite(np.array([1e-200, 3e-200]), np.array([2, 6])) == pytest.approx(8)  # squares would underflow
    assert satterthwaite(np.zeros(2), np.array([3, 4])) == np.inf
    assert satterthwaite(np.array([2.0, 1.0]), np.array([5.0, np.inf])) == 9 / (4 / 5)
