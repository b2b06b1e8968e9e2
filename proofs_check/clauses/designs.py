"""Clauses about moments, limits and designs."""

from __future__ import annotations

from proofs_check.clauses.clause import Clause

CLAUSES: dict[str, tuple[Clause, ...]] = {
    "lem:alpha": (
        Clause(
            "α_{a,b} = Σ_k C(d−a−b, k−a) w(k)",
            symbolic=("no free coordinate", "one more free coordinate", "Garreau & Mardaoui's count"),
            instances=("α_{a,b}",),
            balls=("α_{a,b} = p^a", "α_{a,b} as balls"),
            coq=("alpha_E",),
        ),
        Clause(
            "α_{a,b} = α_{a+1,b} + α_{a,b+1}",
            symbolic=("z + (1 − z) = 1",),
            instances=("α_{a,b} = α_{a+1,b}",),
            coq=("alpha_recurrence",),
        ),
    ),
    "lem:count": (
        Clause(
            "α_0 = Σ_k m_k, α_1 and α_2 by the shares of a size", ("share of",), ("α_1", "α_2"), (), ("count_mass",)
        ),
        Clause("κ = Σ_k k m_k / α_0", ("κ",), ("κ",), ("float64 κ",), ("count_kappa",)),
        Clause("V = Σ_k (k − κ)² m_k / α_0", ("V",), (), ("float64 V",), ("count_V",)),
        Clause("V by pairs of sizes", ("α_0² V as a sum over pairs",), ("α_0² V",)),
        Clause("Δ = Σ_k k(d − k) m_k / (d(d − 1))", ("Δ",), ("Δ",), ("float64 Δ",), ("count_Delta",)),
        Clause("c_d = α_0² V / d", ("c_d",), ("c_d",), ("float64 c_d",), ("count_cd",)),
        Clause("c_d > 0 and Δ > 0", (), ("c_d > 0 and Δ > 0",), ("Δ > 0", "c_d > 0"), ("Delta_gt0", "cd_gt0")),
    ),
    "prop:gram-inverse": (
        Clause("Σ has the entries α_0, α_1, α_2", coq=("gram_entries",), instances=("Σ Σ^{-1}",)),
        Clause(
            "Σ^{-1} in closed form",
            symbolic=("Σ Σ^{-1} = I", "Σ^{-1} Σ = I"),
            instances=("Σ Σ^{-1}",),
            balls=("Σ Σ^{-1} = 1",),
            coq=("gram_inverse_right", "gram_inverse_left", "gram_inverse"),
        ),
        Clause("the same entries without cancellation", symbolic=("σ_0", "σ_1", "σ_2", "σ_3"), balls=("float64 σ_0",)),
    ),
    "thm:quadratic": (
        Clause(
            "p_ij within a size",
            symbolic=("p_ij = z_i z_j − …", "p_ij against functions", "p_ij against z_i", "p_ij against z_l"),
            instances=("E[π p_12 F]",),
            coq=("pair_mean", "pair_on"),
        ),
        Clause(
            "the norms of pure pairs and of c_j", symbolic=("p_ij against Σ G z z", "c_j against"), balls=("λ = α_2",)
        ),
        Clause(
            "G from the moments",
            symbolic=("G from the moments",),
            instances=("quadratic_",),
            coq=("pair_moments",),
        ),
        Clause(
            "the coefficients of the surrogate",
            symbolic=("one superpixel", "two superpixels"),
            instances=("quadratic_",),
            balls=("the surrogate's coefficients", "float64 surrogate"),
        ),
    ),
    "thm:limit": (
        Clause(
            "the formula solves the normal equations",
            symbolic=("Σ β = Γ",),
            instances=("β_",),
            balls=("s + deviations",),
            coq=("limit_normal", "limit_formula"),
        ),
        Clause(
            "it has the smallest loss",
            symbolic=("a further change h",),
            instances=("a step that lowers the loss",),
            coq=("limit_minimises",),
        ),
        Clause("no other coefficients do", coq=("limit_unique", "limit_only_minimiser")),
        Clause("deviations sum to 0", ("the deviations",), (), ("deviations sum to 0",), ("sum_deviation",)),
        Clause("the σ form", ("σ form",), (), (), ("limit_sigma_form",)),
    ),
    "prop:enumeration": (
        Clause("Γ_0, Γ_j and T as running sums", symbolic=("Γ_0", "Γ_j", "T = Σ_j Γ_j"), instances=("β_",)),
        Clause("any order, and blocks add up", symbolic=("blocks add up",), instances=("β_",)),
    ),
    "cor:efficient": (
        Clause("the coefficients sum to F(1) − F(0)", ("the coefficients sum",), (), (), ("efficient_sum",)),
        Clause(
            "the constrained minimiser, and the only one",
            symbolic=("the gradient is parallel",),
            instances=("coefficient",),
            coq=("efficient_split", "efficient_minimises"),
        ),
        Clause(
            "the Shapley value at its masses",
            symbolic=("Δ = 1 − 1/d", "Shapley weight"),
            instances=("Shapley value",),
            balls=("β = Shapley value", "Σ m_k"),
            coq=("efficient_shapley",),
        ),
    ),
    "cor:unweighted": (
        Clause("α_{a,b}, Δ and V", symbolic=("factor of", "Δ", "V")),
        Clause(
            "β_j = E[F | z_j = 1] − E[F | z_j = 0]",
            symbolic=("β_j",),
            instances=("β_",),
            balls=("β_j = E[F",),
            coq=("unweighted_limit",),
        ),
        Clause("the Banzhaf value at p = 1/2", symbolic=("Banzhaf weight",), coq=("banzhaf",)),
        Clause("RISE is affine in it", ("RISE",), ("RISE",), (), ("rise_affine",)),
        Clause("PDA is affine in it", ("PDA",), ("PDA",), (), ("pda_affine",)),
        Clause("image LIME tends to it", ("the weight of image LIME",), (), ("|β_j(ν) − β_j(∞)|", "2^{−p}")),
    ),
    "cor:bandwidth": (
        Clause(
            "ν → 0: occlusion, for every family of masses with w(k)/w(k+1) → 0",
            symbolic=("ν → 0", "the distance falls"),
            instances=("ν → 0",),
        ),
        Clause("ν → ∞: the Banzhaf value", symbolic=("ν → ∞",), instances=("ν → ∞",)),
    ),
    "prop:ridge": (
        Clause(
            "the formula solves the penalised normal equations, and nothing else does",
            symbolic=("(Σ + λ diag(0, I))", "the mean coefficient", "no penalty"),
            instances=("β^λ",),
            balls=("β^λ = solution",),
            coq=("ridge_normal", "ridge_unit", "ridge_solution"),
        ),
        Clause("it has the smallest penalised loss", (), ("a step that lowers the loss",), (), ("ridge_minimises",)),
        Clause("no other coefficients do", coq=("ridge_unique", "ridge_only_minimiser")),
        Clause("both factors shrink", balls=("both factors in (0, 1)",)),
    ),
    "prop:text": (
        Clause(
            "w(k) = ψ(1 − k/d) / (d C(d, k))",
            symbolic=("the sizes", "the law", "the weight"),
            instances=("mass of a mask",),
            coq=("text_sizelaw",),
        ),
        Clause("α_p", symbolic=("share of z_1",), instances=("α_",), coq=("text_alpha",)),
        Clause(
            "α_p = (d − p) / (d(p + 1)) at π = 1",
            symbolic=("Σ_{k<n}", "α_p without weight", "α_1 without weight", "α_2 without weight"),
            instances=("α_0 without weight",),
            coq=("text_alpha_unweighted",),
        ),
    ),
    "prop:product": (
        Clause(
            "β_j = Cov_μ(z_j, F) / Var_μ(z_j) and β_0",
            symbolic=("normal equation",),
            instances=("β_",),
            coq=("product_mass", "product_var", "product_unit", "product_limit"),
        ),
        Clause("with a penalty", symbolic=("the same with a penalty",), instances=("β^λ",)),
        Clause("the case of tabular LIME", symbolic=("P_μ(z_j = 1)",), instances=("P_μ(z_j = 1)",)),
    ),
    "prop:areas": (
        Clause(
            "E[π z_n] by the law of the size before n and the weight after it",
            symbolic=("the weight averaged", "the law of the size", "E[π z_n] and"),
            instances=("E[π z_",),
        ),
        Clause("the moments of every subset", symbolic=("the law of the size",), instances=("α of a subset",)),
        Clause(
            "two superpixels exchanged",
            symbolic=("two superpixels exchanged",),
            instances=("exchanged: ",),
            coq=("exchanged",),
        ),
        Clause(
            "E[π z_i z_j] by first moments",
            symbolic=("E[π z_i z_j] by",),
            instances=("pair: ",),
            coq=("pair_by_first_moments",),
        ),
        Clause("exponential weights", symbolic=("π = θ^K",), instances=("θ^K",)),
        Clause("the limit", instances=("β_",)),
        Clause("two superpixels merged", symbolic=("i and j merged",), instances=("1 and 2 merged",)),
    ),
}
