"""The family of regressions and targets: each is what its words say, by definitions written slowly."""

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest

import limetheory as lt
from limetheory.audit.regressions import KERNELS, Regression, Run, fitted, structures
from limetheory.audit.targets import TARGETS, alone, kept_shapley, leave_one_out, owen

RNG = np.random.default_rng(0)
F = lt.SetFunction(RNG.random(32))
ALL = np.ones(5, bool)


def value(*members):
    return float(F(np.isin(np.arange(5), members)[None])[0])


def marginals(orders):
    """The mean of what each part adds over some orders."""
    found = np.zeros(5)
    for order in orders:
        for place, part in enumerate(order):
            found[part] += value(*order[: place + 1]) - value(*order[:place])
    return found / len(orders)


def shapley():
    return marginals(list(permutations(range(5))))


def test_owen_values_are_means_over_the_orders_that_keep_every_group_together():
    groups = [(0, 1, 2), (3, 4), (0, 1)]
    orders = [
        order for order in permutations(range(5))
        if all(max(order.index(j) for j in one) - min(order.index(j) for j in one) == len(one) - 1 for one in groups)
    ]  # fmt: skip
    assert len(orders) == 16
    assert np.abs(owen(F, 5) - marginals(orders)).max() < 1e-12
    assert np.abs(owen(F, 5) - shapley()).max() > 1e-3


def test_the_regression_on_all_parts_that_is_tied_gives_shapley_values():
    assert np.abs(kept_shapley(F, 5, ALL) - shapley()).max() < 1e-6


def test_the_regression_on_kept_parts_minimises_shapleys_weighted_squares_under_its_constraint():
    kept = np.array([True, False, True, True, False])
    found = kept_shapley(F, 5, kept)
    assert not found[~kept].any() and found.sum() == pytest.approx(value(*range(5)) - value())

    def loss(coefficients):
        total = 0.0
        for size in range(1, 5):
            for members in combinations(range(5), size):
                weight = 4 * factorial(size) * factorial(5 - size) / factorial(5) / (size * (5 - size))
                total += weight * (value(*members) - value() - coefficients[list(members)].sum()) ** 2
        return total

    for i, j in ((0, 2), (2, 3), (3, 0)):
        step = 1e-3 * (np.eye(5)[i] - np.eye(5)[j])
        assert loss(found) < loss(found + step) and loss(found) < loss(found - step)


def test_leaving_out_and_alone():
    assert leave_one_out(F, 5)[2] == pytest.approx(value(0, 1, 2, 3, 4) - value(0, 1, 3, 4))
    assert alone(F, 5)[2] == pytest.approx(value(2) - value())


def test_targets_tell_a_random_function_apart():
    found = np.array([kept_shapley(F, 5, ALL) if one.of_kept else one.value(F, 5) for one in TARGETS])
    near = [
        (a.words, b.words) for (i, a), (j, b) in combinations(enumerate(TARGETS), 2)
        if np.abs(found[i] - found[j]).max() < 1e-4
    ]  # fmt: skip
    assert near == [(TARGETS[0].words, next(one.words for one in TARGETS if one.of_kept))]


def made(regression, n=300, d=5, seed=0):
    rng = np.random.default_rng(seed)
    masks = rng.random((n, d)) < 0.5
    masks[0], masks[1] = True, False
    run = Run(masks, rng.random(n), np.ones(d), 0.2 + 0.1 * np.arange(d))
    return Run(masks, run.values, regression.coefficients(run), run.levels)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_ridge_regression_is_that_of_scikit_learn(kernel):
    from sklearn.linear_model import Ridge

    run = made(Regression())
    weights = KERNELS[kernel].weights(run, 0.7)
    peer = Ridge(alpha=2.0).fit(run.masks, run.values, sample_weight=weights)
    assert np.abs(peer.coef_ - Regression(kernel, width=0.7, ridge=2.0).coefficients(run)).max() < 1e-7


@pytest.mark.parametrize(
    "regression",
    [
        Regression("cosine", width=0.35),
        Regression("cosine", width=0.25, ridge=1.0),
        Regression("euclidean", width=1.3, ridge=0.4),
        Regression("content", width=0.6),
        Regression("reversed", width=0.8, ridge=2.0),
        Regression("equal", ridge=0.07),
        Regression("ends"),
    ],
    ids=str,
)
def test_the_numbers_of_a_regression_are_found(regression):
    runs = [made(regression, seed=seed) for seed in range(3)]
    for structure in structures():
        found, error = fitted(structure, runs, 1e-7)
        if error <= 1e-7:
            break
    assert found == regression


def test_no_regression_is_found_where_there_is_none():
    rng = np.random.default_rng(1)
    runs = [Run(one.masks, one.values, rng.random(5), one.levels) for one in (made(Regression(), n=60) for _ in "ab")]
    assert all(fitted(one, runs, 1e-6)[1] > 0.05 for one in [Regression(), Regression("cosine", ridge=1.0)])


@pytest.mark.slow
def test_a_kernel_is_told_by_coefficients_that_are_all_nearly_0():
    """A kernel that falls towards the input, with a penalty, leaves hardly anything of the coefficients."""
    regression = Regression("reversed", width=0.25 / 2**0.5, ridge=2.0)
    runs = [made(regression, seed=seed) for seed in range(2)]
    assert max(run.size for run in runs) < 1e-6
    found = [one for one in structures() if fitted(one, runs, 1e-7)[1] <= 1e-7]
    assert [one.kernel for one in found] == ["reversed"]
