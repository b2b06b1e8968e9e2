"""A Gaussian process on masks, with one rate for each superpixel, whose limit is exact (prop:factor)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.linalg import hadamard
from scipy.linalg.blas import dsyr
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs
from scipy.optimize import minimize

from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.samples.sample import range_or_size
from limetheory.estimation.surrogates.mask_kernel import FitKernel, MaskKernel
from limetheory.limits import Additive, FactorSum, WeightedSum
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted

# Round numbers; experiments/efficiency/rows.jsonl has the errors and the seconds with them.
_FEW = 150  # masks for the first steps of L-BFGS
_ITERATIONS, _FURTHER_ITERATIONS = 20, 6  # the most steps on these masks, and then on all masks
_SMALLEST_STEP = 1e-3  # the relative gain of the log density at which the steps end
_TYPICAL_TOTAL_RATE = 4.0  # d times the median of the prior of the rates
_DEVIATION_OF_LOG_RATE = 1.2  # the standard deviation of the prior of the log rates
_LOG_RATES = (-8.0, 0.5)  # the range of the log rates, see `fitted_kernel`
_LOG_VARIANCES = (-14.0, 8.0)  # the range of the other parameters' logarithms, for values of variance 1
_JITTER = 1e-8  # what is added to the variance of the noise, so that matrices are positive definite
_BLOCK = 1 << 18  # pairs of masks that are handled at once, for memory


@dataclass(frozen=True, eq=False)
class Kernel:
    """Cov(F(z), F(z')) = amplitude · exp(−Σ_j rates_j 1[z_j ≠ z'_j]) + constant + slope · Σ_j s_j s'_j, s = 2z − 1.

    The exponential is a product over the superpixels: in the Walsh basis, the variance of Π_{j∈S} s_j is proportional
    to Π_{j∈S} tanh(rates_j / 2), so that superpixels with high rates have interactions of every order, and one with
    rate 0 has none.

    Attributes:
        rates: shape (d,).
        amplitude, constant, slope: variances of the interactions, of the mean of F, and of each slope.
        noise: variance of the residual, independent from mask to mask.
    """

    rates: PerSuperpixel
    amplitude: float
    constant: float
    slope: float
    noise: float

    def __call__(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Covariances without the noise of signs ±1: (n, d), (m, d) → (n, m)."""
        covariance = self.interactions(one, other)
        covariance += self.constant
        covariance += (self.slope * one) @ other.T
        return covariance

    def interactions(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The exponential alone: (n, d), (m, d) → (n, m)."""
        covariance = (0.5 * self.rates * one) @ other.T
        covariance -= 0.5 * self.rates.sum() - np.log(self.amplitude)
        interactions: np.ndarray = np.exp(covariance, out=covariance)
        return interactions

    def spectrum(self) -> PerMask:
        """Σ_v Cov(F(z), F(z ⊕ v)) (−1)^{|S∩v|} for every S, in the order of `SetFunction`: (2^d,)."""
        products = walsh_spectrum(self.rates, self.amplitude)
        products[0] += len(products) * self.constant
        products[1 << np.arange(len(self.rates))] += len(products) * self.slope
        return products

    @property
    def products(self) -> tuple[np.ndarray, np.ndarray]:
        """The amplitude, (1,), and the rates, (1, d), of the only product."""
        return np.array([self.amplitude]), self.rates[None]

    @property
    def predicting(self) -> type[np.floating[Any]]:
        """The number type of predictions."""
        return np.float64


def walsh_spectrum(rates: PerSuperpixel, amplitude: float) -> PerMask:
    """Σ_v amplitude · exp(−Σ_{j∈v} rates_j) (−1)^{|S∩v|} for every S, in the order of `SetFunction`: (d,) → (2^d,)."""
    products = np.full(1, amplitude)
    for rate in rates:
        products = np.concatenate([products * (1 + np.exp(-rate)), products * -np.expm1(-rate)])
    return products


class GaussianProcess:
    """The posterior mean of a Gaussian process given F on some masks.

    Args:
        kernel: the covariance.
        masks: (m, d) bool.
        values: F on them, (m,).

    >>> import limetheory as lt
    >>> kernel = Kernel(np.array([1.0, 1.0]), 1.0, 1.0, 1.0, 1e-9)
    >>> fitted = GaussianProcess(kernel, lt.all_masks(2), np.array([0.0, 1.0, 1.0, 4.0]))
    >>> (1 + fitted(lt.all_masks(2))).round(6).tolist()
    [1.0, 2.0, 2.0, 5.0]
    >>> lt.limit(fitted, lt.BernoulliDesign(2)).coefficients.round(6).tolist()
    [2.0, 2.0]
    """

    def __init__(self, kernel: MaskKernel, masks: Masks, values: PerMask):
        self.kernel, self.d = kernel, masks.shape[1]
        self.signs = signs_of(masks)
        self.mean = float(np.clip(values.mean(), values.min(), values.max()))  # that of equal ones may be rounded off
        covariance = kernel(self.signs, self.signs)
        covariance[np.diag_indices(len(values))] += kernel.noise
        lower, failed = dpotrf(covariance.T, lower=True, clean=False, overwrite_a=True)
        if failed:
            raise np.linalg.LinAlgError(
                f"noise must keep covariances positive definite, got {kernel.noise:g}; raise it"
            )
        self.weights = dpotrs(lower, values - self.mean, lower=True)[0]

    def __call__(self, masks: Masks) -> PerMask:
        """Predictions: (n, d) bool → (n,)."""
        kind = self.kernel.predicting
        signs: np.ndarray = signs_of(masks).astype(kind, copy=False)
        seen: np.ndarray = self.signs.astype(kind, copy=False)
        rows = max(_BLOCK // len(self.weights), 1)
        starts = range(0, len(signs), rows)
        blocks = [self.kernel.interactions(signs[i : i + rows], seen) @ self.weights for i in starts]
        values: PerMask = self.additive(masks) + np.concatenate([np.zeros(0), *blocks])
        return values

    def derivative(self, masks: Masks) -> PerMask:
        """That of F by the process, 1 here: (n, d) bool → (n,)."""
        return np.ones(len(masks))

    @cached_property
    def additive(self) -> Additive:
        """The part from the kernel's constant and slopes."""
        slopes = 2 * self.kernel.slope * (self.weights @ self.signs)
        intercept = self.mean + self.kernel.constant * self.weights.sum() - slopes.sum() / 2
        return Additive(slopes, intercept)

    def on_all_masks(self) -> PerMask:
        """Predictions on all 2^d masks in the order of `SetFunction`, by two fast Walsh transforms: (2^d,).

        The kernel depends only on the superpixels in which two masks differ, so the predictions are a convolution.
        """
        placed = np.bincount((self.signs > 0) @ (1 << np.arange(self.d)), self.weights, 1 << self.d)
        values: PerMask = self.mean + hadamard_sums(self.kernel.spectrum() * hadamard_sums(placed)) / (1 << self.d)
        return values

    def as_sum(self) -> WeightedSum:
        """The same function, as an additive one plus a sum of products over the superpixels."""
        amplitudes, rates = self.kernel.products
        differ, kept, d = np.exp(-rates)[:, None], self.signs > 0, self.d
        on, off = np.where(kept, 1.0, differ).reshape(-1, d), np.where(kept, differ, 1.0).reshape(-1, d)
        return WeightedSum([self.additive, FactorSum(on, off, np.outer(amplitudes, self.weights).ravel())])


@population.register
def _(model: GaussianProcess, design: Design) -> Population:
    return population(model.as_sum(), design)


def fitted_kernel(masks: Masks, values: PerMask) -> Kernel:
    """The kernel of largest posterior density, with a weakly informative prior on the rates.

    The prior log rate ~ N(log(4/d), 1.2²) prevents overfitting where d is not far below the number of values. Each
    step of L-BFGS takes O(m³) operations for m masks, so at most 20 are taken on the first 150 masks, and at most 6
    from there on all; they end when the log density rises by less than a thousandth. A few hundred masks are enough.
    Rates are at most e^0.5 = 1.65: above, values at masks that differ in one superpixel are nearly uncorrelated, and
    the optimiser did not return from there. Where all values are equal, they say nothing of how much others differ, and
    the variances are the square of their size (`range_or_size`).
    """
    scale = variance(values)
    if not scale > 0:
        square = float(range_or_size(values.min(), values.max()) ** 2)
        rates = np.full(masks.shape[1], _TYPICAL_TOTAL_RATE / masks.shape[1])
        return Kernel(rates, square, square, square, square)
    signs, d = signs_of(masks), masks.shape[1]
    found = _climbed(signs[:_FEW], values[:_FEW] / np.sqrt(scale), _start(d), _ITERATIONS)
    if len(values) > _FEW:
        found = _climbed(signs, values / np.sqrt(scale), found, _FURTHER_ITERATIONS)
    amplitude, constant, slope, noise = scale * np.exp(found[d:])
    return Kernel(np.exp(found[:d]), amplitude, constant, slope, noise + _JITTER * scale)


def variance(values: PerMask) -> float:
    """The variance of values, exactly 0 where all are equal, as the rounding of their mean does not let it be."""
    return float(values.var()) if np.ptp(values) > 0 else 0.0


PLAIN: tuple[FitKernel, ...] = (fitted_kernel,)
"""Kernels that know nothing but the masks."""


def prior_kernel(d: int) -> Kernel:
    """The kernel at which the search begins, for values of variance 1: what is assumed before any value is known."""
    amplitude, constant, slope, noise = np.exp(_start(d)[d:])
    return Kernel(np.exp(_start(d)[:d]), amplitude, constant, slope, noise)


def _start(d: int) -> np.ndarray:
    """The prior's (log rates, log amplitude, constant, slope, noise) for values of variance 1, (d+4,)."""
    return np.append(np.full(d, np.log(_TYPICAL_TOTAL_RATE / d)), np.log([0.5, 1.0, 1 / d, 0.05]))


def _climbed(signs: np.ndarray, values: PerMask, start: np.ndarray, steps: int) -> np.ndarray:
    """Parameters of larger posterior density, by a few steps of L-BFGS, (d+4,)."""
    found = minimize(
        _Likelihood(signs, values - values.mean()), start, jac=True, method="L-BFGS-B",
        bounds=[_LOG_RATES] * signs.shape[1] + [_LOG_VARIANCES] * 4,
        options={"maxiter": steps, "ftol": _SMALLEST_STEP},
    ).x  # fmt: skip
    return np.asarray(found, float)


class _Likelihood:
    """Minus the log posterior density of (log rates, log amplitude, constant, slope, noise), with its gradient.

    Matrices are symmetric: LAPACK overwrites their lower triangles, and sums run over these alone, weighted by `half`.
    """

    def __init__(self, signs: np.ndarray, values: PerMask):
        self.signs, self.values, self.d = signs, values, signs.shape[1]
        self.products = (signs @ signs.T).T
        self.half = np.asfortranarray(np.tri(len(values), k=-1) + 0.5 * np.eye(len(values)))
        self.typical = np.log(_TYPICAL_TOTAL_RATE / self.d)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        rates, (amplitude, constant, slope, noise) = np.exp(parameters[: self.d]), np.exp(parameters[self.d :])
        interactions = Kernel(rates, amplitude, 0.0, 0.0, 0.0).interactions(self.signs, self.signs).T
        covariance = slope * self.products
        covariance += interactions
        covariance += constant
        covariance[np.diag_indices(len(covariance))] += noise + _JITTER
        lower, failed = dpotrf(covariance, lower=True, clean=False, overwrite_a=True)
        if failed:
            return 1e10, np.zeros_like(parameters)
        solved = dpotrs(lower, self.values, lower=True)[0]
        value = 0.5 * self.values @ solved + np.log(np.diag(lower)).sum()
        sensitivity = dpotri(lower, lower=True, overwrite_c=True)[0]
        sensitivity = dsyr(-1.0, solved, a=sensitivity, lower=True, overwrite_a=True)
        sensitivity *= self.half
        others = [constant * sensitivity.sum(), slope * np.vdot(sensitivity.T, self.products.T),
                  noise * np.trace(sensitivity)]  # fmt: skip
        sensitivity *= interactions
        whole = sensitivity.sum()
        differing = (whole - np.einsum("ij,ij->j", self.signs, sensitivity @ self.signs)) / 2
        away = parameters[: self.d] - self.typical
        prior = 0.5 * (away**2).sum() / _DEVIATION_OF_LOG_RATE**2
        return value + prior, np.append(away / _DEVIATION_OF_LOG_RATE**2 - rates * differing, [whole, *others])


def signs_of(masks: Masks) -> np.ndarray:
    """1 where a superpixel is active, −1 where it is not: (n, d) bool → (n, d)."""
    return 2.0 * masks - 1.0


def hadamard_sums(values: np.ndarray) -> np.ndarray:
    """Σ_z values(z) (−1)^{|S∩z|} for every S, four superpixels at a time: (…, 2^d) → (…, 2^d)."""
    shape, bits = values.shape, values.shape[-1].bit_length() - 1
    for start in range(0, bits, 4):
        signs = hadamard(1 << min(4, bits - start), dtype=float)
        sums = values.reshape(*shape[:-1], -1, len(signs)) @ signs
        values = sums.swapaxes(-1, -2).reshape(shape)  # the next superpixels take the lowest place
    return values


@restricted.register
def _(model: GaussianProcess, j: int, active: bool) -> WeightedSum:
    others: WeightedSum = restricted(model.as_sum(), j, active)
    return others
