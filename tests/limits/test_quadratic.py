"""thm:quadratic against regression on all masks, exact fractions, normal equations at d = 30, and Faith-Shapley."""

from fractions import Fraction
from itertools import combinations

import instances
import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_designs import BySize, Halves

import limetheory as lt
from limetheory.limits.size_polynomials import from_mean, square

D = 6


def parts(d):
    return [(), *((j,) for j in range(d)), *combinations(range(d), 2)]


def columns(d):
    masks = naive.masks(d)
    return np.column_stack([masks[:, part].all(axis=1) for part in map(list, parts(d))]).astype(float)


def regression(values, mass, efficient):
    """The weighted regression on 1, z_j and z_i z_j over all masks; with ends that are met, by Lagrange multipliers."""
    X = columns(len(values).bit_length() - 1)
    if not efficient:
        scale = np.sqrt(mass / mass.sum())
        return np.linalg.lstsq(scale[:, None] * X, scale * values, rcond=None)[0]
    ends, zeros = X[[0, -1]], np.zeros((2, 2))
    matrix = np.block([[X.T @ (mass[:, None] * X), ends.T], [ends, zeros]])
    right = np.concatenate([X.T @ (mass * values), values[[0, -1]]])
    return np.linalg.lstsq(matrix, right, rcond=None)[0][: X.shape[1]]


def packed(found):
    d = len(found.coefficients)
    pairs = [found.interactions[pair] for pair in combinations(range(d), 2)]
    assert (found.interactions == found.interactions.T).all() and not found.interactions.diagonal().any()
    return np.array([found.intercept, *found.coefficients, *pairs])


def cases(d):
    """The designs whose mass lies on three sizes that float64 can tell apart."""
    few = ("TextDesign", "SizeLawDesign") if d == 2 else ()
    return [case for case in naive.every(d) if case[0] not in few and (d > 3 or case[1][-1] != 0.1)]


