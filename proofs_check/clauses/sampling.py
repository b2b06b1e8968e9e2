"""Clauses about finite samples."""

from __future__ import annotations

from proofs_check.clauses.clause import Clause

CLAUSES: dict[str, tuple[Clause, ...]] = {
    "lem:leverage": (
        Clause(
            "ℓ by size",
            symbolic=("ℓ / π",),
            instances=("ℓ / π",),
            balls=("ℓ by size",),
            coq=("leverage_closed",),
        ),
        Clause("E[ℓ] = d + 1", ("E[ℓ]",), ("E[ℓ]",), ("E[ℓ]",), ("mean_leverage",)),
    ),
    "thm:clt": (
        Clause("E[π r z̃] = 0", symbolic=("E[π r z̃]",), instances=("E[π r z̃]",)),
        Clause("Σ̂ (β̂ − β) is the mean of π r z̃", symbolic=("Σ̂ (β̂ − β)",), instances=("sample",)),
        Clause("the influence of a mask", symbolic=("influence",), instances=("influence",)),
        Clause("covariance 0 for additive F", symbolic=("additive F",), instances=("additive F",)),
        Clause("convergence in distribution", quoted="law of large numbers, central limit theorem and Slutsky's lemma"),
    ),
    "cor:leaf-covariance": (
        Clause("the number of masks of a type", symbolic=("masks of a group",), instances=("covariance",)),
        Clause("the share with given superpixels active", ("one superpixel", "two superpixels"), ("covariance",)),
        Clause("the residual of a type", symbolic=("r by type",), instances=("covariance",)),
    ),
    "prop:unbiased": (
        Clause(
            "E β̂ = β(F) for every n and every g",
            symbolic=("E[estimate] = β(F)", "Σ E[estimate]"),
            instances=("n = 1", "n = 2"),
            coq=("unbiased",),
        ),
        Clause("also with pairs of complements under a symmetric law", coq=("paired_unbiased",)),
        Clause("also with g fitted on the masks left out", instances=("folds",)),
    ),
    "lem:stratified": (
        Clause(
            "given the others, a fold is a uniform ordered sample of the rest",
            symbolic=("others in order", "the fold leaves", "folds that have a unit"),
            instances=("orders of fold",),
        ),
        Clause(
            "given the others, T has the mean ȳ",
            symbolic=("y of the", "g of the"),
            instances=("mean given the folds",),
            coq=("fold_unbiased",),
        ),
        Clause(
            "so has T over all samples, of strata and folds",
            instances=("mean over all samples",),
            coq=("sample_unbiased",),
        ),
        Clause("T by the mean of g over the rest", symbolic=("by the mean of g",), coq=("by_the_rest",)),
        Clause(
            "T = ȳ if the stratum is exhausted",
            symbolic=("exhausted",),
            instances=("exhausted",),
            coq=("fold_exhausted",),
        ),
    ),
    "lem:shared-strata": (
        Clause(
            "given the others, the sizes of the fold's places have the law p",
            symbolic=("others as likely",),
            instances=("sizes in fold",),
        ),
        Clause(
            "given these sizes too, the fold's masks are uniform ordered samples of the rest",
            symbolic=("others as likely", "folds that have"),
            instances=("orders in fold",),
        ),
        Clause(
            "m_s has the mean m p_s",
            symbolic=("places of a size",),
            instances=("places of a size",),
            coq=("mean_places",),
        ),
        Clause(
            "given the others, T has the mean Σ P_s ȳ_s",
            symbolic=("y of the", "g of the"),
            instances=("mean given the folds",),
            coq=("shared_unbiased",),
        ),
        Clause("so has the average over the folds", instances=("mean over all samples",)),
        Clause(
            "sizes that are drawn with replacement, as if N_s were infinite",
            symbolic=("y with", "with replacement", "nothing is known"),
            instances=("mean given the folds",),
        ),
    ),
    "thm:bound": (
        Clause(
            "whitened lengths and inner products",
            symbolic=("u·w", "‖", "tr I", "E ‖"),
            instances=("dimension", "h²", "u·w", "‖u‖²", "length", "mean length"),
        ),
        Clause(
            "third and fourth moments of a whitened mask in any direction",
            symbolic=("third moment", "fourth moment"),
            instances=("third moment", "fourth moment"),
        ),
        Clause("the two parts of the error", symbolic=("M̂^{-1}",), instances=("error of a sample",)),
        Clause("Pythagoras", symbolic=("E[π r²]",), instances=("Pythagoras",)),
        Clause("the bound of a prediction", instances=("projection",)),
        Clause("the exponent", symbolic=("φ",), balls=("t + (1−t) log(1−t)",)),
        Clause("the tail of the smallest eigenvalue, d = 2, n = 3", instances=("tail",)),
        Clause("R, its size and its digits", balls=("R", "1.5 (d+1)", "float64 R")),
        Clause("no L exceeds the half-width before the draw", balls=("±0.05", "float64 half-width")),
        Clause(
            "matrix Chernoff, Bousquet, Bernstein, the shortfall, concavity in L, and the half-widths by them",
            quoted="Tropp 2012; Bousquet 2002; by hand in paper/bound.md",
        ),
    ),
    "prop:parity": (
        Clause(
            "weights of the odd and of the even part, for every odd contrast",
            symbolic=("z_j − K/d", "K − d/2", "a pair"),
            instances=("E[π (",),
            coq=("parity_weights",),
        ),
        Clause("κ = d/2 if the design is symmetric", instances=("κ",), coq=("symmetric_kappa",)),
        Clause(
            "the even part has no coefficients then",
            symbolic=("symmetric design: the even part", "symmetric design: the odd part"),
            instances=("weight of the even part", "limit of the even part"),
            coq=("even_vanishes", "even_has_no_coefficients"),
        ),
        Clause(
            "Σ^{-1} z̃ changes its sign in a pair",
            symbolic=("symmetric design: the influence",),
            instances=("influence of a complement",),
        ),
    ),
    "prop:pairs-quadratic": (
        Clause(
            "odd and even functions decouple in pairs of equal weights",
            symbolic=("an odd times", "no weight in a pair"),
            instances=("pairs_", "pairs, ends met", "s_1 over a pair"),
            coq=("even_on", "gap_even"),
        ),
        Clause(
            "the slopes at the centre",
            symbolic=("the slope at the centre",),
            instances=("pairs_",),
            coq=("line_mean", "line_on", "pairs_limit"),
        ),
        Clause(
            "the limit from the fit with pairs, under every exchangeable design",
            symbolic=("normal equation", "z_i z_l in"),
            instances=("limit_", "s_1 s_2 in"),
        ),
        Clause(
            "equal for every F if and only if e_1 = e_3 = 0",
            symbolic=("0 without", "0 only if"),
            instances=("no third moment",),
        ),
        Clause("the moments of 2K − d", symbolic=("E[2K − d] is", "E[(2K − d)³]"), instances=("E[(2K − d)^",)),
        Clause("for d ≤ 4 symmetric designs alone", symbolic=("masses that are not symmetric",)),
        Clause("not under weights that increase", symbolic=("E[2K − d] of sizes",)),
    ),
    "prop:bias-split": (
        Clause("the three parts add up", symbolic=("the parts add up",), instances=("sum",), coq=("three_parts",)),
        Clause(
            "the ridge part",
            symbolic=("the ridge part", "no penalty"),
            instances=("ridge part",),
            coq=("ridge_part",),
        ),
        Clause("the mean squared error is bias² plus variance", coq=("mean_squared_error",)),
    ),
    "prop:selection": (
        Clause(
            "the covariances of masks and of F", symbolic=("Var_μ", "Cov_μ"), instances=("covariance", "Cov(z_j, F)")
        ),
        Clause("the LASSO on its support", symbolic=("LASSO",), instances=("LASSO",)),
        Clause("the gain of a superpixel", symbolic=("left", "partial"), instances=("gain of",)),
        Clause("soft thresholding at ν = ∞", symbolic=("independent: soft",), instances=("ν = ∞: threshold",)),
        Clause("gains in the order of |β| at ν = ∞", symbolic=("independent: the gain",), instances=("ν = ∞: gain",)),
        Clause("the forward path at ν = ∞ is the order of |β|", instances=("ν = ∞: forward path",)),
        Clause("the support at ν = ∞ is that of the largest |β|", instances=("ν = ∞: support",)),
        Clause(
            "the probability that a sample selects a set",
            quoted="thm:clt, and uniform convergence over convex sets: Ranga Rao 1962",
        ),
    ),
}
