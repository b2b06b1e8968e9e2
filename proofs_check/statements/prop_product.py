"""prop:product: independent coordinates decouple the regression."""

from __future__ import annotations

import sympy as sp

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
    mutants={
        "E[z_j F] for the covariance": {"coefficient": gamma_j / variance},
        "p_j for the variance": {"coefficient": covariance / keep},
        "intercept E[F]": {"intercept": gamma_0},
        "penalty not divided by α_0": {"ridge": _beta_j * variance / (variance + _penalty)},
        "bins − 1 forgotten": {"keep": 1 / (1 + _bins * _off_weight)},
    },
    holds="every d ≥ 1",
)
