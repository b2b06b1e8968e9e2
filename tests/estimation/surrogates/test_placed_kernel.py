"""The kernel with positions: its formula, the limit of its process, its posterior density and what it learns."""

import math
from functools import partial

import naive
import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

import limetheory as lt
from limetheory.estimation.surrogates.gaussian_process import GaussianProcess, fitted_kernel, signs_of
from limetheory.estimation.surrogates.placed_kernel import PlacedKernel, log_areas, squared_distances
from limetheory.estimation.surrogates.placed_likelihood import _JITTER, _Likelihood, _Posterior, placed_kernel
from limetheory.layout import Layout


def kernel(d: int, k: int = 3, seed: int = 0) -> PlacedKernel:
    rng = np.random.default_rng(seed)
    return PlacedKernel(rng.exponential(size=(k, d)), rng.uniform(0.2, 2, k), *rng.uniform(0.2, 2, 2), 0.05)


def covariance(k: PlacedKernel, one, other) -> float:
    """Cov(F(z), F(z')) product by product and superpixel by superpixel."""
    agree = sum(1 if a == b else -1 for a, b in zip(one, other, strict=True))
    total = k.constant + k.slope * agree
    for rates, amplitude in zip(k.rates, k.amplitudes, strict=True):
        total += amplitude * math.exp(-sum(r for r, a, b in zip(rates, one, other, strict=True) if a != b))
    return total


def layout(d: int, seed: int = 0) -> Layout:
    rng = np.random.default_rng(seed)
    return Layout(100 * rng.random((d, 2)), rng.uniform(1, 9, d))


def test_kernel_and_spectrum_are_their_formulas():
    k, every = kernel(4), naive.masks(4)
    wanted = np.array([[covariance(k, a, b) for b in every] for a in every])
    assert k(signs_of(every), signs_of(every)) == pytest.approx(wanted, abs=1e-13)
    characters = np.array([[(-1) ** (s & z).sum() for z in every] for s in every])
    assert k.spectrum() == pytest.approx(characters @ wanted[0], abs=1e-12)


@pytest.mark.parametrize("unit", [2.0**200, 2.0**-200])
@pytest.mark.parametrize("method", ["adjusted", "quadrature"])
def test_the_unit_of_the_values_changes_nothing_but_the_unit_of_the_answer(unit, method):
    # predictions above d = 16 are made in float32, whose numbers end at 2^128 and 2^−149; mutant: amplitudes in float32
    design, places = lt.ImageDesign(20), layout(20)

    def F(masks, unit=1.0):
        return unit * (4.0 * masks[:, 0] * masks[:, 1] * masks[:, 2] - 2.0 * masks[:, 3] * masks[:, 4] - masks[:, 5])

    plain, scaled = (
        lt.estimate(lt.Placed(partial(F, unit=one), places.positions, places.areas), design, 120, 1, method)
        for one in (1.0, unit)
    )
    assert "positions" in plain.method
    np.testing.assert_allclose(scaled.coefficients / unit, plain.coefficients, atol=1e-12)
    np.testing.assert_allclose(scaled.standard_errors / unit, plain.standard_errors, rtol=1e-10)


@pytest.mark.parametrize("name", ["ImageDesign", "BernoulliDesign", "TextDesign"])
@pytest.mark.parametrize("d", [3, 8])
def test_the_limit_of_the_process_is_that_of_its_values_on_all_masks(name, d):
    rng = np.random.default_rng(d)
    process = GaussianProcess(kernel(d), rng.random((20, d)) < 0.6, rng.normal(size=20) + 3)
    every = naive.masks(d)
    law, weight = getattr(naive, name)(d)
    beta, intercept = naive.regression(process(every), law * weight)
    found = lt.limit(process, getattr(lt, name)(d))
    assert found.coefficients == pytest.approx(beta, abs=1e-10) and found.intercept == pytest.approx(intercept)
    without = PlacedKernel(process.kernel.rates[:1], process.kernel.amplitudes[:1], *(1.0, 1.0, 0.05))
    one = lt.limit(GaussianProcess(without, process.signs > 0, process(process.signs > 0)), getattr(lt, name)(d))
    assert np.abs(one.coefficients - beta).max() > 1e-3  # mutant: the first product alone
    assert process.on_all_masks() == pytest.approx(process(every), abs=1e-11)


def test_shapley_values_of_the_process_are_those_of_all_orders():
    rng = np.random.default_rng(1)
    process = GaussianProcess(kernel(5), rng.random((12, 5)) < 0.5, rng.normal(size=12))
    values = {tuple(mask): value for mask, value in zip(naive.masks(5).tolist(), process(naive.masks(5)), strict=True)}
    found, orders = np.zeros(5), list(naive.permutations(range(5)))
    for order in orders:
        mask = [False] * 5
        for j in order:
            before = values[tuple(mask)]
            mask[j] = True
            found[j] += (values[tuple(mask)] - before) / len(orders)
    assert lt.limit(process, lt.ShapleyDesign(5)).coefficients == pytest.approx(found, abs=1e-11)


