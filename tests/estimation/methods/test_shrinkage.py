"""The error of a ridge fit (prop:ridge): the identity in fractions, its parts in the library, and the coverage."""

from fractions import Fraction

import naive
import numpy as np
import pytest
from schemes import built, table
from scipy.stats import binom

import limetheory as lt
from limetheory.estimation.methods import copies
from limetheory.estimation.methods.copies import population_shrinkage
from limetheory.estimation.methods.linear_models import linear_model
from limetheory.estimation.methods.shrinkage import Shrinkage, SquaredSlopes
from limetheory.estimation.methods.small_samples import CovarianceEstimate
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Sample, draw

MASKS = naive.masks(3)
CASES = [("ImageDesign", (3, 0.1)), ("ImageDesign", (3, 0.25)), ("BernoulliDesign", (3, 0.2)), naive.product(3)]


def exact(numbers):
    return np.array([Fraction(float(x)) for x in np.ravel(numbers)], object).reshape(np.shape(numbers))


def solve(matrix, right):
    """In fractions, (d, d) and (d,) or (d, m)."""
    columns = right[:, None] if right.ndim == 1 else right
    found = [naive.solve([list(row) for row in matrix], list(column)) for column in columns.T]
    return np.array(found, object).T.reshape(right.shape)


class Fit:
    """argmin Σ weight (F − β_0 − zᵀβ)² + penalty ‖β‖² in exact fractions."""

    def __init__(self, masks, weights, values, penalty):
        z, weights, values = exact(masks.astype(float)), exact(weights), exact(values)
        self.total = sum(weights)
        mean, level = weights @ z / self.total, weights @ values / self.total
        self.x, self.weights, self.values = z - mean, weights, values - level
        self.gram = (self.x.T * weights) @ self.x
        self.penalized = self.gram + penalty * exact(np.eye(z.shape[1]))
        self.slopes = solve(self.penalized, (self.x.T * weights) @ self.values)
        self.shrinkage = solve(self.penalized, self.gram)

    def moved_by(self, residuals):
        """(Gram + penalty)^{-1} Σ weight x residual, the score."""
        return solve(self.penalized, (self.x.T * self.weights) @ residuals)


def identity(case, index, values, ridge):
    """β̂_λ − β^λ, A, β and Ĝ_λ^{-1} ŝ of the masks with these numbers, of μ as the sum over all masks."""
    law, weight = naive.measure(*case)
    sampled = Fit(MASKS[index], weight[index], values[index], Fraction(ridge))
    penalty = Fraction(ridge) / len(index) * sum(exact(law))
    limit, plain = Fit(MASKS, law * weight, values, penalty), Fit(MASKS, law * weight, values, Fraction(0))
    change = sampled.shrinkage - limit.shrinkage
    score = sampled.moved_by(exact(values[index]) - exact(MASKS[index].astype(float)) @ plain.slopes)
    return sampled.slopes - limit.slopes, change, plain.slopes, score


@pytest.mark.parametrize("ridge", [Fraction(1, 8), 1, 100])
@pytest.mark.parametrize("n", [1, 3, 8])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_error_of_a_penalised_fit_is_its_shrinkage_and_its_score(case, n, ridge):
    index = np.random.default_rng([n, int(8 * ridge)]).integers(8, size=n)
    error, change, beta, score = identity(case, index, table(3), ridge)
    assert (error == change @ beta + score).all()
    additive = MASKS @ np.array([1.0, -2.0, 0.5]) + 3.0
    error, change, beta, score = identity(case, index, additive, ridge)
    assert (beta == exact([1.0, -2.0, 0.5])).all()
    assert not score.any() and (error == change @ beta).all()


