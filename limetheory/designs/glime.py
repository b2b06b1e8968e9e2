"""GLIME: the weight is absorbed in the sampling law, and the regression is unweighted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from limetheory.arguments import choice, integer, real
from limetheory.arrays import PerSize
from limetheory.designs.binomial import log_binomial_pmf, log_sum_exp
from limetheory.designs.exchangeable import ExchangeableDesign

LAWS = ("binomial", "uniform", "exp", "comb", "comb_exp")
REAL_VALUED = ("gaussian", "laplace", "uniform_noise")


class GlimeDesign(ExchangeableDesign):
    """Masks drawn from GLIME's law and weighted equally, π = 1 (cor:unweighted; Tan, Tian & Li, NeurIPS 2023, arXiv
    2311.15722).

    LIME with weight e^{(k−d)/σ²} under Bernoulli(1/2) and GLIME-binomial have the same μ, so the same limit
    without ridge. With ridge λ GLIME's limit is LIME's with λ α_0, where α_0 = ((1 + e^{−1/σ²}) / 2)^d is
    LIME's tiny total mass: at equal λ it is LIME that is shrunk to nothing (prop:ridge).

    Laws of the size K, uniform within a size:

    - ``"binomial"`` (the paper): P(K = k) ∝ C(d, k) e^{k/σ²}, k = 0..d, that is z_j i.i.d. Bernoulli(p),
      p = 1 / (1 + e^{−1/σ²}). Limit: β_j = E[F | z_j = 1] − E[F | z_j = 0] (cor:unweighted).
    - ``"uniform"`` (the public code, its name for the sampling of LIME): Bernoulli(1/2), whatever σ. Limit: the
      Banzhaf value (cor:unweighted). It is not the paper's GLIME-Uniform, which is ``"uniform_noise"`` below.
    - ``"exp"``, ``"comb"``, ``"comb_exp"`` (the public code): P(K = k) ∝ e^{k/σ²}, ∝ C(d, k), ∝ C(d, k) e^{k/σ²},
      each on k = 0..d−1 as the code has them: the full mask is never drawn (the code then overwrites its first
      row with it, an effect of order 1/n that is left out here). Limit: thm:limit; ``"comb_exp"`` is the code's
      GLIME-binomial and differs from the paper's by the missing full mask, which at small σ has most mass.

    Gaussian, Laplace and uniform noise need real-valued masks, z_j = a perturbation of superpixel j, so they are
    no design on {0,1}^d and are refused by name. With independent noise of density q and variance v their
    population limit is Cov(z_j, F) / v = E[∂_j F], the noise of coordinate j redrawn with density
    h(t) = (1/v) ∫_t^∞ u q(u) du: h = q for ``"gaussian"`` N(0, σ²) (Stein; SmoothGrad's limit),
    h = (|t| + σ) e^{−|t|/σ} / (4σ²) for ``"laplace"`` of scale σ, h = 3 (σ² − t²) / (4σ³) on [−σ, σ] for
    ``"uniform_noise"``.

    Args:
        d: number of superpixels, at least 1; the laws without the full mask need 2 for a limit.
        sigma: σ in (0, ∞]; ∞ means no tilt. Small σ keeps nearly everything: p = 0.88 at σ = 0.7.
        law: one of the five names above.

    Raises:
        NotImplementedError: for ``"gaussian"``, ``"laplace"`` and ``"uniform_noise"``.

    >>> round(GlimeDesign(8, sigma=1.0).alpha(1), 12)
    0.73105857863
    >>> GlimeDesign(3, sigma=1.0, law="comb").size_law.round(6).tolist()
    [0.142857, 0.428571, 0.428571, 0.0]
    """

    wider = "raise sigma"

    def __init__(self, d: int, sigma: float, law: str = "binomial"):
        d = integer("d", d, 1)
        self.sigma = _sigma(sigma)
        self.law = _law(law)
        log_mass = _log_mass(self.law, d, self.sigma)
        super().__init__(d, log_mass if law == "binomial" else log_mass - log_sum_exp(log_mass), np.zeros(d + 1))

    def __repr__(self) -> str:
        return f"GlimeDesign(d={self.d}, sigma={self.sigma:g}, law={self.law!r})"


def _log_mass(law: str, d: int, sigma: float) -> PerSize:
    """log P(K = k), but for the binomial law up to a constant; 1 − p keeps its digits at small σ."""
    if law == "binomial":
        with np.errstate(over="ignore"):
            odds = np.exp(1 / sigma / sigma)
        return log_binomial_pmf(np.arange(d + 1.0), d, 1 / (1 + 1 / odds), 1 / (1 + odds))
    k, largest = np.arange(d + 1.0), d if law in ("binomial", "uniform") else d - 1
    counts = np.zeros(d + 1) if law == "exp" else log_binomial_pmf(k, d, 0.5)
    with np.errstate(over="ignore"):
        tilt = np.zeros(d + 1) if law in ("uniform", "comb") else (k - largest) / sigma / sigma
    return np.where(k <= largest, counts + tilt, -np.inf)


def _sigma(value: Any) -> float:
    if isinstance(value, (float, np.floating)) and value == math.inf:
        return math.inf
    return real("sigma", value, above=0, remedy="math.inf means no tilt, the law of Bernoulli(1/2)")


def _law(name: Any) -> str:
    if isinstance(name, str) and name in REAL_VALUED:
        raise NotImplementedError(
            f"a design draws masks in {{0,1}}^d, got law {name!r}, whose masks are real-valued; "
            f"choose one of {', '.join(LAWS)}"
        )
    return choice("law", name, LAWS)
