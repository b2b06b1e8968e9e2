"""Comparisons, ranks and simultaneous intervals: against closed forms, and by simulation with both error rates."""

import naive
import numpy as np
import pytest
from scipy import stats
from scipy.stats import binom

import limetheory as lt
from limetheory.limits import LeafSum
from limetheory.statistics import above, rank_intervals

REPETITIONS, N, LEVEL = 400, 400, 0.95
# Two-sided 1e-6 limits of a binomial count of 400, widened by 1.5 % for the CLT's own error at n = 400: coverage
# 0.935..0.965 fails with probability < 1e-6; coverage below 0.79 passes with probability < 1e-4.
LOW = binom.ppf(5e-7, REPETITIONS, LEVEL - 0.015) / REPETITIONS
HIGH = min(1.0, binom.isf(5e-7, REPETITIONS, LEVEL + 0.015) / REPETITIONS)


def model(d: int) -> lt.SetFunction:
    rng = np.random.default_rng(d)
    return lt.SetFunction(naive.masks(d) @ rng.normal(size=d) + 0.5 * rng.normal(size=2**d))


def drawn(design, F, method="wls"):
    rng = np.random.default_rng(1)
    return [lt.estimate(F, design, N, rng, method) for _ in range(REPETITIONS)]


def answer(coefficients, covariance, freedom=np.inf) -> lt.Explanation:
    covariance = np.asarray(covariance, float)
    errors = np.sqrt(np.diag(covariance))
    return lt.Explanation(np.asarray(coefficients, float), 0.0, errors, 100, freedom, covariance=covariance)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "method"), [(("ImageDesign", (6, 0.25)), "wls"), (("ShapleyDesign", (6,)), "unbiased")], ids=str
)
def test_simultaneous_intervals_cover_the_whole_limit_at_their_level(case, method):
    design = getattr(lt, case[0])(*case[1])
    F = model(6)
    truth, found = lt.limit(F, design).coefficients, drawn(design, F, method)

    def coverage(intervals):
        return np.mean([((low <= truth) & (truth <= high)).all() for low, high in intervals])

    assert LOW <= coverage(a.simultaneous_interval(LEVEL).T for a in found) <= HIGH
    assert coverage(a.interval(LEVEL).T for a in found) < LOW  # mutant: the pointwise critical value
    assert binom.sf(LOW * REPETITIONS - 1, REPETITIONS, 0.79) < 1e-4


@pytest.mark.slow
def test_a_pair_s_test_has_its_level_and_the_diagonal_alone_has_another():
    # Over 800 runs a true null is rejected at 5 % in 0.05 ± 0.01 (n = 400) of them; the two-sided 1e-6 limits are
    # 0.013 and 0.106. The errors of these two coefficients are correlated by 0.83, so that without the off-diagonals
    # (the mutant) the standard error is 2.4 times too large and the rate below 0.001.
    design = lt.ImageDesign(5)
    F = LeafSum(5, [lt.Leaf(5, on=(j, 2, 3)) for j in (0, 1)])  # β_0 = β_1: the null holds with equality
    rng = np.random.default_rng(3)
    found = [lt.estimate(F, design, N, rng) for _ in range(800)]
    rate = np.mean([above(a, 0, 1).p_value < 0.05 for a in found])
    low, high = (f(5e-7, 800, p) / 800 for f, p in ((binom.ppf, 0.04), (binom.isf, 0.06)))
    assert low <= rate <= high
    bare = [answer(a.coefficients, np.diag(np.diag(a.covariance)), a.degrees_of_freedom) for a in found]
    assert np.mean([above(a, 0, 1).p_value < 0.05 for a in bare]) < low


@pytest.mark.parametrize("freedom, law", [(np.inf, stats.norm()), (6.0, stats.t(6))])
def test_above_is_the_one_sided_test_of_the_difference(freedom, law):
    covariance = [[0.04, 0.01, 0], [0.01, 0.09, 0], [0, 0, 1]]
    found = above(answer([0.7, 0.2, 0.0], covariance, freedom), 0, 1)
    error = np.sqrt(0.04 + 0.09 - 0.02)
    assert found.difference == pytest.approx(0.5) and found.standard_error == pytest.approx(error)
    assert found.p_value == pytest.approx(law.sf(0.5 / error), rel=1e-9) and found.degrees_of_freedom == freedom
    back = above(answer([0.7, 0.2, 0.0], covariance, freedom), 1, 0)
    assert back.p_value == pytest.approx(1 - found.p_value) and back.difference == -found.difference


def test_without_a_covariance_the_difference_has_its_largest_possible_error():
    found = above(lt.Explanation(np.array([1.0, 0.0]), 0.0, np.array([0.3, 0.4]), 10), 0, 1)
    assert found.standard_error == pytest.approx(0.7)
    assert found.standard_error == above(answer([1, 0], [[0.09, -0.12], [-0.12, 0.16]]), 0, 1).standard_error