@pytest.mark.parametrize("name", instances.SET_FUNCTIONS)
@pytest.mark.parametrize("case", naive.every(D), ids=naive.name)
def test_every_class_equals_the_regression_on_all_masks(name, case):
    model, by_hand = instances.SET_FUNCTIONS[name](np.random.default_rng(3), D)
    law, weight = naive.measure(*case)
    found = lt.quadratic_limit(model, getattr(lt, case[0])(*case[1]))
    expected = regression(by_hand(naive.masks(D)), law * weight, case[0] == "ShapleyDesign")
    np.testing.assert_allclose(packed(found), expected, atol=1e-10)
    np.testing.assert_allclose(found(naive.masks(D)), columns(D) @ expected, atol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_few_superpixels_equal_the_regression_on_all_masks(d):
    values = np.random.default_rng(d).normal(size=2**d)
    for case in cases(d):
        law, weight = naive.measure(*case)
        found = lt.quadratic_limit(lt.SetFunction(values), getattr(lt, case[0])(*case[1]))
        np.testing.assert_allclose(
            packed(found), regression(values, law * weight, case[0] == "ShapleyDesign"), atol=1e-10
        )


def test_one_superpixel_has_a_line():
    for design in (lt.ImageDesign(1, 0.1), lt.BernoulliDesign(1, 0.3), lt.ProductDesign([0.2])):
        assert packed(lt.quadratic_limit(lt.SetFunction([2.0, 5.0]), design)) == pytest.approx([2.0, 3.0], abs=1e-14)


def test_it_equals_the_regression_in_exact_fractions():
    d, rng = 5, np.random.default_rng(0)
    values, masses = rng.integers(-9, 10, 2**d), rng.integers(1, 9, d + 1)
    X = [[int(x) for x in row] for row in columns(d)]
    mass = [
        Fraction(int(masses[sum(row[1 : d + 1])])) / len(list(combinations(range(d), sum(row[1 : d + 1])))) for row in X
    ]
    matrix = [[sum(m * x[i] * x[j] for m, x in zip(mass, X, strict=True)) for i in range(16)] for j in range(16)]
    right = [sum(m * int(v) * x[i] for m, v, x in zip(mass, values, X, strict=True)) for i in range(16)]
    exact = [float(x) for x in naive.solve(matrix, right)]
    found = lt.quadratic_limit(lt.SetFunction(values), lt.SizeLawDesign(masses))
    np.testing.assert_allclose(packed(found), exact, rtol=1e-12, atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("nu", [0.1, 0.25, naive.INF])
def test_at_thirty_superpixels_the_residual_is_orthogonal_to_all_pairs(nu):
    d, rng = 30, np.random.default_rng(0)
    design = lt.ImageDesign(d, nu)
    terms = {frozenset(rng.permutation(d)[:size].tolist()): rng.normal() for size in (0, 1, 2, 3, 5, 9)}
    found = lt.quadratic_limit(lt.Multilinear(d, terms), design)
    residual = {**terms, frozenset(): terms[frozenset()] - found.intercept}
    for j in range(d):
        residual[frozenset({j})] = residual.get(frozenset({j}), 0.0) - found.coefficients[j]
    for pair in combinations(range(d), 2):
        residual[frozenset(pair)] = residual.get(frozenset(pair), 0.0) - found.interactions[pair]
    alpha = [design.alpha(a) / design.total_mass for a in range(13)]
    for part in ((), (0,), (7,), (0, 1), (4, 20), (28, 29)):
        assert sum(a * alpha[len(T | set(part))] for T, a in residual.items()) == pytest.approx(0, abs=1e-11)


@pytest.mark.slow
def test_the_interactions_of_shapleys_design_are_faith_shapley_indices():
    from shapiq import ExactComputer

    d, values = 5, np.random.default_rng(2).normal(size=32)

    def game(coalitions):
        return values[np.asarray(coalitions) @ (1 << np.arange(d))]

    indices = ExactComputer(n_players=d, game=game)("FSII", 2)
    found = lt.quadratic_limit(lt.SetFunction(values), lt.ShapleyDesign(d))
    theirs = [indices[part] for part in parts(d)[1:]]  # shapiq gives the ends a large weight, which costs digits
    np.testing.assert_allclose(packed(found)[1:], theirs, atol=1e-7)


@pytest.mark.slow
def test_an_additive_function_with_pairs_is_its_own_limit():
    F = lt.Multilinear(8, {(): 1.0, (0,): 2.0, (3,): -1.0, (0, 5): 4.0, (6, 7): -0.5})
    for case in naive.every(8):
        found = lt.quadratic_limit(F, getattr(lt, case[0])(*case[1]))
        np.testing.assert_allclose(found(naive.masks(8)), F(naive.masks(8)), atol=1e-11)


def test_a_callable_is_evaluated_once_on_each_mask():
    seen = []

    def F(masks):
        seen.append(len(masks))
        return masks[:, 0] * masks[:, 1] + 0.0

    found = lt.quadratic_limit(F, lt.ImageDesign(5))
    assert found.n_evaluations == sum(seen) == 32
    assert found.interactions[0, 1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "masses, missing",
    [
        ([1, 0, 1, 0, 0, 0], "three sizes"),
        ([1, 0, 0, 1, 0, 1], "two sizes between"),
        ([1, 1, 0, 0, 1, 1], "between 2 and d − 2"),
    ],
)
def test_a_design_with_mass_on_too_few_sizes_is_refused(masses, missing):
    with pytest.raises(lt.DegenerateDesignError, match=missing):
        lt.quadratic_limit(lt.Leaf(5, on=(0,)), lt.SizeLawDesign(masses))


def quadratic(d):
    """A function with all its coefficients known: its own quadratic limit under every design."""
    rng = np.random.default_rng(d)
    coefficients = rng.normal(size=1 + d + d * (d - 1) // 2)
    return lt.SetFunction(columns(d) @ coefficients), coefficients


@pytest.mark.parametrize("d, bandwidth", [(2, 0.03), (3, 0.05), (4, 0.035), (5, 0.028), (6, 0.022), (7, 0.25)])
def test_a_quadratic_function_keeps_its_digits_however_narrow_the_bandwidth(d, bandwidth):
    # mutant: (k − κ)² minus its projection on the line, whose digits cancel, misses by 1e-4
    F, coefficients = quadratic(d)
    found = packed(lt.quadratic_limit(F, lt.ImageDesign(d, bandwidth)))
    np.testing.assert_allclose(found, coefficients, atol=1e-12)


@pytest.mark.parametrize("masses", [
    [1.0, 1e-140, 1e-285], [1e-285, 1e-140, 1.0], [1e-9, 1.0, 1e-12], [0.5, 1e-200, 0.5],
])  # fmt: skip
def test_rare_sizes_decide_as_well_as_frequent_ones(masses):
    # with d = 2 the surrogate is F itself
    F, coefficients = quadratic(2)
    found = packed(lt.quadratic_limit(F, lt.SizeLawDesign(masses)))
    np.testing.assert_allclose(found, coefficients, atol=1e-12)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=9).filter(lambda law: np.count_nonzero(law) > 2))
def test_polynomials_of_the_size_are_orthogonal(law):
    masses, k = [Fraction(mass, sum(law)) for mass in law], range(len(law))
    bent = square(np.array(law) / sum(law))
    line = from_mean(np.array(law) / sum(law))
    mean = sum(m * i for m, i in zip(masses, k, strict=True))
    variance = sum(m * (i - mean) ** 2 for m, i in zip(masses, k, strict=True))
    skew = sum(m * (i - mean) ** 3 for m, i in zip(masses, k, strict=True)) / variance
    np.testing.assert_allclose(line, [float(i - mean) for i in k], rtol=1e-12, atol=1e-13)
    exact = [float((i - mean) ** 2 - skew * (i - mean) - variance) for i in k]
    np.testing.assert_allclose(bent, exact, rtol=1e-12, atol=1e-12)


def test_an_own_design_by_size_has_a_quadratic_limit():
    design, F = BySize(), lt.Leaf(6, on=(0, 2), off=(5,))
    masks = naive.masks(6)
    expected = regression(F(masks), design.probability(masks), False)
    np.testing.assert_allclose(packed(lt.quadratic_limit(F, design)), expected, atol=1e-11)


def test_other_designs_and_objects_are_refused_in_one_line():
    with pytest.raises(NotImplementedError, match="exchangeable or product design"):
        lt.quadratic_limit(lt.Leaf(6, on=(0,)), Halves())
    with pytest.raises(TypeError, match="design must be"):
        lt.quadratic_limit(lt.Leaf(4, on=(0,)), 4)
    with pytest.raises(ValueError, match="3"):
        lt.quadratic_limit(lt.Leaf(3, on=(0,)), lt.ImageDesign(4))
