"""What thm:bound needs of a design, against sums and maxima over all masks in whitened coordinates."""

import naive
import numpy as np
import pytest
from scipy.optimize import linprog

import limetheory as lt
from limetheory.statistics.mask_classes import mask_classes

CASES = [case for d in (2, 3, 5) for case in (*naive.exchangeable(d), ("ShapleyDesign", (d,)))]


def whitened(case):
    """(law, π, u, w) with E[π] = 1; efficient designs have the coefficients of sum 0 alone."""
    law, weight = naive.measure(*case)
    d = len(law).bit_length() - 1
    weight = weight / (law @ weight)
    rows = np.column_stack([np.ones(2**d), naive.masks(d)])
    kept = np.eye(d + 1)
    if case[0] == "ShapleyDesign":
        kept = np.block([[np.zeros((1, d + 1))], [np.zeros((d, 1)), np.eye(d) - 1 / d]])
    values, vectors = np.linalg.eigh(kept @ naive.gram(d, law * weight) @ kept)
    regular = values > 1e-12
    root = (vectors[:, regular] / np.sqrt(values[regular])).T
    return law, weight, np.sqrt(weight)[:, None] * (rows @ kept @ root.T), root[:, 1]


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_moments_and_maxima_are_those_over_all_masks(case):
    (law, weight, u, w), found = whitened(case), mask_classes(getattr(lt, case[0])(*case[1]))
    drawn, inner, length = law > 0, u @ w, np.linalg.norm(u, axis=1)
    residual = np.sqrt(weight) + length
    noise = np.linalg.norm(inner[:, None] * u - w, axis=1)
    assert found.parameters == u.shape[1]
    np.testing.assert_allclose((law * u.T) @ u, np.eye(u.shape[1]), atol=1e-9)
    for value, expected in {
        "diagonal": (found.diagonal, w @ w),
        "R": (found.radius, max(length[drawn] ** 2)),
        "E[π² a²]": (found.mean_square_influence, law @ (weight * inner**2)),
        "max π |a|": (found.largest_influence, max(np.abs(np.sqrt(weight) * inner)[drawn])),
        "max √π |a| (√π + √ℓ)": (found.largest_residual_influence, max(np.abs(inner * residual)[drawn])),
        "max √ℓ (√π + √ℓ)": (found.largest_score, max((length * residual)[drawn])),
        "E ‖√π a u − w‖²": (found.gram_noise[0], law @ noise**2),
        "max ‖√π a u − w‖": (found.gram_noise[1], max(noise[drawn])),
    }.values():
        assert value == pytest.approx(expected, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("spread", [1.0, 0.3])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_worst_moments_solve_the_linear_program_over_all_masks(case, spread):
    (law, weight, u, w), found = whitened(case), mask_classes(getattr(lt, case[0])(*case[1]))
    highest = (np.sqrt(weight) + np.linalg.norm(u, axis=1)) ** 2
    for price, value in (
        ((u @ w) ** 2, found.worst_influence(spread)),
        ((u**2).sum(axis=1), found.worst_score(spread)),
    ):
        limits = [(0, most) for most in highest]
        answer = linprog(-law * price, A_ub=[law], b_ub=[spread**2], bounds=limits)
        assert answer.status == 0 and value == pytest.approx(-answer.fun, rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_no_set_function_has_a_larger_residual_or_score(case):
    # The mutant, a residual that is assumed to be no larger than F − c, is exceeded by some function.
    (law, weight, u, w), found = whitened(case), mask_classes(getattr(lt, case[0])(*case[1]))
    efficient, rng, exceeded = case[0] == "ShapleyDesign", np.random.default_rng(0), False
    inner, length, design = u @ w, np.linalg.norm(u, axis=1), getattr(lt, case[0])(*case[1])
    for index in range(60):
        spike = np.where(np.arange(len(law)) == index % len(law), 1.0, -1.0)
        values = [spike, rng.choice([-1.0, 1.0], len(law)), np.sign(inner) * rng.choice([-1, 1])][index % 3]
        values = values / 2 if efficient else values  # the line from F(0) to F(1) takes the place of c
        exact = lt.limit(lt.SetFunction(values), design)
        r = values - exact.intercept - naive.masks(design.d) @ exact.coefficients
        assert law @ (weight * r**2) <= 1 + 1e-9
        assert (np.sqrt(weight) * np.abs(r) <= (np.sqrt(weight) + length) * (1 + 1e-9) + 1e-9)[law > 0].all()
        assert law @ (weight * r**2 * inner**2) <= found.worst_influence(1) * (1 + 1e-9)
        assert law @ (weight * r**2 * length**2) <= found.worst_score(1) * (1 + 1e-9)
        exceeded |= (np.abs(r) > 1 + 1e-9)[law > 0].any()
    assert exceeded or design.d == 2 or efficient


@pytest.mark.parametrize("d", [2, 100, 10_000])
@pytest.mark.parametrize("bandwidth", [0.01, 0.05, 0.25, 1.0, float("inf")])
def test_every_moment_exists_at_any_d_and_bandwidth(d, bandwidth):
    found = mask_classes(lt.ImageDesign(d, bandwidth))
    moments = [found.radius, found.diagonal, found.mean_square_influence, found.worst_influence(1.0), *found.gram_noise]
    assert (np.array(moments) > 0).all() and not np.isnan(moments).any()
    assert found.worst_score(1.0) <= found.radius * (1 + 1e-9)
    assert found.radius >= (d + 1) * (1 - 1e-9)


def test_what_has_no_classes_is_refused_in_one_line():
    with pytest.raises(TypeError, match="needs an exchangeable design"):
        mask_classes(lt.ProductDesign([0.5, 0.5]))
    with pytest.raises(ValueError, match="needs d ≥ 2 superpixels, got 1"):
        mask_classes(lt.ImageDesign(1))
    for masses, words in (([0, 0, 1, 0], "on at least two sizes"), ([1, 0, 0, 1], "on a size between 1 and d − 1")):
        with pytest.raises(lt.DegenerateDesignError, match=words):
            mask_classes(lt.SizeLawDesign(masses))
    with pytest.raises(lt.DegenerateDesignError, match="nearly all of it on size 2"):
        mask_classes(lt.TextDesign(3, 0.01))  # masses of 1e-315 have lost their digits
