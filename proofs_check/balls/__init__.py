"""Certificates by ball arithmetic: real kernels, signs and limits at large d, and the digits of float64 results.

A ball (`flint.arb`) is sure to hold the number it stands for, so a comparison of balls that is true is a proof
over the stated range. The true values come from the definitions, written here apart from limetheory's formulas.

    from proofs_check.balls import CERTIFICATES
    CERTIFICATES["lem:count"][0].run()      # one line of what was found, or NotCertifiedError

| module | idea |
|---|---|
| certificate.py | a certificate, and the refusal of a claim |
| precision.py | bits are added until the balls are narrow |
| laws.py | the mass w(k) of a mask of each design, from its definition |
| moments.py | α_{a,b}, κ, V, Δ, c_d, Σ^{-1} and ℓ by the textbook and by sums of positive terms |
| leaves.py | limits of leaves from the normal equations |
| grid.py | the designs at which the certificates hold |
| digits.py | errors of float64 results, in ulps for each e-fold of the logarithms held |
| library.py | what limetheory computes |
| lem_alpha.py … thm_limit.py | one label each |
"""

from proofs_check.balls import (
    cor_efficient,
    cor_unweighted,
    lem_alpha,
    lem_count,
    lem_leverage,
    prop_gram_inverse,
    prop_leaf,
    prop_linear,
    prop_one_ranking,
    prop_ridge,
    thm_bound,
    thm_limit,
    thm_quadratic,
)
from proofs_check.balls.certificate import Certificate, NotCertifiedError

CERTIFICATES: dict[str, tuple[Certificate, ...]] = {
    "lem:alpha": lem_alpha.CERTIFICATES,
    "lem:count": lem_count.CERTIFICATES,
    "prop:gram-inverse": prop_gram_inverse.CERTIFICATES,
    "thm:limit": thm_limit.CERTIFICATES,
    "thm:quadratic": thm_quadratic.CERTIFICATES,
    "cor:efficient": cor_efficient.CERTIFICATES,
    "cor:unweighted": cor_unweighted.CERTIFICATES,
    "prop:ridge": prop_ridge.CERTIFICATES,
    "prop:linear": prop_linear.CERTIFICATES,
    "prop:leaf": prop_leaf.CERTIFICATES,
    "lem:leverage": lem_leverage.CERTIFICATES,
    "thm:bound": thm_bound.CERTIFICATES,
    "prop:one-ranking": prop_one_ranking.CERTIFICATES,
}

__all__ = ["CERTIFICATES", "Certificate", "NotCertifiedError"]
