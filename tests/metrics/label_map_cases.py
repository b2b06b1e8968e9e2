"""Pairs of small label maps for the tests of segments, drawn at random and named."""

import numpy as np
from hypothesis import strategies as st

from tests.composed_scene import divided


@st.composite
def two_maps(draw, side=6, labels=4):
    """Segments and truth of one shape."""
    h, w, seed = draw(st.integers(1, side)), draw(st.integers(1, side)), draw(st.integers(0, 2**32))
    rng = np.random.default_rng(seed)
    return rng.integers(0, labels, (h, w)), rng.integers(0, labels, (h, w))


def relabelled(labels, seed=0):
    """The same segments with other numbers."""
    numbers = np.random.default_rng(seed).permutation(50)
    return numbers[labels]


def each_pixel(labels):
    """A segment at each pixel."""
    return np.arange(labels.size).reshape(labels.shape)


NESTED = [divided(depth)[::5, ::5] for depth in (1, 2, 3)]
"""The partitions of the synthetic scene at three depths, each of which refines the one before, (60, 80)."""

REFUSED = [
    (
        ([[0, 1]], [[0], [1]]),
        ValueError,
        r"segments and truth must be \(h, w\), both of the same shape and with pixels",
    ),
    ((np.zeros((0, 2), int), np.zeros((0, 2), int)), ValueError, "with pixels, got"),
    (([[0, -1]], [[0, 1]]), ValueError, "labels must be >= 0, got -1"),
    (([0, 1], [0, 1]), ValueError, r"labels must have shape \(h, w\), got \(2,\)"),
    (([[0.5, 1.0]], [[0, 1]]), TypeError, "labels must be integers or bool, got float64"),
    (([[0, 1]], [["a", "b"]]), TypeError, "labels must be integers or bool"),
]
"""Arguments that no metric of two label maps takes, with the class and words of the error."""
