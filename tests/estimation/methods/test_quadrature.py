"""Method "quadrature": the posterior mean of the limit given the values, against dense algebra over all masks."""

import naive
import numpy as np
import pytest
from scipy.special import expit, logit

import limetheory as lt
from limetheory.estimation.methods import quadrature as module
from limetheory.estimation.surrogates.families import Recipe
from limetheory.estimation.surrogates.gaussian_process import Kernel

D = 5
MASKS = naive.masks(D)
PROBABILITIES = np.random.default_rng(0).uniform(0.05, 0.95, 1 << D)
KERNEL = Kernel(np.array([0.2, 0.5, 1.0, 0.1, 0.7]), 0.8, 0.6, 0.3, 0.05)
RECIPES = {"values": Recipe(KERNEL, None), "log odds": Recipe(None, KERNEL), "both": Recipe(KERNEL, KERNEL)}


def posterior_mean(values, seen):
    """E[F(z) | F on the masks seen] for every mask, by the definition of a Gaussian process: (2^d,)."""
    prior = np.array([[
        KERNEL.amplitude * np.exp(-sum(KERNEL.rates[a != b])) + KERNEL.constant
        + KERNEL.slope * sum((2.0 * a - 1) * (2.0 * b - 1)) for b in MASKS] for a in MASKS
    ])  # fmt: skip
    mean = values[seen].mean()
    noisy = prior[np.ix_(seen, seen)] + KERNEL.noise * np.eye(len(seen))
    return mean + prior[:, seen] @ np.linalg.solve(noisy, values[seen] - mean)


def by_definition(recipe, seen):
    """F where it is known, and what the recipe predicts elsewhere."""
    parts = []
    if recipe.values is not None:
        parts.append(posterior_mean(PROBABILITIES, seen))
    if recipe.log_odds is not None:
        parts.append(expit(posterior_mean(logit(PROBABILITIES), seen)))
    completed = np.mean(parts, axis=0)
    completed[seen] = PROBABILITIES[seen]
    return completed


def answer(recipe, design, n, monkeypatch):
    """(the explanation with a given recipe, the indices of the masks that it drew)."""
    drawn = []

    def recorded(masks):
        drawn.extend(masks @ (1 << np.arange(D)))
        return PROBABILITIES[masks @ (1 << np.arange(D))]

    monkeypatch.setattr(module, "learned_recipe", lambda *_, **__: recipe)
    found = lt.estimate(recorded, design, n, 3, "quadrature")
    return found, np.array([index for index in drawn[-found.n_evaluations :] if design.probability(MASKS[[index]])])


@pytest.mark.parametrize("name", RECIPES)
def test_posterior_mean_of_the_limit(name, monkeypatch):
    design, (law, weight) = lt.BernoulliDesign(D), naive.BernoulliDesign(D, 0.5)
    found, seen = answer(RECIPES[name], design, 20, monkeypatch)
    assert len(set(seen)) < 20  # some masks twice: each is known only once
    beta, intercept = naive.regression(by_definition(RECIPES[name], seen), law * weight)
    assert found.coefficients == pytest.approx(beta, abs=1e-11)
    assert found.intercept == pytest.approx(intercept, abs=1e-11)


@pytest.mark.parametrize("name", RECIPES)
def test_shapley_values_of_the_posterior_mean(name, monkeypatch):
    found, seen = answer(RECIPES[name], lt.ShapleyDesign(D), 20, monkeypatch)
    completed = by_definition(RECIPES[name], np.append(seen, [0, (1 << D) - 1]))
    law, weight = naive.ShapleyDesign(D)
    beta, _ = naive.regression(completed, law * weight, efficient=True)
    assert found.coefficients == pytest.approx(beta, abs=1e-11)
    assert found.coefficients.sum() == pytest.approx(PROBABILITIES[-1] - PROBABILITIES[0], abs=1e-12)


@pytest.mark.parametrize(
    "case", [*naive.exchangeable(5), ("ShapleyDesign", (5,)), ("ProductDesign", ([0.3, 0.4, 0.5, 0.6, 0.7],))],
    ids=naive.name,
)  # fmt: skip
def test_exact_where_every_mask_is_drawn(case):
    design, F = getattr(lt, case[0])(*case[1]), lt.SetFunction(np.random.default_rng(2).normal(size=32))
    found, truth = lt.estimate(F, design, 1000, 1, "quadrature"), lt.limit(F, design)
    assert found.coefficients == pytest.approx(truth.coefficients, abs=1e-10)
    assert found.intercept == pytest.approx(truth.intercept, abs=1e-10)


