"""The theorems of each label, and the axioms that Coq says they rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from proofs_check.formal.compile import BUILD, PREFIX, SOURCES, Compiled, compile_all, coq, one_line, program

FORMAL: dict[str, tuple[str, ...]] = {
    "lem:alpha": ("lem_alpha.alpha_E", "lem_alpha.alpha_recurrence"),
    "lem:count": (
        "lem_count.count_mass",
        "lem_count.count_kappa",
        "lem_count.count_V",
        "lem_count.count_Delta",
        "lem_count.count_cd",
        "lem_count.Delta_gt0",
        "lem_count.cd_gt0",
    ),
    "prop:gram-inverse": (
        "prop_gram_inverse.gram_entries",
        "prop_gram_inverse.gram_inverse_right",
        "prop_gram_inverse.gram_inverse_left",
        "prop_gram_inverse.gram_inverse",
    ),
    "thm:limit": (
        "thm_limit.limit_normal",
        "thm_limit.limit_formula",
        "thm_limit.limit_sigma_form",
        "thm_limit.sum_deviation",
        "thm_limit.limit_minimises",
        "thm_limit.limit_unique",
        "thm_limit.limit_only_minimiser",
    ),
    "thm:quadratic": ("thm_quadratic.pair_mean", "thm_quadratic.pair_on", "thm_quadratic.pair_moments"),
    "cor:efficient": (
        "cor_efficient.efficient_sum",
        "cor_efficient.efficient_split",
        "cor_efficient.efficient_minimises",
        "cor_efficient.efficient_shapley",
    ),
    "cor:unweighted": (
        "cor_unweighted.unweighted_limit",
        "cor_unweighted.rise_affine",
        "cor_unweighted.pda_affine",
        "cor_unweighted.banzhaf",
    ),
    "prop:ridge": (
        "prop_ridge.ridge_normal",
        "prop_ridge.ridge_unit",
        "prop_ridge.ridge_solution",
        "prop_ridge.ridge_minimises",
        "prop_ridge.ridge_unique",
        "prop_ridge.ridge_only_minimiser",
    ),
    "prop:areas": ("prop_areas.exchanged", "prop_areas.pair_by_first_moments"),
    "prop:product": (
        "prop_product.product_mass",
        "prop_product.product_var",
        "prop_product.product_unit",
        "prop_product.product_limit",
    ),
    "prop:linear": (
        "prop_linear.limit_additive",
        "prop_linear.limit_linear",
        "prop_linear.residual_linear",
        "prop_linear.estimate_linear",
    ),
    "prop:leaf": (
        "prop_leaf.leaf_E",
        "prop_leaf.leaf_on",
        "prop_leaf.leaf_off",
        "prop_leaf.leaf_other",
        "prop_leaf.leaf_size",
        "prop_leaf.leaf_beta_on",
        "prop_leaf.leaf_beta_off",
        "prop_leaf.leaf_beta_other",
        "prop_leaf.leaf_limit",
    ),
    "prop:multilinear": (
        "prop_multilinear.moebius_sum",
        "prop_multilinear.multilinear_beta",
        "prop_multilinear.inside_1",
        "prop_multilinear.outside_1",
    ),
    "prop:factor": ("prop_factor.factor_E", "prop_factor.factor_size", "prop_factor.factor_on"),
    "prop:or": ("prop_or.leaf_product", "prop_or.inclusion_exclusion", "prop_or.any_detector", "prop_or.parity"),
    "lem:leverage": ("lem_leverage.leverage_closed", "lem_leverage.mean_leverage"),
    "prop:text": ("prop_text.text_sizelaw", "prop_text.text_alpha", "prop_text.text_alpha_unweighted"),
    "prop:bias-split": (
        "prop_bias_split.ridge_part",
        "prop_bias_split.mean_squared_error",
        "prop_bias_split.three_parts",
    ),
    "prop:unbiased": ("prop_unbiased.unbiased", "prop_unbiased.paired_unbiased"),
    "lem:stratified": (
        "lem_stratified.fold_unbiased",
        "lem_stratified.sample_unbiased",
        "lem_stratified.fold_exhausted",
        "lem_stratified.by_the_rest",
    ),
    "lem:shared-strata": ("lem_shared_strata.mean_places", "lem_shared_strata.shared_unbiased"),
    "prop:pairs-quadratic": (
        "prop_pairs_quadratic.even_on",
        "prop_pairs_quadratic.gap_even",
        "prop_pairs_quadratic.line_mean",
        "prop_pairs_quadratic.line_on",
        "prop_pairs_quadratic.pairs_limit",
    ),
    "prop:parity": (
        "prop_parity.parity_weights",
        "prop_parity.even_vanishes",
        "prop_parity.symmetric_kappa",
        "prop_parity.even_has_no_coefficients",
    ),
    "prop:ig-order": (
        "prop_ig_order.extension_affine",
        "prop_ig_order.partial_diagonal",
        "prop_ig_order.integrated_gradient",
        "prop_ig_order.shapley_multilinear",
        "prop_ig_order.unweighted_multilinear",
        "prop_ig_order.orders_1_2",
        "prop_ig_order.orders_3",
    ),
    "prop:equivalence": (
        "prop_equivalence.wls_drop",
        "prop_equivalence.efficient_sum",
        "prop_equivalence.efficient_split",
        "prop_equivalence.efficient_equal",
        "prop_equivalence.efficient_minimiser",
        "prop_equivalence.unequal_weights",
        "prop_equivalence.shap_sum",
        "prop_equivalence.shap_residual",
        "prop_equivalence.shap_split",
        "prop_equivalence.pda_drop",
        "prop_equivalence.rise_drop",
        "prop_equivalence.ciu_drop",
        "prop_equivalence.rise_ranks",
        "prop_equivalence.ciu_ranks",
    ),
    "prop:keep-one": (
        "prop_keep_one.kept_unit",
        "prop_keep_one.kept_wls",
        "prop_keep_one.kept_residual",
        "prop_keep_one.efficient_kept_sum",
        "prop_keep_one.efficient_kept_minimiser",
        "prop_keep_one.efficient_kept_equal",
        "prop_keep_one.pda_alone",
        "prop_keep_one.rise_alone",
        "prop_keep_one.ciu_alone",
        "prop_keep_one.kept_ranks",
    ),
    "prop:one-ranking": (
        "prop_one_ranking.one_rise",
        "prop_one_ranking.one_pda",
        "prop_one_ranking.one_contrasts",
        "prop_one_ranking.one_ranks",
        "prop_one_ranking.hidden_ranks",
        "prop_one_ranking.information_ranks",
        "prop_one_ranking.odds_ranks",
    ),
    "prop:ratio": (
        "prop_ratio.ratio_error",
        "prop_ratio.score_centred",
        "prop_ratio.score_covariance",
        "prop_ratio.score_variance",
        "prop_ratio.mean_given",
        "prop_ratio.variance_given",
        "prop_ratio.pair_mean",
        "prop_ratio.pair_variance",
    ),
    "prop:soft": (
        "prop_soft.soft_additive",
        "prop_soft.soft_crisp",
        "prop_soft.soft_limit",
        "prop_soft.soft_estimate",
        "prop_soft.soft_sum",
        "prop_soft.soft_difference",
        "prop_soft.difference_attained",
        "prop_soft.visible_distance",
        "prop_soft.distance_attained",
        "prop_soft.soft_leak",
        "prop_soft.mean_distance",
    ),
}
"""By label, the theorems that state it, as file.theorem."""

_CLOSED = "Closed under the global context"


@dataclass(frozen=True)
class FormalVerdict:
    """What Coq found about the theorems of a label.

    Args:
        label: such as ``thm:limit``.
        theorems: file.theorem of each.
        axioms: those that any of them rests on; established statements have none.
        seconds: compilation of the label's files.
        problem: what is not established, in one line; empty if nothing.
    """

    label: str
    theorems: tuple[str, ...]
    axioms: tuple[str, ...]
    seconds: float
    problem: str = ""

    @property
    def established(self) -> bool:
        """Every theorem compiles and rests on no axiom."""
        return not self.problem


def verify(sources: Path = SOURCES, build: Path = BUILD) -> dict[str, FormalVerdict]:
    """Every label's theorems compiled, and their axioms asked of Coq.

    Args:
        sources: folder of the ``.v`` files.
        build: folder for compiled files, kept between runs.

    Raises:
        FileNotFoundError: Coq is not installed.
    """
    compiled = compile_all(sources, build)
    axioms = axioms_of(tuple(theorem for theorems in FORMAL.values() for theorem in theorems), compiled, build)
    return {label: _verdict(label, theorems, compiled, axioms) for label, theorems in FORMAL.items()}


def axioms_of(theorems: tuple[str, ...], compiled: dict[str, Compiled], build: Path) -> dict[str, tuple[str, ...]]:
    """By theorem, its axioms; theorems of files that did not compile are left out, unknown ones have "not found".

    All are asked for at once, and one by one only if that finds an axiom: Coq walks through the library each time.
    """
    readable = [theorem for theorem in theorems if _is_compiled(theorem, compiled)]
    together = ", ".join(f"@{PREFIX}.{theorem}" for theorem in readable)
    lines = [f"Definition all_theorems := ({together}).", "Print Assumptions all_theorems."]
    if _CLOSED in _ask(readable, lines, build):
        return {theorem: () for theorem in readable}
    lines = [f'Goal True. idtac "theorem {name}:". Abort.\nPrint Assumptions {PREFIX}.{name}.' for name in readable]
    answers = re.split(r"theorem ([\w.]+):", _ask(readable, lines, build))
    return {name: _axioms(answer) for name, answer in zip(answers[1::2], answers[2::2], strict=True)}


def _ask(theorems: list[str], lines: list[str], build: Path) -> str:
    """What Coq prints for some commands once the theorems' files are loaded."""
    files = " ".join(sorted({theorem.split(".")[0] for theorem in theorems}))
    load = [f"From {PREFIX} Require {files}."] if files else []
    command = [*program("top"), "-q", "-quiet", "-w", "-all", "-R", ".", PREFIX]
    return coq(command, build, "\n".join([*load, *lines, ""])).stdout


