"""Against lime 0.2.0.1: the same bins, laws, kernel, and on the same sample the same coefficients."""

import numpy as np
import pytest
from lime.lime_tabular import LimeTabularExplainer
from scipy.stats import ks_2samp
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.ensemble import RandomForestClassifier

import limetheory as lt
from limetheory.estimation.methods.wls import wls
from limetheory.tabular import MaskedRow, NormalRow
from limetheory.tabular.normal_row import NormalRecord, fitted

IRIS = load_iris()
CANCER = load_breast_cancer()
FALSE_ALARM = 1e-6


def forest(data):
    return RandomForestClassifier(20, max_depth=4, random_state=0).fit(data.data, data.target)


def colours(rng, n=400):
    """Two numeric columns and one of three categories, coded 0, 1, 2 as lime wants them."""
    return np.column_stack([rng.standard_normal(n), rng.exponential(size=n), rng.integers(0, 3, n)])


def lime_sample(explainer, row, n):
    """lime's own masks (or standardised rows), the rows it asks about, and the distances to the first."""
    data, inverse = explainer._LimeTabularExplainer__data_inverse(row, n)
    scaled = (data - explainer.scaler.mean_) / explainer.scaler.scale_
    return scaled, inverse, np.sqrt(((scaled - scaled[0]) ** 2).sum(axis=1))


def lime_coefficients(explainer, row, predict, scaled, inverse, distances):
    intercept, found, _, _ = explainer.base.explain_instance_with_data(
        scaled, predict(inverse), distances, 1, len(row), feature_selection="none"
    )
    return intercept, np.array([dict(found)[j] for j in range(len(row))])


@pytest.mark.parametrize("bins", ["quartile", "decile", "entropy"])
@pytest.mark.parametrize("data", [IRIS, CANCER], ids=["iris", "cancer"])
def test_coefficients_on_limes_own_sample_are_limes(data, bins):
    row, model = data.data[60], forest(data)
    explainer = LimeTabularExplainer(
        data.data, training_labels=data.target, discretizer=bins, feature_selection="none", random_state=0
    )
    scaled, inverse, distances = lime_sample(explainer, row, 1000)
    intercept, expected = lime_coefficients(explainer, row, model.predict_proba, scaled, inverse, distances)

    masked = MaskedRow(row, data.data, bins=bins, training_labels=data.target)
    design = masked.design()
    weights = design.weight(scaled == 1)
    np.testing.assert_allclose(weights, explainer.base.kernel_fn(distances), rtol=1e-12)
    values = model.predict_proba(inverse)[:, 1]
    found = wls(lt.Sample.of(scaled == 1, weights, values), ridge=1.0)
    np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-10)
    assert abs(found.intercept - intercept) < 1e-10


def test_a_kernel_of_the_papers_width_is_told_apart():
    explainer = LimeTabularExplainer(IRIS.data, feature_selection="none", random_state=0)
    scaled, _, distances = lime_sample(explainer, IRIS.data[60], 200)
    narrower = MaskedRow(IRIS.data[60], IRIS.data).design(0.75 * 2 / np.sqrt(2))
    assert np.abs(narrower.weight(scaled == 1) - explainer.base.kernel_fn(distances)).max() > 0.05


@pytest.mark.parametrize("around_row", [False, True])
@pytest.mark.parametrize("data", [IRIS, CANCER], ids=["iris", "cancer"])
def test_without_bins_coefficients_on_limes_own_sample_are_limes(data, around_row):
    row, model = data.data[60], forest(data)
    explainer = LimeTabularExplainer(
        data.data, discretize_continuous=False, feature_selection="none", random_state=0,
        sample_around_instance=around_row,
    )  # fmt: skip
    scaled, inverse, distances = lime_sample(explainer, row, 1000)
    intercept, expected = lime_coefficients(explainer, row, model.predict_proba, scaled, inverse, distances)

    normal = NormalRow(row, data.data, around_row=around_row)
    regressors = normal.regressors(inverse)
    np.testing.assert_allclose(regressors, scaled, atol=1e-10)
    weights = normal.design().weight(regressors, normal.regressors(row[None])[0])
    np.testing.assert_allclose(weights, explainer.base.kernel_fn(distances), rtol=1e-9)
    found = fitted(NormalRecord(regressors, model.predict_proba(inverse)[:, 1]), weights, ridge=1.0)
    np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-10)
    assert abs(found.intercept - intercept) < 1e-10


