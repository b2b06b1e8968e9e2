"""The mean of both processes, when lines are compared with them, and the parts that active masks need."""

import naive
import numpy as np
import pytest
from scipy.special import expit

import limetheory as lt
from limetheory.estimation.surrogates.averaged import averaged_recipe, lines_are_comparable
from limetheory.estimation.surrogates.families import Logistic
from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, Kernel, hadamard_sums, prior_kernel

D = 6
MASKS = np.random.default_rng(0).random((20, D)) < 0.5
SLOPES = np.linspace(-2, 2, D)


def test_probabilities_have_both_processes_and_other_values_one():
    both = averaged_recipe(MASKS, expit(MASKS @ SLOPES))
    assert both.values is not None and both.log_odds is not None
    for values in (MASKS @ SLOPES, np.full(20, 0.5), (MASKS @ SLOPES > 0).astype(float)):
        found = averaged_recipe(MASKS, values)
        assert found.values is not None and found.log_odds is None


def test_the_fit_is_the_mean_of_both():
    values, other = expit(MASKS @ SLOPES), naive.masks(D)
    recipe = averaged_recipe(MASKS, values)
    parts = recipe.formula(MASKS, values).parts
    assert len(parts) == 2
    assert recipe.formula(MASKS, values)(other) == pytest.approx((parts[0](other) + parts[1](other)) / 2)


@pytest.mark.parametrize("n, comparable", [(13, False), (14, True)])
def test_lines_are_compared_from_two_masks_a_parameter_on(n, comparable):
    assert lines_are_comparable(MASKS[:n], MASKS[:n] @ SLOPES) is comparable
    assert lines_are_comparable(MASKS[:n], np.ones(n))  # nothing for processes to learn
    assert lines_are_comparable(np.eye(10, 401, dtype=bool), np.arange(10.0))  # no kernels for so many superpixels


def test_derivatives_of_the_parts_are_those_of_their_values():
    kernel = Kernel(np.full(D, 0.5), 1.0, 1.0, 0.3, 0.1)
    process = GaussianProcess(kernel, MASKS, MASKS @ SLOPES)
    logistic, other, step = Logistic(process), naive.masks(D)[::9], 1e-6
    moved = expit(process(other) + step) - expit(process(other) - step)
    assert logistic.derivative(other) == pytest.approx(moved / (2 * step), abs=1e-8)
    assert (process.derivative(other) == 1).all() and logistic.kernel is kernel


def test_walsh_sums_of_several_functions_are_those_of_each():
    rows = np.random.default_rng(1).normal(size=(3, 2, 1 << 5))
    signs = np.array([[(-1) ** (s & z).sum() for z in naive.masks(5)] for s in naive.masks(5)])
    assert hadamard_sums(rows) == pytest.approx(rows @ signs.T)


def test_the_kernel_without_data_has_values_of_about_unit_variance():
    kernel = prior_kernel(8)
    assert kernel.rates == pytest.approx(np.full(8, 0.5)) and kernel.slope == pytest.approx(1 / 8)
    every = kernel(2.0 * lt.all_masks(8) - 1, 2.0 * lt.all_masks(8) - 1)
    assert 0.5 < every.trace() / 256 - every.mean() < 2
