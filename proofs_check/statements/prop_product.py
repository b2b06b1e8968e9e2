"""prop:product: independent coordinates decouple the regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import product, value
from proofs_check.notation import alpha_0, gamma_0, gamma_j
from proofs_check.statement import Claim, Statement

keep, _beta_j, _explained = sp.symbols("p_j beta_j S", positive=True)
"""P_μ(z_j = 1); β_j; Σ_l β_l p_l. In this file Γ_0 = E_μ[F] and Γ_j = E_μ[z_j F]."""

_penalty, _bins, _off_weight = sp.symbols("lambda B w", positive=True)
covariance = gamma_j - keep * gamma_0
variance = keep * (1 - keep)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Both normal equations, with E_μ[z_j z_l] = p_j p_l for l ≠ j and E_μ[z_j²] = p_j."""
    entry, shrunk = claim["coefficient"], claim["ridge"].subs(_beta_j, claim["coefficient"])
    sampled_on = 1 / _bins
    return {
        "normal equation of β_0": gamma_0 - claim["intercept"] - _explained,
        "normal equation of β_j": gamma_j - _fitted(claim, entry),
        "the same with a penalty": gamma_j - _fitted(claim, shrunk) - _penalty / alpha_0 * shrunk,
        "P_μ(z_j = 1) of tabular LIME": sampled_on / (sampled_on + (1 - sampled_on) * _off_weight) - claim["keep"],
    }


def _fitted(claim: Claim, entry: sp.Expr) -> sp.Expr:
    """E_μ[z_j (β_0 + Σ_l β_l z_l)]."""
    return claim["intercept"] * keep + entry * keep + keep * (_explained - entry * keep)


@dataclass(frozen=True)
class Independent:
    """μ(z) = Π_j p_j^{z_j} (1 − p_j)^{1−z_j} with total mass α_0, F, a penalty; bins B and factor ω of tabular LIME."""

    d: int
    p: tuple[Fraction, ...]
    mass: Fraction
    table: tuple[Fraction, ...]
    penalty: Fraction
    bins: int
    factor: Fraction
    tilt: tuple[Fraction, ...] = ()
    """A factor for the weight of each mask, where coordinates depend on each other."""

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The law times the weight of each mask."""
        plain = _weights(self.p, self.mass)
        return tuple(w * factor for w, factor in zip(plain, self.tilt, strict=True)) if self.tilt else plain


def draw(rng: Random, d: int) -> Independent:
    """A random instance."""
    p, table = tuple(drawn.share(rng) for _ in range(d)), drawn.set_function(rng, d)
    mass, penalty, factor = (drawn.positive(rng) for _ in range(3))
    return Independent(d, p, mass, table, penalty, rng.randint(2, 9), factor)


def dependent(rng: Random, d: int) -> Independent:
    """Coordinates that depend on each other."""
    return replace(draw(rng, d), tilt=tuple(drawn.positive(rng) for _ in range(2**d)))


def check(instance: Independent, claim: Claim) -> dict[str, Fraction]:
    """(Penalised) least squares over all masks; the marginals of tabular LIME."""
    weights = instance.weights
    free = brute.least_squares(instance.d, weights, instance.table)
    shrunk = brute.least_squares(instance.d, weights, instance.table, instance.penalty)
    explained = sum(x * p for x, p in zip(free[1:], instance.p, strict=True))
    right = brute.right_hand_side(instance.d, weights, instance.table)
    average = right[0] / instance.mass
    found = {"β_0": value(claim["intercept"], {gamma_0: average, _explained: explained}) - free[0]}
    for j, p in enumerate(instance.p, 1):
        point = {keep: p, gamma_0: average, gamma_j: right[j] / instance.mass, alpha_0: instance.mass}
        penalised = {**point, _penalty: instance.penalty, _beta_j: free[j]}
        found[f"β_{j}"] = value(claim["coefficient"], point) - free[j]
        found[f"β^λ_{j}"] = value(claim["ridge"], penalised) - shrunk[j]
    return {**found, "P_μ(z_j = 1) of tabular LIME": _marginal(instance) - value(claim["keep"], _tabular(instance))}


def _weights(p: tuple[Fraction, ...], mass: Fraction) -> tuple[Fraction, ...]:
    def weight(mask: int) -> Fraction:
        return mass * product(x if brute.shows(mask, j) else 1 - x for j, x in enumerate(p))

    return brute.tabulated(len(p), weight)


def _tabular(instance: Independent) -> dict[sp.Symbol, Fraction | int]:
    return {_bins: instance.bins, _off_weight: instance.factor}


def _marginal(instance: Independent) -> Fraction:
    law = _weights((Fraction(1, instance.bins),) * instance.d, Fraction(1))
    weighted = [x * instance.factor ** (instance.d - mask.bit_count()) for mask, x in enumerate(law)]
    return brute.moment(weighted, (0,)) / brute.moment(weighted)


def computed(instance: Independent) -> dict[str, library.Computed]:
    """`limetheory.limit` under `ProductDesign`, with each p_j as float64 has it."""
    keep = tuple(Fraction(float(p)) for p in instance.p)
    exact = brute.least_squares(instance.d, _weights(keep, Fraction(1)), instance.table, instance.penalty)
    design, table = lt.ProductDesign(list(map(float, keep))), library.set_function(instance.table)
    answer = lt.limit(table, design, ridge=float(instance.penalty))
    found = (answer.intercept, *answer.coefficients)
    return {"lt.limit": library.Computed.of(found, exact, library.height(instance.table))}


STATEMENT = Statement(
    label="prop:product",
    words="Independent coordinates under μ give β_j = Cov_μ(z_j, F) / Var_μ(z_j).",
    latex=r"""
