"""Surrogates of a set function, with an exact limit or one estimated from their own values (prop:unbiased)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg.blas import dsymv
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.special import expit, logit

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.covariance import covariance_of_sum
from limetheory.estimation.methods.own_time import LARGEST_KERNEL_D
from limetheory.estimation.samples.strata import stratified_sample
from limetheory.estimation.surrogates.gaussian_process import PLAIN, GaussianProcess, signs_of
from limetheory.estimation.surrogates.lines import Lines, linear
from limetheory.estimation.surrogates.mask_kernel import FitKernel, MaskKernel
from limetheory.limits import SetFunction
from limetheory.limits.population import population

LARGEST_TABLE_D = 16
"""The largest d for which a surrogate is evaluated on all 2^d masks; a convention for time and memory."""
LARGEST_FIT = 3000
"""The largest number of masks m that a Gaussian process is fitted to, in O(m³) operations: a round number."""
KERNEL_MASKS = 400
"""The largest number of masks that hyperparameters are learned from, a round number: each step is O(m³)."""
_PARAMETERS = 25  # a round number; experiments/efficiency/rows.jsonl has the errors with it
# How near to 0 or 1 a probability may be before its log odds are taken; about the rounding of float32.
_NEAREST_TO_END = 1e-7
_MASKS_OF_SUM = 10  # a round number: a tenth of the variance of sampling n masks of the surrogate's residual is added


class Logistic:
    """F(z) = 1 / (1 + exp(−g(z))) for a Gaussian process g: a probability whose log odds are nearly additive.

    Args:
        process: the process of the log odds.
    """

    def __init__(self, process: GaussianProcess):
        self.process, self.d, self.kernel = process, process.d, process.kernel

    def __call__(self, masks: Masks) -> PerMask:
        """Predictions: (n, d) bool → (n,)."""
        predictions: PerMask = expit(self.process(masks))
        return predictions

    def derivative(self, masks: Masks) -> PerMask:
        """That of F by its log odds, F (1 − F): (n, d) bool → (n,)."""
        predictions = self(masks)
        return predictions * (1 - predictions)

    def on_all_masks(self) -> PerMask:
        """Predictions on all 2^d masks in the order of `SetFunction`."""
        predictions: PerMask = expit(self.process.on_all_masks())
        return predictions


@dataclass(frozen=True, eq=False)
class Surrogate:
    """The mean of set functions that were fitted to F on some masks."""

    parts: Sequence[Any]

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return int(self.parts[0].d)

    def __call__(self, masks: Masks) -> PerMask:
        """Predictions: (n, d) bool → (n,)."""
        return sum((part(masks) for part in self.parts), np.zeros(len(masks))) / len(self.parts)

    def tabulated(self) -> Any:
        """The same function, by its values on all masks where these are few."""
        if self.d > LARGEST_TABLE_D:
            return self
        return SetFunction(np.mean([part.on_all_masks() for part in self.parts], axis=0))


def limit_and_noise(model: Any, design: Design, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(E_μ[g], β(g)), shape (d+1,), and its covariance, (d+1, d+1).

    The covariance is zero except for logistic surrogates of large d, whose limit is estimated, without bias, from 10 n
    masks that are drawn independently for this.
    """
    if not isinstance(model, Surrogate):
        return exact_limit(model, design), np.zeros((design.d + 1, design.d + 1))
    found = [
        _summed(part, design, n, rng) if isinstance(part, Logistic) else (exact_limit(part, design), 0.0)
        for part in model.parts
    ]
    share = len(found)
    noise = np.zeros((design.d + 1, design.d + 1)) + sum(covariance for _, covariance in found) / share**2
    return sum(value for value, _ in found) / share, noise  # type: ignore[return-value]


def exact_limit(model: Any, design: Design) -> np.ndarray:
    """(E_μ[g], β(g)), (d+1,)."""
    solution = population(model, design)
    return np.append(solution.mean, solution.coefficients)


