"""E[f(x) | z] of fitted models at a masked row: all 2^d masks by independent integration, and by sampling."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import truncnorm
from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt
from limetheory.tabular import RowFunction

X, Y = load_diabetes(return_X_y=True)
ROW = np.median(X, axis=0)
RELATIVE = 1e-11


def masked(d, draws="normal"):
    return lt.MaskedRow(ROW[:d], X[:, :d], draws=draws, bins="quartile", categorical=[1] if d > 1 else ())


def components(row, j, shown):
    """(share, mean, spread, low, high) of the bins of a column given z_j."""
    bins, own = row.bins, row.own[j]
    found = [
        (bins.probability[j, k], bins.mean[j, k], bins.spread[j, k], bins.low[j, k], bins.high[j, k], k)
        for k in range(bins.probability.shape[1])
        if bins.probability[j, k] > 0 and (k == own) == shown
    ]
    total = sum(one[0] for one in found)
    return [(share / total, *rest) for share, *rest in found]


def interval_share(row, table, j, shown, low, high):
    """P(low < x_j ≤ high | z_j) from scipy's truncated normal law, or from the training values."""
    total = 0.0
    for share, mean, spread, least, most, k in components(row, j, shown):
        if row.draws == "training":
            inside = table[row.bins.number(table)[:, j] == k, j]
            total += share * ((inside > low) & (inside <= high)).mean()
        elif spread == 0:
            total += share * (low < mean <= high)
        else:
            law = truncnorm((least - mean) / spread, (most - mean) / spread, mean, spread)
            total += share * (law.cdf(high) - law.cdf(low))
    return total


def boundaries(thresholds):
    """Where numbers that are rounded to float32 start to exceed each threshold: halfway to the next float32."""
    below = thresholds.astype(np.float32)
    below = np.where(below > thresholds, np.nextafter(below, np.float32(-np.inf)), below)
    return (below.astype(float) + np.nextafter(below, np.float32(np.inf)).astype(float)) / 2


def tree_means(row, table, tree, predict_of_cells):
    """E[f | z] of one scikit-learn tree on all masks: the grid that its thresholds cut, evaluated in each cell."""
    used = {j: np.unique(tree.threshold[(tree.feature == j) & (tree.children_left > -1)]) for j in range(row.d)}
    columns = [j for j in used if len(used[j])]
    values = np.zeros(1 << row.d)
    masks = lt.all_masks(row.d)
    shares = {}
    for j in columns:
        edges = np.concatenate([[-np.inf], boundaries(used[j]), [np.inf]])
        shares[j] = [
            [interval_share(row, table, j, shown, *pair) for pair in pairwise(edges)] for shown in (False, True)
        ]
    for parts in product(*(range(len(used[j]) + 1) for j in columns)):
        point = np.zeros((1, row.d))
        factor = np.ones(1 << row.d)
        for j, part in zip(columns, parts, strict=True):
            edges = used[j]
            point[0, j] = (
                edges[0] - 1
                if part == 0
                else edges[-1] + 1
                if part == len(edges)
                else (edges[part - 1] + edges[part]) / 2
            )
            factor *= np.where(masks[:, j], shares[j][True][part], shares[j][False][part])
        values += factor * predict_of_cells(point)[0]
    return values


def check(F, values, design):
    scale = np.abs(values).max()
    np.testing.assert_allclose(F(lt.all_masks(F.d)), values, rtol=0, atol=RELATIVE * scale)
    found, exact = lt.limit(F, design), lt.limit(lt.SetFunction(values), design)
    np.testing.assert_allclose(found.coefficients, exact.coefficients, rtol=0, atol=RELATIVE * scale)
    assert found.intercept == pytest.approx(exact.intercept, abs=RELATIVE * scale)


