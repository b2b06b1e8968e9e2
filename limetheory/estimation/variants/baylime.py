"""BayLIME: Bayesian linear regression on the masks, with prior knowledge of the coefficients."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from limetheory.arguments import choice, generator, real, vector
from limetheory.arrays import PerSuperpixel
from limetheory.counts import count
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation.samples.sample import Interrupted, Sample, draw
from limetheory.evaluation import MaskFunction, mask_function, refuse_random, superpixel_count
from limetheory.explanation import Explanation
from limetheory.explanation.result import whole
from limetheory.kept import keepable
from limetheory.limits import limit

MODES = {
    "non_informative": (),
    "partial": ("prior_mean", "prior_precision"),
    "full": ("prior_mean", "prior_precision", "noise_precision"),
}
"""What each mode is given; the rest is fitted."""

_GAMMA = 1e-6  # shape and rate of the Gamma prior of the noise's precision, as in scikit-learn's BayesianRidge
_ROUNDS = 10_000  # the largest number of iterations; a convention


@dataclass(frozen=True, eq=False, kw_only=True)
class BayesianExplanation(Explanation):
    """An `Explanation` whose coefficients and standard errors are posterior means and standard deviations.

    These standard errors are conditional on the prior and on a model with independent noise. They do not estimate the
    variation between samples, since F is noise-free. `interval` gives credible intervals.

    Attributes:
        prior_mean: μ_0, shape (d,); zeros where none was given.
        prior_precision: λ, given or fitted.
        noise_precision: α of a mask of weight 1, given or fitted.
    """

    prior_mean: PerSuperpixel
    prior_precision: float
    noise_precision: float


keepable(BayesianExplanation, build=partial(whole, BayesianExplanation))


def baylime(
    F: MaskFunction,
    design: Design,
    n: int,
    rng: Any = None,
    mode: str = "non_informative",
    *,
    prior_mean: Any = None,
    prior_precision: float | None = None,
    noise_precision: float | None = None,
) -> BayesianExplanation:
    """Explain a set function by the posterior of a linear model: β ~ N(μ_0, I/λ), F_i | β ~ N(β_0 + z_iᵀβ, 1/(α π_i)).

    BayLIME (Zhao, Huang, Huang, Robu & Flynn, UAI 2021, arXiv 2012.03058). With masks and values centred at
    their weighted means, W = diag(π_i) and a flat intercept,

        mean = (λ I + α ZᵀWZ)^{-1} (λ μ_0 + α ZᵀW F),   covariance = (λ I + α ZᵀWZ)^{-1},

    a matrix-weighted average of μ_0 and the weighted least-squares answer. Modes: ``"non_informative"`` has
    μ_0 = 0 and fits λ and α (scikit-learn's BayesianRidge); ``"partial"`` is given μ_0 and λ and fits α;
    ``"full"`` is given all three. Fitting maximises the evidence times Gamma(1e-6, 1e-6) densities, scikit-learn's,
    which keep α finite where the linear model fits exactly; α counts there for weights scaled to mean 1.

    Limits: `baylime_limit`. As n → ∞ the weight of the prior vanishes and the answer tends to the limit of weighted
    least squares, `limit(F, design)`, in every mode; with one mask in mode ``"full"`` or ``"partial"`` it is μ_0.

    Args:
        F: callable (n, d) bool → (n,).
        design: the design to draw from; not an efficient one.
        n: number of masks, at least 1; at least 2 for ``"non_informative"``.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        mode: ``"non_informative"``, ``"partial"`` or ``"full"``.
        prior_mean: μ_0, shape (d,), in F's unit, such as the coefficients of a `limit` or integrated gradients summed
            over superpixels.
        prior_precision: λ > 0, one over the variance of each coefficient about μ_0.
        noise_precision: α > 0, one over the variance of F about the linear model at a mask of weight 1.

    Raises:
        ValueError: arguments out of range or not those of the mode, an efficient design, or F returns a wrong
            shape or non-finite values.
        Interrupted: on Ctrl-C, with the explanation of the finished masks.

    >>> import limetheory as lt
    >>> prior = {"prior_mean": [0.0, 0.0, 1.0], "prior_precision": 1.0, "noise_precision": 1.0}
    >>> F, design = lt.Additive([1.0, -2.0, 0.5]), lt.BernoulliDesign(3)
    >>> [baylime(F, design, n, 0, "full", **prior).coefficients.round(2).tolist() for n in (1, 40, 10_000)]
    [[0.0, 0.0, 1.0], [0.98, -1.82, 0.52], [1.0, -2.0, 0.5]]
    """
    _check(F, design)
    refuse_random(F, "baylime")
    given = _given(mode, design.d, prior_mean, prior_precision, noise_precision)
    n = count("n", n, 1 if given else 2, "draw more masks")
    try:
        return _fit(draw(F, design, n, generator(rng)), given)
    except Interrupted as interrupted:
        if interrupted.sample.n >= (1 if given else 2):
            with suppress(ValueError):
                interrupted.explanation = _fit(interrupted.sample, given)
        raise


def baylime_limit(model: Any, design: Design, prior_mean: Any, ridge: float) -> Explanation:
    """What `baylime` converges to if the prior precision grows with n: λ / (α n) → ``ridge`` as n → ∞.

    β = (Σ_c + κ I)^{-1} (Σ_c β* + κ μ_0), Σ_c = Cov_μ(z, z), β* = `limit(model, design)`, κ = ridge / α_0: ridge
    regression that shrinks toward μ_0 instead of 0 (prop:ridge for β* − μ_0). ridge = 0 gives β*, the limit at
    fixed λ and α, and ridge → ∞ gives μ_0.

    Args:
        model: a set function that `limit` accepts.
        design: the design; not an efficient one.
        prior_mean: μ_0, shape (d,).
        ridge: λ / (α n), at least 0.

    >>> import limetheory as lt
    >>> F, design = lt.Additive([1.0, -2.0, 0.5]), lt.BernoulliDesign(3)
    >>> baylime_limit(F, design, [0.0, 0.0, 1.0], ridge=0.25).coefficients.round(12).tolist()
    [0.5, -1.0, 0.75]
    """
    _check(model, design)
    mean, ridge = _prior_mean(prior_mean, design.d), real("ridge", ridge, at_least=0)
    exact = limit(model, design)
    beta = mean + design.shrink(exact.coefficients - mean, ridge)
    intercept = exact.intercept + (exact.coefficients - beta) @ design.marginals
    return Explanation(beta, float(intercept), np.zeros(design.d), exact.n_evaluations, method="limit")


@dataclass(frozen=True)
class _Regression:
    """Least squares for β − μ_0 in the eigenvectors of the centred Gram matrix, with weights scaled to mean 1."""

    n: int
    axes: np.ndarray
    curvatures: np.ndarray
    solution: np.ndarray
    residual_squares: float
    """The weighted sum of squared residuals at the solution."""

    def mean(self, prior_precision: float, noise_precision: float) -> np.ndarray:
        """Posterior mean of β − μ_0."""
        precisions = noise_precision * self.curvatures
        mean: np.ndarray = precisions / (prior_precision + precisions) * self.solution
        return mean

    def squares(self, mean: np.ndarray) -> float:
        """The weighted sum of squared residuals at a posterior mean."""
        return self.residual_squares + float(self.curvatures @ (mean - self.solution) ** 2)

    def log_evidence(self, prior_precision: float, noise_precision: float) -> float:
        """log p(F | λ, α) plus the log Gamma density of α, up to terms without α."""
        mean = self.mean(prior_precision, noise_precision)
        fit = noise_precision * self.squares(mean) + prior_precision * mean @ mean
        volume = np.log1p(noise_precision / prior_precision * self.curvatures).sum()
        gamma = _GAMMA * (math.log(noise_precision) - noise_precision)
        return float((self.n * math.log(noise_precision) - fit - volume) / 2 + gamma)

    def best_noise_precision(self, prior_precision: float) -> float:
        """The α of largest evidence, by MacKay's iteration from the residuals at μ_0 and from those at the solution."""
        starts = (self.squares(np.zeros_like(self.solution)), self.residual_squares)
        found = [self._climb(prior_precision, self._ratio(self.n, start)) for start in starts]
        return max(found, key=lambda alpha: self.log_evidence(prior_precision, alpha))

    def _climb(self, prior_precision: float, alpha: float) -> float:
        for _ in range(_ROUNDS):
            mean = self.mean(prior_precision, alpha)
            determined = (alpha * self.curvatures / (prior_precision + alpha * self.curvatures)).sum()
            before, alpha = alpha, self._ratio(self.n - determined, self.squares(mean))
            if abs(alpha - before) <= 1e-13 * alpha:
                break
        return alpha

    @staticmethod
    def _ratio(freedom: float, squares: float) -> float:
        return float((freedom + 2 * _GAMMA) / (squares + 2 * _GAMMA))


def _fit(sample: Sample, given: dict[str, Any]) -> BayesianExplanation:
    total, mask, value = sample.means()
    scale = sample.n / total
    prior_mean = given.get("prior_mean", np.zeros(sample.d))
    regression = _regression(sample, mask, value, prior_mean, scale)
    prior, noise = _precisions(sample, regression, given, scale)
    beta = prior_mean + regression.axes @ regression.mean(prior, noise)
    variances = regression.axes**2 @ (1 / (prior + noise * regression.curvatures))
    return BayesianExplanation(
        beta, float(value - mask @ beta), np.sqrt(variances), sample.n_evaluations,
        prior_mean=prior_mean, prior_precision=prior, noise_precision=float(noise * scale),
    )  # fmt: skip


def _regression(sample: Sample, mask: np.ndarray, value: float, prior_mean: PerSuperpixel, scale: float) -> _Regression:
    gram, moment = np.zeros((sample.d, sample.d)), np.zeros(sample.d)
    for masks, weights, values in sample.blocks():
        rows = masks - mask
        weighted = scale * weights[:, None] * rows
        gram += weighted.T @ rows
        moment += weighted.T @ (values - value - rows @ prior_mean)
    curvatures, axes = np.linalg.eigh(gram)
    regular = curvatures > curvatures[-1] * sample.d * np.finfo(float).eps
    curvatures = np.where(regular, curvatures, 0.0)
    solution = np.divide(axes.T @ moment, curvatures, out=np.zeros(sample.d), where=regular)
    beta, residual_squares = prior_mean + axes @ solution, 0.0
    for masks, weights, values in sample.blocks():
        residual_squares += scale * float(weights @ (values - value - (masks - mask) @ beta) ** 2)
    return _Regression(sample.n, axes, curvatures, solution, residual_squares)


def _precisions(sample: Sample, regression: _Regression, given: dict[str, Any], scale: float) -> tuple[float, float]:
    """λ, and α for weights scaled to mean 1."""
    if "noise_precision" in given:
        return given["prior_precision"], given["noise_precision"] / scale
    if given:
        return given["prior_precision"], regression.best_noise_precision(given["prior_precision"])
    from sklearn.linear_model import BayesianRidge

    masks = sample.masks.astype(float)
    ridge = BayesianRidge(max_iter=_ROUNDS, tol=1e-10)
    ridge.fit(masks, sample.values, sample_weight=scale * sample.weights)
    return float(ridge.lambda_), float(ridge.alpha_)


def _given(mode: str, d: int, mean: Any, prior: Any, noise: Any) -> dict[str, Any]:
    """The arguments that belong to the mode, checked."""
    wanted = MODES[choice("mode", mode, tuple(MODES))]
    given = {"prior_mean": mean, "prior_precision": prior, "noise_precision": noise}
    present = tuple(name for name, value in given.items() if value is not None)
    if present != wanted:
        raise ValueError(
            f"mode {mode!r} takes {_listed(wanted)}, got {_listed(present)}; give just these or choose another of "
            f"{', '.join(MODES)}"
        )
    checked = {name: real(name, given[name], above=0) for name in wanted if name != "prior_mean"}
    return {"prior_mean": _prior_mean(mean, d), **checked} if wanted else {}


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "neither prior nor noise"


def _prior_mean(value: Any, d: int) -> PerSuperpixel:
    mean = vector("prior_mean", value)
    if len(mean) != d:
        raise ValueError(f"prior_mean must have one number for each of the {d} coefficients, got {len(mean)}")
    return mean


def _check(function: Any, design: Design) -> None:
    checked_design(design)
    mask_function("F", function)
    if design.efficient:
        raise ValueError(f"BayLIME has no sum constraint, got the efficient {design!r}; use limetheory.estimate")
    superpixel_count(function, design.d)
