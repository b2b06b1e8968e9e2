"""prop:linear: an additive set function is its own limit, whatever the design."""

from __future__ import annotations

import sympy as sp

from proofs_check.arrow import Stack
from proofs_check.notation import d, gamma_j, gram, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements import cor_efficient
from proofs_check.statements.thm_limit import limit

intercept, entry, entries = sp.symbols("b lambda_j Lambda")
"""b, λ_j and Σ_j λ_j of F(z) = b + Σ_j λ_j z_j."""

_z, _weight, _image, _replacement = sp.symbols("z lambda_u xi_u xibar_u")


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The residual vanishes mask by mask, hence under every design; the closed forms agree."""
    right_hand_side = gram.apply(Stack(intercept, entry, entries))
    beta = limit(right_hand_side)
    efficient = cor_efficient.STATEMENT.claim["coefficient"].subs(
        {gamma_j: right_hand_side.entry, total: right_hand_side.total, cor_efficient.rise: entries}, simultaneous=True
    )
    masked = _weight * (_z * _image + (1 - _z) * _replacement)
    return {
        "a pixel's summand": masked - claim["base of a pixel"] - _z * claim["weight of a pixel"],
        "residual, summand of superpixel j": entry * _z - claim["coefficient"] * _z,
        "residual, constant": intercept - claim["intercept"],
        "thm:limit, β_0": beta.head - claim["intercept"],
        "thm:limit, β_j": beta.entry - claim["coefficient"],
        "thm:limit, Σ β_j": beta.total - entries,
        "cor:efficient, β_j": efficient - claim["coefficient"],
    }


STATEMENT = Statement(
    label="prop:linear",
    words="A model linear in the pixels has β_j = Σ_{u∈J_j} λ_u (ξ_u − ξ̄_u) under every design.",
    latex=r"""
Let $f(x) = b + \sum_u \lambda_u x_u$. Then $F(z) = b + \sum_u \lambda_u \bar\xi_u + \sum_j \beta_j z_j$ with
\[
  \beta_j = \sum_{u \in J_j} \lambda_u (\xi_u - \bar\xi_u),
\]
so the residual is zero on every mask. Hence $\beta$ is the limit under every design whose Gram matrix is
invertible, with or without the efficiency constraint, and weighted least squares without a penalty returns
$\beta$ on every sample of full rank.""",
    source="Garreau & Mardaoui 2021, Prop. 4, for image LIME; every design: new",
    code=("limetheory/limits/additive.py", "limetheory/images/pixel_models.py"),
    tests=("tests/limits/test_additive.py", "tests/images/test_pixel_models.py"),
    claim={
        "coefficient": entry,
        "intercept": intercept,
        "weight of a pixel": _weight * (_image - _replacement),
        "base of a pixel": _weight * _replacement,
    },
    identities=identities,
    mutants={
        "the replacement ignored": {"weight of a pixel": _weight * _image},
        "the replacement added": {"weight of a pixel": _weight * (_image + _replacement)},
        "mean coefficient added": {"coefficient": entry + entries / d},
        "intercept at the original": {"intercept": intercept + entries},
    },
)
