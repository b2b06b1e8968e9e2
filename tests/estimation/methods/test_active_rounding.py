"""Active masks of a function that is constant, or constant within its rounding: nothing is learned of it."""

import warnings

import numpy as np
import pytest

import limetheory as lt

METHODS = ["active", "active_unbiased"]
DESIGN = lt.ImageDesign(10)


class Single:
    """A constant as float32 has it: a few units in the last place apart from one mask to the next."""

    resolution = 2.0**-23

    def __init__(self, value):
        self.value = value

    def __call__(self, masks):
        apart = np.where(masks.all(axis=1), 0.0, np.sin(masks @ np.arange(1, 11)))
        return self.value * (1 + 2.0**-22 * apart)


def explained(F, method, design=DESIGN):
    return lt.estimate(F, design, n=60, rng=0, method=method)


def constant(value):
    return lambda masks: np.full(len(masks), value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [0.3, 0.1, 0.0, 1.0])
def test_a_constant_in_the_unit_interval_has_the_intervals_of_any_other(value, method):
    found, other = explained(constant(value), method), explained(constant(0.5), method)
    assert found.coefficients == pytest.approx(np.zeros(10), abs=1e-14)
    assert found.standard_errors == pytest.approx(other.standard_errors) and found.standard_errors.min() > 0.01


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [3.0, -0.25, 1e9])
def test_intervals_of_a_constant_grow_with_its_size(value, method):
    found, unit = explained(constant(value), method), explained(constant(1.0), method)
    ratio = found.standard_errors.mean() / unit.standard_errors.mean()
    assert ratio == pytest.approx(abs(value), rel=0.05)  # which of equally good masks are taken hangs on rounding


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("design", [DESIGN, lt.ShapleyDesign(10)], ids=repr)
@pytest.mark.parametrize("value", [0.3, 5.0])
def test_rounding_is_neither_explained_nor_an_interval(value, design, method):
    found = explained(Single(value), method, design)
    assert found.coefficients == pytest.approx(np.zeros(10), abs=1e-14)
    assert found.standard_errors.min() > 0.01 * value


def test_differences_above_the_rounding_are_explained():
    found = explained(lambda masks: Single(0.3)(masks) + 1e-3 * masks[:, 2], "active")
    assert found.coefficients[2] == pytest.approx(1e-3, rel=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_a_size_that_numbers_cannot_square_is_refused_before_anything_is_fitted(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"the largest \|F\| must lie between"):
            explained(lambda masks: 1e200 * masks[:, 0], method)
