"""thm:clt, its algebra: the score is centred, its influence is known, and it vanishes for additive F."""

from __future__ import annotations

import sympy as sp

from proofs_check.arrow import Stack
from proofs_check.notation import alpha_0, d, delta, gamma, gram, k, mean_size, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_gram_inverse
from proofs_check.statements.prop_linear import entries, entry, intercept
from proofs_check.statements.thm_limit import limit

_z, _weight, _value, _fitted = sp.symbols("z_j pi F g")
_additive = Stack(intercept, entry, entries)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Σ̂ (β̂ − β) is the mean of π r z̃, whose mean is 0; for additive F each π r z̃ is 0."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    residual = claim["residual"]
    exact = limit(gram.apply(_additive))
    return {
        **(gamma - gram.apply(limit(gamma))).parts("E[π r z̃] = 0"),
        "Σ̂ (β̂ − β) = mean of π r z̃": _weight * _value - _weight * _fitted - _weight * residual,
        "influence of a mask on β_j": inverse.apply(Stack(sp.S.One, _z, k)).entry - claim["influence"],
        **_score(residual, exact),
    }


def _score(residual: sp.Expr, exact: Stack) -> dict[str, sp.Expr]:
    """r of an additive F: the summand of superpixel j and the constant."""
    summand = residual.subs({_value: entry * _z, _fitted: exact.entry * _z}, simultaneous=True)
    constant = residual.subs({_value: intercept, _fitted: exact.head}, simultaneous=True)
    return {"additive F: r, summand of superpixel j": summand, "additive F: r, constant": constant}


STATEMENT = Statement(
    label="thm:clt",
    words="√n (β̂ − β) tends to N(0, Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1}); only misfit r makes variance.",
    latex=r"""
Let $\hat\beta$ minimise $\sum_{i \le n} \pi_i (F(z_i) - \tilde z_i^\top \beta)^2$ over independent masks of the
sampling law, and $r = F - \tilde z^\top \beta$ with $\beta$ of Theorem~\ref{thm:limit}. Then
\[
  \sqrt{n}\,(\hat\beta - \beta) \longrightarrow
  \mathcal{N}\bigl(0,\ \Sigma^{-1}\, \mathbb{E}[\pi^2 r^2 \tilde z \tilde z^\top]\, \Sigma^{-1}\bigr)
  \quad \text{in distribution},
\]
where the entry of $\Sigma^{-1} \tilde z$ at superpixel $j$ is $(K - \kappa)/(\alpha_0 V) + (z_j - K/d)/\Delta$. The
covariance is zero if $F$ is additive.

What is checked by machine: $\hat\Sigma (\hat\beta - \beta) = \frac1n \sum_i \pi_i r_i \tilde z_i$ and
$\mathbb{E}[\pi r \tilde z] = 0$; these entries of $\Sigma^{-1} \tilde z$; $r = 0$ for additive $F$. The convergence
then follows from the law of large numbers for $\hat\Sigma$, the central limit theorem for the mean and Slutsky's lemma,
which are quoted.""",
    source="the standard sandwich; for LIME with these Gram matrices: new",
    code=("limetheory/estimation/wls.py", "limetheory/statistics/clt.py"),
    tests=("tests/estimation/test_wls.py", "tests/estimation/test_monte_carlo.py"),
    claim={
        "residual": _value - _fitted,
        "influence": (k - mean_size) / (alpha_0 * size_variance) + (_z - k / d) / delta,
    },
    identities=identities,
    mutants={
        "residual of the other sign": {"residual": _fitted - _value},
        "F for the residual": {"residual": _value},
        "influence not centred": {"influence": k / (alpha_0 * size_variance) + (_z - k / d) / delta},
        "influence without the size": {"influence": (_z - k / d) / delta},
    },
    open_part="convergence in distribution is quoted; proved: centred score, influence, zero covariance for additive F",
)
