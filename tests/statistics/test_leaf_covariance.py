"""cor:leaf-covariance: the sum over types against enumeration, and at d = 50 against simulation."""

from importlib import import_module

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.limits import LeafSum
from limetheory.statistics import asymptotic_covariance, leaf_covariance
from limetheory.statistics.leaf_covariance import Groups

DESIGNS = [*naive.exchangeable(7), ("ShapleyDesign", (7,))]
LEAVES = [((), ()), ((0,), ()), ((0, 2), (5,)), ((), (1, 3, 6)), (range(7), ()), ((1, 2, 3), (0, 4, 5, 6))]


def random_sum(d: int, seed: int, leaves: int = 3) -> LeafSum:
    rng = np.random.default_rng(seed)
    parts = rng.choice(3, size=(leaves, d), p=[0.6, 0.25, 0.15])
    terms = zip(parts, rng.normal(size=leaves), strict=True)
    return LeafSum(d, [lt.Leaf(d, np.flatnonzero(p == 1), np.flatnonzero(p == 2), v) for p, v in terms], intercept=0.5)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11 * max(np.abs(expected).max(), 1e-3))


@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_a_leaf_s_covariance_is_that_of_enumeration(case):
    design = getattr(lt, case[0])(*case[1])
    for on, off in LEAVES:
        leaf = lt.Leaf(7, on, off, value=-1.5)
        close(asymptotic_covariance(leaf, design), asymptotic_covariance(lt.tabulate(leaf, 7), design))


@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_a_sum_of_leaves_covariance_is_that_of_enumeration(case):
    design = getattr(lt, case[0])(*case[1])
    for seed in range(5):
        F = random_sum(7, seed)
        assert Groups.of(F).n_types <= 2**7
        close(leaf_covariance(F, design), asymptotic_covariance(lt.tabulate(F, 7), design))


def test_without_the_scatter_inside_a_type_the_covariance_is_another(monkeypatch):
    module = import_module("limetheory.statistics.leaf_covariance")
    F, design = random_sum(7, 1), lt.ImageDesign(7)
    expected = asymptotic_covariance(lt.tabulate(F, 7), design)
    right = module._by_superpixel
    monkeypatch.setattr(module, "_by_superpixel", lambda groups, between, within: right(groups, between, 0 * within))
    with pytest.raises(AssertionError):
        close(leaf_covariance(F, design), expected)


def test_groups_are_the_superpixels_that_no_leaf_tells_apart():
    groups = Groups.of(LeafSum(6, [lt.Leaf(6, (0, 1), (2,)), lt.Leaf(6, (0, 1, 3))]))
    assert sorted(np.bincount(groups.member).tolist()) == [1, 1, 2, 2] and groups.n_types == 2 * 2 * 3 * 3
    assert groups.member[0] == groups.member[1] and groups.member[4] == groups.member[5]
    masks = np.concatenate([groups.representatives(active) for active in groups.types()])
    assert len(np.unique(masks, axis=0)) == len(masks) == 36


def test_other_designs_and_functions_fall_back_on_enumeration():
    design = lt.ProductDesign([0.2, 0.5, 0.7, 0.4])
    leaf = lt.Leaf(4, (0, 2), (3,))
    close(asymptotic_covariance(leaf, design), asymptotic_covariance(lt.tabulate(leaf, 4), design))
    close(asymptotic_covariance(lambda z: leaf(z), design), asymptotic_covariance(leaf, design))


@pytest.mark.parametrize("design", [lt.ImageDesign(6), lt.ProductDesign([0.3] * 6), lt.ShapleyDesign(6)], ids=str)
def test_an_additive_part_changes_nothing(design):
    terms = {(): 2.0, (1,): 5.0, (0,): -3.0, (0, 3): 1.0, (1, 2, 4): -2.0}
    F = lt.Multilinear(6, terms)
    close(asymptotic_covariance(F, design), asymptotic_covariance(lt.tabulate(F, 6), design))
    assert not asymptotic_covariance(lt.Additive([1.0, 2.0]), lt.ImageDesign(2)).any()


MODELS = [
    lt.Additive([1.0, 2.0]),
    lt.Multilinear(2, {(0,): 1.0}),
    lt.Multilinear(2, {(0, 1): 1.0}),
    LeafSum(2, [lt.Leaf(2, (0,))]),
    lt.Leaf(2, (0,)),
    lt.SetFunction([0.0, 1.0, 2.0, 3.0]),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
@pytest.mark.parametrize("masses", [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 1e-300, 1.0]], ids=str)
def test_where_the_coefficients_are_not_determined_no_covariance_is_either(model, masses):
    with pytest.raises(lt.DegenerateDesignError, match="needs mass on"):
        asymptotic_covariance(model, lt.SizeLawDesign(masses))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_design_of_another_number_of_superpixels_is_refused(model):
    with pytest.raises(ValueError, match="got 2 and 3; build the design with d=2"):
        asymptotic_covariance(model, lt.ImageDesign(3))


def test_one_superpixel_has_no_misfit():
    assert leaf_covariance(LeafSum(1, [lt.Leaf(1, (0,))]), lt.ImageDesign(1))[0, 0] < 1e-30


def test_too_many_types_are_refused_with_the_remedy():
    leaves = [lt.Leaf(60, (j,), range(j + 1, 60)) for j in range(30)]
    with pytest.raises(ValueError, match=r"at most 16777216 types of masks, got .*; name fewer coordinates"):
        asymptotic_covariance(LeafSum(60, leaves), lt.ImageDesign(60))


def slopes(F, design, masks):
    """Weighted least squares by the normal equations."""
    rows, weights = np.column_stack([np.ones(len(masks)), masks]), design.weight(masks)
    weighted = rows * weights[:, None]
    return np.linalg.solve(weighted.T @ rows, weighted.T @ F(masks))[1:]


@pytest.mark.slow
def test_at_fifty_superpixels_the_covariance_is_that_of_estimates():
    # A standard deviation over 1000 estimates has a relative standard error of 2.2 %; six of them and 5 % for the
    # O(1/n) of thm:clt at n = 1500 make 18 %, a false alarm below 1e-6 for each of the 50. A correlation has a
    # standard error below 1/√1000 = 0.032, six are 0.19; the mutant, no correlation, is further off.
    design, F, rng = lt.ImageDesign(50), lt.Leaf(50, (0, 1), (2,), value=3.0), np.random.default_rng(5)
    found = np.array([slopes(F, design, design.sample(1500, rng)) for _ in range(1000)])
    masks = design.sample(1500, np.random.default_rng(6))
    expected = lt.estimate(F, design, 1500, np.random.default_rng(6)).coefficients
    np.testing.assert_allclose(slopes(F, design, masks), expected, atol=1e-10)
    exact = asymptotic_covariance(F, design) / 1500
    assert (np.abs(found.std(axis=0) / np.sqrt(np.diag(exact)) - 1) < 0.18).all()
    scale = np.sqrt(np.diag(exact))
    seen, predicted = np.corrcoef(found[:, :3].T), (exact / np.outer(scale, scale))[:3, :3]
    assert np.abs(seen - predicted).max() < 0.19 and np.abs(seen - np.eye(3)).max() > 0.19
