"""The smallest numbers of a row are those of the smallest ranks, digit for digit, also where numbers are equal."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.designs.ranks import smallest


def by_ranks(numbers, counts):
    """From the definition: the rank of each number below the count of its row."""
    return numbers.argsort(axis=1).argsort(axis=1) < counts[:, None]


@pytest.mark.parametrize("levels", [None, 3, 1])
@pytest.mark.parametrize("d", [1, 2, 17, 231])
def test_the_smallest_are_those_of_the_smallest_ranks(d, levels):
    rng = np.random.default_rng(d)
    numbers = rng.random((400, d)) if levels is None else rng.integers(0, levels, (400, d)).astype(float)
    counts = np.append(rng.integers(0, d + 1, 398), [0, d])
    found = smallest(numbers, counts)
    assert np.array_equal(found, by_ranks(numbers, counts))
    assert np.array_equal(found.sum(axis=1), counts)


def test_a_comparison_alone_would_miss_equal_numbers():
    numbers, counts = np.array([[0.5, 0.5, 0.7]]), np.array([1])
    compared = numbers < np.sort(numbers, axis=1)[:, counts]
    assert compared.sum() == 0 and smallest(numbers, counts).sum() == 1


@pytest.mark.parametrize("design", [lt.TextDesign(40), lt.SizeLawDesign(np.arange(13.0))])
def test_masks_of_a_seed_are_those_of_ranks(design):
    uniforms = np.random.default_rng(5).random((300, design.d + 1))
    law = np.exp(design.log_law)
    sizes = np.searchsorted(np.cumsum(law)[:-1] / law.sum(), uniforms[:, 0], side="right")
    assert np.array_equal(design.sample(300, np.random.default_rng(5)), by_ranks(uniforms[:, 1:], sizes))


def test_numbers_that_differ_beyond_single_precision_are_told_apart():
    numbers = 0.5 + 2.0**-40 * np.random.default_rng(0).permuted(np.tile(np.arange(50.0), (30, 1)), axis=1)
    counts = np.arange(30)
    assert len(np.unique(numbers.astype(np.float32))) == 1
    assert np.array_equal(smallest(numbers, counts), by_ranks(numbers, counts))
