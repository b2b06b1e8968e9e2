"""Laws of cells in closed form against 30-digit quadrature, and draws against a cell by cell twin."""

from functools import partial

import mpmath
import numpy as np
import pytest
from scipy.stats import kstest, truncnorm

from limetheory.tabular import MaskedRow

RNG = np.random.default_rng(0)
TABLE = np.column_stack(
    [RNG.standard_normal(200), RNG.exponential(size=200), np.repeat([0.0, 0.0, 0.0, 5.0], 50), RNG.integers(0, 3, 200)]
)
ROW = np.array([0.3, 0.1, 5.0, 1.0])
FALSE_ALARM = 1e-6


def masked(draws="normal", bins="quartile"):
    edges = "decile" if bins == "decile" else [np.quantile(TABLE[:, 0], [0.25, 0.5, 0.75]), [0.2, 1.0, 3.0], [2.0], []]
    return MaskedRow(ROW, TABLE, bins=edges, categorical=[3], draws=draws)


def expectation(row, j, shown, function):
    """E[function(x_j) | z_j] to 30 digits, from the definition."""
    own, bins = row.own[j], row.bins
    with mpmath.workdps(30):
        total = weight = mpmath.mpf(0)
        for k, share in enumerate(bins.probability[j]):
            if share == 0 or (k == own) != shown:
                continue
            mean, spread, low, high = (
                mpmath.mpf(float(one[j, k])) for one in (bins.mean, bins.spread, bins.low, bins.high)
            )
            weight += mpmath.mpf(float(share))
            if row.draws == "training":
                inside = [x for x in TABLE[:, j] if bins.number(np.full((1, 4), x))[0, j] == k]
                total += mpmath.mpf(float(share)) * sum(mpmath.mpf(function(x)) for x in inside) / len(inside)
            elif spread == 0:
                total += mpmath.mpf(float(share)) * function(mean)
            else:
                points = mpmath.linspace(low, high, 9)
                density = partial(mpmath.npdf, mu=mean, sigma=spread)
                mass = mpmath.quad(density, points)
                moment = mpmath.quad(lambda x, density=density: function(x) * density(x), points)
                total += mpmath.mpf(float(share)) * moment / mass
        return float(total / weight)


@pytest.mark.slow
@pytest.mark.parametrize("draws", ["normal", "training"])
@pytest.mark.parametrize("j", range(4))
def test_means_and_kernels_are_those_of_quadrature(j, draws):
    row = masked(draws)
    means = row.laws.means()[:, j]
    kernels = np.exp(row.laws.log_gaussian(j, np.array([-1.0, 0.5, 4.0]), np.array([0.2, 3.0, 0.7])))
    for shown in (False, True):
        assert means[shown * 1] == pytest.approx(expectation(row, j, shown, lambda x: x), rel=1e-13, abs=1e-14)
        for i, (centre, precision) in enumerate([(-1.0, 0.2), (0.5, 3.0), (4.0, 0.7)]):
            exact = expectation(row, j, shown, lambda x, c=centre, p=precision: mpmath.exp(-p * (x - c) ** 2))
            assert kernels[shown * 1, i] == pytest.approx(exact, rel=1e-12)


@pytest.mark.slow
def test_kernels_far_away_keep_their_digits():
    row = masked()
    found = row.laws.log_gaussian(0, np.array([60.0]), np.array([5.0]))[1, 0]
    with mpmath.workdps(60):
        mean, spread, low, high = (
            mpmath.mpf(float(one[0, row.own[0]]))
            for one in (row.bins.mean, row.bins.spread, row.bins.low, row.bins.high)
        )
        points = [low, *(high - (high - low) / 2**k for k in range(1, 14)), high]  # nearly all of it is at the end
        density = lambda x: mpmath.exp(-((x - mean) ** 2) / (2 * spread**2))  # noqa: E731
        moment = mpmath.quad(lambda x: mpmath.exp(-5 * (x - 60) ** 2) * density(x), points)
        exact = mpmath.log(moment / mpmath.quad(density, points))
    assert found == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize("draws", ["normal", "training"])