@pytest.mark.parametrize("draws", ["normal", "training"])
@pytest.mark.parametrize("d", [1, 4, 10])
def test_linear_models(d, draws):
    row = masked(d, draws)
    weights = np.linspace(-1, 2, d) * 100
    values = np.full(1 << d, 0.7)
    for j in range(d):
        means = []
        for shown in (False, True):
            total = 0.0
            for share, mean, spread, low, high, k in components(row, j, shown):
                if draws == "training":
                    column = np.searchsorted(row.form.categories[j], X[:, j]) if row.form.categories[j] else X[:, j]
                    inside = column[row.bins.number(np.tile(column[:, None], d))[:, j] == k]
                    total += share * inside.mean()
                else:
                    total += share * (
                        mean
                        if spread == 0
                        else truncnorm.mean((low - mean) / spread, (high - mean) / spread, mean, spread)
                    )
            means.append(total)
        values += weights[j] * np.where(lt.all_masks(d)[:, j], means[1], means[0])
    F = lt.set_function(lt.LinearPixels(weights, 0.7), row)
    assert isinstance(F, lt.Additive)
    check(F, values, row.design())


def coded(d):
    """The training data as the masked row codes it."""
    table = X[:, :d].copy()
    if d > 1:
        table[:, 1] = np.searchsorted(np.unique(X[:, 1]), X[:, 1])
    return table


@pytest.mark.parametrize("draws", ["normal", "training"])
@pytest.mark.parametrize("d", [1, 4, 10])
def test_a_tree(d, draws):
    table = coded(d).astype(np.float32).astype(float)
    tree = DecisionTreeRegressor(max_depth=3, random_state=0).fit(table, Y)
    row = lt.MaskedRow(np.median(table, axis=0), table, draws=draws)
    values = tree_means(row, table, tree.tree_, tree.predict)
    F = lt.set_function(lt.TreeModel(tree), row)
    assert isinstance(F, lt.FactorSum)
    check(F, values, row.design())


def test_boosting_is_the_sum_of_its_trees():
    model = GradientBoostingRegressor(n_estimators=5, max_depth=2, random_state=0).fit(X[:, :5], Y)
    row = lt.MaskedRow(ROW[:5], X[:, :5])
    values = np.full(32, float(model.init_.constant_.ravel()[0]))
    for tree in model.estimators_.ravel():
        values += model.learning_rate * tree_means(row, X[:, :5], tree.tree_, tree.predict)
    check(lt.set_function(lt.TreeModel(model), row), values, row.design())


@pytest.mark.parametrize("draws", ["normal", "training"])
@pytest.mark.parametrize("d", [1, 3, 10])
def test_kernel_machines(d, draws):
    rng = np.random.default_rng(0)
    support, weights, precision = X[rng.integers(0, len(X), 4), :d], rng.standard_normal(4), rng.uniform(50, 500, d)
    row = lt.MaskedRow(ROW[:d], X[:, :d], draws=draws)
    factors = np.ones((2, 4, d))
    for shown, i, j in np.ndindex(2, 4, d):
        total = 0.0
        for share, mean, spread, low, high, k in components(row, j, bool(shown)):
            kernel = lambda x: np.exp(-precision[j] * (x - support[i, j]) ** 2)  # noqa: B023, E731
            if draws == "training":
                total += share * kernel(X[row.bins.number(X[:, :d])[:, j] == k, j]).mean()
            elif spread == 0:
                total += share * kernel(mean)
            else:
                law = truncnorm((low - mean) / spread, (high - mean) / spread, mean, spread)
                places = [point for point in (support[i, j], mean) if low < point < high]
                total += (
                    share
                    * quad(
                        lambda x, kernel=kernel, law=law: kernel(x) * law.pdf(x),
                        low,
                        high,
                        epsabs=1e-14,
                        epsrel=1e-13,
                        points=places or None,
                    )[0]
                )
        factors[shown, i, j] = total
    masks = lt.all_masks(d)
    values = 0.3 + np.where(masks[:, None], factors[1], factors[0]).prod(axis=2) @ weights
    check(lt.set_function(lt.RBFExpansion(support, weights, precision, 0.3), row), values, row.design())


def test_scaled_models_are_those_of_the_scaled_table():
    scaler = StandardScaler().fit(X[:, :4])
    for estimator, kind in (
        (SVR(C=10), lt.KernelMachine),
        (DecisionTreeRegressor(max_depth=5, random_state=0), lt.TreeModel),
    ):
        piped = make_pipeline(StandardScaler(), estimator).fit(X[:, :4], Y)
        inside = kind(piped[-1])
        row = lt.MaskedRow(ROW[:4], X[:, :4])
        scaled = lt.MaskedRow(scaler.transform(ROW[None, :4])[0], scaler.transform(X[:, :4]))
        one, other = lt.set_function(kind(piped), row), lt.set_function(inside, scaled)
        masks = lt.all_masks(4)
        np.testing.assert_allclose(one(masks), other(masks), rtol=1e-7)


