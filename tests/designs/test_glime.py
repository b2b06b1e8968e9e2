"""GLIME's laws against sums over all masks, LIME's weight, and the limits its docstring states."""

import math

import mpmath
import naive
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import chi2

import limetheory as lt
from limetheory.designs.glime import LAWS, GlimeDesign

SIGMAS = [0.4, 0.7, 1.0, 3.0, math.inf]


def shape(law: str, k: int, d: int, sigma: float) -> float:
    """What P(K = k) is proportional to, as the paper and the public code write it."""
    tilt, count = math.exp((k - d) / sigma**2), math.comb(d, k)
    if k == d and law in ("exp", "comb", "comb_exp"):
        return 0.0
    return {"binomial": count * tilt, "uniform": count, "exp": tilt, "comb": count, "comb_exp": count * tilt}[law]


def masses(law: str, d: int, sigma: float) -> list[float]:
    return [shape(law, k, d, sigma) for k in range(d + 1)]


def table(d: int) -> np.ndarray:
    return np.random.default_rng(d).normal(size=2**d)


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("law", LAWS)
def test_each_law_is_its_size_law_with_weight_one(law, sigma):
    design, sizes = GlimeDesign(5, sigma, law), np.array(masses(law, 5, sigma))
    np.testing.assert_allclose(design.size_law, sizes / sizes.sum(), rtol=1e-12)
    assert design.total_mass == pytest.approx(1, abs=1e-14) and (design.weight(naive.masks(5)) == 1).all()


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_the_limit_of_binomial_is_a_difference_of_conditional_means(d, sigma):
    p = 1 / (1 + math.exp(-1 / sigma**2))
    expected = naive.conditional_difference(table(d), naive.BernoulliDesign(d, p)[0])
    found = lt.limit(lt.SetFunction(table(d)), GlimeDesign(d, sigma)).coefficients
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    mutant = lt.limit(lt.SetFunction(table(d)), GlimeDesign(d, 0.55)).coefficients  # of another σ
    assert d == 1 or np.abs(mutant - expected).max() > 1e-3


def weighted_lime(d: int, sigma: float) -> lt.ExchangeableDesign:
    """LIME with weight e^{(k−d)/σ²} under Bernoulli(1/2)."""
    sizes = np.arange(d + 1)
    log_law = np.array([math.log(math.comb(d, k)) - d * math.log(2) for k in sizes])
    return lt.ExchangeableDesign(d, log_law, (sizes - d) / sigma**2)


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("d", [2, 3, 6, 10])
def test_binomial_has_the_limit_of_lime_with_an_exponential_weight(d, sigma):
    F, glime = lt.SetFunction(table(d)), GlimeDesign(d, sigma)
    expected = lt.limit(F, glime)
    for twin in (weighted_lime(d, sigma), lt.SizeLawDesign(masses("binomial", d, sigma))):
        found = lt.limit(F, twin)
        np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=1e-12, atol=1e-12)
        assert found.intercept == pytest.approx(expected.intercept, abs=1e-11)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_ridge_is_lime_s_times_its_total_mass(sigma):
    F, glime, lime = lt.SetFunction(table(6)), GlimeDesign(6, sigma), weighted_lime(6, sigma)
    mass = ((1 + math.exp(-1 / sigma**2)) / 2) ** 6
    assert lime.total_mass == pytest.approx(mass, rel=1e-12)
    shrunk = lt.limit(F, glime, ridge=0.01).coefficients
    np.testing.assert_allclose(shrunk, lt.limit(F, lime, ridge=0.01 * mass).coefficients, rtol=1e-11)
    if sigma < math.inf:  # at equal λ LIME is shrunk further
        assert np.abs(lt.limit(F, lime, ridge=0.01).coefficients).sum() < np.abs(shrunk).sum()


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("law", LAWS)
def test_the_limit_of_each_law_is_the_regression_over_all_masks(law, sigma):
    law_of_masks, weight = naive.SizeLawDesign(masses(law, 4, sigma))
    coefficients, intercept = naive.regression(table(4), law_of_masks * weight)
    found = lt.limit(lt.SetFunction(table(4)), GlimeDesign(4, sigma, law))
    np.testing.assert_allclose(found.coefficients, coefficients, rtol=1e-10, atol=1e-10)
    assert found.intercept == pytest.approx(intercept, abs=1e-9)