Let $z_1, \dots, z_d$ be independent under $\mu$ with $0 < p_j = P_\mu(z_j = 1) < 1$. Then
\[
  \beta_j = \frac{\operatorname{Cov}_\mu(z_j, F)}{\operatorname{Var}_\mu(z_j)}, \qquad
  \beta_0 = \mathbb{E}_\mu[F] - \sum_j \beta_j p_j ,
\]
and with a penalty $\lambda \sum_j \beta_j^2$ each $\beta_j$ is multiplied by
$\operatorname{Var}_\mu(z_j) / (\operatorname{Var}_\mu(z_j) + \lambda / \alpha_0)$. Tabular LIME with $B$ quantile bins,
$P(z_j = 1) = 1/B$ and weight $e^{-(d - K)/(2\nu^2)} = \prod_j \omega^{1 - z_j}$, $\omega = e^{-1/(2\nu^2)}$, is the
case $p_j = 1 / (1 + (B - 1)\,\omega)$, $F(z) = \mathbb{E}[f(x) \mid z]$.""",
    source="Garreau & von Luxburg 2020 for tabular LIME; the penalised form: new",
    code=("limetheory/designs/product.py",),
    tests=("tests/designs/test_moments.py", "tests/limits/test_thm_limit.py"),
    claim={
        "coefficient": covariance / variance,
        "intercept": gamma_0 - _explained,
        "ridge": _beta_j * variance / (variance + _penalty / alpha_0),
        "keep": 1 / (1 + (_bins - 1) * _off_weight),
    },
    identities=identities,
    draw=draw,
    check=check,
    without={"the coordinates are independent under μ": dependent},
    library=computed,
    mutants={
        "E[z_j F] for the covariance": {"coefficient": gamma_j / variance},
        "p_j for the variance": {"coefficient": covariance / keep},
        "intercept E[F]": {"intercept": gamma_0},
        "penalty not divided by α_0": {"ridge": _beta_j * variance / (variance + _penalty)},
        "bins − 1 forgotten": {"keep": 1 / (1 + _bins * _off_weight)},
    },
    holds="every d ≥ 1",
)
