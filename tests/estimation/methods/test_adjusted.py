"""Method "adjusted": unbiased to rounding by averaging over all samples, exact where F is simple or n large."""

from dataclasses import replace

import naive
import numpy as np
import pytest
from every_sample import VALUES, mean_error
from scipy.stats import binom

import limetheory as lt
from experiments.efficiency.surrogates import TREES, BoostedTrees, Quadratic
from limetheory.estimation.methods import adjusted as module
from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.surrogates.families import Recipe, learned_recipe


@pytest.fixture
def quick(monkeypatch):
    """Learn kernels in a few steps and take one if it improves at all; estimates are unbiased with any kernel."""
    monkeypatch.setattr("limetheory.estimation.surrogates.gaussian_process._ITERATIONS", 4)
    monkeypatch.setattr("limetheory.estimation.surrogates.families._PARAMETERS", 4)
    monkeypatch.setattr(
        "limetheory.estimation.surrogates.families._significantly_less", lambda one, other: one.sum() < other.sum()
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "name"),
    [
        (lt.ImageDesign(4, 0.8), "numbers"),
        (lt.ImageDesign(4, 0.8), "sigmoid"),
        (lt.ShapleyDesign(4), "probabilities"),
    ],
    ids=["image-numbers", "image-sigmoid", "shapley-probabilities"],
)
def test_the_mean_over_all_samples_is_the_limit(design, name, quick):
    chosen = set()

    def recording(*arguments):
        recipe = learned_recipe(*arguments)
        chosen.add((recipe.values is None, recipe.log_odds is None))
        return recipe

    of_mean, of_one = mean_error(design, VALUES[name], recording)
    assert of_mean < 1e-11 and of_one > 1e-2
    assert name == "numbers" or len(chosen) > 1  # the choice depends on the sample


@pytest.mark.slow
@pytest.mark.parametrize("surrogate", [Quadratic, BoostedTrees], ids=lambda kind: kind.__name__)
def test_it_is_the_limit_with_any_surrogate(surrogate, monkeypatch):
    monkeypatch.setitem(TREES, "n_estimators", 2)
    of_mean, of_one = mean_error(lt.ShapleyDesign(4), VALUES["probabilities"], lambda *_: surrogate)
    assert of_mean < 1e-11 and of_one > 1e-2


def without_known_part(sample, folds):
    own = folds == np.arange(folds.max() + 1)[:, None]
    draws = np.array([[row[sample.strata.number == i].sum() for i in sample.strata.number] for row in own])
    return own.mean(axis=1)[:, None] * sample.strata.share * np.where(own, 1 / np.maximum(draws, 1), 0.0)


def seen_by_all(sample, masks, design, folds, learn):
    importance = np.sqrt((design.influence(masks, sample.ratio * sample.strata.share) ** 2).sum(axis=1))
    return [learn(masks, sample.values, importance)]


class Overfitted(Recipe):
    """A surrogate that was fitted to every value of the sample."""

    sample: tuple

    def fit(self, masks, values):
        return super().fit(*self.sample)


def overfitted(sample, masks, *others):
    recipe = Overfitted(*vars(module_recipes(sample, masks, *others)[0]).values())
    object.__setattr__(recipe, "sample", (masks, sample.values))
    return [recipe]


