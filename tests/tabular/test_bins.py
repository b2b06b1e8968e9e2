"""Bins against NumPy's methods bin by bin, digit for digit: rows that were drawn from a seed stay as they were."""

import numpy as np
import pytest

from limetheory.tabular.binning import column_edges
from limetheory.tabular.bins import Bins

RNG = np.random.default_rng(1)
CELLS = np.column_stack(
    [RNG.standard_normal(501), np.exp(3 * RNG.standard_normal(501)), RNG.integers(0, 4, 501),
     np.where(RNG.random(501) < 0.7, 0.0, RNG.standard_normal(501)), RNG.integers(0, 3, 501)]
)  # fmt: skip
NUMERIC = [True, True, True, True, False]


def one_bin(own, edges, k, inside):
    """Share, mean, spread and both ends of a bin, from their definitions."""
    if not len(inside):
        return [0.0] * 5
    share = len(inside) / len(own)
    if np.ptp(inside) == 0:
        return [share, inside[0], 0.0, inside[0], inside[0]]
    low = own.min() if k == 0 else edges[k - 1]
    high = own.max() if k == len(edges) else edges[k]
    return [share, inside.mean(), inside.std(), low, high]


@pytest.mark.parametrize("bins", ["quartile", "decile", [[-9.0, 0.0, 9.0], [1.0], [0.5, 0.6, 1.5], [-1e-9, 0.0], []]])
def test_every_bin_has_the_numbers_of_its_training_values(bins):
    edges = column_edges(bins, CELLS, NUMERIC)
    counts = [len(inner) + 1 for inner in edges[:4]] + [3]
    found = Bins.of(CELLS, edges, counts)
    for j, inner in enumerate(edges):
        own = CELLS[:, j]
        number = np.searchsorted(inner, own) if len(inner) else own.astype(int)
        for k in range(max(counts)):
            expected = one_bin(own, inner, k, own[number == k])
            tables = (found.probability, found.mean, found.spread, found.low, found.high)
            assert [one[j, k] for one in tables] == expected
    assert np.array_equal(found.values, np.sort(CELLS, axis=0).T)


@pytest.mark.parametrize(("name", "parts"), [("quartile", 4), ("decile", 10)])
def test_edges_are_the_percentiles_of_each_column(name, parts):
    for j, edges in enumerate(column_edges(name, CELLS, NUMERIC)[:4]):
        assert edges.tolist() == np.unique(np.percentile(CELLS[:, j], np.arange(1, parts) * (100 / parts))).tolist()