def test_products_decay_from_each_centre_and_grow_with_the_area():
    places = layout(6)
    squares, side = squared_distances(places), np.ptp(places.positions, axis=0).max()
    assert squares.shape == (7, 6) and (squares[0] == 0).all() and (np.diag(squares[1:]) == 0).all()
    assert squares[3, 4] == pytest.approx((((places.positions[2] - places.positions[4]) / side) ** 2).sum())
    assert np.exp(log_areas(places)).mean() == pytest.approx(1)
    assert squared_distances(Layout(np.arange(40.0)[:, None], np.ones(40))).shape == (17, 40)
    assert squared_distances(Layout(np.zeros((4, 2)), np.ones(4))).max() == 0  # all at one place


def density(parameters, places: Layout, signs, values) -> float:
    """Minus the log posterior density from the definition, up to a constant."""
    at, d = _Posterior(places), places.d
    own, place, (amplitude, constant, slope, noise, rate, length, of_area) = np.split(parameters, [d, 2 * d + 1])
    gram = np.exp(constant) + np.exp(slope) * signs @ signs.T + (np.exp(noise) + _JITTER) * np.eye(len(signs))
    apart = signs[:, None] != signs
    for c in range(d + 1):
        decay = -at.squares[c] / (2 * np.exp(length) ** 2) + at.without_decay[c]
        rates = np.exp(rate + own + of_area * log_areas(places) + decay)
        gram += np.exp(amplitude + place[c]) / d * np.exp(-(apart * rates).sum(axis=-1))
    prior = norm.logpdf(parameters, at.centre, at.deviation)[np.isfinite(at.deviation)] - norm.logpdf(
        0, 0, at.deviation[np.isfinite(at.deviation)]
    )
    return -multivariate_normal.logpdf(values, cov=gram) - prior.sum() - 0.5 * len(values) * math.log(2 * math.pi)


def test_the_posterior_density_and_its_gradient():
    places, rng = layout(4), np.random.default_rng(3)
    signs, values = signs_of(rng.random((15, 4)) < 0.5), rng.normal(size=15)
    at = _Posterior(places)
    where = at.centre + 0.3 * rng.normal(size=len(at.centre))
    value, gradient = _Likelihood(at, signs, values, np.float64)(where)
    definition = partial(density, places=places, signs=signs, values=values)
    assert value == pytest.approx(definition(where), rel=1e-9)
    step = 1e-5 * np.eye(len(where))
    assert gradient == pytest.approx([(definition(where + h) - definition(where - h)) / 2e-5 for h in step], abs=1e-5)
    single = _Likelihood(at, signs, values)(where)
    assert single[0] == pytest.approx(value, rel=1e-4) and single[1].shape == gradient.shape


def neighbours(masks: np.ndarray, side: int) -> np.ndarray:
    """How many horizontal pairs of neighbours in a square grid are shown together."""
    grid = masks.reshape(-1, side, side)
    return 1.0 * (grid[:, :, 1:] & grid[:, :, :-1]).sum(axis=(1, 2))


def test_interactions_of_neighbours_are_learned_and_predicted_better():
    side, rng = 6, np.random.default_rng(0)
    places = np.stack(np.divmod(np.arange(side**2), side), axis=1).astype(float)
    masks, new = rng.random((150, side**2)) < 0.5, rng.random((2000, side**2)) < 0.5
    values, wanted = neighbours(masks, side), neighbours(new, side)

    def error(fit) -> float:
        return float(((GaussianProcess(fit(masks, values), masks, values)(new) - wanted) ** 2).mean())

    true, shuffled = (Layout(at, np.ones(side**2)) for at in (places, rng.permutation(places)))
    found = error(partial(placed_kernel, true))
    assert found < 0.8 * error(fitted_kernel) and found < 0.8 * error(partial(placed_kernel, shuffled))


def test_constant_values_have_the_kernel_without_positions():
    masks = naive.masks(3)
    assert not isinstance(placed_kernel(layout(3), masks, np.full(8, 0.5)), PlacedKernel)


def test_predictions_of_many_superpixels_are_those_of_float64():
    rng = np.random.default_rng(4)
    masks, new = rng.random((40, 20)) < 0.5, rng.random((30, 20)) < 0.5
    process = GaussianProcess(kernel(20), masks, rng.normal(size=40))
    wanted = process.mean + process.kernel(signs_of(new), process.signs) @ process.weights
    assert process.kernel.predicting is np.float32
    assert process(new) == pytest.approx(wanted, abs=40 * np.finfo(np.float32).eps * np.abs(process.weights).sum())