def _axioms(answer: str) -> tuple[str, ...]:
    if _CLOSED in answer:
        return ()
    named = re.findall(r"^([\w.']+)\s*:", answer.split("Axioms:", 1)[-1], re.MULTILINE) if "Axioms:" in answer else []
    return tuple(named) or ("not found",)


def _is_compiled(theorem: str, compiled: dict[str, Compiled]) -> bool:
    file = compiled.get(theorem.split(".")[0])
    return file is not None and not file.problem


def _verdict(
    label: str, theorems: tuple[str, ...], compiled: dict[str, Compiled], axioms: dict[str, tuple[str, ...]]
) -> FormalVerdict:
    files = sorted({theorem.split(".")[0] for theorem in theorems})
    results = [compiled.get(file, Compiled(0.0, f"{file}.v is missing")) for file in files]
    problems = [result.problem for result in results if result.problem]
    used = tuple(sorted({axiom for theorem in theorems for axiom in axioms.get(theorem, ())}))
    if not problems and used:
        problems = [f"rests on {', '.join(used)}"]
    unread = [theorem for theorem in theorems if theorem not in axioms]
    if not problems and unread:
        problems = [f"Coq said nothing about {unread[0]}"]
    seconds = sum(result.seconds for result in results)
    return FormalVerdict(label, theorems, used, seconds, one_line(problems[0]) if problems else "")
