"""Clauses about closed forms by class of models."""

from __future__ import annotations

from proofs_check.clauses.clause import Clause

CLAUSES: dict[str, tuple[Clause, ...]] = {
    "prop:linear": (
        Clause("F is additive with β_j as slopes", symbolic=("a pixel's summand",), coq=("limit_linear",)),
        Clause("the residual is 0 on every mask", symbolic=("residual",), coq=("residual_linear",)),
        Clause(
            "β is the limit under every design",
            symbolic=("thm:limit",),
            instances=("β_",),
            balls=("an additive function",),
            coq=("limit_additive",),
        ),
        Clause("also with the constraint", symbolic=("cor:efficient",), instances=("with the constraint",)),
        Clause("and least squares on every sample of full rank", instances=("β_",), coq=("estimate_linear",)),
    ),
    "prop:leaf": (
        Clause(
            "E[π g], E[π K g] and E[π z_j g]",
            symbolic=("z · z = z", "z · (1 − z) = 0", "E[π K g]"),
            coq=("leaf_E", "leaf_on", "leaf_off", "leaf_other", "leaf_size"),
        ),
        Clause(
            "three distinct coefficients",
            symbolic=("thm:limit", "normal equation"),
            instances=("β_",),
            balls=("float64 limit of leaf",),
            coq=("leaf_beta_on", "leaf_beta_off", "leaf_beta_other", "leaf_limit"),
        ),
        Clause("the same by the σ form", symbolic=("σ form",)),
        Clause("shape detectors are such products", symbolic=("detector",), instances=("detector",)),
    ),
    "prop:multilinear": (
        Clause("every F is a sum of products", symbolic=("Möbius",), instances=("coefficient",), coq=("moebius_sum",)),
        Clause(
            "β by in_t and out_t",
            symbolic=("β_0 is linear", "β_j is linear", "in_t", "out_t"),
            instances=("coefficient",),
            coq=("multilinear_beta",),
        ),
        Clause("in_1 = 1 and out_1 = 0", symbolic=("in_1", "out_1"), coq=("inside_1", "outside_1")),
    ),
    "prop:trees": (
        Clause("each split is constant, z_j or 1 − z_j", symbolic=("split", "x_u > θ"), instances=("β_",)),
        Clause("each path is a leaf or vanishes", symbolic=("a split twice", "both branches"), instances=("β_",)),
        Clause("the limit of a forest is the sum of its leaves' limits", instances=("β_",)),
    ),
    "prop:factor": (
        Clause("E[π F]", symbolic=("factor of superpixel j",), instances=("β_",), coq=("factor_E",)),
        Clause("E[π K F]", symbolic=("K marks",), instances=("β_",), coq=("factor_size",)),
        Clause("E[π z_j F]", symbolic=("factor of superpixel j times",), instances=("β_",), coq=("factor_on",)),
        Clause("e^(−j) by taking a factor out", symbolic=("the factor j taken out",), instances=("e^(-j)",)),
        Clause("a Gaussian kernel is such a product", symbolic=("RBF kernel",), instances=("exponent",)),
    ),
    "prop:normalised": (
        Clause(
            "F is an integral of products",
            symbolic=("power 1/2", "power 1", "factor of a part"),
            instances=("β_", "value"),
        ),
        Clause("the rule's error is a Gamma function", symbolic=("|Γ",)),
        Clause("a score under norm l2 is such a quotient", symbolic=("one token",), instances=("‖x", "weight of")),
    ),
    "prop:or": (
        Clause(
            "products of leaves are leaves or 0",
            symbolic=("z · z = z", "z · (1 − z) = 0"),
            instances=("β_",),
            coq=("leaf_product",),
        ),
        Clause(
            "any by inclusion–exclusion",
            symbolic=("0 or", "1 or", "one detector", "one more"),
            instances=("β_", "any"),
            coq=("inclusion_exclusion", "any_detector"),
        ),
        Clause("max with heights by telescoping", symbolic=("highest true detector",), instances=("max",)),
        Clause(
            "parity is a product of factors ±1",
            symbolic=("an active superpixel", "an inactive superpixel"),
            instances=("parity",),
            coq=("parity",),
        ),
    ),
}
