"""prop:unbiased: with the Gram matrix known, the regression of F − g plus the limit of g has no bias."""

from __future__ import annotations

import sympy as sp

from proofs_check.arrow import Stack
from proofs_check.notation import gamma, gram
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_gram_inverse
from proofs_check.statements.thm_limit import limit

surrogate = Stack(*sp.symbols("G_0 G_j G_T"))
"""E[π z̃ g] of a surrogate g, fixed before the masks are drawn."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The mean of one term is Σ^{-1} E[π z̃ (F − g)]; both sides are linear in the right-hand side."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    residual = _combined(gamma, claim["subtracted"])
    mean = _combined(inverse.apply(residual), -claim["added"], limit(surrogate))
    return {
        **(mean - limit(gamma)).parts("E[estimate] = β(F)"),
        **(gram.apply(mean) - gamma).parts("Σ E[estimate] = E[π z̃ F]"),
    }


def _combined(first: Stack, factor: sp.Expr, second: Stack = surrogate) -> Stack:
    """First − factor × second."""
    return first - Stack(factor * second.head, factor * second.entry, factor * second.total)


STATEMENT = Statement(
    label="prop:unbiased",
    words="Estimating only E[π z̃ (F − g)] and adding β(g) is exactly unbiased for every n and every surrogate g.",
    latex=r"""
Let $z_1, \dots, z_n$ be drawn from the sampling law, and let $g$ be a set function independent of them whose limit
$\beta(g)$ is known. Then
\[
  \hat\beta = \beta(g) + \Sigma^{-1} \frac{1}{n} \sum_{i=1}^{n} \pi_i\, \tilde z_i \bigl( F(z_i) - g(z_i) \bigr)
\]
has mean $\beta(F)$ for every $n \ge 1$, and so has an average of such estimates in which $g$ is fitted on the masks
left out.""",
    source="new",
    code=("limetheory/estimation/unbiased.py",),
    tests=("tests/estimation/test_estimate.py", "tests/estimation/test_monte_carlo.py"),
    claim={"subtracted": sp.S.One, "added": sp.S.One},
    identities=identities,
    mutants={
        "β(g) not added back": {"added": sp.S.Zero},
        "g not subtracted": {"subtracted": sp.S.Zero},
        "β(g) added twice": {"added": sp.Integer(2)},
    },
)
