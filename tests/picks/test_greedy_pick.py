"""The greedy pick against its definition, against all subsets, and against lime's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matrices import (
    PAPER,
    best_coverage,
    by_lime,
    explained,
    matrices,
    normal,
    of_whole_importances,
    slow_coverage,
    slow_greedy,
    without_ties,
)
from scipy.sparse import csr_array

import limetheory as lt

BOUND = 1 - 1 / np.e


def budgets(W):
    return range(1, len(W) + 1)


@pytest.mark.slow
@given(matrices(), st.data())
def test_coverage_is_its_definition(W, data):
    picked = data.draw(st.lists(st.integers(0, len(W) - 1)))
    assert lt.coverage(W, picked) == pytest.approx(slow_coverage(W, picked), rel=1e-14, abs=0)


@pytest.mark.slow
@given(matrices(), st.data())
def test_coverage_is_monotone_and_submodular(W, data):
    some = data.draw(st.sets(st.integers(0, len(W) - 1)))
    more = some | data.draw(st.sets(st.integers(0, len(W) - 1)))
    one = data.draw(st.integers(0, len(W) - 1))
    W = lt.explanation_matrix(W)
    rounding = 1e-13 * lt.coverage(W, range(W.weights.shape[0]))
    assert lt.coverage(W, some) <= lt.coverage(W, more)
    gains = [lt.coverage(W, {*base, one}) - lt.coverage(W, base) for base in (some, more)]
    assert gains[0] >= gains[1] - rounding


@pytest.mark.slow
@given(matrices())
def test_coverage_reaches_the_bound_of_all_subsets(W):
    found = lt.explanation_matrix(W)
    for budget in budgets(W):
        assert lt.coverage(found, lt.submodular_pick(found, budget)) >= BOUND * best_coverage(W, budget) * (1 - 1e-14)


def test_the_bound_rejects_the_largest_explanations_whatever_they_share():
    W = np.zeros((6, 10))
    W[:3, :2] = 9.0  # three explanations of the same features, larger than the others
    for i in range(3):
        W[3 + i, [4 + 2 * i, 5 + 2 * i]] = 8.0
    largest = np.argsort([-slow_coverage(W, [i]) for i in range(6)], kind="stable")[:3]
    assert slow_coverage(W, largest) < BOUND * best_coverage(W, 3)
    assert lt.coverage(W, lt.submodular_pick(W, 3)) == pytest.approx(best_coverage(W, 3))


@pytest.mark.slow
@given(matrices(), st.sampled_from(["first", "last"]))
def test_the_lazy_pick_is_the_greedy_one(W, ties):
    picked = lt.submodular_pick(W, len(W), ties=ties).tolist()
    assert picked == slow_greedy(W, len(W), ties)
    found = lt.explanation_matrix(W)
    for budget in budgets(W):
        assert lt.submodular_pick(found, budget, ties=ties).tolist() == picked[:budget]


def without_roots(W, picked):
    return np.abs(W).sum(axis=0)[np.abs(W[picked]).any(axis=0)].sum()


def of_the_picked_alone(W, picked):
    return slow_coverage(W[picked], range(len(picked)))


@pytest.mark.parametrize("mutant", [without_roots, of_the_picked_alone])
def test_other_coverages_pick_others(mutant):
    differ = 0
    for seed in range(20):
        W = without_ties(seed, (12, 15), 0.25)
        differ += slow_greedy(W, 5, value=mutant) != lt.submodular_pick(W, 5).tolist()
        assert slow_greedy(W, 5) == lt.submodular_pick(W, 5).tolist()
    assert differ >= 10


def test_a_pick_by_gains_of_the_first_look_is_another_one():
    # the mutant of the lazy greedy: what was once in the heap counts for ever
    differ = 0
    for seed in range(20):
        W = without_ties(seed, (12, 15), 0.25)
        stale = np.argsort([-slow_coverage(W, [i]) for i in range(len(W))], kind="stable")[:5]
        differ += stale.tolist() != lt.submodular_pick(W, 5).tolist()
    assert differ >= 15


@pytest.mark.slow
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_order_of_instances_and_features_does_not_matter(seed, budget):
    W, rng = without_ties(seed, (12, 9), 0.3), np.random.default_rng(seed)
    rows, columns = rng.permutation(12), rng.permutation(21)
    moved = W[rows][:, columns]
    assert rows[lt.submodular_pick(moved, budget)].tolist() == lt.submodular_pick(W, budget).tolist()
    assert lt.coverage(moved, range(12)) == lt.coverage(W, range(12))


def test_dense_sparse_and_lists_are_one_matrix():
    W = without_ties(0)
    stored = csr_array(W)
    stored.data[:5] = 0.0  # explicit zeros cover nothing
    W = stored.toarray()
    picked = lt.submodular_pick(W, 8).tolist()
    assert lt.submodular_pick(stored, 8).tolist() == picked == lt.submodular_pick(W.tolist(), 8).tolist()
    assert lt.submodular_pick(stored.tocoo(), 8).tolist() == picked
    assert lt.submodular_pick(lt.explanation_matrix(W), 8).tolist() == picked
    assert stored.nnz == np.count_nonzero(W) + 5 and not stored.data[:5].any()  # and the caller's is left as it was


@pytest.mark.parametrize("seed", range(20))
def test_without_ties_picks_are_those_of_lime(seed):
    W = without_ties(seed)
    lime = by_lime(explained(W), 30)
    assert lt.submodular_pick(W, 30).tolist() == lime == lt.submodular_pick(W, 30, ties="last").tolist()


@pytest.mark.parametrize("seed", range(20))
def test_coverage_is_that_of_lime_where_the_tied_add_the_same_features(seed):
    W = normal(seed)
    lime = by_lime(explained(W), 30)
    first, last = (lt.submodular_pick(W, 30, ties=ties).tolist() for ties in ("first", "last"))
    assert last == lime != first
    for budget in budgets(W):
        assert lt.coverage(W, first[:budget]) == lt.coverage(W, lime[:budget])


@pytest.mark.parametrize("seed", range(40))
def test_ties_go_to_the_last_as_in_lime(seed):
    W = of_whole_importances(seed)
    assert lt.submodular_pick(W, 12, ties="last").tolist() == by_lime(explained(W), 12)


def test_ties_go_to_the_first_if_nothing_is_said():
    assert lt.submodular_pick(np.eye(4), 3).tolist() == [0, 1, 2]
    assert lt.submodular_pick(np.eye(4), 3, ties="last").tolist() == [3, 2, 1] == by_lime(explained(np.eye(4)), 3)
    differ = [
        lt.submodular_pick(W, 12).tolist() != by_lime(explained(W), 12) for W in map(of_whole_importances, range(40))
    ]
    assert sum(differ) >= 30


def test_the_coverage_may_depend_on_how_ties_are_broken():
    W = np.zeros((3, 4))
    W[0, :2], W[1, [0, 2]], W[2, [1, 3]] = 1.0, 1.0, 1.0  # importances √2, √2, 1, 1
    W[1, 2] = W[2, 3] = 2.0  # and then √2 each: all three are tied
    first, last = (lt.submodular_pick(W, 2, ties=ties) for ties in ("first", "last"))
    assert lt.coverage(W, first) == pytest.approx(3 * np.sqrt(2))
    assert lt.coverage(W, last) == pytest.approx(4 * np.sqrt(2))


def test_the_papers_small_matrix():
    picked = lt.submodular_pick(PAPER, 3)
    assert picked.tolist() == [3, 1, 2] and lt.coverage(PAPER, picked) == pytest.approx(5 + np.sqrt(2))


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (0, "budget must be at least 1, got 0; pick one instance or more"),
        (6, "budget must be at most the number of instances, 5, got 6; lower it to 5 or explain more instances"),
    ],
)
@pytest.mark.parametrize("pick", [lt.submodular_pick, lt.random_pick, lt.pick_stability])
def test_budgets_out_of_range_are_refused(pick, budget, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        pick(PAPER, budget)
    assert len(lt.submodular_pick(PAPER, 5)) == 5


def test_coefficients_that_are_all_0_are_refused_and_the_remedy_works():
    for pick in (lt.submodular_pick, lt.pick_stability):
        with pytest.raises(
            ValueError, match="must have a coefficient other than 0, got none for 2 instances; use rand"
        ):
            pick(np.zeros((2, 3)), 1)
    assert lt.random_pick(np.zeros((2, 3)), 1, 0) in (0, 1) and lt.coverage(np.zeros((2, 3)), [0, 1]) == 0.0


def test_sums_that_are_too_large_are_refused_and_the_remedy_works():
    W = np.array([[1e308, 0.0], [1e308, 1e308]])
    with pytest.raises(ValueError, match=r"finite sums over instances, got sizes up to 1\.0e\+308; rescale them"):
        lt.submodular_pick(W, 1)
    assert lt.submodular_pick(W / 1e10, 1).tolist() == [1]


def test_unknown_ties_are_refused():
    with pytest.raises(ValueError, match="ties must be one of first, last, got 'lime'"):
        lt.submodular_pick(PAPER, 1, ties="lime")


@pytest.mark.parametrize("indices", [[5], [-1], np.array([0, 7])])
def test_indices_out_of_range_are_refused(indices):
    with pytest.raises(ValueError, match=r"indices must be from 0 to 4, got (5|-1|7); count instances from 0"):
        lt.coverage(PAPER, indices)


@pytest.mark.parametrize("indices", [[0.0], [True], [[0, 1]]])
def test_indices_of_another_kind_are_refused(indices):
    with pytest.raises(TypeError, match="indices must be a list of integers"):
        lt.coverage(PAPER, indices)