@pytest.mark.parametrize("j", range(4))
def test_probabilities_of_intervals_add_up_and_are_those_of_the_definition(j, draws):
    row = masked(draws)
    edges = np.array([-np.inf, -0.7, 0.0, 0.31, 2.0, 5.0, np.inf])
    low, high = np.append(edges[:1], np.nextafter(edges[1:-1], np.inf)), edges[1:]
    found = row.laws.interval(j, low, high)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-13)
    for shown in (False, True):
        for i in range(len(low)):
            exact = 0.0
            for k, share in enumerate(row.laws.shares[shown * 1, j]):
                if share == 0:
                    continue
                mean, spread = row.bins.mean[j, k], row.bins.spread[j, k]
                inside = TABLE[row.bins.number(TABLE)[:, j] == k, j]
                if draws == "training":
                    exact += share * ((inside >= low[i]) & (inside <= high[i])).mean()
                elif spread == 0:
                    exact += share * (low[i] <= mean <= high[i])
                else:
                    ends = (row.bins.low[j, k] - mean) / spread, (row.bins.high[j, k] - mean) / spread
                    law = truncnorm(*ends, loc=mean, scale=spread)
                    exact += share * (law.cdf(high[i]) - law.cdf(low[i]))
            assert found[shown * 1, i] == pytest.approx(exact, rel=1e-11, abs=1e-13)


def twin(row, masks, uniforms):
    """Every cell by itself: a bin by its share among those allowed, then a quantile of the law in it."""
    found = np.empty(masks.shape)
    for i, j in np.ndindex(*masks.shape):
        if masks[i, j]:
            k, within = int(row.own[j]), uniforms[i, j]
        else:
            others = [k for k in np.flatnonzero(row.bins.probability[j]) if k != row.own[j]]
            shares = row.bins.probability[j, others] / row.bins.probability[j, others].sum()
            place = min(int((np.cumsum(shares) <= uniforms[i, j]).sum()), len(others) - 1)
            k, within = others[place], (uniforms[i, j] - np.cumsum(shares)[place] + shares[place]) / shares[place]
        mean, spread, low, high = (
            float(one[j, k]) for one in (row.bins.mean, row.bins.spread, row.bins.low, row.bins.high)
        )
        if row.draws == "training":
            inside = np.sort(TABLE[row.bins.number(TABLE)[:, j] == k, j])
            found[i, j] = inside[min(int(within * len(inside)), len(inside) - 1)]
        elif spread == 0:
            found[i, j] = mean
        else:
            found[i, j] = truncnorm.ppf(within, (low - mean) / spread, (high - mean) / spread, mean, spread)
    return found


@pytest.mark.parametrize("bins", ["edges", "decile"])
@pytest.mark.parametrize("draws", ["normal", "training"])
def test_drawn_cells_are_those_of_the_twin(draws, bins):
    if bins == "decile":
        deciles = [np.quantile(TABLE[:, j], np.arange(1, 10) / 10) for j in range(2)]
        row = MaskedRow(ROW, TABLE, bins=[*deciles, [1.0], []], categorical=[3], draws=draws)
    else:
        row = masked(draws)
    rng = np.random.default_rng(1)
    masks, uniforms = rng.random((60, 4)) < 0.5, rng.random((60, 4))
    found = row.cells_at(masks, uniforms)
    np.testing.assert_allclose(found, twin(row, masks, uniforms), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(row.bins.number(found) == row.own, masks)


def test_cells_are_independent_given_the_mask_and_have_their_laws():
    row, rng = masked(), np.random.default_rng(2)
    cells = row.cells_at(np.zeros((4000, 4), bool), rng.random((4000, 4)))
    grid = np.sort(cells[:, 1])

    def law(x):
        return row.laws.interval(1, np.full(len(x), -np.inf), x)[0]

    assert kstest(grid, law).pvalue > FALSE_ALARM
    assert kstest(grid, lambda x: row.laws.interval(1, np.full(len(x), -np.inf), x)[1]).pvalue < FALSE_ALARM
    assert np.abs(np.corrcoef(cells[:, [0, 1, 3]].T) - np.eye(3)).max() < 5 / np.sqrt(4000)


def test_extreme_uniform_numbers_stay_in_their_bins():
    for draws in ("normal", "training"):
        row = masked(draws)
        for uniform in (0.0, np.nextafter(1.0, 0.0)):
            for shown in (False, True):
                cells = row.cells_at(np.full((1, 4), shown), np.full((1, 4), uniform))
                assert np.isfinite(cells).all()
                inside = (cells >= TABLE.min(axis=0)) & (cells <= TABLE.max(axis=0))
                assert inside.all()