@pytest.mark.parametrize("ridge", [0.125, 1.0, 100.0])
@pytest.mark.parametrize("n", [1, 3, 8])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_library_s_matrix_is_that_of_the_identity(case, n, ridge):
    index, design = np.random.default_rng([n, int(8 * ridge)]).integers(8, size=n), built(case)
    _, change, _, _ = identity(case, index, table(3), ridge)
    change = change.astype(float)
    sample = Sample.of(MASKS[index], design.weight(MASKS[index]), table(3)[index])
    fit = fitted(sample, ridge)
    shrinkage = Shrinkage(fit.regression, design, ridge)
    assert shrinkage.excess == pytest.approx(change, abs=1e-11)
    squares, degrees = shrinkage.slopes.of_each(fit, sample)
    sandwich = CovarianceEstimate(np.zeros((3, 3)), np.full(3, 7.0), np.full(3, 2.0))
    added = shrinkage.added(sandwich, fit, sample)
    lengths = (change**2).sum(axis=1)
    if np.isfinite(squares).all():
        assert added.covariance == pytest.approx(change @ np.diag(squares) @ change.T, rel=1e-8, abs=1e-12)
        assert added.freedom == pytest.approx(np.where(lengths > 1e-20, degrees, 7.0))
        assert added.effective_masks.tolist() == np.where(lengths > 1e-20, np.inf, 2.0).tolist()
    else:
        assert len(np.unique(index)) == 1 and np.isinf(np.diag(added.covariance)).all()


def fitted(sample, ridge=0.0):
    return linear_model(sample, ridge).fit(sample)[0]


def mean_square(sample, ridge=0.0):
    fit = fitted(sample, ridge)
    return SquaredSlopes(fit.regression).of_all(fit, sample)


def sample_of(design, n, F, seed):
    return draw(F, design, n, np.random.default_rng(seed))


@pytest.mark.parametrize("design", [lt.ImageDesign(4, 0.25), lt.ShapleyDesign(4)], ids=repr)
def test_the_error_of_an_additive_function_is_the_shrinkage_alone(design):
    slopes = np.array([1.0, -2.0, 0.5, 3.0])
    sample = sample_of(design, 7, lt.Additive(slopes), 0)
    found = wls(sample, 2.0, design)
    error = found.coefficients - lt.limit(lt.Additive(slopes), design, ridge=2.0 / 7).coefficients
    regression = fitted(sample, 2.0).regression
    change = regression.inverse @ regression.gram - population_shrinkage(design, 2.0 / 7)
    change = change - change.mean(axis=1, keepdims=True) if design.efficient else change
    assert error == pytest.approx(change @ slopes, abs=1e-12) and np.abs(error).max() > 0.01
    of_shrinkage = mean_square(sample, 2.0)[0] * (change**2).sum(axis=1)
    assert (found.standard_errors**2 >= (1 - 1e-9) * of_shrinkage).all()


@pytest.mark.parametrize("design", [lt.BernoulliDesign(5, 0.3), lt.GlimeDesign(5, 0.7), lt.ShapleyDesign(5)], ids=repr)
def test_the_mean_square_slope_has_the_mean_of_the_slopes_squares(design):
    # A quadratic form in the slopes β: for independent ones of mean square τ² its mean is τ² times its trace, the sum
    # of its values at the unit vectors. All weights are equal here.
    def form(slopes):
        return mean_square(sample_of(design, 90, lt.Additive(slopes), 3), 1.0)[0]

    assert sum(map(form, np.eye(5))) == pytest.approx(1, rel=1e-12)
    assert form(7 * np.eye(5)[2]) == pytest.approx(49 * form(np.eye(5)[2]), rel=1e-12)


def test_with_weights_the_mean_square_slope_is_the_larger_of_two_with_that_mean():
    design, found = lt.ImageDesign(5, 0.3), []
    for unit in np.eye(5):
        sample = sample_of(design, 30, lt.Additive(unit), 3)
        both = []
        for weights in (sample.weights, np.ones(30)):
            share = weights / weights.sum()
            z, y = sample.masks - share @ sample.masks, sample.values - share @ sample.values
            both.append(share @ y**2 / (share @ (z**2).sum(axis=1)))
        found.append(both)
        assert mean_square(sample)[0] == pytest.approx(max(both), rel=1e-12)
    assert np.sum(found, axis=0) == pytest.approx([1, 1], rel=1e-12)


