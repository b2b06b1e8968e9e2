"""Moments in the worst direction: second ones against eigenvalues over all masks, fourth ones never exceeded."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.statistics.whitened_norms import WhitenedNorms

CASES = [case for d in (2, 3, 4, 6) for case in (*naive.exchangeable(d), ("ShapleyDesign", (d,)))]


def norms(case):
    return WhitenedNorms(getattr(lt, case[0])(*case[1]))


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_second_moments_are_eigenvalues_over_all_masks(case):
    law, weight, u, w = naive.whitened(case)
    noise = (u @ w)[:, None] * u - w
    for found, rows in ((norms(case).weighted, np.sqrt(weight)[:, None] * u), (norms(case).gram_noise, noise)):
        exact = np.linalg.eigvalsh((law * rows.T) @ rows)[-1]
        assert found == pytest.approx(exact, rel=1e-8)


def steepest(law, u, direction):
    """A local maximum of E[(u·θ)⁴] by the power method for symmetric tensors."""
    for _ in range(200):
        direction = (law * (u @ direction) ** 3) @ u
        direction /= np.linalg.norm(direction)
    return law @ (u @ direction) ** 4


@pytest.mark.parametrize("case", [case for case in CASES if case[1][0] != 2], ids=naive.name)
def test_no_direction_has_a_larger_fourth_moment_and_the_bound_is_near(case):
    law, _, u, w = naive.whitened(case)
    rng, bound = np.random.default_rng(0), norms(case).fourth
    if len(law) < 16:
        assert bound == np.inf
        return
    starts = [w, *u[law > 0][:8], *rng.normal(size=(20, u.shape[1]))]
    largest = max(steepest(law, u, start) for start in starts)
    assert largest <= bound * (1 + 1e-9)
    assert largest > bound / 2  # mutants of the bound that are twice too small are exceeded


def test_the_fourth_moment_bounds_every_pair_of_directions():
    law, _, u, _ = naive.whitened(("ImageDesign", (6, 0.25)))
    bound, rng = WhitenedNorms(lt.ImageDesign(6)).fourth, np.random.default_rng(1)
    for _ in range(200):
        one, other = rng.normal(size=(2, u.shape[1]))
        one, other = one / np.linalg.norm(one), other / np.linalg.norm(other)
        assert law @ ((u @ one) ** 2 * (u @ other) ** 2) <= bound


@pytest.mark.parametrize("bandwidth", [0.01, 0.05, 0.25, float("inf")])
@pytest.mark.parametrize("d", [2, 100, 10_000])
def test_every_norm_exists_at_any_d_and_bandwidth(d, bandwidth):
    found = WhitenedNorms(lt.ImageDesign(d, bandwidth))
    values = np.array([found.weighted, found.fourth, found.gram_noise])
    assert not np.isnan(values).any() and (values >= 0.99).all()


def test_without_weights_large_d_has_the_normal_law_s_moments():
    found = WhitenedNorms(lt.BernoulliDesign(10_000))
    assert found.weighted == pytest.approx(1) and 3 <= found.fourth < 3.5
