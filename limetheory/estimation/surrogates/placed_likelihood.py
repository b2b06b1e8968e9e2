"""The hyperparameters of a `PlacedKernel`, by the largest posterior density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs
from scipy.optimize import minimize

from limetheory.arrays import Masks, PerMask
from limetheory.estimation.surrogates.gaussian_process import fitted_kernel, signs_of, variance
from limetheory.estimation.surrogates.mask_kernel import FitKernel
from limetheory.estimation.surrogates.placed_kernel import PlacedKernel, log_areas, products, squared_distances
from limetheory.explanation import Explanation
from limetheory.layout import Layout, layout_of

FEWEST_PLACED_D, LARGEST_PLACED_D = 15, 100
"""The numbers of superpixels for which positions are used: experiments/positions/rows.jsonl has the errors."""
# Round numbers; experiments/positions/rows.jsonl has the errors and the seconds with them.
_FEW, _MOST = 150, 600  # masks for the first steps of L-BFGS, and for the further ones
_ITERATIONS, _FURTHER_ITERATIONS = 25, 8
_SMALLEST_STEP = 1e-3
_TOTAL_RATE = 4.0  # the sum of the rates of a product in the prior's centre
_LENGTH, _OF_AREA = 0.15, 0.7  # the prior's centre: of the decay, in units of the longer side, and the area's exponent
_SHARE = 0.25  # the prior's centre: of the product of all superpixels, and of the sum of the others
_JITTER = 1e-6
_DEVIATIONS = {"own": 0.8, "place": 1.0, "rate": 1.0, "length": 0.3, "of_area": 0.3}  # of the prior


def kernels_for(function: Any, d: int) -> tuple[FitKernel, ...]:
    """How kernels are fitted for a set function: with positions too where it has any and d is from 15 to 100."""
    layout = layout_of(function, d)
    if layout is None or not FEWEST_PLACED_D <= d <= LARGEST_PLACED_D:
        return (fitted_kernel,)
    return fitted_kernel, partial(placed_kernel, layout)


def stated(found: Explanation, method: str, recipes: Sequence[Any]) -> Explanation:
    """The explanation, which says so where its surrogates knew positions."""
    kernels = [getattr(one, name, None) for one in recipes for name in ("values", "log_odds")]
    return (
        replace(found, method=f"{method}, positions")
        if any(isinstance(one, PlacedKernel) for one in kernels)
        else found
    )


def placed_kernel(layout: Layout, masks: Masks, values: PerMask) -> Any:
    r"""The kernel of largest posterior density for superpixels with positions x_j and areas.

    Product c has the rates ρ own_j exp(−‖x_c − x_j‖² / 2ℓ²) (area_j / mean area)^a, of which the first has no decay,
    and an amplitude of its own; all their logarithms, and a, have normal priors. Most steps of L-BFGS are taken on the
    first 150 masks, few on at most 600, in float32.

    Args:
        layout: of the superpixels.
        masks: (m, d) bool.
        values: F on them, (m,).
    """
    scale = variance(values)
    if not scale > 0:
        return fitted_kernel(masks, values)
    posterior = _Posterior(layout)
    signs, values, found = signs_of(masks), values / np.sqrt(scale), posterior.centre
    for most, steps in ((_FEW, _ITERATIONS), (_MOST, _FURTHER_ITERATIONS)):
        if most == _FEW or len(values) > _FEW:
            found = posterior.climbed(signs[:most], values[:most], found, steps)
    return posterior.kernel(found, scale)


class _Posterior:
    """Parameters: d own rates, k amplitudes, then amplitude, constant, slope, noise, rate and length, logs, and a."""

    def __init__(self, layout: Layout):
        self.squares, self.areas = squared_distances(layout), log_areas(layout)
        self.k, self.d = self.squares.shape
        decay = np.exp(_OF_AREA * self.areas - self.squares / (2 * _LENGTH**2))
        rate = _TOTAL_RATE / decay[1:].sum(axis=1).mean()
        self.without_decay = np.append(np.log(_TOTAL_RATE / (self.d * rate)), np.zeros(self.k - 1))[:, None]
        places = np.append(np.log(self.k - 1), np.zeros(self.k - 1))
        others = np.log([_SHARE, 1.0, 1 / self.d, 0.05, rate, _LENGTH])
        self.centre = np.concatenate([np.zeros(self.d), places, others, [_OF_AREA]])
        own, place, *rest = _DEVIATIONS.values()
        self.deviation = np.concatenate([np.full(self.d, own), np.full(self.k, place), np.full(4, np.inf), rest])
        self.bounds = [(-4, 4)] * self.d + [(-5, 8)] * self.k + [(-14, 8)] * 3 + [(-10, 8), (-6, 4), (-4, 2), (-1, 2)]

    def rates(self, parameters: np.ndarray) -> np.ndarray:
        """(k, d)."""
        rate, length, of_area = parameters[-3:]
        exponent = rate - self.squares / (2 * np.exp(2 * length)) + of_area * self.areas + parameters[: self.d]
        found: np.ndarray = np.exp(exponent + self.without_decay)
        return found

    def amplitudes(self, parameters: np.ndarray) -> np.ndarray:
        """(k,)."""
        found: np.ndarray = np.exp(parameters[self.d : self.d + self.k] + parameters[-7]) / (self.k - 1)
        return found

    def kernel(self, parameters: np.ndarray, scale: float) -> PlacedKernel:
        """The kernel of values whose variance is the scale."""
        constant, slope, noise = scale * np.exp(parameters[-6:-3])
        amplitudes = scale * self.amplitudes(parameters)
        return PlacedKernel(self.rates(parameters), amplitudes, constant, slope, noise + _JITTER * scale)

    def climbed(self, signs: np.ndarray, values: PerMask, start: np.ndarray, steps: int) -> np.ndarray:
        """Parameters of larger posterior density."""
        found = minimize(
            _Likelihood(self, signs, values - values.mean()), start, jac=True, method="L-BFGS-B", bounds=self.bounds,
            options={"maxiter": steps, "ftol": _SMALLEST_STEP},
        ).x  # fmt: skip
        return np.asarray(found, float)


class _Likelihood:
    """Minus the log posterior density, with its gradient; products are computed in float32."""

    def __init__(self, posterior: _Posterior, signs: np.ndarray, values: PerMask, kind: Any = np.float32):
        self.posterior, self.signs, self.values = posterior, signs, values
        self.single, self.linear = signs.astype(kind), signs @ signs.T

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        at, signs, single = self.posterior, self.signs, self.single
        rates, (constant, slope, noise) = at.rates(parameters), np.exp(parameters[-6:-3])
        parts = list(products(rates, at.amplitudes(parameters), single, single))
        covariance = sum(parts[1:], parts[0].copy()).astype(float) + constant + slope * self.linear
        covariance[np.diag_indices(len(signs))] += noise + _JITTER
        lower, failed = dpotrf(covariance, lower=True, clean=False, overwrite_a=True)
        if failed:
            return 1e10, np.zeros_like(parameters)
        solved = dpotrs(lower, self.values, lower=True)[0]
        value = 0.5 * self.values @ solved + np.log(np.diag(lower)).sum()
        inverse = np.tril(dpotri(lower, lower=True)[0])
        sensitivity = 0.5 * (inverse + np.tril(inverse, -1).T - np.outer(solved, solved))
        others = [
            constant * sensitivity.sum(),
            slope * np.vdot(sensitivity, self.linear),
            noise * np.trace(sensitivity),
        ]
        whole, of_rates, sensitivity = np.empty(at.k), np.empty_like(rates), sensitivity.astype(single.dtype)
        for c, part in enumerate(parts):
            part *= sensitivity
            whole[c] = part.sum(dtype=float)
            of_rates[c] = -rates[c] * (whole[c] - np.einsum("ij,ij->j", single, part @ single)) / 2
        length = (of_rates * at.squares).sum() / np.exp(2 * parameters[-2])
        gradient = np.concatenate([
            of_rates.sum(axis=0), whole, [whole.sum(), *others, of_rates.sum(), length, (of_rates @ at.areas).sum()]
        ])  # fmt: skip
        away = (parameters - at.centre) / at.deviation
        return value + 0.5 * away @ away, gradient + away / at.deviation
