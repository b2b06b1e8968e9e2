"""Clauses about other explanations."""

from __future__ import annotations

from proofs_check.clauses.clause import Clause

CLAUSES: dict[str, tuple[Clause, ...]] = {
    "prop:ig-linear": (
        Clause(
            "integrated gradients of a superpixel are LIME's coefficient",
            symbolic=("∂f/∂x_u", "IG of a pixel", "the weight of a pixel"),
            instances=("superpixel", "gradient"),
        ),
        Clause("completeness", symbolic=("completeness",), instances=("completeness",)),
    ),
    "prop:ig-order": (
        Clause(
            "IG_j = Σ_{T∋j} a_T / |T|",
            symbolic=("IG of a product",),
            instances=("IG",),
            coq=("extension_affine", "partial_diagonal", "integrated_gradient"),
        ),
        Clause("the Shapley value", ("Shapley value",), ("Shapley value",), (), ("shapley_multilinear",)),
        Clause(
            "in_t → 2^{1−t} and out_t → 0",
            symbolic=("in_t", "out_t"),
            instances=("LIME as ν → ∞",),
            coq=("unweighted_multilinear",),
        ),
        Clause("orders 1 and 2 agree", symbolic=("order 1", "order 2"), coq=("orders_1_2",)),
        Clause("orders t ≥ 3 differ", symbolic=("order 3", "order t + 1"), coq=("orders_3",)),
    ),
    "prop:equivalence": (
        Clause(
            "least squares with any weights: D_j",
            symbolic=("residual of",),
            instances=("β_0", "least squares", "pairs that least squares"),
            coq=("wls_drop",),
        ),
        Clause(
            "the constrained fit with weights p_j, the only minimiser",
            symbolic=("efficient: ",),
            instances=("efficient",),
            coq=("shap_residual", "efficient_sum", "efficient_split", "efficient_minimiser"),
        ),
        Clause(
            "with equal weights: D_j plus a constant",
            symbolic=("efficient, equal weights", "SHAP"),
            instances=("SHAP", "pairs that SHAP"),
            coq=("efficient_equal", "shap_sum", "shap_split"),
        ),
        Clause("with unequal weights the ranking can differ", coq=("unequal_weights",)),
        Clause("PDA: D_j", ("PDA",), ("pda", "pairs that pda"), (), ("pda_drop",)),
        Clause("CIU: D_j / (2 C)", ("CIU",), ("ciu", "pairs that ciu"), (), ("ciu_drop", "ciu_ranks")),
        Clause("RISE: affine in D_j", ("RISE",), ("rise", "pairs that rise"), (), ("rise_drop", "rise_ranks")),
        Clause("one ranking under Bernoulli masks too", quoted="cor:unweighted, where it is shown"),
    ),
}
