"""The linear program over residuals: against a general solver over all masks, concave in L, and at any d."""

import naive
import numpy as np
import pytest
from scipy.optimize import linprog

import limetheory as lt
from limetheory.statistics.mask_classes import mask_classes
from limetheory.statistics.residual_program import ResidualProgram

CASES = [case for d in (2, 3, 5) for case in (*naive.exchangeable(d), ("ShapleyDesign", (d,)))]


def programs(case):
    """Each linear program, with its dual price at every mask."""
    classes = mask_classes(getattr(lt, case[0])(*case[1]))
    _, _, u, w = naive.whitened(case)
    yield ResidualProgram(classes, classes.log_density + classes.log_slope), (u @ w) ** 2
    yield ResidualProgram(classes, classes.log_leverage), (u**2).sum(axis=1)


@pytest.mark.parametrize("root", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_it_is_the_linear_program_over_all_masks(case, root):
    law, weight, u, _ = naive.whitened(case)
    highest = (np.sqrt(weight) + root * np.linalg.norm(u, axis=1)) ** 2
    for program, price in programs(case):
        for budget in (1.0, 1 - root**2, 0.09):
            answer = linprog(-law * price, A_ub=[law], b_ub=[budget], bounds=[(0, most) for most in highest])
            found = program.value(np.array([root]), np.array([budget]))
            assert answer.status == 0 and found[0] == pytest.approx(-answer.fun, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_it_is_concave_in_the_mean_square_of_the_line(case):
    mean_square = np.linspace(0, 1, 101)
    for program, _ in programs(case):
        values = program.value(np.sqrt(mean_square), 1 - mean_square)
        assert (np.diff(values, 2) <= 1e-9 * values.max()).all()


def test_it_is_not_concave_in_the_length_of_the_line():
    root = np.linspace(0, 1, 101)  # mutant of the variable in which it is searched
    values = [program.value(root, 1 - root**2) for program, _ in programs(("BernoulliDesign", (5, 0.3)))]
    assert max(np.diff(one, 2).max() for one in values) > 1e-4


@pytest.mark.parametrize("d", [2, 100, 10_000])
@pytest.mark.parametrize("bandwidth", [0.1, 0.25, float("inf")])
def test_it_is_a_number_at_any_d_and_bandwidth(d, bandwidth):
    classes = mask_classes(lt.ImageDesign(d, bandwidth))
    root = np.linspace(0, 1, 5)
    for price in (classes.log_leverage, classes.log_density + classes.log_slope):
        found = ResidualProgram(classes, price).value(root, 1 - root**2)
        assert not np.isnan(found).any() and (found >= 0).all() and found[-1] <= 1e-9 * found.max()
        assert (found <= np.exp(price.max()) * (1 - root**2) * (1 + 1e-9) + 1e-300).all()
