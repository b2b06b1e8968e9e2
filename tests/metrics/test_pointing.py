"""The pointing game."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.metrics import pointing_game


def by_loops(heatmap, region, tolerance):
    """The share of the highest pixels that are near a pixel of the region."""
    top = [tuple(one) for one in np.argwhere(heatmap == heatmap.max())]
    inside = [tuple(one) for one in np.argwhere(region)]
    hits = [any((a - c) ** 2 + (b - d) ** 2 <= tolerance**2 for c, d in inside) for a, b in top]
    return sum(hits) / len(hits)


@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 6), st.sampled_from([0, 1, 1.5, 3]))
def test_it_is_the_share_by_loops(seed, h, w, tolerance):
    rng = np.random.default_rng(seed)
    heatmap, region = rng.integers(0, 3, (h, w)).astype(float), rng.random((h, w)) < 0.3
    region[rng.integers(h), rng.integers(w)] = True
    assert pointing_game(heatmap, region, tolerance) == pytest.approx(by_loops(heatmap, region, tolerance), abs=1e-15)


def test_the_first_of_tied_pixels_alone_would_depend_on_the_direction_of_reading():
    heatmap, region = np.ones((2, 2)), np.array([[True, False], [False, False]])
    assert pointing_game(heatmap, region) == pointing_game(heatmap[::-1, ::-1], region) == 0.25


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ([[1.0, 2.0]], [[True], [True]]),
            r"heatmap and region must be \(h, w\), both of the same shape, got \(1, 2\) and",
        ),
        (([1.0], [True]), r"must be \(h, w\)"),
        (([[np.nan]], [[True]]), "heatmap must be finite, got 1 NaN or infinite"),
        (([[1.0]], [[False]]), "region must have a pixel, got an empty one; leave this image out"),
        (([[1.0]], [[True]], -1), "tolerance must be at least 0, got -1"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        pointing_game(*arguments)
