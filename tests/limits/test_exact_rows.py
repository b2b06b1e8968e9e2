"""Every row of both tables of `supported` equals enumeration by its definition; every class must have an instance."""

import instances
import naive
import numpy as np
import pytest

import limetheory as lt

SET_FUNCTIONS = [row.model for row in lt.supported()]
IMAGE_MODELS = [row.model for row in instances.OF_IMAGES]
SIZES = (3, 7, 12)


def test_every_class_of_both_tables_has_an_instance():
    assert set(SET_FUNCTIONS) <= set(instances.SET_FUNCTIONS), "give the test of the new class an instance"
    assert set(IMAGE_MODELS) <= set(instances.IMAGE_MODELS), "give the test of the new class an instance"


def test_a_new_class_without_an_instance_is_noticed(monkeypatch):
    monkeypatch.delitem(instances.IMAGE_MODELS, "RBFExpansion")
    with pytest.raises(AssertionError, match="give the test of the new class an instance"):
        test_every_class_of_both_tables_has_an_instance()


def gaps(F, values, d):
    """For every kind of design: the largest gap between F's limit and the enumerated one, the intercept included."""
    pairs = []
    for name, arguments in naive.every(d):
        design = getattr(lt, name)(*arguments)
        pairs.append([lt.limit(F, design), lt.limit(lt.SetFunction(values), design)])
    return [np.abs(vector(closed) - vector(table)).max() for closed, table in pairs]


def vector(explanation):
    return np.append(explanation.coefficients, explanation.intercept)


def of_masks(name, d):
    """A set function and its values from the definition."""
    model, by_hand = instances.SET_FUNCTIONS[name](np.random.default_rng(d), d)
    return model, by_hand(naive.masks(d))


def of_images(name, d):
    """A model of images, a masked image, and its values from the definition on the composed pixels."""
    rng = np.random.default_rng(d)
    masked = instances.masked_image(rng, d)
    model, by_hand = instances.IMAGE_MODELS[name](rng, masked)
    return model, masked, by_hand(instances.composed(masked, naive.masks(d)))


def not_trivial(F, d):
    return np.abs(lt.limit(F, lt.ImageDesign(d)).coefficients).max() > 1e-2


@pytest.mark.parametrize("d", SIZES)
@pytest.mark.parametrize("name", SET_FUNCTIONS)
def test_the_limit_of_every_set_function_is_that_of_enumerating_its_definition(name, d):
    F, values = of_masks(name, d)
    np.testing.assert_allclose(F(naive.masks(d)), values, rtol=0, atol=1e-12)
    assert max(gaps(F, values, d)) < 1e-12 and not_trivial(F, d)


@pytest.mark.slow
@pytest.mark.parametrize("d", SIZES)
@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_the_limit_of_every_model_of_images_is_that_of_enumerating_its_pixels(name, d):
    model, masked, values = of_images(name, d)
    F = lt.set_function(model, masked)
    np.testing.assert_allclose(F(naive.masks(d)), values, rtol=0, atol=1e-12)
    assert max(gaps(F, values, d)) < 1e-12 and not_trivial(F, d)


@pytest.mark.parametrize("name", SET_FUNCTIONS)
def test_mutants_one_superpixel_too_far_or_a_billionth_off_are_caught(name):
    F, values = of_masks(name, 7)
    masks = naive.masks(7)
    assert min(gaps(F, F(masks[:, [*range(1, 7), 0]]), 7)) > 1e-4
    assert max(gaps(F, values + 1e-9 * (masks.sum(axis=1) == 3), 7)) > 1e-11


@pytest.mark.slow
@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_mutants_other_superpixels_and_other_replacements_are_caught(name):
    model, masked, values = of_images(name, 7)
    swapped = np.where(masked.segments == 0, 1, np.where(masked.segments == 1, 0, masked.segments))
    for mutant in (
        lt.MaskedImage(masked.image, swapped, masked.replacement),
        lt.MaskedImage(masked.replacement, masked.segments, masked.image),
        lt.MaskedImage(masked.image, masked.segments, "mean"),
    ):
        assert max(gaps(lt.set_function(model, mutant), values, 7)) > 1e-4