def test_mutant_without_the_known_values_all_masks_do_not_give_the_limit(monkeypatch):
    monkeypatch.setattr(module, "known_values", lambda masks, residuals, design: np.zeros(design.d + 1))
    F = lt.SetFunction(np.random.default_rng(2).normal(size=32))
    found, truth = lt.estimate(F, lt.ImageDesign(5), 32, 1, "quadrature"), lt.limit(F, lt.ImageDesign(5))
    assert np.abs(found.coefficients - truth.coefficients).max() > 1e-4


@pytest.mark.parametrize("n", [8, 9, 10, 40])
def test_constant_functions_show_no_misfit(n, monkeypatch):
    monkeypatch.setattr(
        "limetheory.estimation.methods.unbiased.small_sample_correction", lambda _, __, found, *___, **____: found
    )
    found = lt.estimate(lt.Additive(np.zeros(9), 0.7), lt.ImageDesign(9), n, 0, "quadrature")
    assert not found.coefficients.any() and found.standard_errors.max() < 1e-15
    assert found.intercept == pytest.approx(0.7)


@pytest.mark.parametrize("design", [
    lt.ImageDesign(10), lt.ImageDesign(40), lt.TextDesign(10), lt.ShapleyDesign(12), lt.BernoulliDesign(20, 0.3),
    lt.ProductDesign(np.linspace(0.3, 0.7, 10)),
], ids=repr)  # fmt: skip
def test_additive_functions_are_exact(design):
    weights = np.random.default_rng(3).normal(size=design.d)
    found = lt.estimate(lt.Additive(weights, 2.0), design, 4 * design.d + 10, 0, "quadrature")
    assert found.coefficients == pytest.approx(weights, abs=1e-9)


def evidence(d, seed):
    """A probability whose log odds have interactions of all orders, as a network's have."""
    rng = np.random.default_rng(seed)
    slopes, pairs = rng.normal(size=d), np.triu(rng.normal(size=(d, d)), 1) / d**0.5
    return lambda z: expit(z @ slopes + np.einsum("ni,ij,nj->n", z, pairs, z) + np.sin(z @ slopes[::-1]) - 1)


@pytest.fixture(scope="module")
def repeated():
    """(runs, d) errors and standard errors of three methods, 60 masks of d = 8."""
    F, design = evidence(8, 0), lt.ImageDesign(8)
    truth = lt.limit(F, design).coefficients
    found = {}
    for method in ("wls", "adjusted", "quadrature"):
        answers = [lt.estimate(F, design, 60, seed, method) for seed in range(40)]
        found[method] = np.array([[a.coefficients - truth, a.standard_errors] for a in answers])
    return found


@pytest.mark.slow
def test_fewer_evaluations_than_without_a_surrogate_or_with_folds(repeated):
    squares = {method: (found[:, 0] ** 2).mean() for method, found in repeated.items()}
    assert squares["quadrature"] < squares["adjusted"] < squares["wls"]


@pytest.mark.slow
def test_standard_errors_have_the_right_size(repeated):
    # residuals are taken as independent, which they are not: stated variances are within a factor of 3
    gaps, errors = repeated["quadrature"].transpose(1, 0, 2)
    assert 0.5 < (errors**2).mean() / (gaps**2).mean() < 3


@pytest.mark.slow
@pytest.mark.parametrize("design", [lt.ShapleyDesign(16), lt.ImageDesign(12)], ids=repr)
def test_few_masks_have_no_lines_that_are_far_off(design):
    F = evidence(design.d, 5)
    truth, n = lt.limit(F, design).coefficients, design.d + 2
    found = [lt.estimate(F, design, n, seed, "quadrature").coefficients for seed in range(12)]
    assert max(((one - truth) ** 2).sum() for one in found) < 2 * (truth**2).sum()
    lines = [naive_line(F, design, n, seed) for seed in range(12)]
    assert max(((one - truth) ** 2).sum() for one in lines) > 4 * (truth**2).sum()


def naive_line(F, design, n, seed):
    """The least-squares line through values at so many masks of the design, as there once was."""
    masks = design.sample(n, np.random.default_rng(seed))
    return np.linalg.lstsq(np.column_stack([np.ones(n), masks]), F(masks), rcond=None)[0][1:]


def test_same_seed_same_answer():
    F = evidence(9, 1)
    one, same, other = (lt.estimate(F, lt.ImageDesign(9), 40, seed, "quadrature").coefficients for seed in (0, 0, 1))
    assert (one == same).all() and (one != other).all()


def test_too_many_masks_are_refused():
    with pytest.raises(ValueError, match=r"^quadrature takes at most n = 3000 masks, got 3001; use method='adjusted'$"):
        lt.estimate(evidence(12, 0), lt.ImageDesign(12), 3001, 0, "quadrature")
