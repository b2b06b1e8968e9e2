"""Orders with ties: the mean over all ways to break ties, compared with a loop over all d! orders."""

from collections import defaultdict
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.metrics import orders, removal
from limetheory.metrics import ranking as module

TIED = st.lists(st.integers(0, 2).map(lambda x: x / 4), min_size=1, max_size=6)


def all_orders(scores):
    """Every order that sorts the scores downwards, by trying all of them."""
    found = [o for o in permutations(range(len(scores))) if all(scores[a] >= scores[b] for a, b in pairwise(o))]
    return np.array(found)


def distribution(scores, counts):
    """Probability of each set at each step and of each pair of consecutive sets, by the loop over orders."""
    allowed = all_orders(scores)
    sets, edges = defaultdict(float), defaultdict(float)
    for order in allowed:
        path = [frozenset(order[:k].tolist()) for k in counts]
        for step, gone in enumerate(path):
            sets[step, gone] += 1 / len(allowed)
        for pair in pairwise(path):
            edges[pair] += 1 / len(allowed)
    return sets, edges


def found_distribution(found):
    names = [frozenset(np.flatnonzero(row).tolist()) for row in found.removed]
    assert len(set(names)) == len(names)
    sets = {(k, name): p for k, name, p in zip(found.step.tolist(), names, found.probability, strict=True)}
    edges = defaultdict(float)
    for (a, b), p in zip(found.edges, found.edge_probability, strict=True):
        edges[names[a], names[b]] += p
    return sets, edges


@pytest.mark.slow
@given(TIED, st.sampled_from([None, 2, 3, 4]))
def test_removal_is_the_expectation_over_all_orders(scores, steps):
    d = len(scores)
    counts = range(d + 1) if steps is None else sorted({k * d // (steps - 1) for k in range(steps)})
    found = found_distribution(removal(scores, steps, draws=1000))
    for mine, naive in zip(found, distribution(scores, counts), strict=True):
        assert mine == pytest.approx(dict(naive), abs=1e-12)


@pytest.mark.slow
@given(TIED, st.integers(0, 9))
def test_drawn_paths_are_allowed_and_probabilities_add_up(scores, seed):
    counts = np.arange(len(scores) + 1)
    drawn = module._drawn(module._shuffled(module._groups(scores)[0], 7, seed), counts)
    sets, edges = found_distribution(drawn)
    allowed, pairs = distribution(scores, counts)
    assert set(sets) <= set(allowed) and set(edges) <= set(pairs)
    np.testing.assert_allclose(np.bincount(drawn.step, drawn.probability), 1, atol=1e-12)
    assert (np.diff(drawn.step) >= 0).all() and sum(edges.values()) == pytest.approx(len(scores))


def test_drawn_paths_have_the_right_frequencies():
    # 4000 draws of 6 sets of two out of four: each count is Binomial(4000, 1/6). Bounds of 6 standard deviations fail
    # by chance less than 2e-8; orders that keep a position twice as often are off by 28 of them.
    drawn = module._drawn(module._shuffled(np.zeros(4, int), 4000, 0), np.array([0, 2, 4]))
    counts = drawn.probability[drawn.step == 1] * 4000
    assert len(counts) == 6 and (np.abs(counts - 4000 / 6) < 6 * np.sqrt(4000 * 5 / 36)).all()
    biased = np.array([[0, 1, 2, 3]] * 2000 + [[2, 3, 0, 1]] * 2000)
    counts = module._drawn(biased, np.array([0, 2, 4])).probability[1:-1] * 4000
    assert not (np.abs(counts - 4000 / 6) < 6 * np.sqrt(4000 * 5 / 36)).all()


def test_the_exact_average_is_used_only_where_it_is_cheap():
    assert len(removal([0.0] * 4, draws=4).removed) == 16
    assert len(removal([0.0] * 12, draws=4).removed) <= 4 * 11 + 2
    untied = removal(np.arange(50.0), draws=1)
    assert len(untied.removed) == 51 and (untied.probability == 1).all()


def test_the_same_seed_gives_the_same_draws():
    a, b, c = (removal([0.0] * 20, draws=3, rng=seed).removed for seed in (1, 1, 2))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


@pytest.mark.slow
@given(TIED)
def test_orders_are_all_that_ties_allow(scores):
    assert sorted(map(tuple, orders(scores, draws=720))) == sorted(map(tuple, all_orders(scores)))


def test_more_orders_than_draws_are_drawn():
    found = orders([1.0] * 5 + [2.0], draws=100, rng=0)
    assert found.shape == (100, 6) and (found[:, 0] == 5).all() and len(np.unique(found, axis=0)) > 50


def test_pixels_in_few_steps_are_quick_and_small():
    scores = np.repeat(np.arange(49.0), 1024)
    found = removal(scores, 10, draws=5)
    sizes = found.removed.sum(axis=1)
    assert (sizes == np.array([k * 50176 // 9 for k in range(10)])[found.step]).all()
    assert (found.step == 0).sum() == (found.step == 9).sum() == 1


@pytest.mark.parametrize(
    ("scores", "options", "words"),
    [
        ([], {}, "at least one segment"),
        ([np.nan, 1.0], {}, "must be finite"),
        ([1.0], {"steps": 1}, "steps must be at least 2"),
        ([1.0], {"draws": 0}, "draws must be at least 1"),
        (np.zeros(50176), {}, "give fewer steps"),
    ],
)
def test_bad_arguments_are_refused(scores, options, words):
    with pytest.raises(ValueError, match=words):
        removal(scores, **options)
