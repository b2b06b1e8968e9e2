"""Local models of rows that a caller gives are lime 0.2.0.1's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from side_by_side import SELECTIONS, both, close
from sklearn.linear_model import LinearRegression

from limetheory.adapters.lime.kernel import exponential
from limetheory.adapters.lime.lime_base import RIDGE, LimeBase
from limetheory.adapters.lime.selected import selected


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**20), binary=st.booleans(), selection=st.sampled_from(SELECTIONS),
    num_features=st.integers(1, 12), regressor=st.sampled_from([None, LinearRegression]),
)  # fmt: skip
def test_local_models_are_limes(seed, binary, selection, num_features, regressor):
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(15, 60)), int(rng.integers(1, 9))
    rows = rng.integers(0, 2, (n, p)).astype(float) if binary else rng.normal(size=(n, p)) * 10 ** rng.uniform(-3, 6, p)
    answers, distances = rng.normal(size=(n, 2)), rng.random(n)
    theirs, ours = (
        kind(lambda d: np.exp(-d)).explain_instance_with_data(
            rows, answers, distances, 1, num_features, selection, regressor and regressor()
        )
        for kind in both("lime_base", "LimeBase")
    )
    assert [feature for feature, _ in theirs[1]] == [feature for feature, _ in ours[1]]
    for one, two in zip(theirs, ours, strict=True):
        close(*([value for _, value in each] if isinstance(each, list) else each for each in (one, two)), 1e-10)


def test_the_lars_path_is_limes():
    rng = np.random.default_rng(0)
    rows, values = rng.normal(size=(30, 4)), rng.normal(size=30)
    for one, two in zip(
        *(kind.generate_lars_path(rows, values) for kind in both("lime_base", "LimeBase")), strict=True
    ):
        assert (one == two).all()


def test_another_penalty_is_noticed(monkeypatch):
    rng = np.random.default_rng(0)
    rows, values, distances = rng.integers(0, 2, (50, 3)).astype(float), rng.normal(size=(50, 1)), rng.random(50)

    def terms(kind):
        found = kind(lambda d: np.exp(-d)).explain_instance_with_data(rows, values, distances, 0, 3, "none")
        return np.array([value for _, value in found[1]])

    theirs = terms(both("lime_base", "LimeBase")[0])
    assert np.abs(terms(LimeBase) - theirs).max() < 1e-12
    monkeypatch.setattr("limetheory.adapters.lime.lime_base.RIDGE", RIDGE + 0.01)
    assert np.abs(terms(LimeBase) - theirs).max() > 1e-6


def test_the_kernel_is_limes():
    distances = np.linspace(0, 40, 100)
    assert (exponential(distances, 3.0) == np.sqrt(np.exp(-(distances**2) / 3.0**2))).all()


def test_columns_of_zeros_fill_up_sparse_selections():
    rows = sparse.csr_matrix(np.array([[0.0, 0, 2, 0, 1], [0, 0, 1, 0, 3], [0, 0, 4, 0, 2], [0, 0, 3, 0, 5]]))
    values, weights = np.array([1.0, 2.0, 0.0, 4.0]), np.ones(4)
    assert selected(rows, values, weights, 4, "highest_weights").tolist()[2:] == [1, 3]
    assert sorted(selected(rows, values, weights, 4, "forward_selection").tolist()) == [0, 1, 2, 4]
    assert selected(rows, values, weights, 2, "lasso_path").tolist() == [2, 4]
    assert selected(rows, values, weights, 2, "none").tolist() == list(range(5))
    nothing = sparse.csr_matrix((4, 3))
    assert selected(nothing, values, weights, 2, "forward_selection").tolist() == [0, 1]


@pytest.mark.parametrize("arguments, message", [
    ((0, "auto"), "num_features must be at least 1"), ((2, "best"), "feature_selection must be one of"),
    ((2, None), "feature_selection must be one of"),
])  # fmt: skip
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        selected(np.eye(3), np.arange(3.0), np.ones(3), *arguments)