def test_masks_that_are_all_alike_leave_the_mean_square_open():
    sample = Sample.of(np.ones((4, 3), bool), np.ones(4), np.full(4, 2.0))
    assert mean_square(sample, 1.0) == (np.inf, 1.0)
    assert np.isinf(wls(sample, 1.0, lt.ImageDesign(3)).standard_errors).all()


def share_covered(design, n, ridge, runs):
    """The share of all coefficients of functions with independent normal slopes that their intervals hold."""
    shrunk = np.stack([lt.limit(lt.Additive(unit), design, ridge=ridge / n).coefficients for unit in np.eye(design.d)])
    covered, rng = [], np.random.default_rng(0)
    for _ in range(runs):
        slopes = rng.normal(size=design.d)
        masks = design.sample(n, rng)
        low, high = wls(Sample.of(masks, design.weight(masks), masks @ slopes), ridge, design).interval().T
        covered.append(((low <= slopes @ shrunk) & (slopes @ shrunk <= high)).mean())
    return np.mean(covered)


@pytest.mark.slow
def test_penalised_intervals_cover_where_masks_have_hardly_any_weight(monkeypatch):
    # Runs are independent and their coefficients are not, so that the share is at worst that of a binomial number. Of
    # 400 runs it is below 0.93 with probability < 0.04 if the coverage is 0.95, and above with < 0.03 if it is 0.9; of
    # 100 it is below 0.6 with < 0.001 if the mutant's coverage is 0.75. They are 0.97 and 0.3.
    assert binom.cdf(371, 400, 0.95) < 0.04 and binom.sf(371, 400, 0.9) < 0.03 and binom.cdf(59, 100, 0.75) < 0.001
    design = lt.ImageDesign(12, 0.05)
    assert share_covered(design, 8, 1.0, 400) >= 0.93
    monkeypatch.setattr(Shrinkage, "added", lambda _, found, *__: found)
    assert share_covered(design, 8, 1.0, 100) < 0.6


def test_the_square_of_each_slope_is_at_least_that_of_the_regression_on_its_superpixel():
    sample = sample_of(lt.ImageDesign(4, 0.2), 9, lt.Additive([5.0, 0.1, 0.0, -0.2]), 1)
    fit = fitted(sample, 1.0)
    alone = [np.polyfit(sample.masks[:, j].astype(float), sample.values, 1)[0] ** 2 for j in range(4)]
    expected = np.maximum(alone, mean_square(sample, 1.0)[0])
    assert SquaredSlopes(fit.regression).of_each(fit, sample)[0] == pytest.approx(expected, rel=1e-10)
    assert expected[0] > 2 * mean_square(sample, 1.0)[0]


def covered_by_slope(design, F, n, ridge, runs):
    truth = lt.limit(F, design, ridge=ridge / n).coefficients
    found = np.array([lt.estimate(F, design, n, seed, ridge=ridge).interval() for seed in range(runs)])
    return ((found[..., 0] <= truth) & (truth <= found[..., 1])).mean(axis=0)


@pytest.mark.slow
def test_a_slope_far_above_the_others_is_covered(monkeypatch):
    # One of twelve slopes: the mean square of all is 1/12 of its own. The mutant knows the mean square alone.
    design, F = lt.ImageDesign(12, 0.05), lt.Additive([1.0] + [0.01] * 11)
    assert covered_by_slope(design, F, 30, 1.0, 200)[0] > 0.93

    def mean_alone(slopes, fit, sample):
        square, degrees = slopes.of_all(fit, sample)
        return square[..., None] * np.ones(12), degrees

    monkeypatch.setattr(SquaredSlopes, "of_each", mean_alone)
    assert covered_by_slope(design, F, 30, 1.0, 200)[0] < 0.8