def test_atoms_at_thresholds_go_the_librarys_way():
    table = np.column_stack([np.repeat(np.arange(8.0), 25), X[:200, 0]])
    piped = make_pipeline(StandardScaler(), DecisionTreeRegressor(max_depth=4, random_state=0)).fit(
        table, table[:, 0] > 3.2
    )
    model = lt.TreeModel(piped)
    row = lt.MaskedRow([3.0, 0.0], table, draws="training")
    means = [
        piped.predict(np.column_stack([table[:, 0], np.zeros(200)]))[row.bins.number(table)[:, 0] != row.own[0]].mean()
    ]
    assert lt.set_function(model, row)(np.zeros((1, 2), bool))[0] == pytest.approx(means[0], abs=1e-12)


@pytest.mark.parametrize("zero", [False, True])
def test_zeros_that_count_as_missing_go_to_their_own_side(zero):
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    table = np.column_stack([np.repeat([-1.0, 0.0, 1.0, 2.0], 100), rng.standard_normal(400)])
    target = (table[:, 0] == 0) * 2.0 + table[:, 1]
    options = {
        "zero_as_missing": zero,
        "verbose": -1,
        "min_data_in_leaf": 5,
        "num_leaves": 6,
        "objective": "regression",
    }
    booster = lightgbm.train(options, lightgbm.Dataset(table, target), 10)
    row = lt.MaskedRow([2.0, 0.1], table, draws="training", bins=[[-0.5, 0.5, 1.5], [-0.3, 0.3]])
    F, masks = lt.set_function(lt.TreeModel(booster), row), lt.all_masks(2)
    numbers = row.bins.number(table)
    for mask, found in zip(masks, F(masks), strict=True):
        parts = [table[(numbers[:, j] == row.own[j]) == mask[j], j] for j in range(2)]
        grid = np.array(list(product(*parts)))
        assert found == pytest.approx(booster.predict(grid).mean(), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fitted",
    [
        lambda: (GradientBoostingRegressor(random_state=0), lt.TreeModel),
        lambda: (HistGradientBoostingRegressor(random_state=0), lt.TreeModel),
        lambda: (make_pipeline(StandardScaler(), SVR(C=100)), lt.KernelMachine),
    ],
)
def test_limits_agree_with_big_samples(fitted):
    estimator, kind = fitted()
    estimator.fit(X, Y)
    row = lt.MaskedRow(ROW, X)
    exact = lt.limit(lt.set_function(kind(estimator), row), row.design())
    found = lt.estimate(RowFunction(estimator.predict, row, rng=0), row.design(), 40_000, 1)
    scores = (found.coefficients - exact.coefficients) / found.standard_errors
    assert np.abs(scores).max() < 5  # ten coefficients: a false alarm of 6e-6
    other = lt.limit(lt.set_function(kind(estimator), row), row.design(0.4))
    assert np.abs((found.coefficients - other.coefficients) / found.standard_errors).max() > 5  # the mutant's bandwidth


def test_forests_classify():
    model = RandomForestClassifier(10, random_state=0).fit(X, Y > 140)
    row = lt.MaskedRow(ROW, X)
    F = lt.set_function(lt.TreeModel(model, 1, "probability"), row)
    values = F(lt.all_masks(10))
    assert ((values >= 0) & (values <= 1)).all()
    with pytest.raises(ValueError, match="must have the 10 columns of the fit, got 4"):
        lt.set_function(lt.TreeModel(model, 1, "probability"), masked(4))


def test_other_numbers_of_columns_are_refused_in_one_line():
    row = masked(4)
    for model in (lt.LinearPixels([1.0, 2.0]), lt.RBFExpansion([[0.0, 1.0]], [1.0], 1.0)):
        with pytest.raises(ValueError, match=r"columns? of the") as refused:
            lt.set_function(model, row)
        assert "\n" not in str(refused.value)