def test_categories_are_as_limes():
    table = colours(np.random.default_rng(0))
    row = table[7]
    explainer = LimeTabularExplainer(
        table, categorical_features=[2], categorical_names={2: ["red", "green", "blue"]},
        feature_names=["a", "b", "colour"], feature_selection="none", random_state=0,
    )  # fmt: skip
    masked = MaskedRow(row, table, categorical=[2], feature_names=["a", "b", "colour"])
    value = int(row[2])
    assert masked.keep[2] == explainer.feature_frequencies[2][value]
    assert masked.conditions[2] == f"colour={float(value)}"

    plain = LimeTabularExplainer(
        table, categorical_features=[2], discretize_continuous=False, feature_selection="none", random_state=0
    )
    scaled, inverse, distances = lime_sample(plain, row, 500)
    normal = NormalRow(row, table, categorical=[2])
    np.testing.assert_allclose(normal.regressors(inverse), scaled, atol=1e-12)
    own = normal.design().weight(scaled, normal.regressors(row[None])[0])
    np.testing.assert_allclose(own, plain.base.kernel_fn(distances), rtol=1e-9)


@pytest.mark.parametrize("bins", ["quartile", "decile", "entropy"])
def test_bins_and_conditions_are_limes(bins):
    data = CANCER
    names = [str(name) for name in data.feature_names]
    explainer = LimeTabularExplainer(
        data.data, training_labels=data.target, feature_names=names, discretizer=bins, random_state=0
    )
    masked = MaskedRow(data.data[100], data.data, feature_names=names, bins=bins, training_labels=data.target)
    lime, own = explainer.discretizer, masked.bins
    binned = lime.discretize(data.data[100])
    np.testing.assert_array_equal(masked.own, binned)
    for j in range(masked.d):
        m = len(lime.means[j])
        np.testing.assert_array_equal(own.number(data.data)[:, j], lime.discretize(data.data)[:, j])
        shares = dict(zip(explainer.feature_values[j], explainer.feature_frequencies[j], strict=True))
        np.testing.assert_allclose(own.probability[j, :m], [shares.get(k, 0.0) for k in range(m)], rtol=1e-15)
        assert not own.probability[j, m:].any()
        filled = own.probability[j, :m] > 0
        for name, theirs in (("mean", lime.means), ("low", lime.mins), ("high", lime.maxs)):
            several = filled & (own.spread[j, :m] > 0)
            np.testing.assert_allclose(getattr(own, name)[j, :m][several], np.array(theirs[j])[several], rtol=1e-14)
        np.testing.assert_allclose(own.spread[j, :m][filled], np.array(lime.stds[j])[filled], atol=2e-11)
    differently = [j for j in range(masked.d) if masked.conditions[j] != lime.names[j][int(binned[j])]]
    for j in differently:  # edges that two decimals do not tell apart have more of them here
        assert (
            len({f"{edge:.2f}" for edge in own.edges[j]}) < len(own.edges[j]) or (np.round(own.edges[j], 2) == 0).any()
        )
    assert len(differently) < masked.d


def test_rows_have_limes_law():
    row, n = IRIS.data[60], 20_000
    explainer = LimeTabularExplainer(IRIS.data, random_state=0)
    scaled, inverse, _ = lime_sample(explainer, row, n)
    masked, rng = MaskedRow(row, IRIS.data), np.random.default_rng(1)
    masks = masked.design().sample(n, rng)
    rows = masked.compose(masks, rng)
    for j in range(4):
        for shown in (True, False):
            theirs, ours = inverse[1:, j][(scaled[1:, j] == 1) == shown], rows[masks[:, j] == shown, j]
            assert ks_2samp(theirs, ours).pvalue > FALSE_ALARM
        others = inverse[1:, j][scaled[1:, j] == 0]
        assert ks_2samp(others, rows[masks[:, j], j]).pvalue < FALSE_ALARM  # the mutant: bins are not told apart


def test_a_bin_of_one_value_holds_it_where_lime_draws_zero():
    table = np.column_stack([[5.0] * 12 + list(range(6, 18)), np.arange(24.0)])
    explainer = LimeTabularExplainer(table, random_state=0)
    scaled, inverse, _ = lime_sample(explainer, table[0], 200)
    assert (inverse[1:, 0][scaled[1:, 0] == 1] == 0).all()
    masked = MaskedRow(table[0], table)
    assert (masked.compose(np.ones((50, 2), bool), 0)[:, 0] == 5).all()


def test_the_first_row_may_be_the_row_itself():
    asked = []

    def predict(rows):
        asked.append(rows)
        return rows[:, 0] > 5.5

    answer = lt.explain_tabular(predict, IRIS.data[60], IRIS.data, n=50, include_original=True, ridge=1.0, rng=0)
    assert answer.record.masks[0].all() and answer.record.values[0] == answer.outputs[0]
    assert not lt.explain_tabular(predict, IRIS.data[60], IRIS.data, n=50, rng=0).record.masks[0].all()