@pytest.mark.slow
@pytest.mark.parametrize(("design", "n"), [(lt.BernoulliDesign(8, 0.99), 20), (lt.GlimeDesign(7, 0.5), 20),
                                           (lt.GlimeDesign(7, 0.5), 9)], ids=repr)  # fmt: skip
def test_values_that_never_change_are_no_certainty_under_a_penalty(design, n):
    # F hangs on one superpixel, which hardly any sample hides: its coefficient is 0, and its limit is not.
    F = lt.Leaf(design.d, on=(0,))
    errors = np.array([lt.estimate(F, design, n, seed, ridge=1.0).standard_errors for seed in range(100)])
    assert (errors > 0.01).all()
    assert (covered_by_slope(design, F, n, 1.0, 100) > 0.93).all()


def test_a_penalised_slope_that_depends_on_one_mask_has_infinite_error():
    # One mask of twenty hides superpixel 2. A penalty of 0.1 keeps most of the limit, one of 100 next to nothing.
    design, rng = lt.BernoulliDesign(3, 0.5), np.random.default_rng(0)
    masks = np.column_stack([rng.random((20, 2)) < 0.5, np.arange(20) > 0])
    values = masks @ np.array([1.0, -1.0, 2.0]) + masks.prod(axis=1)

    def infinite(ridge):
        return np.isinf(wls(Sample.of(masks, np.ones(20), values), ridge, design).standard_errors).tolist()

    assert infinite(0.0) == infinite(0.1) == [False, False, True]
    assert infinite(100.0) == [False, False, False]
    masks[1] = ~masks[0] ^ np.array([0, 0, 1], bool)  # another mask that hides it
    assert infinite(0.1) == [False, False, False]


@pytest.mark.parametrize("n", [64, 65, 120, 500])
def test_all_masks_in_strata_have_the_penalty_that_was_asked_for(n):
    F, design = lt.SetFunction(np.random.default_rng(0).normal(size=64)), lt.ImageDesign(6)
    found = lt.estimate(F, design, n, 0, ridge=1.0, sampling="strata")
    expected = lt.limit(F, design, ridge=1 / n).coefficients
    assert found.n_evaluations == 64 and found.coefficients == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(
    ("F", "design"), [(lt.Additive([1.0]), lt.TextDesign(1)), (lt.Additive([1.0, 2.0]), lt.SizeLawDesign([1, 0, 1]))]
)
def test_a_penalty_decides_where_no_mask_does(F, design):
    limit = lt.limit(F, design, ridge=0.1 / 400).coefficients
    found = lt.estimate(F, design, 400, 0, ridge=0.1)
    assert found.coefficients == pytest.approx(limit, abs=0.01)
    with pytest.raises(lt.DegenerateDesignError):
        lt.estimate(F, design, 400, 0)


@pytest.mark.slow
@pytest.mark.parametrize("design", [lt.ImageDesign(3), lt.TextDesign(3)], ids=str)
def test_pairs_with_a_penalty_cover(design, monkeypatch, n=100, ridge=1.0):
    # With the hat matrix of the fit without penalty 40 to 88 % of these intervals held the limit, without a word.
    F = lt.SetFunction(np.sin(2.1 * lt.all_masks(3).sum(axis=1)))
    truth = lt.limit(F, design, ridge / n).coefficients

    def covered():
        intervals = [lt.estimate(F, design, n, seed, ridge=ridge, sampling="pairs").interval() for seed in range(150)]
        return np.mean([(low <= truth) & (truth <= high) for low, high in (one.T for one in intervals)])

    assert covered() > 0.91
    original = copies.population_shrinkage
    monkeypatch.setattr(copies, "population_shrinkage", lambda design, penalty: original(design, 0.0))
    assert covered() < 0.91
