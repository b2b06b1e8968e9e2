"""thm:limit is linear in F: sums of every class with a closed form, against enumeration."""

from types import SimpleNamespace

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

D = 4
MODELS = [
    lt.Leaf(D, on=(0,), off=(2,), value=1.5),
    lt.Leaf(D, off=(1, 3)),
    lt.Leaf(D, on=(1,), off=(1,)),
    lt.Additive([1.0, -2.0, 0.5, 0.0], 0.3),
    lt.FactorProduct([0.5, 2.0, 1.0, 1.0], [1.0, 0.3, 1.0, -1.0]),
    lt.Multilinear(D, {(0, 1, 3): 2.0, (): 1.0}),
    lt.any_of([lt.Leaf(D, on=(0, 1)), lt.Leaf(D, on=(2,))]),
    lt.parity(D),
]
WEIGHTS = st.lists(st.floats(-3, 3), min_size=len(MODELS), max_size=len(MODELS))


@pytest.mark.slow
@given(st.sampled_from(naive.every(D)), WEIGHTS, st.sampled_from([0.0, 0.3]))
def test_a_weighted_sum_equals_enumeration(case, weights, ridge):
    design, model = getattr(lt, case[0])(*case[1]), lt.WeightedSum(MODELS, weights, -0.7)
    values = -0.7 + sum(w * F(naive.masks(D)) for w, F in zip(weights, MODELS, strict=True))
    np.testing.assert_allclose(model(naive.masks(D)), values, rtol=0, atol=1e-13)
    closed, table = lt.limit(model, design, ridge), lt.limit(lt.SetFunction(values), design, ridge)
    np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-11)
    assert closed.intercept == pytest.approx(table.intercept, abs=1e-11) and closed.n_evaluations == 0


def test_enumerated_members_are_counted():
    table = lt.SetFunction(np.arange(16.0) ** 2)
    answer = lt.limit(lt.WeightedSum([table, lt.Leaf(D), table], [1.0, 2.0, -1.0]), lt.ImageDesign(D))
    assert answer.n_evaluations == 32 and answer.coefficients == pytest.approx(np.zeros(D), abs=1e-12)


def test_leaves_alone_and_sums_of_sums_are_sums():
    leaves = lt.WeightedSum(MODELS[:3], [1.0, 2.0, 3.0])
    twice = lt.WeightedSum([leaves, leaves], intercept=1.0)
    one, two = (lt.limit(model, lt.ImageDesign(D)) for model in (leaves, twice))
    np.testing.assert_allclose(two.coefficients, 2 * one.coefficients, rtol=1e-13)
    assert two.intercept == pytest.approx(1 + 2 * one.intercept)


@pytest.mark.parametrize(
    ("models", "weights", "error", "message"),
    [
        ([], None, ValueError, "models must have at least one set function, got none"),
        ([MODELS[0], lt.Leaf(3)], None, ValueError, r"the same d, got \[3, 4\]"),
        ([lambda masks: masks[:, 0]], None, TypeError, r"must state its d, got function; tabul"),
        ([SimpleNamespace(d=2.5)], None, TypeError, "d of each model must be an integer, got 2.5"),
        (MODELS[:2], [1.0], ValueError, "weights must have 2 entries, one a model, got 1"),
        (MODELS[:1], [np.nan], ValueError, "weights must be finite"),
    ],
)
def test_a_weighted_sum_refuses(models, weights, error, message):
    with pytest.raises(error, match=message):
        lt.WeightedSum(models, weights)
