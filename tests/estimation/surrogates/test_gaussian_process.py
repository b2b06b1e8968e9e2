"""The Gaussian process on masks: kernel, prediction, exact limit, and the fit of its parameters."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct

import limetheory as lt
from limetheory.estimation.surrogates.gaussian_process import (
    _DEVIATION_OF_LOG_RATE,
    _JITTER,
    _TYPICAL_TOTAL_RATE,
    GaussianProcess,
    Kernel,
    _Likelihood,
    _start,
    fitted_kernel,
)  # fmt: skip


def kernel(d: int, seed: int = 0) -> Kernel:
    rng = np.random.default_rng(seed)
    return Kernel(rng.exponential(size=d), *rng.uniform(0.2, 2, 3), 0.05)


def data(d: int, m: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    return rng.random((m, d)) < 0.6, rng.normal(size=m) + 3


def covariance(k: Kernel, one, other) -> float:
    """Cov(F(z), F(z')) superpixel by superpixel."""
    apart = sum(rate for rate, a, b in zip(k.rates, one, other, strict=True) if a != b)
    agree = sum(1 if a == b else -1 for a, b in zip(one, other, strict=True))
    return k.amplitude * math.exp(-apart) + k.constant + k.slope * agree


def prediction(k: Kernel, masks, values, z) -> float:
    """The posterior mean by a dense solve."""
    gram = np.array([[covariance(k, a, b) for b in masks] for a in masks]) + k.noise * np.eye(len(masks))
    weights = np.linalg.solve(gram, values - values.mean())
    return values.mean() + np.array([covariance(k, z, a) for a in masks]) @ weights


def test_kernel_is_its_formula():
    k, (one, _), (other, _) = kernel(5), data(5, 7), data(5, 4, 1)
    signs = [np.where(masks, 1.0, -1.0) for masks in (one, other)]
    wanted = np.array([[covariance(k, a, b) for b in other] for a in one])
    assert k(*signs) == pytest.approx(wanted, abs=1e-13)
    assert np.abs(k(signs[0], -signs[1]) - wanted).max() > 0.1  # mutant: superpixels that agree taken for different


@pytest.mark.parametrize("d, m", [(1, 2), (4, 9), (9, 30)])
def test_predictions_are_those_of_a_dense_solve(d, m):
    (masks, values), (new, _) = data(d, m), data(d, 6, 1)
    fitted = GaussianProcess(kernel(d), masks, values)
    assert fitted(new) == pytest.approx([prediction(kernel(d), masks, values, z) for z in new], abs=1e-10)
    assert fitted(new[:0]).shape == (0,)


def test_predictions_are_scikit_learn_s():
    # On signs ±1 an RBF of length ℓ has rate 2/ℓ², and DotProduct(σ) is σ² + Σ_j s_j s'_j.
    k, (masks, values), (new, _) = kernel(6), data(6, 40), data(6, 11, 1)
    theirs = ConstantKernel(k.amplitude) * RBF(np.sqrt(2 / k.rates)) + ConstantKernel(k.slope) * DotProduct(
        math.sqrt(k.constant / k.slope)
    )
    regressor = GaussianProcessRegressor(theirs, alpha=k.noise, optimizer=None)
    regressor.fit(np.where(masks, 1.0, -1.0), values - values.mean())
    wanted = values.mean() + regressor.predict(np.where(new, 1.0, -1.0))
    assert GaussianProcess(k, masks, values)(new) == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize("d", [1, 2, 7, 11])
def test_all_masks_at_once_and_the_sum_of_products_are_the_same_function(d):
    masks, values = data(d, 25, d)  # with repeated masks for small d
    fitted, everything = GaussianProcess(kernel(d), masks, values), lt.all_masks(d)
    one_by_one = np.concatenate([fitted(z[None]) for z in everything])
    assert fitted.on_all_masks() == pytest.approx(one_by_one, abs=1e-11)
    assert fitted.as_sum()(everything) == pytest.approx(one_by_one, abs=1e-11)
    assert np.ptp(one_by_one) > 0.1


@pytest.mark.parametrize("case", naive.every(6), ids=naive.name)
def test_its_limit_is_that_of_its_values(case):
    design, (masks, values) = getattr(lt, case[0])(*case[1]), data(6, 20)
    fitted = GaussianProcess(kernel(6), masks, values)
    exact, table = lt.limit(fitted, design), lt.limit(lt.SetFunction(fitted(lt.all_masks(6))), design)
    assert exact.coefficients == pytest.approx(table.coefficients, rel=1e-9, abs=1e-9)
    assert exact.intercept == pytest.approx(table.intercept, rel=1e-9, abs=1e-9)
    no_slopes = lt.limit(fitted.as_sum().models[1], design)  # mutant: the additive part forgotten
    assert np.abs(no_slopes.coefficients - table.coefficients).max() > 1e-3


@pytest.mark.slow
@given(st.integers(1, 7), st.integers(3, 12), st.integers(0, 10**6))
def test_likelihood_and_gradient(d, m, seed):
    rng = np.random.default_rng(seed)
    masks, values = data(d, m, seed)
    objective = _Likelihood(np.where(masks, 1.0, -1.0), values)
    at = np.append(rng.normal(size=d) - 1, rng.normal(size=4) - 0.5)
    rates, (amplitude, constant, slope, noise) = np.exp(at[:d]), np.exp(at[d:])
    k = Kernel(rates, amplitude, constant, slope, noise)
    gram = np.array([[covariance(k, a, b) for b in masks] for a in masks]) + (noise + _JITTER) * np.eye(m)
    prior = norm(math.log(_TYPICAL_TOTAL_RATE / d), _DEVIATION_OF_LOG_RATE)
    constants = m / 2 * math.log(2 * math.pi) + prior.logpdf(prior.mean()) * -d
    wanted = -multivariate_normal(np.zeros(m), gram).logpdf(values) - prior.logpdf(at[:d]).sum()
    value, gradient = objective(at)
    assert value + constants == pytest.approx(wanted, rel=1e-9, abs=1e-8)
    steps = 1e-5 * np.eye(d + 4)
    slopes = [(objective(at + step)[0] - objective(at - step)[0]) / 2e-5 for step in steps]
    assert gradient == pytest.approx(slopes, rel=1e-5, abs=1e-5 * (1 + abs(value)))


def test_a_superpixel_that_does_nothing_has_a_small_rate():
    masks = np.random.default_rng(0).random((200, 8)) < 0.5
    product = masks[:, 0] * masks[:, 1] * 2.0 + masks[:, 2] * (1.0 - masks[:, 3])
    rates = fitted_kernel(masks, product).rates
    assert rates[4:].max() < 0.1 * rates[:4].min()
    shuffled = fitted_kernel(masks, np.random.default_rng(1).permutation(product)).rates
    assert shuffled[4:].max() > 0.1 * shuffled[:4].min()  # mutant: values that belong to other masks


def test_the_fit_is_better_than_where_it_starts_and_follows_the_scale():
    masks = np.random.default_rng(0).random((60, 6)) < 0.5
    values = np.tanh(masks @ np.arange(6.0) - 7)
    one, scaled = fitted_kernel(masks, values), fitted_kernel(masks, 1e6 * values + 1e7)
    objective = _Likelihood(np.where(masks, 1.0, -1.0), (values - values.mean()) / values.std())
    found = np.log([*one.rates, *(np.array([one.amplitude, one.constant, one.slope, one.noise]) / values.var())])
    assert objective(found)[0] < objective(_start(6))[0] - 5
    assert scaled.amplitude == pytest.approx(1e12 * one.amplitude, rel=0.05)
    assert scaled.rates == pytest.approx(one.rates, rel=0.05)


def test_masks_beyond_the_first_few_take_part_in_the_fit(monkeypatch):
    masks = np.random.default_rng(0).random((300, 30)) < 0.5
    values = np.tanh((masks - 0.5) @ np.linspace(-1, 1, 30))
    objective = _Likelihood(np.where(masks, 1.0, -1.0), (values - values.mean()) / values.std())

    def found():
        one = fitted_kernel(masks, values)
        rest = np.array([one.amplitude, one.constant, one.slope, one.noise]) / values.var()
        return objective(np.log([*one.rates, *rest]))[0]

    both = found()
    monkeypatch.setattr("limetheory.estimation.surrogates.gaussian_process._FURTHER_ITERATIONS", 0)
    assert both < found() - 1  # mutant: the first few alone


@pytest.mark.parametrize("seed", [5, 25, 41])
def test_masks_that_differ_in_one_superpixel_stay_related(monkeypatch, seed):
    # seeds at which rates ran to 16 and more, and predictions away from the function
    rng, everything = np.random.default_rng(seed), lt.all_masks(10)
    falls = 3 * np.abs(rng.normal(size=10))
    masks = rng.random((300, 10)) < 0.5

    def rate_and_error() -> tuple[float, float]:
        values, wanted = (np.exp((shown - 1.0) @ falls) for shown in (masks, everything))
        found = fitted_kernel(masks, values)
        predicted = GaussianProcess(found, masks, values).on_all_masks()
        return found.rates.max(), ((predicted - wanted) ** 2).mean() / wanted.var()

    rate, error = rate_and_error()
    assert rate < 1.7
    monkeypatch.setattr("limetheory.estimation.surrogates.gaussian_process._LOG_RATES", (-8.0, 3.0))
    without = rate_and_error()
    assert without[0] > 10 and without[1] > 1.5 * error  # mutant: rates of 20 allowed


@pytest.mark.parametrize("level", [0.0, 3.7, -1e8])
def test_constant_values_are_predicted_as_they_are(level):
    masks, new = data(5, 12)[0], lt.all_masks(5)
    fitted = GaussianProcess(fitted_kernel(masks, np.full(12, level)), masks, np.full(12, level))
    assert (fitted(new) == level).all() and (fitted.on_all_masks() == level).all()
    assert lt.limit(fitted, lt.ImageDesign(5)).coefficients == pytest.approx(np.zeros(5), abs=1e-12 * (1 + abs(level)))


@pytest.mark.parametrize("m, d", [(300, 60), (300, 4), (40, 200)])
def test_additive_values_and_repeated_masks_leave_the_gram_matrix_regular(m, d):
    masks = np.random.default_rng(0).random((m, d)) < 0.5
    values = masks @ np.arange(1.0, d + 1)
    fitted = GaussianProcess(fitted_kernel(masks, values), masks, values)
    assert np.abs(fitted(masks) - values).max() < 0.01 * np.ptp(values)
