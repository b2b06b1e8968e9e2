"""The limit as a weighted sum of values, and its covariance with F, against sums over all masks."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.active import weights as module
from limetheory.estimation.active.weights import limit_weights
from limetheory.estimation.surrogates.gaussian_process import Kernel, signs_of

D = 5
MASKS = naive.masks(D)
CASES = [*naive.exchangeable(D), ("ShapleyDesign", (D,)), ("ProductDesign", ([0.3, 0.4, 0.5, 0.6, 0.7],))]
KERNEL = Kernel(np.array([0.2, 0.5, 1.0, 0.1, 0.7]), 0.8, 0.6, 0.3, 0.05)


def covariance(kernel, one, other):
    """Cov(F(z), F(z')) of every two masks by the definition, with the noise of equal ones."""
    return np.array([[
        kernel.amplitude * np.exp(-sum(kernel.rates[a != b])) + kernel.constant + kernel.noise * (a == b).all()
        + kernel.slope * sum((2.0 * a - 1) * (2.0 * b - 1)) for b in other] for a in one
    ])  # fmt: skip


def truth(case, values):
    """The limit of values, without what F(1) − F(0) adds under an efficient design."""
    law, weight = naive.measure(*case)
    beta, _ = naive.regression(values, law * weight, efficient=case[0] == "ShapleyDesign")
    return beta - (values[-1] - values[0]) / D if case[0] == "ShapleyDesign" else beta


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_limit_is_a_sum_over_all_masks(case):
    values = np.random.default_rng(0).normal(size=1 << D)
    limit = limit_weights(getattr(lt, case[0])(*case[1]), np.random.default_rng(0))
    assert (limit.masks == MASKS).all()
    assert limit.weights @ values == pytest.approx(truth(case, values), abs=1e-12)


def test_covariances_with_every_value_by_walsh_transforms_are_those_of_the_definition():
    limit, slopes = limit_weights(lt.ImageDesign(D), np.random.default_rng(0)), np.linspace(0.1, 0.9, 1 << D)
    found, weights = limit.under(KERNEL, slopes), limit.weights * slopes
    expected = weights @ covariance(KERNEL, MASKS, MASKS)
    assert found.at(MASKS[[3, 0, 17]]) == pytest.approx(expected[:, [3, 0, 17]], abs=1e-12)
    assert found.own == pytest.approx(expected @ weights.T, abs=1e-12)
    without = limit.under(Kernel(KERNEL.rates, 0.8, 0.6, 0.3, 0.0), slopes)
    assert np.abs(without.at(MASKS) - expected).max() > 1e-3  # the mutant that leaves out the noise


@pytest.fixture
def drawn(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_ENUMERATED_D", D - 1)


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_a_sum_over_drawn_masks_is_exact_for_additive_functions(case, drawn):
    limit = limit_weights(getattr(lt, case[0])(*case[1]), np.random.default_rng(0))
    values = limit.masks @ np.arange(1.0, D + 1) - 3
    assert limit.weights @ values == pytest.approx(truth(case, MASKS @ np.arange(1.0, D + 1) - 3), abs=1e-9)


def test_a_sum_over_drawn_masks_is_near_the_limit_of_others_and_has_its_covariance(monkeypatch):
    d, rng = 16, np.random.default_rng(1)
    F, design = lt.Leaf(d, on=(0, 3), off=(5,)), lt.ImageDesign(d)
    limit = limit_weights(design, rng)
    exact = lt.limit(F, design).coefficients
    assert len(limit.masks) == 1024
    values = F(limit.masks)
    errors = np.sqrt(limit.weights**2 @ (values - values.mean()) ** 2)  # of one coefficient beyond 5 with 1e-5 at most
    assert (np.abs(limit.weights @ values - exact) < 5 * errors).all() and errors.max() < 0.2 * np.abs(exact).max()
    kernel = Kernel(np.full(d, 0.3), 1.0, 0.5, 0.2, 0.1)
    found, other = limit.under(kernel, np.full(1024, 0.5)), rng.random((4, d)) < 0.5
    every = kernel(signs_of(lt.all_masks(d)), signs_of(other)).T / 2
    expected = np.array([lt.limit(lt.SetFunction(values), design).coefficients for values in every]).T
    assert found.at(other) == pytest.approx(expected, abs=1e-12)
    slopes = rng.uniform(0.2, 0.6, 1024)
    sampled = limit.weights * (slopes - slopes.mean()) @ kernel(signs_of(limit.masks), signs_of(other))
    whole = limit.under(kernel, slopes)
    assert whole.at(other) == pytest.approx(2 * slopes.mean() * expected + sampled, abs=1e-12)
    own = whole.at(limit.masks) @ (limit.weights * slopes).T
    assert whole.own == pytest.approx((own + own.T) / 2, abs=1e-10)
