"""Limits under designs that hardly ever show or hide a part, beside sums in exact fractions over all masks."""

import warnings
from fractions import Fraction
from itertools import product
from math import comb, exp, sqrt

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import attribution_limit
from limetheory.attribution.whole_fits import with_ends, with_intercept
from limetheory.designs.base import DegenerateDesignError

ALMOST = [1 - 1e-15, 1e-15, 0.3, 0.8]
KEEPS = {
    "both": ALMOST,
    "hardly ever shown": [2.5e-17, 1e-11, 8e-13, 1e-9],
    "one at 1e-30": [1e-30, 0.4, 0.7, 0.2],
    "hardly ever hidden": [1 - 1e-12, 1 - 1e-15, 1 - 1e-9, 0.99],
    "plain": [0.2, 0.5, 0.7, 0.4],
    "two": [0.3, 0.9],
}


def law_of(keep, weights_off):
    """The sampling law of a product design: that of μ divided by the weights, as exact fractions."""
    pairs = [(Fraction(k), Fraction(w)) for k, w in zip(keep, weights_off, strict=True)]
    drawn = [k * w / (k * w + 1 - k) for k, w in pairs]
    masses = {}
    for mask in product((0, 1), repeat=len(keep)):
        masses[mask] = Fraction(1)
        for shown, p in zip(mask, drawn, strict=True):
            masses[mask] *= p if shown else 1 - p
    return masses


def kernel(mask):
    """LIME's kernel at ν = 1/4."""
    return Fraction(exp(-8 * (1 - sqrt(sum(mask) / len(mask))) ** 2))


def shapley_kernel(mask):
    k, d = sum(mask), len(mask)
    return Fraction(d - 1, comb(d, k) * k * (d - k)) if 0 < k < d else Fraction(0)


def exact(method, F, masses):
    d = len(next(iter(masses)))
    empty, full = F[(0,) * d], F[(1,) * d]
    if method in {"rise", "pda"}:
        side = int(method == "rise")
        means = []
        for j in range(d):
            behind = {mask: mass for mask, mass in masses.items() if mask[j] == side}
            means.append(sum(mass * F[mask] for mask, mass in behind.items()) / sum(behind.values()))
        return means if side else [full - mean for mean in means]
    constrained = method == "kernel_shap"
    weigh = {"lime": kernel, "kernel_shap": shapley_kernel, "ols": lambda mask: Fraction(1)}[method]
    size = d + 1
    matrix, right = [[Fraction(0)] * size for _ in range(size)], [Fraction(0)] * size
    for mask, mass in masses.items():
        x, y = ([*mask, 0], F[mask] - empty) if constrained else ([*mask, 1], F[mask])
        for i, j in product(range(size), repeat=2):
            matrix[i][j] += mass * weigh(mask) * x[i] * x[j]
        for i in range(size):
            right[i] += mass * weigh(mask) * x[i] * y
    if constrained:
        matrix[d], right[d] = [Fraction(1)] * d + [Fraction(0)], full - empty
        for i in range(d):
            matrix[i][d] = Fraction(1)
    return naive.solve(matrix, right)[:d]


def function(d, seed):
    F = lt.SetFunction(np.random.default_rng(seed).uniform(0.1, 0.9, 2**d))
    masks = list(product((0, 1), repeat=d))
    return F, {mask: Fraction(float(value)) for mask, value in zip(masks, F(np.array(masks, bool)), strict=True)}


@pytest.mark.parametrize("method", ["rise", "pda", "ols", "lime", "kernel_shap"])
@pytest.mark.parametrize("keep", KEEPS.values(), ids=KEEPS)
def test_a_part_that_is_hardly_ever_shown_or_hidden_keeps_all_digits(method, keep):
    for seed in range(4):
        F, values = function(len(keep), seed)
        expected = exact(method, values, law_of(keep, [1.0] * len(keep)))
        found = attribution_limit(method, F, lt.ProductDesign(keep)).coefficients
        np.testing.assert_allclose(found, [float(one) for one in expected], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("method", ["rise", "pda", "ols", "kernel_shap"])
@pytest.mark.parametrize("factor", [1e-20, 1e-9, 1e15])
def test_weights_that_move_the_law_to_the_edge_keep_all_digits(method, factor):
    keep, weights = [0.4, 0.6, 0.7], [factor, 1.0, 2.0]
    F, values = function(3, 1)
    found = attribution_limit(method, F, lt.ProductDesign(keep, weights)).coefficients
    expected = exact(method, values, law_of(keep, weights))
    np.testing.assert_allclose(found, [float(one) for one in expected], rtol=1e-9, atol=1e-12)


def test_the_law_of_weights_has_the_chance_that_a_part_is_hidden_to_all_digits():
    design = lt.ProductDesign([0.4, 0.6], [1e18, 1.0])
    masses = law_of([0.4, 0.6], [1e18, 1.0])
    expected = [float(masses[mask]) for mask in product((0, 1), repeat=2)]
    np.testing.assert_allclose(design.chance(np.array(list(product((0, 1), repeat=2)), bool)), expected, rtol=1e-14)


@pytest.mark.parametrize(("method", "design", "words"), [
    ("rise", lt.BernoulliDesign(3, 1e-308), "a part must be shown with a probability of 1e-280 at least, got 1e-308"),
    ("rise", lt.BernoulliDesign(3, 5e-324), "a part must be shown with a probability of 1e-280 at least"),
    ("pda", lt.SizeLawDesign([1e-300, 1e-300, 0.9]), "must be hidden with .*, got .*e-300 .* give other sizes more"),
    ("kernel_shap", lt.SizeLawDesign([1, 0, 0, 1]), r"'kernel_shap' needs masks that show some .* ShapleyDesign\(3\)"),
    ("kernel_shap", lt.BernoulliDesign(1), "d must be at least 2, got 1; with one part the Shapley value is"),
    ("ols", lt.ProductDesign([0.5, 0.5], [1e18, 1]), "got part 0 shown with 1e[+]00 and hidden with 1e-18; move"),
])  # fmt: skip
def test_beyond_float64_there_is_a_line_and_no_number(method, design, words):
    F = lt.SetFunction(np.random.default_rng(0).uniform(0.1, 0.9, 2**design.d))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=words) as caught:
            attribution_limit(method, F, design)
    assert "\n" not in str(caught.value)


def test_masks_that_leave_coefficients_open_have_no_limit():
    together = np.array([[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]], bool)
    with pytest.raises(DegenerateDesignError, match="a design must tell the parts apart"):
        with_intercept(together, np.ones(4), np.arange(4.0), 0.0)
    slopes, _ = with_intercept(together, np.ones(4), np.arange(4.0), 1e-9)
    np.testing.assert_allclose(slopes, [1, 1, 1], atol=1e-8)
    with pytest.raises(DegenerateDesignError, match="a design must tell the parts apart"):
        with_ends(together[1:3], np.ones(2), np.arange(2.0), (0.0, 1.0))
