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
        Clause("with unequal weights the ranking can differ", symbolic=("counterexample",), coq=("unequal_weights",)),
        Clause("PDA: D_j", ("PDA",), ("pda", "pairs that pda"), (), ("pda_drop",)),
        Clause("CIU: D_j / (2 C)", ("CIU",), ("ciu", "pairs that ciu"), (), ("ciu_drop", "ciu_ranks")),
        Clause("RISE: affine in D_j", ("RISE",), ("rise", "pairs that rise"), (), ("rise_drop", "rise_ranks")),
        Clause("one score by the order alone", instances=("occlusion score",)),
        Clause("one ranking under one law", quoted="prop:one-ranking, where it is shown"),
    ),
    "prop:keep-one": (
        Clause(
            "least squares with any weights: G_j − β_0",
            symbolic=("residual of",),
            instances=("β_0", "least squares", "pairs that least squares"),
            coq=("kept_unit", "kept_wls"),
        ),
        Clause(
            "the constrained fit with weights p_j, the only minimiser",
            symbolic=("efficient: ",),
            instances=("efficient",),
            coq=("kept_residual", "efficient_kept_sum", "efficient_kept_minimiser"),
        ),
        Clause(
            "with equal weights: G_j plus a constant",
            symbolic=("efficient, equal weights", "SHAP"),
            instances=("SHAP", "pairs that SHAP"),
            coq=("efficient_kept_equal",),
        ),
        Clause("PDA: affine in G_j", ("PDA",), ("pda", "pairs that pda"), (), ("pda_alone",)),
        Clause("RISE: affine in G_j", ("RISE",), ("rise", "pairs that rise"), (), ("rise_alone",)),
        Clause("inverse CIU: (G_j − F(1)) / (2 C)", ("CIU",), ("ciu", "pairs that ciu"), (), ("ciu_alone",)),
        Clause("one ranking, and one score by the order alone", instances=("occlusion score",), coq=("kept_ranks",)),
    ),
    "prop:one-ranking": (
        Clause("RISE: Γ_j / α_1", ("RISE",), ("RISE",), (), ("one_rise",)),
        Clause("PDA: F(1) − (Γ_0 − Γ_j) / (α_0 − α_1)", ("PDA",), ("PDA",), (), ("one_pda",)),
        Clause(
            "least squares, with a ridge, with the constraint",
            symbolic=("least squares", "ridge", "efficient"),
            instances=("least squares", "ridge", "efficient"),
            coq=("one_contrasts",),
        ),
        Clause("each is affine in Γ_j", ("affine",), ("slope of",), ("(β_i − β_j) Δ",)),
        Clause(
            "one ranking, and one score by the order alone",
            instances=("pairs that", "occlusion score"),
            balls=("β, RISE and PDA order",),
            coq=("one_ranks",),
        ),
        Clause("Bernoulli masks", ("Bernoulli",), ("Bernoulli",), ("RISE_j = E F",)),
        Clause(
            "PDA with logarithms falls in u_j",
            symbolic=("information", "log odds"),
            instances=("information", "log odds"),
            coq=("hidden_ranks", "information_ranks", "odds_ranks"),
        ),
        Clause("the Shapley value at SHAP's masses", quoted="cor:efficient, where it is shown"),
    ),
    "prop:ratio": (
        Clause(
            "the error is the centred score over the share",
            symbolic=("the error", "the score"),
            instances=("RISE: error", "PDA: error", "RISE: score", "PDA: score"),
            coq=("ratio_error", "score_centred"),
        ),
        Clause(
            "the covariance of masks and of pairs",
            symbolic=("product of two scores",),
            instances=("RISE: covariance", "PDA: covariance"),
            coq=("score_covariance",),
        ),
        Clause(
            "Var(F | z_j = 1) / P(z_j = 1) without weights",
            symbolic=("without weights",),
            instances=("RISE: variance of 1", "PDA: variance of 1", "RISE: variance of", "PDA: variance of"),
            coq=("score_variance",),
        ),
        Clause("with logarithms", symbolic=("information", "log odds"), instances=("information", "log odds")),
        Clause(
            "mean and variance given the count",
            symbolic=("given N_j",),
            instances=("RISE: mean given", "PDA: mean given", "RISE: variance given", "PDA: variance given"),
            coq=("mean_given", "variance_given"),
        ),
        Clause(
            "pairs",
            symbolic=("pairs",),
            instances=(
                "RISE: mean of a pair",
                "PDA: mean of a pair",
                "RISE: variance of pairs",
                "PDA: variance of pairs",
            ),
            coq=("pair_mean", "pair_variance"),
        ),
        Clause("an additive F", symbolic=("additive",), instances=("additive",)),
        Clause("convergence in distribution", quoted="central limit theorem, Slutsky's lemma and the delta method"),
    ),
    "prop:soft": (
        Clause(
            "the image of a mask",
            symbolic=("all ones", "all zeros"),
            instances=("blend",),
        ),
        Clause(
            "a linear model is additive in soft masks",
            symbolic=("a pixel's summands", "masks of 0 and 1"),
            instances=("β_",),
            coq=("soft_additive", "soft_crisp"),
        ),
        Clause(
            "its coefficients are the limit under every design, and least squares on every sample",
            symbolic=("additive: ",),
            instances=("β_",),
            coq=("soft_limit", "soft_estimate"),
        ),
        Clause("they sum to f(ξ) − f(ξ̄)", ("the coefficients of a pixel",), ("Σ β_j",), (), ("soft_sum",)),
        Clause(
            "the difference to crisp masks, and that a linear model attains it",
            symbolic=("a pixel apart",),
            instances=("beyond the bound", "attained by"),
            coq=("soft_difference", "difference_attained"),
        ),
        Clause(
            "the leak, and that some mask attains each summand",
            symbolic=("its own",),
            instances=("beyond the leak", "largest of a pixel"),
            coq=("visible_distance", "distance_attained", "soft_leak"),
        ),
        Clause(
            "mean and coefficients under Bernoulli masks",
            symbolic=("mean under", "at most"),
            instances=("mean of a pixel", "coefficients of Bernoulli"),
            coq=("mean_distance",),
        ),
    ),
}
