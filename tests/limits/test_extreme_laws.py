"""Every class under extreme designs, d = 1..10, against normal equations in 1,500 digits; and what is refused."""

from fractions import Fraction
from functools import cache
from math import comb

import arb_limit
import instances
import mpmath
import naive
import numpy as np
import pytest

import limetheory as lt

EPS = (1e-3, 1e-17, 1e-150, 1e-280)
BOUND = 1e-12
"""A tenth of the error that `limit` promises, as a share of max |F|."""
DIGITS = 1500


def laws(d):
    """Masses m_0..m_d from 1 to 1e-280: piled up on one size, on both ends, on two neighbours, or anyhow."""
    for eps in EPS:
        for heavy in ((0,), (d,), (0, d), (d // 2,), (0, 1), (d - 1, d)):
            yield np.where(np.isin(np.arange(d + 1), heavy), 1.0, eps)
        yield np.eye(d + 1)[0] + eps * np.eye(d + 1)[max(d - 1, 1)]
        yield np.eye(d + 1)[d] + eps * np.eye(d + 1)[min(1, d - 1)]
    yield from 10.0 ** np.random.default_rng(d).uniform(-280, 0, (4, d + 1))


@cache
def models(d):
    """(name, F, F on all masks, its exact sums over the masks of each size, all and with z_j = 1) of every class."""
    found = []
    for name, build in instances.SET_FUNCTIONS.items():
        model, by_hand = build(np.random.default_rng(d), d)
        values = by_hand(naive.masks(d))
        found.append((name, model, values, sums(values)))
        if name == "Callable":
            found.append(("SetFunction", lt.SetFunction(values), values, sums(values)))
    return found


def sums(values):
    """Σ F and Σ z_j F over the masks of each size, (d+1, d+1), exact."""
    d = len(values).bit_length() - 1
    on, sizes = naive.masks(d), np.array(naive.sizes(d))
    rows = [np.ones(len(on), bool), *on.T]
    with mpmath.workdps(DIGITS):
        return [[mpmath.fsum(values[row & (sizes == k)].tolist()) for k in range(d + 1)] for row in rows]


def regression(masses, ridge=0.0):
    """The map from `sums` to (β_0, …, β_d) under masses, by the normal equations, without any closed form."""
    d = len(masses) - 1
    weights = [mpmath.mpf(m) / comb(d, k) for k, m in enumerate(masses)]
    alpha = [mpmath.fsum(comb(d - a, k - a) * w for k, w in enumerate(weights) if k >= a) for a in range(3)]
    gram = mpmath.matrix(d + 1, d + 1)
    for i in range(d + 1):
        for j in range(d + 1):
            gram[i, j] = alpha[len({i, j} - {0})] + (ridge if i == j > 0 else 0)
    inverse = (gram**-1).tolist()

    def solved(totals):
        right = [mpmath.fdot(weights, row) for row in totals]
        return np.array([float(mpmath.fdot(row, right)) for row in inverse])

    return solved


def errors(design, masses, ridge=0.0):
    """The largest error of each class's intercept and coefficients, as a share of max |F|."""
    found = {}
    with mpmath.workdps(DIGITS):
        solved = regression(masses, ridge)
        for name, model, values, totals in models(design.d):
            answer = lt.limit(model, design, ridge)
            gaps = np.append(answer.intercept, answer.coefficients) - solved(totals)
            found[name] = np.abs(gaps).max() / np.abs(values).max()
    return found


def worst_of_laws(d, ridge=0.0, step=1):
    chosen = list(laws(d))[::step]
    return max(max(errors(lt.SizeLawDesign(masses), masses.tolist(), ridge).values()) for masses in chosen)


def test_the_reference_solution_is_the_regression_in_fractions():
    values = np.random.default_rng(0).normal(size=16)
    for masses in ([1, 1e-17, 3, 0, 1], [1, 0, 1e-200, 1, 1e-100]):
        mass = np.prod(naive.SizeLawDesign(masses), axis=0)
        for ridge in (0.0, 1e-3):
            slopes, intercept = naive.regression(values, mass, ridge)
            with mpmath.workdps(DIGITS):
                found = regression(masses, ridge)(sums(values))
            np.testing.assert_allclose(found, [intercept, *slopes], rtol=1e-12)


def test_a_middle_size_of_mass_1e_17_does_not_change_the_coefficients():
    answer = lt.limit(lt.SetFunction([0.0, 1, 2, 4]), lt.SizeLawDesign([1, 1e-17, 1]))
    np.testing.assert_allclose(answer.coefficients, [1.5, 2.5], rtol=1e-14)


def test_every_class_has_an_instance_here():
    assert {name for name, *_ in models(3)} >= {row.model for row in lt.supported()}


@pytest.mark.slow
@pytest.mark.parametrize("d", [1, 2, 3, 5, 7, 10])
def test_every_class_is_right_under_extreme_size_laws(d):
    # eight laws for each mass: steps that have no divisor in common with 8 meet every law and every mass
    assert worst_of_laws(d, step=3 if d < 6 else 7) <= BOUND


@pytest.mark.slow
@pytest.mark.parametrize("ridge", [1e-260, 1e-18, 1.0])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_every_class_is_right_under_extreme_size_laws_with_a_ridge(d, ridge):
    assert worst_of_laws(d, ridge, step=3) <= BOUND


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ImageDesign", "TextDesign"])
@pytest.mark.parametrize("d", [2, 3, 10])
def test_every_class_is_right_at_every_bandwidth_that_is_not_refused(d, name):
    answered = 0
    for nu in (1e-3, 0.005, 0.01, 0.02, 0.05, 0.25, 10.0):
        design = getattr(lt, name)(d, nu)
        with mpmath.workdps(DIGITS):
            masses = naive.precise(name, (d, nu)).m
        if min(design.size_variance, design.contrast) < 1e-290:
            with pytest.raises(lt.DegenerateDesignError):
                lt.limit(lt.Additive(np.ones(d)), design)
            continue
        answered += 1
        assert max(errors(design, masses).values()) <= BOUND, nu
    assert answered >= 3


@pytest.mark.slow
@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_every_class_is_right_under_extreme_product_designs(d):
    rng = np.random.default_rng(d)
    keeps = [np.full(d, p) for p in (1e-280, 1e-17, 0.5, 1 - 1e-16)] + list(10.0 ** rng.uniform(-280, 0, (3, d)))
    for keep in keeps:
        for name, model, values, _ in models(d):
            found, exact = lt.limit(model, lt.ProductDesign(keep)), conditional_differences(values, keep)
            assert np.abs(found.coefficients - exact).max() <= BOUND * np.abs(values).max(), (name, keep)


def test_a_total_mass_that_underflows_shrinks_to_zero():
    design = lt.ProductDesign(np.full(2000, 0.5), np.full(2000, 0.1))
    assert design.total_mass == 0.0
    assert lt.limit(lt.Additive(np.ones(2000)), design, ridge=0.1).coefficients.tolist() == [0.0] * 2000
    assert lt.limit(lt.Additive(np.ones(2000)), design).coefficients.tolist() == [1.0] * 2000


@pytest.mark.parametrize("keep", [1e-300, 5e-324])
def test_a_superpixel_that_hardly_varies_is_refused(keep):
    with pytest.raises(lt.DegenerateDesignError, match=r"each coordinate must vary .* coordinate 1 of ProductDesign"):
        lt.limit(lt.Additive([1.0, 2.0]), lt.ProductDesign([0.5, keep]))
    assert lt.limit(lt.Additive([1.0, 2.0]), lt.ProductDesign([0.5, keep]), ridge=1.0).coefficients[1] < 1e-290


def conditional_differences(values, keep):
    """E[F | z_j = 1] − E[F | z_j = 0] (prop:product), in fractions."""
    chances = [[1 - Fraction(p), Fraction(p)] for p in keep]
    tensor = np.array([Fraction(float(v)) for v in values], object).reshape((2,) * len(keep)).T
    exact = []
    for j in range(len(keep)):
        rest = np.moveaxis(tensor, j, -1)
        for off, on in chances[:j] + chances[j + 1 :]:
            rest = off * rest[0] + on * rest[1]
        exact.append(float(rest[1] - rest[0]))
    return np.array(exact)


def test_mutant_covariances_of_z_lose_what_the_heavy_ends_hide(monkeypatch):
    monkeypatch.setattr(lt.SizeLawDesign, "contrasts", lt.SizeLawDesign.centred)
    masses = [1.0, 1e-17, 1e-17, 1.0]
    found = errors(lt.SizeLawDesign(masses), masses)
    assert found["SetFunction"] > 0.1 and found["Leaf"] <= BOUND


UNDETERMINED = [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0], [1.0, 1e-300, 1.0]]


@pytest.mark.parametrize("masses", UNDETERMINED, ids=str)
def test_a_design_that_does_not_determine_the_coefficients_is_refused_for_every_class(masses):
    design = lt.SizeLawDesign(masses)
    constants = [lt.Leaf(design.d, value=0.0), lt.limits.LeafSum(design.d), lt.Additive(np.ones(design.d))]
    for model in [*constants, *(model for _, model, *_ in models(design.d))]:
        with pytest.raises(lt.DegenerateDesignError, match="needs mass on"):
            lt.limit(model, design)


@pytest.mark.parametrize("ridge", [1e-200, 1e-3, 1.0])
@pytest.mark.parametrize("masses", UNDETERMINED, ids=str)
def test_a_ridge_makes_the_limit_unique_for_every_class(masses, ridge):
    assert max(errors(lt.SizeLawDesign(masses), masses, ridge).values()) <= BOUND


def test_a_ridge_too_small_to_decide_is_refused():
    with pytest.raises(lt.DegenerateDesignError, match="mass on a size between"):
        lt.limit(lt.Additive([1.0, 2.0]), lt.SizeLawDesign([1, 1e-300, 1]), ridge=1e-290)


def test_forests_are_refused_for_many_images_as_for_one():
    x = np.random.default_rng(0).random((20, 4))
    forest = lt.TreeModel(instances.RandomForestRegressor(2, random_state=0).fit(x, x[:, 0] > 0.5))
    with pytest.raises(lt.DegenerateDesignError, match="mass on a size between"):
        forest.limits(x[:2], np.array([0, 0, 1, 1]), lt.SizeLawDesign([1, 0, 1]), 0.0)


def test_a_text_of_two_words_is_what_each_word_adds_to_none_and_one_of_one_word_is_refused_with_a_remedy_that_works():
    values = [3.0, 4.0, 7.0, 0.0]
    np.testing.assert_allclose(lt.limit(lt.SetFunction(values), lt.TextDesign(2)).coefficients, [1, 4], rtol=1e-13)
    for model in (lt.SetFunction([3.0, 4.5]), lt.Additive([1.5], 3.0)):
        with pytest.raises(lt.DegenerateDesignError, match=r"TextDesign\(d=1.* choose another .* ImageDesign\(1\)$"):
            lt.limit(model, lt.TextDesign(1))
        assert lt.limit(model, lt.ImageDesign(1)).coefficients == pytest.approx([1.5], rel=1e-13)


@pytest.mark.slow
def test_leaves_of_twenty_thousand_superpixels_keep_the_promise():
    d, asked, case = 20_000, [0, 2, 40], ("ImageDesign", (20_000, 0.05))
    for on, off in (((0, 1), ()), ((0,), (1, 2)), (range(30), (30, 31))):
        with arb_limit.precision():
            exact, _ = arb_limit.limit(case, *arb_limit.leaf_means(d, on, off, asked))
        found = lt.limit(lt.Leaf(d, on, off), lt.ImageDesign(d, 0.05)).coefficients[asked]
        assert np.abs(found - exact).max() <= BOUND


def test_the_error_of_the_parity_of_fifty_of_two_hundred_is_a_share_of_max_f_not_of_the_coefficients():
    on, case = np.where(np.arange(200) < 50, -1.0, 1.0), ("ImageDesign", (200, 0.02))
    with arb_limit.precision():
        exact, _ = arb_limit.limit(case, *arb_limit.product_means(on, np.ones(200), [0, 199]))
    assert max(np.abs(exact)) < 1e-21
    found = lt.limit(lt.parity(200, range(50)), lt.ImageDesign(200, 0.02)).coefficients
    assert np.abs(found[[0, 199]] - exact).max() <= BOUND and np.ptp(found[:50]) <= BOUND
