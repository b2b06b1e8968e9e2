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


@pytest.mark.slow
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
    np.testing.assert_allclose(found, lt.limit(lt.WeightedSum(terms, signs), design).coefficients, rtol=0, atol=1e-12)
    mutant = lt.limit(lt.WeightedSum(detectors), design).coefficients
    assert np.abs(mutant - found).max() > 1e-2


def grid(n, size):
    corners = [(i, j) for i in range(n - size + 1) for j in range(n - size + 1)]
    return [lt.Leaf(n * n, [(i + a) * n + j + b for a in range(size) for b in range(size)]) for i, j in corners]


@pytest.mark.slow
def test_any_over_the_positions_of_a_grid_is_a_small_diagram():
    model = lt.any_of(grid(10, 2))
    assert len(model.leaves) == 81 and sum(map(len, model.diagram.on)) < 30_000
    answer = lt.limit(model, lt.ImageDesign(100))
    by_place = answer.coefficients.reshape(10, 10)
    for same in (by_place[::-1], by_place[:, ::-1], by_place.T):
        np.testing.assert_allclose(by_place, same, rtol=0, atol=1e-12)
    assert by_place[5, 5] > by_place[0, 5] > by_place[0, 0] > 0


@pytest.mark.slow
def test_a_thousand_separate_detectors_have_the_limit_of_their_factor_product():
    # P(none fires) of disjoint pairs: under independent superpixels a product over the pairs.
    p, n = 0.05, 1000
    model = lt.any_of([lt.Leaf(2 * n, on=(2 * i, 2 * i + 1)) for i in range(n)])
    answer = lt.limit(model, lt.BernoulliDesign(2 * n, p))
    np.testing.assert_allclose(answer.coefficients, p * (1 - p * p) ** (n - 1), rtol=1e-10)
    keep = np.full(2 * n, p)
    np.testing.assert_allclose(lt.limit(model, lt.ProductDesign(keep)).coefficients, answer.coefficients, rtol=1e-10)


@pytest.mark.slow
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
        ([], ValueError, "detectors must have at least one entry, got none"),
        ([lt.Leaf(2), lt.Leaf(3)], ValueError, r"detectors must have the same d, got \[2, 3\]"),
        ([lt.Additive([1.0])], TypeError, "each detector must be a Leaf or a Maximum, got Additive; tabulate others"),
    ],
)
def test_detectors_that_cannot_be_combined_are_refused(combine, detectors, error, message):
    with pytest.raises(error, match=message):
        combine(detectors)


def test_nested_any_with_negative_values_are_refused_and_nested_maxima_are_not():
    below = lt.Maximum([lt.Leaf(2, on=(0,), value=-1.0), lt.Leaf(2, value=-2.0)])
    for combine in (lt.any_of, lt.all_of):
        with pytest.raises(ValueError, match="a Maximum inside any_of or all_of must have values ≥ 0, got -2; use its"):
            combine([below])
    assert lt.Maximum([below, lt.Leaf(2, value=-1.5)])(naive.masks(2)).tolist() == [0.0, -1.0, 0.0, -1.0]


@pytest.mark.slow
def test_too_many_combinations_are_refused_before_they_are_multiplied_out():
    pairs = [lt.any_of([lt.Leaf(40, on=(2 * i,)), lt.Leaf(40, on=(2 * i + 1,))]) for i in range(20)]
    with pytest.raises(ValueError, match="at most 65536 combinations of detectors, got 131072; combine fewer, or"):
        lt.all_of(pairs)


def formulas(depth):
    """Nested (name, parts) of any, all and max down to leaves."""
    if not depth:
        return leaves()
    inner = st.lists(st.one_of(formulas(depth - 1), leaves()), min_size=1, max_size=3)
    return st.tuples(st.sampled_from(["any", "all", "max"]), inner)


def built(formula):
    if isinstance(formula, lt.Leaf):
        return formula
    name, parts = formula
    return {"any": lt.any_of, "all": lt.all_of, "max": lt.Maximum}[name]([built(part) for part in parts])


def by_hand(formula):
    """Values on all masks, from the definition."""
    if isinstance(formula, lt.Leaf):
        return formula(naive.masks(D))
    name, parts = formula
    values = np.array([by_hand(part) for part in parts])
    return {"any": (values != 0).any(axis=0), "all": (values != 0).all(axis=0), "max": values.max(axis=0)}[name] * 1.0


def refused(formula):
    """Whether some maximum inside any or all has a leaf below 0."""
    if isinstance(formula, lt.Leaf):
        return False
    name, parts = formula
    nested = [part for part in parts if not isinstance(part, lt.Leaf)]
    below = name != "max" and any(leaf.value < 0 for part in nested for leaf in of_maximum(part))
    return below or any(refused(part) for part in parts)


def of_maximum(formula):
    """The leaves of a formula that keep their values: those reached through max alone."""
    if isinstance(formula, lt.Leaf):
        return [formula]
    return [leaf for part in formula[1] for leaf in of_maximum(part)] if formula[0] == "max" else []


@pytest.mark.slow
@given(st.sampled_from(naive.every(D)), formulas(2))
def test_prop_or_nested_any_all_and_maximum_equal_enumeration(case, formula):
    if refused(formula):
        with pytest.raises(ValueError, match="must have values ≥ 0"):
            built(formula)
        return
    model, values = built(formula), by_hand(formula)
    assert model(naive.masks(D)).tolist() == values.tolist()
    equal(model, values, case)


def test_mutant_all_of_any_is_not_any_of_all():
    a, b, c = (lt.Leaf(3, on=(j,)) for j in range(3))
    right, mutant = lt.all_of([lt.any_of([a, b]), c]), lt.any_of([lt.all_of([a, b]), c])
    assert [len(model.leaves) for model in (right, mutant)] == [2, 2]
    found, wrong = (lt.limit(model, lt.BernoulliDesign(3, 0.3)).coefficients for model in (right, mutant))
    np.testing.assert_allclose(found, [0.3 * 0.7, 0.3 * 0.7, 1 - 0.7 * 0.7], rtol=0, atol=1e-15)
    np.testing.assert_allclose(wrong, [0.3 * 0.7, 0.3 * 0.7, 1 - 0.3 * 0.3], rtol=0, atol=1e-15)