def test_uniform_is_the_banzhaf_value_at_any_sigma():
    expected = lt.limit(lt.SetFunction(table(4)), lt.BernoulliDesign(4)).coefficients
    for sigma in (0.3, 2.0):
        found = lt.limit(lt.SetFunction(table(4)), GlimeDesign(4, sigma, "uniform")).coefficients
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("sigma", [0.05, 0.1, 0.25])
def test_small_sigma_keeps_its_digits(sigma):
    design = GlimeDesign(50, sigma)
    exact = 1 / (1 + mpmath.exp(1 / mpmath.mpf(sigma) ** 2))
    assert design.drop == pytest.approx(float(exact), rel=1e-12, abs=0)
    assert design.size_variance == pytest.approx(float(50 * exact * (1 - exact)), rel=1e-12, abs=0)
    found = lt.limit(lt.Leaf(50, on=(0, 3)), design).coefficients
    np.testing.assert_allclose(found, np.isin(np.arange(50), (0, 3)) * float(1 - exact), rtol=1e-12, atol=1e-12)


def test_when_only_the_full_mask_is_left_the_limit_is_refused():
    for sigma in (0.03, 1e-200):
        with pytest.raises(lt.DegenerateDesignError, match="mass on at least two sizes"):
            lt.limit(lt.Leaf(4, on=(0,)), GlimeDesign(4, sigma))


def p_value(masks: np.ndarray, law: np.ndarray) -> float:
    """Chi-square test of the 2^d mask counts; cells below 5 expected draws are pooled."""
    counts, expected = np.bincount(masks @ (1 << np.arange(masks.shape[1])), minlength=len(law)), len(masks) * law
    if counts[law == 0].any():
        return 0.0
    large = expected >= 5
    observed = np.append(counts[large], counts[~large].sum())
    predicted = np.append(expected[large], expected[~large].sum())
    used = predicted >= 5
    return float(chi2.sf(((observed - predicted)[used] ** 2 / predicted[used]).sum(), used.sum() - 1))


@pytest.mark.parametrize("law", LAWS)
def test_masks_follow_the_law(law):
    # False-alarm probability 1e-6 for each law; the masks of σ = 0.9 or of another law are rejected at 1e-6.
    law_of_masks, _ = naive.SizeLawDesign(masses(law, 4, 1.2))
    rng = np.random.default_rng(6)
    assert p_value(GlimeDesign(4, 1.2, law).sample(20_000, rng), law_of_masks) > 1e-6
    mutant = GlimeDesign(4, 1.2, "exp") if law in ("uniform", "comb") else GlimeDesign(4, 0.9, law)
    assert p_value(mutant.sample(20_000, rng), law_of_masks) < 1e-6


NOISE = {  # density, its support, variance, and the density h of the docstring, at σ = 0.8
    "gaussian": (lambda t, s: math.exp(-(t**2) / (2 * s**2)) / math.sqrt(2 * math.pi * s**2), 12.0, lambda s: s**2,
                 lambda t, s: math.exp(-(t**2) / (2 * s**2)) / math.sqrt(2 * math.pi * s**2)),
    "laplace": (lambda t, s: math.exp(-abs(t) / s) / (2 * s), 40.0, lambda s: 2 * s**2,
                lambda t, s: (abs(t) + s) * math.exp(-abs(t) / s) / (4 * s**2)),
    "uniform_noise": (lambda t, s: 1 / (2 * s), 0.8, lambda s: s**2 / 3,
                      lambda t, s: 3 * (s**2 - t**2) / (4 * s**3)),
}  # fmt: skip


@pytest.mark.parametrize("law", NOISE)
def test_the_limits_stated_for_real_valued_masks_hold_and_the_laws_are_refused(law):
    density, reach, variance, h = NOISE[law]
    slope = 2 * quad(lambda t: t * math.sin(t) * density(t, 0.8), 0, reach, epsabs=1e-12)[0] / variance(0.8)
    assert slope == pytest.approx(2 * quad(lambda t: math.cos(t) * h(t, 0.8), 0, reach, epsabs=1e-12)[0], abs=1e-9)
    with pytest.raises(NotImplementedError, match=f"got law '{law}', whose masks are real-valued; choose one of bin"):
        GlimeDesign(4, 1.0, law)


@pytest.mark.parametrize("arguments, error, words", [
    ((0, 1.0), ValueError, "d must be at least 1"),
    ((2.5, 1.0), TypeError, "d must be an integer"),
    ((3, 0.0), ValueError, "sigma must be above 0, got 0.0; math.inf means no tilt"),
    ((3, -1), ValueError, "sigma must be above 0"),
    ((3, float("nan")), ValueError, "sigma must be above 0 and finite"),
    ((3, "1"), TypeError, "sigma must be a number"),
    ((3, 1.0, "normal"), ValueError, "law must be one of binomial, uniform, exp, comb, comb_exp, got 'normal'"),
])  # fmt: skip
def test_bad_arguments_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        GlimeDesign(*arguments)


def test_repr_names_the_design():
    assert repr(GlimeDesign(3, 0.5)) == "GlimeDesign(d=3, sigma=0.5, law='binomial')"
