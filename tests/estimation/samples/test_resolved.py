"""Outputs that differ by rounding alone count as equal, and nothing else does."""

import numpy as np
import pytest

import limetheory as lt

SINGLE = 2.0**-23


class Rounded:
    """Values about 0.018 that differ by a share of it, which a type of this resolution may have rounded."""

    def __init__(self, share, resolution):
        self.share = share
        if resolution is not None:
            self.resolution = resolution

    def __call__(self, masks):
        return 0.018 * (1 + self.share * masks[:, 0])


def significant(found):
    low, high = found.interval().T
    return bool(((low > 0) | (high < 0)).any())


@pytest.mark.parametrize("method", ["wls", "unbiased", "adjusted", "quadrature"])
def test_no_coefficient_of_rounding_is_significant(method):
    found = lt.estimate(Rounded(15 * SINGLE, SINGLE), lt.ImageDesign(10), 200, 0, method)
    assert np.abs(found.coefficients).max() < 1e-16 and not significant(found)


def test_the_same_differences_of_finer_numbers_are_differences():
    # The mutant that takes every small difference for rounding.
    for resolution in (2.0**-52, None):
        assert significant(lt.estimate(Rounded(15 * SINGLE, resolution), lt.ImageDesign(6), 200, 0))


@pytest.mark.parametrize(("resolution", "share"), [(SINGLE, 65), (2.0**-52, 65), (2.0**-7, 1.1)])
def test_differences_above_the_rounding_are_differences(resolution, share):
    assert significant(lt.estimate(Rounded(share * resolution, resolution), lt.ImageDesign(6), 200, 0))


def test_every_mask_to_a_tolerance_is_without_rounding_too():
    found = lt.estimate_until(Rounded(15 * SINGLE, SINGLE), lt.ImageDesign(6), 0.001, rng=0, bounds=(0, 1))
    assert found.stopping.sequence is None and not found.coefficients.any() and not significant(found)


def test_a_photograph_of_one_colour_has_no_significant_superpixel():
    def network(images):
        noise = np.random.default_rng(images.size).integers(-3, 4, (len(images), 2))
        return (np.array([0.25, 0.75]) * (1 + noise * SINGLE)).astype(np.float32)

    class Steady:
        """The same answer to the image itself, rounding of other batches elsewhere."""

        def __call__(self, images):
            return network(images) if len(images) > 2 else np.full((len(images), 2), [0.25, 0.75], np.float32)

    image = np.full((8, 8, 3), 0.5)
    for target in (1, [0, 1]):
        with pytest.warns(UserWarning, match="so that all coefficients are 0"):
            found = lt.explain_image(Steady(), image, segments="grid", n=100, rng=0, target=target, replacement="mean")
        for one in found if isinstance(found, list) else [found]:
            assert not significant(one)


def test_a_random_function_is_left_alone():
    function = Rounded(15 * SINGLE, SINGLE)
    function.random = True
    assert significant(lt.estimate(function, lt.ImageDesign(6), 200, 0))
