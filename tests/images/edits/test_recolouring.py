"""Edits of colours against loops over pixels, written from the definitions."""

import numpy as np
import pytest
from edit_scenes import BLOB, CORNER, MASKS, PHOTO, STRONG, H, W, naive_layer, naive_opacity

from limetheory.images.edits.smoothing import mean_around, smoothed
from limetheory.images.edits.table import EDITS

PERCENT = W / 100


def offset(photo, mask, row, column, values):
    return photo[row, column] + np.array([values["red"], values["green"], values["blue"]])


def brighter(photo, mask, row, column, values):
    return photo[row, column] + values["offset"]


def around_the_mean(photo, mask, row, column, values):
    mean = np.mean([photo[tuple(one)] for one in np.argwhere(mask)], axis=0)
    return mean + values["factor"] * (photo[row, column] - mean)


def around_grey(photo, mask, row, column, values):
    red, green, blue = photo[row, column]
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    return grey + values["factor"] * (photo[row, column] - grey)


def own_mean(photo, mask, row, column, values):
    """The Gaussian mean of the region's pixels, of which scipy takes those within 4 σ along each axis."""
    sigma = values["radius"] * PERCENT
    reach = int(4 * sigma + 0.5)
    near = [(i, j) for i, j in np.argwhere(mask) if max(abs(i - row), abs(j - column)) <= reach]
    weights = [np.exp(-((i - row) ** 2 + (j - column) ** 2) / (2 * sigma**2)) for i, j in near]
    return np.average([photo[place] for place in near], axis=0, weights=weights) if near else photo[row, column]


def drawn(photo, mask, row, column, values):
    """Noise by pixels of the rectangle around the region and one pixel more."""
    if not mask[row, column]:
        return photo[row, column]
    first, last = np.argwhere(mask).min(axis=0) - 1, np.argwhere(mask).max(axis=0) + 1
    draws = np.random.default_rng(0).normal(size=(*(last - first + 1), 3))
    return photo[row, column] + values["strength"] * draws[row - first[0], column - first[1]]


NEW = {
    "colour": offset, "brightness": brighter, "contrast": around_the_mean, "saturation": around_grey, "blur": own_mean,
    "noise": drawn,
}  # fmt: skip


def naive(name, photo, mask, values):
    """What each pixel of the whole photograph would become."""
    found = np.empty_like(photo)
    for row, column in np.ndindex(mask.shape):
        found[row, column] = np.clip(NEW[name](photo, mask, row, column, values), 0, 1)
    return found


@pytest.mark.parametrize(
    "name, feather", [*((name, 0) for name in NEW), *((name, 5) for name in NEW if name != "noise")]
)
def test_other_colours_are_those_of_the_definition(name, feather):
    values = {**STRONG[name], "feather": feather}
    found = EDITS[name].function(PHOTO, BLOB, **values)
    expected = naive_layer(PHOTO, naive(name, PHOTO, BLOB, values), naive_opacity(BLOB, feather * PERCENT))
    np.testing.assert_allclose(found.pixels, expected, rtol=0, atol=1e-12)
    assert found.mask is BLOB and all(found.follow(one) is one for one in MASKS.values())


@pytest.mark.parametrize("name", NEW)
def test_mutant_another_strength_is_told_apart(name):
    values = dict(STRONG[name])
    first = next(iter(values))
    other = {**values, first: values[first] * 1.01}
    assert np.abs(EDITS[name].function(PHOTO, BLOB, **other).pixels - naive(name, PHOTO, BLOB, values)).max() > 1e-5


@pytest.mark.parametrize("name", NEW)
def test_without_a_soft_edge_nothing_outside_the_region_changes(name):
    found = EDITS[name].function(PHOTO, BLOB, **STRONG[name]).pixels
    assert np.array_equal(found[~BLOB], PHOTO[~BLOB]) and not np.isclose(found[BLOB], PHOTO[BLOB]).all()


@pytest.mark.parametrize("name", ["contrast", "saturation", "blur", "noise"])
def test_no_colour_of_the_surroundings_comes_in(name):
    other = np.where(BLOB[..., None], PHOTO, 1 - PHOTO)
    function = EDITS[name].function
    assert np.array_equal(
        function(PHOTO, BLOB, **STRONG[name]).pixels[BLOB], function(other, BLOB, **STRONG[name]).pixels[BLOB]
    )


def test_brightness_adds_up_and_is_a_colour():
    brightness, grey = EDITS["brightness"].function, PHOTO * 0.4 + 0.25
    twice = brightness(brightness(grey, BLOB, offset=0.125).pixels, BLOB, offset=0.125)
    once = brightness(grey, BLOB, offset=0.25)
    np.testing.assert_allclose(twice.pixels, once.pixels, rtol=0, atol=1e-15)
    equal = EDITS["colour"].function(grey, BLOB, red=0.25, green=0.25, blue=0.25)
    assert np.array_equal(equal.pixels, once.pixels)


def test_a_seed_and_the_strength_say_all_of_the_noise():
    noise, grey = EDITS["noise"].function, np.full((H, W, 3), 0.5)
    one, two = (noise(grey, BLOB, strength=s, grain=0, seed=4).pixels - 0.5 for s in (0.01, 0.02))
    np.testing.assert_allclose(two, 2 * one, rtol=0, atol=1e-15)
    assert not np.array_equal(noise(grey, BLOB, strength=0.01, grain=0, seed=5).pixels - 0.5, one)


def test_noise_has_its_strength_and_its_grain():
    grey, everything = np.full((200, 300, 3), 0.5), np.ones((200, 300), bool)
    drawn = EDITS["noise"].function(grey, everything, strength=0.05, grain=1).pixels - 0.5
    squares = drawn[::3, ::3]
    assert np.array_equal(squares.repeat(3, axis=0).repeat(3, axis=1)[:200], drawn)
    # the standard deviation of n normal numbers is within 5 / sqrt(2 n) of it, but for one seed in a million
    assert abs(squares.std() / 0.05 - 1) < 5 / np.sqrt(2 * squares.size)


@pytest.mark.parametrize("sigma", [7.0, 12.5, 30.0])
def test_a_wide_gaussian_on_blocks_is_that_of_pixels_within_a_grey_level(sigma):
    from scipy.ndimage import gaussian_filter

    field = np.kron(np.random.default_rng(1).random((20, 25)), np.ones((10, 10)))
    expected = gaussian_filter(field, sigma, mode="constant", truncate=6)
    inner = np.s_[30:-30, 30:-30]
    assert np.abs(smoothed(field, sigma) - expected)[inner].max() < 1 / 255
    assert np.abs(smoothed(field, 1.05 * sigma) - expected)[inner].max() > 1e-3


def test_a_region_of_one_colour_stays_under_a_wide_blur():
    flat = np.where(CORNER[..., None], 0.3, PHOTO).repeat(20, axis=0).repeat(20, axis=1)
    mask = CORNER.repeat(20, axis=0).repeat(20, axis=1)
    np.testing.assert_allclose(mean_around(flat, mask, 25.0)[mask], 0.3, rtol=0, atol=1e-12)
