"""The inverse of a Gram matrix: exact rationals, eigenvectors, and matrices that are singular or nearly so."""

from fractions import Fraction

import numpy as np
import pytest

from limetheory.estimation.methods import least_squares
from limetheory.estimation.methods.least_squares import pseudo_inverse
from limetheory.estimation.methods.linear_models import Free
from limetheory.estimation.samples.sample import Sample


def exact_inverse(matrix):
    """Gauss and Jordan's elimination in rationals."""
    size = len(matrix)
    rows = [[Fraction(one) for one in row] + [Fraction(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for j in range(size):
        pivot = next(i for i in range(j, size) if rows[i][j])
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [one / rows[j][j] for one in rows[j]]
        for i in range(size):
            if i != j:
                rows[i] = [one - rows[i][j] * other for one, other in zip(rows[i], rows[j], strict=True)]
    return np.array([[float(one) for one in row[size:]] for row in rows])


@pytest.mark.parametrize("d", [1, 2, 5, 9])
def test_the_inverse_is_exact_and_symmetric(d):
    masks = np.random.default_rng(d).random((40, d)) < 0.5
    gram = (masks.T.astype(int) @ masks).tolist()
    found, undetermined = pseudo_inverse(np.array(gram, float))
    np.testing.assert_allclose(found, exact_inverse(gram), rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(found, found.T)
    assert not undetermined.any()


@pytest.mark.parametrize("smallest", [1e-3, 1e-5, 1e-8, 1e-11])
def test_both_ways_to_the_inverse_agree(smallest, monkeypatch):
    directions = np.linalg.qr(np.random.default_rng(0).normal(size=(12, 12)))[0]
    gram = directions * np.geomspace(smallest, 7.0, 12) @ directions.T
    by_factor, _ = pseudo_inverse(gram)
    monkeypatch.setattr(least_squares, "_well_conditioned_inverse", lambda gram: None)
    by_eigenvectors, undetermined = pseudo_inverse(gram)
    allowed = 50 * np.finfo(float).eps * 7.0 / smallest
    np.testing.assert_allclose(by_factor, by_eigenvectors, rtol=0, atol=allowed * np.abs(by_eigenvectors).max())
    assert not undetermined.any()


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1.0, 1e9, 1e300])
def test_the_way_does_not_depend_on_the_unit(size):
    gram = np.array([[2.0, 1.0], [1.0, 2.0]])
    assert least_squares._well_conditioned_inverse(gram) is not None
    found, _ = pseudo_inverse(gram * size)
    np.testing.assert_allclose(found * size, np.array([[2.0, -1.0], [-1.0, 2.0]]) / 3, rtol=1e-14)


@pytest.mark.parametrize("rest", [0.0, 1e-17, 1e-15])
def test_singular_matrices_keep_the_minimum_norm(rest):
    column = np.random.default_rng(1).normal(size=(30, 1))
    rows = np.hstack([column, column, np.random.default_rng(2).normal(size=(30, 2))])
    gram = rows.T @ rows + rest * np.eye(4)
    assert least_squares._well_conditioned_inverse(gram) is None
    found, undetermined = pseudo_inverse(gram)
    assert undetermined.tolist() == [True, True, False, False]
    np.testing.assert_allclose(found, np.linalg.pinv(rows.T @ rows), atol=1e-10)


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_matrices_far_from_singular_alone_are_factored(size):
    for smallest, factored in ((1e-4, True), (1e-7, False)):
        found = least_squares._well_conditioned_inverse(size * np.diag([1.0, smallest]))
        assert (found is not None) == factored


def test_the_inverse_of_zeros_is_zeros():
    found, undetermined = pseudo_inverse(np.zeros((2, 2)))
    assert not found.any() and undetermined.all()


def test_a_fit_leaves_its_sample_as_it_was():
    rng = np.random.default_rng(3)
    sample = Sample.of(rng.random((50, 4)) < 0.5, rng.random(50), rng.normal(size=50))
    before = [one.copy() for one in (sample.masks, sample.weights, sample.values)]
    first, second = (Free.of(sample).fit(sample)[0] for _ in range(2))
    np.testing.assert_array_equal(first.slopes, second.slopes)
    for now, then in zip((sample.masks, sample.weights, sample.values), before, strict=True):
        np.testing.assert_array_equal(now, then)
    weights, z = sample.weights, np.hstack([np.ones((50, 1)), sample.masks])
    direct = np.linalg.lstsq(np.sqrt(weights)[:, None] * z, np.sqrt(weights) * sample.values, rcond=None)[0]
    np.testing.assert_allclose(first.slopes, direct[1:], rtol=1e-11)
