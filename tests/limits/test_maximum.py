"""prop:or: any, all and the maximum of detectors against enumeration, inclusion–exclusion and larger grids."""

from itertools import combinations

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

D = 6


@st.composite
def leaves(draw):
    side = st.dictionaries(st.integers(0, D - 1), st.booleans(), max_size=4)
    chosen = draw(side)
    on, off = ([j for j, active in chosen.items() if active is wanted] for wanted in (True, False))
    return lt.Leaf(D, on, off, draw(st.sampled_from([1.0, 1.0, 2.5, 0.0, -1.0])))


def equal(model, values, case, ridge=0.0):
    design = getattr(lt, case[0])(*case[1])
    closed, table = lt.limit(model, design, ridge), lt.limit(lt.SetFunction(values), design, ridge)
    np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12)
    assert closed.intercept == pytest.approx(table.intercept, abs=1e-12)


@given(st.sampled_from(naive.every(D)), st.lists(leaves(), min_size=1, max_size=5), st.sampled_from([0.0, 0.2]))
def test_prop_or_equals_enumeration(case, detectors, ridge):
    table = np.array([leaf(naive.masks(D)) for leaf in detectors])
    fired = (table != 0).astype(float)
    for model, values in ((lt.Maximum(detectors), table.max(axis=0)), (lt.any_of(detectors), fired.max(axis=0)),
                          (lt.all_of(detectors), fired.min(axis=0))):  # fmt: skip
        assert model(naive.masks(D)).tolist() == values.tolist()
        equal(model, values, case, ridge)


@pytest.mark.parametrize("case", naive.every(D), ids=naive.name)
def test_prop_or_equals_inclusion_and_exclusion_and_not_its_first_order(case):
    detectors = [lt.Leaf(D, on=(0, 1)), lt.Leaf(D, on=(1, 2), off=(5,)), lt.Leaf(D, off=(3,)), lt.Leaf(D, on=(5,))]
    chosen = [c for size in range(1, 5) for c in combinations(detectors, size)]
    terms, signs = [lt.all_of(c) for c in chosen], [(-1.0) ** (len(c) + 1) for c in chosen]
    design = getattr(lt, case[0])(*case[1])
    found = lt.limit(lt.any_of(detectors), design).coefficients
    np.testing.assert_allclose(
        found, lt.limit(lt.WeightedSum(terms, signs), design).coefficients, rtol=0, atol=1e-12
    )
    mutant = lt.limit(lt.WeightedSum(detectors), design).coefficients
    assert np.abs(mutant - found).max() > 1e-2


def grid(n, size):
    corners = [(i, j) for i in range(n - size + 1) for j in range(n - size + 1)]
    return [lt.Leaf(n * n, [(i + a) * n + j + b for a in range(size) for b in range(size)]) for i, j in corners]


def test_any_over_the_positions_of_a_grid_is_a_small_diagram():
    model = lt.any_of(grid(10, 2))
    assert len(model.leaves) == 81 and sum(map(len, model.diagram.on)) < 30_000
    answer = lt.limit(model, lt.ImageDesign(100))
    by_place = answer.coefficients.reshape(10, 10)
    for same in (by_place[::-1], by_place[:, ::-1], by_place.T):
        np.testing.assert_allclose(by_place, same, rtol=0, atol=1e-12)
    assert by_place[5, 5] > by_place[0, 5] > by_place[0, 0] > 0


def test_a_thousand_separate_detectors_have_the_limit_of_their_factor_product():
    # P(none fires) of disjoint pairs: under independent superpixels a product over the pairs.
    p, n = 0.05, 1000
    model = lt.any_of([lt.Leaf(2 * n, on=(2 * i, 2 * i + 1)) for i in range(n)])
    answer = lt.limit(model, lt.BernoulliDesign(2 * n, p))
    np.testing.assert_allclose(answer.coefficients, p * (1 - p * p) ** (n - 1), rtol=1e-10)
    keep = np.full(2 * n, p)
    np.testing.assert_allclose(lt.limit(model, lt.ProductDesign(keep)).coefficients, answer.coefficients, rtol=1e-10)


def test_a_single_superpixel_s_detectors_at_two_thousand_are_one_minus_a_leaf():
    model, design = lt.any_of([lt.Leaf(2000, on=(j,)) for j in range(8)]), lt.ImageDesign(2000)
    none = lt.limit(lt.Leaf(2000, off=range(8)), design)
    found = lt.limit(model, design)
    np.testing.assert_allclose(found.coefficients, -none.coefficients, rtol=0, atol=1e-12)
    assert found.intercept == pytest.approx(1 - none.intercept, abs=1e-10)


def test_a_superpixel_that_no_detector_sees_has_coefficient_zero_under_a_product_design():
    model = lt.any_of([lt.Leaf(4, on=(0, 2)), lt.Leaf(4, off=(2,))])
    assert lt.limit(model, lt.ProductDesign([0.2, 0.3, 0.4, 0.5])).coefficients[[1, 3]].tolist() == [0.0, 0.0]


def test_certain_and_impossible_detectors():
    always, never = lt.Leaf(3), lt.Leaf(3, value=0.0)
    for detectors, value in (([always, lt.Leaf(3, on=(0,))], 1.0), ([never], 0.0), ([never, always], 1.0)):
        answer = lt.limit(lt.any_of(detectors), lt.ImageDesign(3))
        np.testing.assert_allclose(answer.coefficients, np.zeros(3), rtol=0, atol=1e-15)
        assert answer.intercept == pytest.approx(value, abs=1e-15)


def test_a_diagram_that_is_too_large_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setattr("limetheory.limits.maximum.LARGEST_TABLE", 1000)
    model = lt.any_of(grid(5, 2))
    with pytest.raises(ValueError, match=r"at most 38 nodes at d = 25, got more for 16 detectors; .*estimate"):
        lt.limit(model, lt.ImageDesign(25))
    assert lt.estimate(model, lt.ImageDesign(25), 200, 0).coefficients.shape == (25,)


@pytest.mark.parametrize("combine", [lt.Maximum, lt.any_of, lt.all_of])
@pytest.mark.parametrize(
    ("detectors", "error", "message"),
    [
        ([], ValueError, "leaves must have at least one detector, got none"),
        ([lt.Leaf(2), lt.Leaf(3)], ValueError, r"detectors must have the same d, got \[2, 3\]"),
        ([lt.Additive([1.0])], TypeError, "each detector must be a Leaf, got Additive"),
    ],
)
def test_detectors_that_cannot_be_combined_are_refused(combine, detectors, error, message):
    with pytest.raises(error, match=message):
        combine(detectors)
