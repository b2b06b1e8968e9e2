"""Lines, the lines without each mask, their limits by size, and the estimator that compares masks with them."""

from itertools import combinations_with_replacement, permutations
from types import SimpleNamespace

import naive
import numpy as np
import pytest
from every_sample import VALUES, mean_error
from sklearn.linear_model import Ridge

import limetheory as lt
from experiments.worst_case.functions import cases
from limetheory.estimation.methods import adjusted as module
from limetheory.estimation.methods.adjusted import cross_fitted, stratified
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates import along_lines as along_lines_module
from limetheory.estimation.surrogates.families import LINEAR, Recipe, importance, learned_recipe
from limetheory.estimation.surrogates.lines import Lines, limit_by_size, linear


def data(d: int, n: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    return rng.random((n, d)) < 0.5, rng.uniform(0.1, 0.9, n)


def refitted(masks, values, ridge, weights):
    """Level and slopes, of least norm where there is a choice, with any level, from the normal equations."""
    share = weights / weights.sum()
    centre, mean = share @ masks, share @ values
    constant = masks.all(axis=0) | ~masks.any(axis=0)
    centred = np.where(constant, 0.0, masks - centre)  # exactly, lest rounding decide a slope
    gram = (weights[:, None] * centred).T @ centred + ridge * np.eye(masks.shape[1])
    slopes = np.linalg.pinv(gram, rcond=1e-10, hermitian=True) @ centred.T @ (weights * (values - mean))
    return np.append(mean - centre @ slopes, slopes)


def decided_by_one(d: int = 4, n: int = 12):
    """Masks of which the first alone determines the slope of the last superpixel; the second alone tells two apart."""
    masks, values = data(d, n)
    masks[:, -1], masks[2:, 0], masks[1, 0] = False, masks[2:, 1], not masks[1, 1]
    masks[0, -1] = True
    return masks, values


CASES = {"many": data(4, 20), "as many as parameters": data(5, 6), "few": data(7, 4), "decided": decided_by_one(),
         "alike": (np.ones((5, 3), bool), np.arange(5.0)), "two": data(3, 2)}  # fmt: skip


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ridge", [0.0, 0.3])
@pytest.mark.parametrize("case", CASES)
def test_the_line_without_each_mask_is_a_refit(case, ridge, weighted):
    masks, values = CASES[case]
    n = len(values)
    weights = np.random.default_rng(n).uniform(0.1, 3.0, n) if weighted else np.ones(n)
    lines = Lines(masks, values, ridge, 7 * weights if weighted else None)  # a common factor changes nothing
    weights = weights / weights.mean()
    refits = np.array([refitted(*(np.delete(one, i, 0) for one in (masks, values)), ridge, np.delete(weights, i))
                       for i in range(n)])  # fmt: skip
    predicted = np.array([refit[0] + mask @ refit[1:] for refit, mask in zip(refits, masks, strict=True)])
    assert lines.line == pytest.approx(refitted(masks, values, ridge, weights), abs=1e-11)
    assert lines.left_out == pytest.approx(values - predicted, abs=1e-10)
    cells = np.arange(n) % 3 - (np.arange(n) == n - 1) * 4
    means = lines.mean_without(np.maximum(cells, -1), 4)
    for cell in range(4):
        own = cells == cell
        wanted = refits[own].mean(axis=0) if own.any() else lines.line
        assert means[cell] == pytest.approx(wanted, abs=1e-10)


def test_a_mask_that_decides_alone_has_its_leverage_one():
    lines = Lines(*decided_by_one())
    assert (lines.leverage > 1 - 1e-12).sum() == 2
    kept = lines.residuals / np.maximum(1 - lines.leverage, 1e-8)  # mutant: what only the mask itself told is kept
    assert np.abs(kept - lines.left_out).max() > 0.01


def test_slopes_of_least_norm_where_the_masks_leave_a_choice():
    masks, values = data(7, 4)
    found = linear(masks, values)
    assert found(masks) == pytest.approx(values, abs=1e-12)
    assert linear(masks, values + 100).weights == pytest.approx(found.weights, abs=1e-11)
    rows = np.column_stack([np.ones(4), masks])  # mutant: the level has to be small too
    assert np.abs((np.linalg.pinv(rows) @ (values + 100))[1:] - found.weights).max() > 0.1


def test_no_values_have_a_surrogate_of_zero():
    assert not linear(np.zeros((0, 3), bool), np.zeros(0))(lt.all_masks(3)).any()


@pytest.mark.parametrize("case", [*naive.exchangeable(5), ("ShapleyDesign", (5,)), ("ImageDesign", (1, 1.0))],
                         ids=naive.name)  # fmt: skip
def test_limits_by_size_are_those_of_the_sum_over_all_masks(case):
    design, (law, weight) = getattr(lt, case[0])(*case[1]), naive.measure(*case)
    lines = np.random.default_rng(0).normal(size=(design.d + 1, design.d + 1))
    masks = naive.masks(design.d)
    of_mask = lines[masks.sum(axis=1)]
    values = of_mask[:, 0] + (masks * of_mask[:, 1:]).sum(axis=1)
    found = limit_by_size(lines, design)
    if design.efficient:  # F(1) − F(0) is left out, whose slopes are all alike
        wanted = naive.regression(values, law * weight, efficient=True)[0]
        assert found[1:] == pytest.approx(wanted - wanted.mean(), abs=1e-10)
        assert found[0] == pytest.approx((law * weight) @ values / (law @ weight), abs=1e-12)
        return
    wanted = naive.regression(values, law * weight)[0]
    assert found[1:] == pytest.approx(wanted, rel=1e-9, abs=1e-10)
    assert found[0] == pytest.approx((law * weight) @ values / (law @ weight), abs=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize("design", [lt.ImageDesign(4, 0.8), lt.ShapleyDesign(4)], ids=["image", "shapley"])
@pytest.mark.parametrize(("ridge", "weighted"), [(0.0, False), (0.7, False), (0.7, True)])
def test_the_mean_over_all_samples_is_the_limit(design, ridge, weighted):
    of_mean, of_one = mean_error(design, VALUES["numbers"], lambda *_: Recipe(None, None, ridge, weighted))
    assert of_mean < 1e-11 and of_one > 1e-2


def with_the_mask_itself(lines, cells, number):
    return np.repeat(lines.line[None], number, axis=0)


MUTANTS = {
    "lines that saw the mask": (Lines, "mean_without", with_the_mask_itself),
    "residuals that the line saw": (Lines, "left_out", property(lambda lines: lines.residuals)),
    "limits not by size": (along_lines_module, "limit_by_size", lambda lines, design: np.zeros(design.d + 1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_mean_over_all_samples_rejects(mutant, monkeypatch):
    monkeypatch.setattr(*MUTANTS[mutant])
    assert mean_error(lt.ImageDesign(4, 0.8), VALUES["numbers"], lambda *_: LINEAR)[0] > 1e-6


@pytest.mark.slow
def test_the_mean_over_draws_one_by_one_is_the_limit():
    # All 8^3 equally likely samples of three masks, those where a mask repeats or a line has a choice included; the
    # order of the masks changes nothing, so that each set of three counts as often as it has orders.
    masks, values = naive.masks(3), VALUES["numbers"][:8]
    design, orders, answers = lt.ProductDesign([0.5] * 3), [], []
    for index in map(list, combinations_with_replacement(range(8), 3)):
        sample = Sample.of(masks[index], np.ones(3), values[index])
        answers.append(cross_fitted(sample, design, np.random.default_rng(0), lambda *_: LINEAR).coefficients)
        orders.append(len(set(permutations(index))))
    wanted = lt.limit(lt.SetFunction(values), design).coefficients
    assert sum(orders) == 8**3
    assert np.average(answers, axis=0, weights=orders) == pytest.approx(wanted, abs=1e-11)
    assert np.abs(np.average(answers, axis=0) - wanted).max() > 1e-3  # mutant: each set counts once
    assert np.abs(answers - wanted).max() > 1


@pytest.mark.slow
def test_noise_around_an_additive_function_costs_no_more_than_under_least_squares(monkeypatch):
    # d = 50; the limit is that of the additive part up to 2^-25. The ratio of mean squared errors over 25 seeds has a
    # standard error of 0.054 and is 0.73: above 1 in less than one of a million such tests.
    F, design = cases(50, 0)["additive + 100 % noise"], lt.ImageDesign(50)

    def error(method):
        answers = [lt.estimate(F, design, 102, seed, method).coefficients for seed in range(25)]
        return float(((np.array(answers) - F.slopes) ** 2).mean())

    plain = error("wls")
    assert error("adjusted") < plain
    monkeypatch.setattr(module, "_recipes", lambda *_: [SimpleNamespace(fit=linear)])
    assert error("adjusted") > plain  # mutant: lines are fitted to the other folds, as kernels are


@pytest.mark.parametrize("noise", [0.1, 3.0])
def test_the_penalty_of_lines_is_the_variance_of_the_noise_over_that_of_the_slopes(noise):
    # The variances of 400 residuals and 40 slopes: relative errors of 0.07 and 0.22, so a factor of 2.5 is 4 of them.
    rng = np.random.default_rng(0)
    masks, slopes = rng.random((400, 40)) < 0.5, rng.normal(size=40)
    recipe = learned_recipe(masks, masks @ slopes + noise * rng.normal(size=400), np.ones(400))
    assert recipe.linear and noise**2 / 2.5 < recipe.ridge < 2.5 * noise**2


@pytest.mark.parametrize("where, weighted", [("few", True), ("many", False)])
def test_lines_have_the_weights_under_which_they_predict_best(where, weighted):
    # Image weights grow with the number of superpixels shown, so they help where noise is at masks that show few.
    design, F = lt.ImageDesign(12), cases(12, 0)[f"additive + noise where {where} are shown"]
    masks = design.sample(300, np.random.default_rng(0))
    weights = design.weight(masks)
    recipe = learned_recipe(masks, F(masks), importance(design, masks, np.ones(300)), weights)
    assert recipe.linear and recipe.weighted == weighted
    assert not learned_recipe(masks, F(masks), np.ones(300)).weighted
    target = Ridge(recipe.ridge).fit(masks, F(masks), weights / weights.mean() if weighted else None)
    assert recipe.fit(masks, F(masks), weights).weights == pytest.approx(target.coef_, rel=1e-8)


def test_weights_that_underflow_leave_lines_unweighted():
    masks, values = data(4, 20)
    recipe = learned_recipe(masks, values, np.ones(20), np.zeros(20))
    assert not recipe.weighted
    found = Recipe(None, None, 0.1, weighted=True).lines(masks, values, np.zeros(20))
    assert (found.line == Lines(masks, values, 0.1).line).all()


def test_lines_without_noise_have_no_penalty_and_those_of_noise_alone_a_large_one():
    masks = np.random.default_rng(0).random((60, 5)) < 0.5
    assert learned_recipe(masks, masks @ np.arange(5.0), np.ones(60)).ridge < 1e-20
    assert learned_recipe(masks, np.random.default_rng(1).normal(size=60), np.ones(60)).ridge > 10


def test_intervals_with_few_masks_have_the_degrees_of_freedom_of_a_line():
    design, F = lt.ImageDesign(8), cases(8, 0)["additive + 100 % noise"]
    answer = cross_fitted(stratified(F, design, 12, np.random.default_rng(0)), design, None, lambda *_: LINEAR)
    half_width = np.diff(answer.interval(0.95), axis=1)[:, 0] / 2
    assert half_width == pytest.approx(3.182446 * answer.standard_errors, rel=1e-5)  # Student's t, 12 − 8 − 1 of them
