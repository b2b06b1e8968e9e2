"""The surrogate that is chosen: which kind, for which d, and that the choice is made once."""

import numpy as np
import pytest
from scipy.special import expit

import limetheory as lt
from limetheory.estimation.surrogates import chosen_surrogate
from limetheory.estimation.surrogates.chosen_surrogate import ChosenSurrogate
from limetheory.estimation.surrogates.families import Logistic, Recipe, Surrogate
from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, fitted_kernel


def kinds(fitted):
    return {type(part) for part in getattr(fitted, "parts", [fitted])}


@pytest.mark.parametrize("kind", ["additive", "sigmoid", "interactions"])
def test_it_suits_the_function_where_masks_cannot_be_enumerated(kind):
    design, slopes = lt.ImageDesign(18), np.linspace(-1, 1, 18)
    masks, new = (design.sample(n, np.random.default_rng(n)) for n in (250, 400))

    def F(z):
        detector = 3.0 * z[:, 0] * z[:, 3] * (1 - z[:, 5])
        return {"additive": z @ slopes, "sigmoid": expit(4 * z @ slopes), "interactions": z @ slopes + detector}[kind]

    fitted = ChosenSurrogate()(masks, F(masks), design)
    expected = {"additive": lt.Additive, "sigmoid": Logistic, "interactions": GaussianProcess}[kind]
    assert expected in kinds(fitted) and not (kind == "interactions" and Logistic in kinds(fitted))
    assert np.abs(fitted(new) - F(new)).mean() < 0.05 * F(new).std()


def test_few_superpixels_have_a_table():
    design = lt.ImageDesign(8)
    masks = design.sample(100, np.random.default_rng(0))
    assert isinstance(ChosenSurrogate()(masks, expit(6.0 * masks[:, 0] * masks[:, 1] - 2), design), lt.SetFunction)


def test_one_part_is_no_mean(monkeypatch):
    masks = lt.ImageDesign(18).sample(30, np.random.default_rng(0))
    kernel = fitted_kernel(masks, masks @ np.arange(18) % 7.0)
    for recipe, expected in ((Recipe(kernel, None), GaussianProcess), (Recipe(None, kernel), Logistic),
                             (Recipe(kernel, kernel), Surrogate)):  # fmt: skip
        monkeypatch.setattr(chosen_surrogate, "learned_recipe", lambda *seen, recipe=recipe: recipe)
        fitted = ChosenSurrogate()(masks, masks.mean(axis=1), lt.ImageDesign(18))
        assert isinstance(fitted, expected)


def test_the_recipe_is_learned_until_there_are_400_masks(monkeypatch):
    asked, design = [], lt.ImageDesign(18)

    def learned(masks, values, importance):
        asked.append(len(masks))
        assert importance == pytest.approx(np.sqrt((design.influence(masks, np.ones(len(masks))) ** 2).sum(axis=1)))
        return Recipe(None, None)

    monkeypatch.setattr(chosen_surrogate, "learned_recipe", learned)
    masks, fit = design.sample(900, np.random.default_rng(0)), ChosenSurrogate()
    for n in (100, 200, 500, 900):
        assert fit(masks[:n], masks[:n] @ np.arange(18.0), design).weights == pytest.approx(np.arange(18.0))
    assert asked == [100, 200, 400]
    ChosenSurrogate()(masks[:150], masks[:150] @ np.arange(18.0), design)
    assert asked[-1] == 150  # each has a recipe of its own


@pytest.mark.slow
def test_more_masks_do_not_change_the_recipe():
    design = lt.ImageDesign(18)
    masks = design.sample(500, np.random.default_rng(0))
    values, importance = expit(masks @ np.linspace(-1, 1, 18)), np.ones(500)
    few = chosen_surrogate.learned_recipe(masks[:400], values[:400], importance[:400])
    assert repr(few) == repr(chosen_surrogate.learned_recipe(masks, values, importance))