def _summed(model: Logistic, design: Design, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The limit of the additive part is exact; that of the residual is estimated from a stratified sample."""
    seen = model.process.signs > 0
    additive = linear(seen, model(seen))
    masks, ratio, strata = stratified_sample(design, _MASKS_OF_SUM * n, rng)
    contributions = unbiased_terms(design, masks, ratio * (model(masks) - additive(masks))) / len(masks)
    value = exact_limit(additive, design) + contributions.sum(axis=0)
    covariance, _ = covariance_of_sum(lambda: [contributions], design.d + 1, strata, strata.number)
    if design.efficient:
        value[1:] += (rise(model, design.d) - rise(additive, design.d)) / design.d
    return value, covariance


def rise(model: Any, d: int) -> float:
    """The difference of the ends, g(1) − g(0)."""
    empty, full = model(np.array([[False], [True]]).repeat(d, axis=1))
    return float(full - empty)


def unbiased_terms(design: Design, masks: Masks, values: PerMask) -> np.ndarray:
    """(π/α_0 · value, influence · value): the terms of (E_μ[F], β), (n, d+1)."""
    return np.column_stack([design.density(masks) * values, design.influence(masks, values)])


def importance(design: Design, masks: Masks, ratio: PerMask) -> PerMask:
    """The Euclidean norm of each mask's influence on the coefficients, times its ratio, (n,)."""
    norms: PerMask = np.sqrt((design.influence(masks, ratio) ** 2).sum(axis=1))
    return norms


@dataclass(frozen=True, eq=False)
class Recipe:
    """How to fit a surrogate: its family and hyperparameters, learned from masks other than those it is used for.

    Attributes:
        values, log_odds: kernels of Gaussian processes of the values and of their log odds, or None; with neither the
            surrogate is a line.
        ridge: the penalty on the slopes of lines.
        weighted: whether lines have the weights of least squares under the design, or equal ones.
    """

    values: MaskKernel | None
    log_odds: MaskKernel | None
    ridge: float = 0.0
    weighted: bool = False

    @property
    def linear(self) -> bool:
        """Whether the surrogate is a line."""
        return self.values is None and self.log_odds is None

    def fit(self, masks: Masks, values: PerMask, weights: PerMask | None = None) -> Any:
        """The surrogate fitted to F on some masks; for d ≤ `LARGEST_TABLE_D` as a table of all 2^d values."""
        surrogate = self.formula(masks, values, weights)
        return surrogate.tabulated() if isinstance(surrogate, Surrogate) else surrogate

    def formula(self, masks: Masks, values: PerMask, weights: PerMask | None = None) -> Any:
        """The same without the table, for few predictions; kernels use the first `LARGEST_FIT` masks only."""
        if self.linear:
            return self.lines(masks, values, weights).additive()
        masks, values = masks[:LARGEST_FIT], values[:LARGEST_FIT]
        parts: list[Any] = []
        if self.values is not None:
            parts.append(GaussianProcess(self.values, masks, values))
        if self.log_odds is not None:
            parts.append(Logistic(GaussianProcess(self.log_odds, masks, log_odds(values))))
        return Surrogate(parts)

    def lines(self, masks: Masks, values: PerMask, weights: PerMask | None = None) -> Lines:
        """The line through the values, with its leave-one-out lines."""
        weighted = self.weighted and weights is not None and weights.any()  # they may underflow
        return Lines(masks, values, self.ridge, weights if weighted else None)

    def left_out(self, masks: Masks, values: PerMask) -> PerMask:
        """Leave-one-out residuals of the kernels, (n,)."""
        predictions = []
        if self.values is not None:
            predictions.append(_left_out(self.values, masks, values))
        if self.log_odds is not None:
            predictions.append(expit(_left_out(self.log_odds, masks, log_odds(values))))
        residuals: PerMask = values - np.mean(predictions, axis=0)
        return residuals


LINEAR = Recipe(None, None)


def learned_recipe(
    masks: Masks,
    values: PerMask,
    sizes: PerMask,
    weights: PerMask | None = None,
    n: int | None = None,
    most: int = KERNEL_MASKS,
    fits: Sequence[FitKernel] = PLAIN,
) -> Recipe:
    """Linear, unless a Gaussian process, its logistic form or the mean of both has a significantly smaller error.

    The errors of kernels are leave-one-out residuals, but their hyperparameters were fitted to all m values. So their
    squares are multiplied by 1 + 50/m, the first order of Akaike's (1974) final prediction error for 25 parameters: the
    prior on the d rates leaves effectively fewer than d. The errors of lines are those of generalised cross-validation
    (Craven & Wahba 1979), which no single mask of high leverage can inflate. The difference has to exceed its standard
    error (Breiman et al. 1984), so that no kernel is fitted to noise. Above `LARGEST_KERNEL_D` superpixels the recipe
    is linear.

    Args:
        masks: (m, d) bool.
        values: F on them.
        sizes: the `importance` of each mask, which weights its error, (m,).
        weights: those of least squares under the design, (m,), which lines have if they predict better with them; None
            for equal ones only.
        n: the number of masks that the surrogate will be fitted to, m by default: a line's error falls with it.
        most: how many of the masks are used, from the first on.
        fits: how kernels are fitted, each way a candidate.
    """
    n = len(masks) if n is None else n
    masks, values, sizes = masks[:most], values[:most], sizes[:most]
    line = _line(masks, values, sizes, weights[:most] if weights is not None else None)
    recipes, errors = [line], [sizes**2 * _squared_errors_of_lines(masks, values, n)]
    if np.ptp(values) > 0 and len(values) > 2 and masks.shape[1] <= LARGEST_KERNEL_D:
        for fit in fits:
            plain = fit(masks, values)
            recipes.append(Recipe(plain, None))
            if ((values > 0) & (values < 1)).all():
                odds = fit(masks, log_odds(values))
                recipes += [Recipe(None, odds), Recipe(plain, odds)]
    inflation = 1 + 2 * _PARAMETERS / len(masks)
    errors += [inflation * (sizes * recipe.left_out(masks, values)) ** 2 for recipe in recipes[1:]]
    best = int(np.argmin([one.sum() for one in errors]))
    return recipes[best if _significantly_less(errors[best], errors[0]) else 0]


def _significantly_less(errors: PerMask, others: PerMask) -> bool:
    """Whether their sum is below that of the others, which may be infinite, by more than the standard error."""
    if np.isinf(others).any():
        return True
    gains = others - errors
    return bool(gains.sum() > np.sqrt(len(gains)) * gains.std())


def _line(masks: Masks, values: PerMask, sizes: PerMask, weights: PerMask | None) -> Recipe:
    """Lines with the weights, equal ones or those given, of the smaller leave-one-out error."""
    if len(masks) <= masks.shape[1] + 1 or np.ptp(values) == 0:
        return LINEAR
    recipes = [Recipe(None, None, _ridge(masks, values))]
    if weights is not None and weights.any():
        recipes.append(Recipe(None, None, _ridge(masks, values, weights), weighted=True))
    errors = [sizes * recipe.lines(masks, values, weights).left_out for recipe in recipes]
    return recipes[int(np.argmin([one @ one for one in errors]))]


def _ridge(masks: Masks, values: PerMask, weights: PerMask | None = None) -> float:
    """The ridge penalty of Hoerl, Kennard & Baldwin (1975): residual variance over the mean square of the slopes."""
    n, d = masks.shape
    lines = Lines(masks, values, weights=weights)
    relative = 1.0 if weights is None else weights / weights.mean()
    noise = (relative * lines.residuals**2).sum() / (n - d - 1)
    slopes = (lines.line[1:] ** 2).mean() - noise * (lines.influence[:, 1:] ** 2).sum() / d
    return float(noise / slopes) if slopes > noise / n else float(n)


def _squared_errors_of_lines(masks: Masks, values: PerMask, n: int) -> PerMask:
    """Squared prediction errors, at new masks, of the line through n values, of which m are known; ∞ for m ≤ p.

    The residuals of p parameters fitted to m values have the mean square σ² (1 − p/m), and a line through n values has
    a mean square prediction error of about σ² / (1 − p/n).
    """
    parameters = masks.shape[1] + 1
    if np.ptp(values) == 0:
        return np.zeros(len(values))
    if len(masks) <= parameters:
        return np.full(len(masks), np.inf)
    free = (1 - parameters / len(masks)) * (1 - parameters / max(n, len(masks)))
    squares: PerMask = Lines(masks, values).residuals ** 2 / free
    return squares


def _left_out(kernel: MaskKernel, masks: Masks, values: PerMask) -> PerMask:
    """Leave-one-out predictions, (n,)."""
    signs = signs_of(masks)
    covariance = kernel(signs, signs)
    covariance[np.diag_indices(len(values))] += kernel.noise
    inverse = dpotri(dpotrf(covariance.T, lower=True, overwrite_a=True)[0], lower=True, overwrite_c=True)[0]
    predictions: PerMask = values - dsymv(1.0, inverse, values - values.mean(), lower=True) / np.diag(inverse)
    return predictions


def log_odds(values: PerMask) -> PerMask:
    """Those of probabilities, (n,), finite for 0 and 1."""
    found: PerMask = logit(np.clip(values, _NEAREST_TO_END, 1 - _NEAREST_TO_END))
    return found