module_recipes = module._recipes
MUTANTS = {
    "weights without the known part": ("fold_weights", without_known_part),
    "recipe learned from all masks": ("_recipes", seen_by_all),
    "surrogate trained on all folds": ("_recipes", overfitted),
    "recipe learned from the fold's own half": (
        "_recipes", lambda *arguments: module_recipes(*arguments)[::-1]
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_mean_over_all_samples_rejects(mutant, monkeypatch, quick):
    monkeypatch.setattr(module, *MUTANTS[mutant])
    assert mean_error(lt.ShapleyDesign(4), VALUES["probabilities"])[0] > 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("case", naive.every(4)[4::3], ids=naive.name)
def test_twelve_masks_are_unbiased_under_other_designs(case, quick):
    # 50 samples, each coefficient's mean within 6 standard errors: false alarm < 1e-6; a bias of 12 passes as rarely.
    design, rng = getattr(lt, case[0])(*case[1]), np.random.default_rng(0)
    F = lt.SetFunction(VALUES["numbers"])
    answers = np.array([lt.estimate(F, design, 12, rng, "adjusted").coefficients for _ in range(50)])
    truth, error = lt.limit(F, design).coefficients, answers.std(axis=0) / np.sqrt(50)
    assert (np.abs(answers.mean(axis=0) - truth) <= 6 * error + 1e-10).all()


@pytest.mark.parametrize("case", [*naive.exchangeable(5), ("ShapleyDesign", (5,))], ids=naive.name)
@pytest.mark.parametrize("n", [32, 33, 1000])
def test_exact_where_every_mask_is_drawn(case, n):
    design, F = getattr(lt, case[0])(*case[1]), lt.SetFunction(np.random.default_rng(2).normal(size=32))
    answer, truth = lt.estimate(F, design, n, 1, "adjusted"), lt.limit(F, design)
    assert answer.coefficients == pytest.approx(truth.coefficients, abs=1e-10)
    assert answer.intercept == pytest.approx(truth.intercept, abs=1e-10)
    assert not answer.standard_errors.any() and answer.n_evaluations <= 32


@pytest.mark.parametrize("design", [
    lt.ImageDesign(10), lt.ImageDesign(40), lt.TextDesign(10), lt.ShapleyDesign(12), lt.BernoulliDesign(20, 0.3),
    lt.ProductDesign(np.linspace(0.3, 0.7, 10)), lt.GlimeDesign(10, 1.0),
], ids=repr)  # fmt: skip
def test_additive_functions_are_exact_and_show_no_misfit(design, monkeypatch):
    monkeypatch.setattr(
        "limetheory.estimation.methods.unbiased.small_sample_correction", lambda _, __, found, *___, **____: found
    )
    weights = np.random.default_rng(3).normal(size=design.d)
    answer = lt.estimate(lt.Additive(weights, 2.0), design, 4 * design.d + 10, 0, "adjusted")
    assert answer.coefficients == pytest.approx(weights, abs=1e-9)
    assert answer.intercept == pytest.approx(2.0, abs=1e-9)
    assert answer.standard_errors.max() < 1e-9


def interactions(masks):
    return np.tanh(masks[:, 0] * 2.0 + masks[:, 1] * masks[:, 2] - masks[:, -1])


@pytest.mark.slow
@pytest.mark.parametrize("design", [lt.ImageDesign(9), lt.ShapleyDesign(9)])
def test_superpixels_in_another_order_get_their_coefficients_in_that_order(design):
    order = np.random.default_rng(0).permutation(9)
    sample = draw(interactions, design, 60, np.random.default_rng(1), sampling="strata")
    moved = replace(sample, bits=np.packbits(np.unpackbits(sample.bits, axis=1)[:, order], axis=1))
    one, other = (cross_fitted(each, design, np.random.default_rng(2)) for each in (sample, moved))
    assert other.coefficients == pytest.approx(one.coefficients[order], abs=1e-4 * np.ptp(one.coefficients))
    # as far as the optimiser finds the processes' parameters: with scipy 1.17.1, 1.1 % apart
    assert other.standard_errors == pytest.approx(one.standard_errors[order], rel=3e-2)


@pytest.mark.slow
@pytest.mark.parametrize("n", [8, 31])
@pytest.mark.parametrize("F", [
    lambda masks: np.full(len(masks), 0.7), lambda masks: masks[:, 0] * 1.0, lambda masks: 1e8 * interactions(masks),
    lambda masks: 1e-12 * interactions(masks), lambda masks: 5 + 3 * interactions(masks),
    lambda masks: 1e8 + interactions(masks),
], ids=["constant", "two values", "huge", "tiny", "not probabilities", "far from zero"])  # fmt: skip
@pytest.mark.parametrize("design", [
    lt.ImageDesign(5), lt.ImageDesign(5, 0.05), lt.ShapleyDesign(5), lt.TextDesign(5), lt.GlimeDesign(5, 0.5),
    lt.ProductDesign([0.1, 0.5, 0.9]), lt.ImageDesign(1, 1.0), lt.ImageDesign(2), lt.BernoulliDesign(20, 0.01),
], ids=repr)  # fmt: skip
def test_answers_are_finite_whatever_the_function(design, F, n):
    if design.d < 3 and F(np.ones((1, 3), bool))[0] != 0.7:
        F = lt.Additive(np.arange(1.0, design.d + 1))
    answer = lt.estimate(F, design, n, 0, "adjusted")
    assert np.isfinite([answer.intercept, *answer.coefficients]).all() and not np.isnan(answer.standard_errors).any()
    assert n == 8 or np.isfinite(answer.standard_errors).all()  # eight masks may vary a superpixel too little
    assert (np.diff(answer.interval(), axis=1) >= 0).all()
    if np.ptp(F(naive.masks(min(design.d, 5)))) == 0:
        assert answer.coefficients == pytest.approx(np.zeros(design.d), abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1e8, 1e-12])
def test_the_answer_follows_the_scale_of_the_values(scale):
    def ask(F):
        return lt.estimate(F, lt.ImageDesign(7), 60, 0, "adjusted")

    one, scaled = ask(lambda masks: 3 * interactions(masks)), ask(lambda masks: scale * 3 * interactions(masks))
    assert scaled.coefficients == pytest.approx(scale * one.coefficients, abs=1e-3 * scale)


@pytest.mark.slow
def test_a_seed_fixes_the_answer_for_every_block_size():
    def ask(size, seed):
        F = lt.SetFunction(np.random.default_rng(4).normal(size=64))
        F.block_size = size
        return lt.estimate(F, lt.ImageDesign(6), 50, seed, "adjusted")

    one, *others = [ask(size, 7) for size in (1, 7, 64, 4096)]
    for other in others:
        assert np.array_equal(one.coefficients, other.coefficients)
        assert np.array_equal(one.covariance, other.covariance) and one.intercept == other.intercept
    assert (ask(64, 8).coefficients != one.coefficients).all()


class Stopped:
    """An additive function plus an interaction, evaluated in blocks of 16, that is interrupted at a given call."""

    block_size = 16

    def __init__(self, stop_at):
        self.stop_at, self.calls = stop_at, 0

    def __call__(self, masks):
        self.calls += 1
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        return masks @ np.arange(6.0) + masks[:, 0] * masks[:, 1]


@pytest.mark.parametrize("design", [lt.ImageDesign(6), lt.ShapleyDesign(6), lt.TextDesign(6)], ids=repr)
def test_an_interruption_carries_weighted_least_squares_of_the_finished_masks(design):
    with pytest.raises(lt.Interrupted, match="interrupted after 32 evaluations") as caught:
        lt.estimate(Stopped(3 + 2 * design.efficient), design, 48, 0, "adjusted")
    found, truth = caught.value.explanation, lt.limit(lambda masks: Stopped(0)(masks), design)
    assert caught.value.sample.n == 32
    assert np.abs(found.coefficients - truth.coefficients).max() < 0.7
    with pytest.raises(lt.Interrupted) as early:
        lt.estimate(Stopped(1 + 2 * design.efficient), design, 48, 0, "adjusted")
    assert early.value.explanation is None


def test_the_finished_part_has_weights_of_the_design():
    # With all masks drawn, weighted least squares of what an interruption would carry, without strata, is the limit.
    design, F = lt.BernoulliDesign(5, 0.3), lt.SetFunction(np.random.default_rng(5).normal(size=32))
    sample = replace(draw(F, design, 32, np.random.default_rng(0), sampling="strata"), strata=None)
    assert wls(sample).coefficients == pytest.approx(lt.limit(F, design).coefficients, abs=1e-10)
    unweighted = replace(sample, weights=sample.weights / sample.ratio)  # mutant
    assert np.abs(wls(unweighted).coefficients - lt.limit(F, design).coefficients).max() > 1e-2


@pytest.mark.parametrize("changes, words", [
    ({"n": 7}, "n must be at least 8, got 7; draw more masks"),
    ({"ridge": 1.0}, "takes no ridge"),
    ({"include_original": True}, "takes no include_original"),
    ({"F": lambda masks: np.full(len(masks), np.nan)}, "finite numbers"),
    ({"F": lambda masks: masks}, "one number for each mask"),
])  # fmt: skip
def test_bad_arguments_are_refused(changes, words):
    arguments = {"F": interactions, "design": lt.ImageDesign(4), "n": 20, "rng": 0, **changes}
    with pytest.raises(ValueError, match=words):
        lt.estimate(method="adjusted", **arguments)


@pytest.mark.slow
def test_intervals_cover_the_limit_about_as_often_as_they_say(quick):
    # 150 repetitions. Coverage of 0.92 or more fails with probability < 1e-6 per coefficient; that of intervals half as
    # wide, 0.67 for normal errors, passes at all six with probability < 1e-3 (at one of them).
    rng, design = np.random.default_rng(6), lt.ImageDesign(6)
    F = lt.SetFunction(rng.normal(size=64))
    truth = lt.limit(F, design).coefficients
    answers = [lt.estimate(F, design, 32, rng, "adjusted") for _ in range(150)]
    errors = np.abs(np.array([answer.coefficients for answer in answers]) - truth)
    half_widths = np.array([np.diff(answer.interval(), axis=1)[:, 0] / 2 for answer in answers])
    low = binom.ppf(1e-6, 150, 0.92) / 150
    assert ((errors <= half_widths).mean(axis=0) >= low).all()
    assert ((errors <= half_widths / 2).mean(axis=0) < low).any()  # mutant: half the standard errors


@pytest.mark.slow
def test_the_error_is_far_below_that_of_least_squares():
    # Mean squared errors over 8 repetitions with fixed seeds.
    design, weights = lt.ImageDesign(10), np.random.default_rng(0).normal(size=10)

    def F(masks):
        return 1 / (1 + np.exp(-(2 * masks @ weights - weights.sum())))

    truth = lt.limit(F, design).coefficients

    def error(method):
        return np.mean([(lt.estimate(F, design, 100, seed, method).coefficients - truth) ** 2 for seed in range(8)])

    assert error("adjusted") < 0.01 * error("wls")
