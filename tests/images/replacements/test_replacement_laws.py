"""The laws of random replacements: their draws by number, and their moments."""

import numpy as np
import pytest
from scipy.stats import binom, kstest

from limetheory.images.replacements.histogram import Histogram
from limetheory.images.replacements.law import key_of, numbered_draw
from limetheory.images.replacements.noise import Noise
from limetheory.images.replacements.other_images import OtherImages

IMAGE = np.random.default_rng(0).random((3, 4, 3)).round(1)
OTHERS = np.random.default_rng(1).random((3, 3, 4, 3))
LAWS = {"noise": Noise(IMAGE.shape), "histogram": Histogram(IMAGE), "others": OtherImages(OTHERS)}
CHANCE = 1e-6


def draws(law, n, seed=0):
    return np.stack([numbered_draw(law, key_of(seed), i) for i in range(n)])


@pytest.mark.parametrize("name", LAWS)
def test_a_draw_depends_on_its_seed_and_number_alone(name):
    law = LAWS[name]
    first = draws(law, 40)
    np.testing.assert_array_equal(first[[7, 3, 7]], [numbered_draw(law, key_of(0), i) for i in (7, 3, 7)])
    assert not np.array_equal(first, draws(law, 40, seed=1))
    assert len(np.unique(first.reshape(40, -1), axis=0)) > 2


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_the_mean_is_that_of_the_draws(name):
    law, n = LAWS[name], 4000
    found = draws(law, n)
    error = found.std(axis=0) / np.sqrt(n)
    assert np.abs((found.mean(axis=0) - law.mean) / error).max() < 6  # of 36 numbers: below 1e-7 by chance


@pytest.mark.slow
def test_noise_is_uniform_and_independent_over_pixels_channels_and_draws():
    found = draws(LAWS["noise"], 4000)
    assert kstest(found.ravel(), "uniform").pvalue > CHANCE and found.min() >= 0 and found.max() < 1
    numbers = found.reshape(4000, -1)
    correlations = np.corrcoef(numbers.T) - np.eye(36)
    follows = [np.corrcoef(one[1:], one[:-1])[0, 1] for one in numbers.T]
    assert max(np.abs(correlations).max(), np.abs(follows).max()) * np.sqrt(4000) < 6.5


def test_the_histogram_draws_whole_colours_as_often_as_the_image_has_them():
    found = draws(LAWS["histogram"], 500).reshape(-1, 3)
    colours, counts = np.unique(IMAGE.reshape(-1, 3), axis=0, return_counts=True)
    drawn, times = np.unique(found, axis=0, return_counts=True)
    np.testing.assert_array_equal(drawn, colours)
    for count, time in zip(counts, times, strict=True):
        low, high = binom.interval(1 - CHANCE, len(found), count / 12)
        assert low <= time <= high


@pytest.mark.slow
def test_other_images_are_drawn_whole_and_equally_often():
    found = draws(LAWS["others"], 3000)
    which = [(found == one).all(axis=(1, 2, 3)).sum() for one in OTHERS]
    assert sum(which) == 3000 and all(low <= one <= high for one in which for low, high in [_bounds(3000, 1 / 3)])


def _bounds(n, p):
    return binom.interval(1 - CHANCE, n, p)


def test_one_colour_has_that_very_mean_and_hides_nothing():
    flat = np.full((5, 7, 3), 0.1)
    assert (Histogram(flat).mean == 0.1).all() and not Histogram(flat).hides(flat) and Noise((5, 7)).hides(flat)
    assert not OtherImages(np.stack([flat, flat])).hides(flat) and OtherImages(np.stack([flat, 1 - flat])).hides(flat)


def test_grey_laws_are_told_from_those_of_colours():
    grey = np.repeat(np.random.default_rng(0).random((2, 3, 4, 1)), 3, axis=3)
    assert Noise((3, 4, 3)).grey and Histogram(grey[0]).grey and OtherImages(grey).grey
    assert Histogram(grey[0, ..., 0]).grey and OtherImages(grey[..., 0]).grey
    assert not Histogram(IMAGE).grey and not OtherImages(OTHERS).grey
