"""Bounds on residuals: no set function exceeds them at the mean square of its own fitted line."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.statistics.mask_classes import mask_classes
from limetheory.statistics.whitened_norms import WhitenedNorms
from limetheory.statistics.worst_residual import WorstResidual

CASES = [case for d in (2, 3, 5) for case in (*naive.exchangeable(d), ("ShapleyDesign", (d,)))]


def functions(law, inner):
    rng = np.random.default_rng(0)
    for index in range(60):
        spike = np.where(np.arange(len(law)) == index % len(law), 1.0, -1.0)
        sign = np.where(inner >= 0, 1.0, -1.0)
        noisy = np.where(rng.random(len(law)) < 0.2, -sign, sign)
        yield [spike, rng.choice([-1.0, 1.0], len(law)), noisy][index % 3]


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_no_set_function_exceeds_the_bounds_at_its_own_line(case):
    # Mutants that some function exceeds: no line (L = 0) in the largest residual, and a fitted line twice as long.
    (law, weight, u, w), design = naive.whitened(case), getattr(lt, case[0])(*case[1])
    worst = WorstResidual(mask_classes(design), WhitenedNorms(design))
    inner, length, drawn = u @ w, np.linalg.norm(u, axis=1), law > 0
    exceeded_without, exceeded_twice = False, False
    for values in functions(law, inner):
        values = values / 2 if design.efficient else values  # the line from F(0) to F(1) takes the place of c
        exact = lt.limit(lt.SetFunction(values), design)
        r = values - exact.intercept - naive.masks(design.d) @ exact.coefficients
        centred = values
        if design.efficient:
            centred = values - values[0] - (values[-1] - values[0]) * naive.masks(design.d).mean(axis=1)
        root = np.sqrt([max(law @ (weight * (centred - r) ** 2), 0.0)])
        slack = 1 + 1e-9
        assert root[0] <= slack
        root = np.minimum(root, 1.0)
        mean_square = law @ (weight * r**2)
        assert mean_square <= worst.budget(root)[0] + 1e-9
        assert (np.sqrt(weight) * np.abs(r) <= (np.sqrt(weight) + root * length) * slack + 1e-9)[drawn].all()
        assert law @ (weight * r**2 * inner**2) <= worst.influence(root)[0] * slack + 1e-9
        assert law @ (weight * r**2 * length**2) <= worst.score(root)[0] * slack + 1e-9
        assert np.abs(np.sqrt(weight) * r * inner)[drawn].max() <= worst.largest_influence(root)[0] * slack + 1e-9
        assert (np.sqrt(weight) * np.abs(r) * length)[drawn].max() <= worst.largest_score(root)[0] * slack + 1e-9
        norm = np.linalg.eigvalsh((law * weight * r**2 * u.T) @ u)[-1]
        assert norm <= worst.score_norm(root)[0] * slack + 1e-9
        exceeded_without |= (np.abs(r) > 1 + 1e-9)[drawn].any()
        exceeded_twice |= mean_square > worst.budget(np.minimum(2 * root, 1.0))[0] + 1e-9
    assert (exceeded_without and exceeded_twice) or design.d == 2 or design.efficient


@pytest.mark.parametrize("spread", [1.0, 0.3])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_every_bound_is_concave_in_the_mean_square_of_the_line(case, spread):
    design = getattr(lt, case[0])(*case[1])
    worst = WorstResidual(mask_classes(design), WhitenedNorms(design), spread)
    root = np.sqrt(np.linspace(0, 1, 201))
    mean = np.sqrt(worst.score(root))
    for values in (
        worst.influence(root), worst.score(root), worst.score_norm(root), mean, worst.largest_influence(root),
        worst.largest_score(root), worst.largest_score(root) * mean,
    ):  # fmt: skip
        assert (np.diff(values, 2) <= 1e-9 * values.max()).all()
    assert (np.diff(root**4, 2) > 0).any()  # mutant: the length of the line in place of its square root


def test_the_worst_influence_is_above_every_line():
    worst = WorstResidual(mask_classes(lt.ImageDesign(10)), WhitenedNorms(lt.ImageDesign(10)))
    tried = worst.influence(np.linspace(0, 1, 200_001)).max()
    assert tried <= worst.worst_influence <= tried * (1 + 1e-6)
    assert worst.worst_influence < 0.86 * 7.804772528567264  # the bound for all lines at once, before
