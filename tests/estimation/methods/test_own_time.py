"""Surrogates of many superpixels say beforehand that they would take too long."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.methods.own_time import LONGEST, seconds_of_adjusted, seconds_of_quadrature

SECONDS = {"adjusted": seconds_of_adjusted, "quadrature": seconds_of_quadrature}


def never(masks):
    raise AssertionError("the function was evaluated")


@pytest.mark.parametrize("method", SECONDS)
def test_what_takes_too_long_is_refused_before_anything_is_evaluated(method):
    with pytest.raises(ValueError, match=f"method '{method}' must take at most 30 s of its own, got about [0-9]+ s"):
        lt.estimate(never, lt.ImageDesign(5000), 2000, 0, method)


@pytest.mark.parametrize("method", SECONDS)
def test_the_remedy_works(method):
    with pytest.raises(ValueError, match="use method 'wls' with more than 5000 masks"):
        lt.estimate(never, lt.ImageDesign(5000), 2000, 0, method)
    with pytest.raises(AssertionError, match="the function was evaluated"):
        lt.estimate(never, lt.ImageDesign(5000), 5001, 0, "wls")


@pytest.mark.slow
@pytest.mark.parametrize("method", SECONDS)
@pytest.mark.parametrize(("d", "n"), [(400, 3000), (600, 1000), (2000, 1000)])
def test_what_does_not_is_begun(method, d, n):
    with pytest.raises(AssertionError, match="the function was evaluated"):
        lt.estimate(never, lt.ImageDesign(d), n, 0, method)


@pytest.mark.parametrize("seconds", SECONDS.values(), ids=SECONDS)
def test_more_superpixels_and_more_masks_take_longer(seconds):
    times = np.array([[seconds(d, n) for n in (600, 1000, 3000)] for d in (401, 1000, 5000)])
    assert (np.diff(times, axis=0) > 0).all() and (np.diff(times, axis=1) > 0).all()
    assert times[0, 0] < LONGEST < times[-1, -1]


@pytest.mark.parametrize(("method", "d", "seconds"), [("adjusted", 600, 1.6), ("adjusted", 2000, 10.5),
                         ("adjusted", 5000, 41.6), ("quadrature", 600, 2.4), ("quadrature", 2000, 11.2)])  # fmt: skip
def test_the_estimate_is_near_what_was_measured(method, d, seconds):
    # Processor seconds with n = 1000 on the machine that the constants are from.
    assert seconds / 2 < SECONDS[method](d, 1000) < 2 * seconds