def test_limits_are_compared_without_doubt_and_undetermined_coefficients_not_at_all():
    limit = lt.limit(lt.Additive([2.0, 1.0, 1.0]), lt.ImageDesign(3))
    assert [above(limit, *pair).p_value for pair in ((0, 1), (1, 0), (1, 2))] == [0, 1, 1]
    assert rank_intervals(limit).tolist() == [[1, 1], [2, 3], [2, 3]]
    masks = np.vstack([np.zeros(4, bool), np.eye(4, dtype=bool)])
    saturated = lt.estimate(lambda z: lt.SetFunction(np.arange(16.0))(z), lt.BernoulliDesign(4), 5, rng=1)
    assert len(masks) == 5 and np.isinf(saturated.standard_errors).all()
    assert above(saturated, 0, 1).p_value == 0.5
    with pytest.raises(ValueError, match="standard_errors must be finite, got 4 of 4 infinite; draw more masks"):
        rank_intervals(saturated)


def test_equal_superpixels_do_not_differ_by_rounding_errors():
    third = 1 / 3
    found = above(answer([1.0, 1.0, 0.0], [[third, third, 0], [third, third, 0], [0, 0, 1]]), 0, 1)
    assert found.standard_error == 0 and found.p_value == 1


@pytest.mark.parametrize("call, message", [
    (lambda a: above(a, 0, 0), "i and j must be two coefficients, got 0 twice"),
    (lambda a: above(a, 0, 2), "j must be below d = 2, got 2"),
    (lambda a: above(a, -1, 1), "i must be at least 0, got -1"),
    (lambda a: rank_intervals(a, 95), "level must be above 0 and below 1, got 95; write 0.95"),
    (lambda a: rank_intervals(lt.Explanation(a.coefficients, 0.0, a.standard_errors, 9)), "covariance, got None"),
])  # fmt: skip
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(answer([1, 0], np.eye(2)))


@pytest.mark.slow
@pytest.mark.parametrize("freedom", [8.0, np.inf])
@pytest.mark.parametrize("d", [3, 8])
def test_ranks_are_separated_at_tukey_s_range_for_independent_coefficients(d, freedom):
    # The critical difference of Tukey's method is the studentised range. Its level here has a standard error of
    # √(0.95 · 0.05 / 2^14) at most; 5 of them are 0.0085.
    level, error = 0.95, 5 * np.sqrt(0.95 * 0.05 / 2**14)
    narrow, wide = (stats.studentized_range.ppf(level + e, d, min(freedom, 1e5)) for e in (-error, error))
    spread = np.zeros(d)
    spread[0] = wide * 1.001
    assert rank_intervals(answer(spread, np.eye(d), freedom))[0].tolist() == [1, 1]
    spread[0] = narrow * 0.999
    assert rank_intervals(answer(spread, np.eye(d), freedom)).tolist() == [[1, d]] * d
    pointwise = np.sqrt(2) * stats.t(freedom).ppf((1 + level) / 2)
    assert pointwise < narrow  # mutant: the critical value of a single pair


@pytest.mark.slow
def test_rank_intervals_hold_all_true_ranks_at_their_level():
    # Where all superpixels are tied every separated pair is wrong, so that the family's level is attained:
    # limits as above.
    design, F = lt.BernoulliDesign(5), lt.SetFunction(np.array([0, 1, -1, 2, 0, 1.0])[naive.sizes(5)])
    found = drawn(design, F)
    right = np.mean([(rank_intervals(a) == [1, 5]).all() for a in found])
    assert LOW <= right <= HIGH
    pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    lone = np.mean([all(above(a, i, j).p_value >= 0.025 for i, j in pairs) for a in found])
    assert lone < LOW - 0.05  # mutant: each pair at its own level


def test_rank_intervals_hold_the_ranks_of_a_real_ordering_and_narrow_with_n():
    design, F, rng = lt.ImageDesign(6), model(6), np.random.default_rng(4)
    truth = np.argsort(np.argsort(-lt.limit(F, design).coefficients)) + 1
    widths = []
    for n in (200, 20_000):
        intervals = rank_intervals(lt.estimate(F, design, n, rng))
        assert ((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).all()
        widths.append(np.diff(intervals, axis=1).sum())
    assert widths[1] < widths[0]


@pytest.mark.parametrize("design", [lt.BernoulliDesign(6, 0.3), lt.ShapleyDesign(6), lt.ImageDesign(6)], ids=repr)
def test_coefficients_of_a_limit_that_differ_by_rounding_are_equal(design):
    # All superpixels of a function of the size are equal; their limits differ by 1e-16, which was certain.
    F = lt.tabulate(lambda masks: np.sin(masks.sum(axis=1) * 1.0), 6)
    exact = [lt.estimate(F, design, 64, 0, method) for method in ("adjusted", "quadrature")]
    for found in [lt.limit(F, design), lt.estimate(F, design, 64, 0, sampling="strata"), *exact]:
        assert not found.standard_errors.any()
        assert rank_intervals(found).tolist() == [[1, 6]] * 6
        assert {above(found, i, 0).p_value for i in range(1, 6)} == {1.0}
    other = lt.limit(lt.Additive([1.0, 1.0 + 1e-8, 0.5]), lt.ImageDesign(3))
    assert above(other, 1, 0).p_value == 0 and rank_intervals(other).tolist() == [[2, 2], [1, 1], [3, 3]]
