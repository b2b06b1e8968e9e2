"""The maximum of a concave function is bounded closely from above, wherever it is attained."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.statistics.concave import concave_maximum


@given(st.floats(0, 1), st.floats(0.1, 50), st.floats(0.1, 3))
def test_a_parabola_s_maximum_is_bounded_from_above_closely(place, curvature, height):
    found = concave_maximum(lambda root: height - curvature * (root**2 - place) ** 2)
    assert height * (1 - 1e-14) <= found <= height * (1 + 1e-7) + 1e-12 * curvature


@given(st.floats(1e-6, 1), st.floats(0.1, 5))
def test_the_bound_is_close_for_a_function_with_a_kink(place, slope):
    found = concave_maximum(lambda root: np.minimum(slope * root**2, slope * place + 3 * (place - root**2)))
    assert slope * place * (1 - 1e-14) <= found <= slope * place * (1 + 1e-7)


@pytest.mark.parametrize(("function", "highest"), [(lambda root: root**2, 1), (lambda root: 1 - root, 1)])
def test_a_maximum_at_either_end_of_the_interval_is_found(function, highest):
    assert concave_maximum(function) == pytest.approx(highest, abs=1e-7)


def test_the_best_point_tried_alone_is_too_low():
    # The mutant that returns the largest value tried is below the maximum, which lies between its points.
    tried = []

    def kinked(root):
        values = 1 - np.abs(root**2 - math.pi / 10)
        tried.append(values.max())
        return values

    assert concave_maximum(kinked) >= 1 > max(tried)


def test_an_infinite_value_makes_the_maximum_infinite():
    assert concave_maximum(lambda root: np.where(root > 0.5, np.inf, root)) == math.inf
    assert concave_maximum(lambda root: root * np.nan) == math.inf
