"""Every statement in reading order, and the labels that have no statement or no code yet."""

from __future__ import annotations

from proofs_check.statement import Statement
from proofs_check.statements import (
    cor_bandwidth,
    cor_efficient,
    cor_leaf_covariance,
    cor_unweighted,
    lem_alpha,
    lem_count,
    lem_leverage,
    lem_shared_strata,
    lem_stratified,
    prop_areas,
    prop_bias_split,
    prop_enumeration,
    prop_equivalence,
    prop_factor,
    prop_gram_inverse,
    prop_ig_linear,
    prop_ig_order,
    prop_keep_one,
    prop_leaf,
    prop_linear,
    prop_multilinear,
    prop_normalised,
    prop_one_ranking,
    prop_or,
    prop_pairs_quadratic,
    prop_parity,
    prop_product,
    prop_ratio,
    prop_ridge,
    prop_selection,
    prop_soft,
    prop_text,
    prop_trees,
    prop_unbiased,
    thm_bound,
    thm_clt,
    thm_limit,
    thm_quadratic,
)

STATEMENTS: tuple[Statement, ...] = tuple(
    module.STATEMENT
    for module in (
        lem_alpha,
        lem_count,
        prop_gram_inverse,
        thm_limit,
        prop_enumeration,
        cor_efficient,
        cor_unweighted,
        cor_bandwidth,
        prop_ridge,
        prop_text,
        thm_quadratic,
        prop_product,
        prop_areas,
        prop_linear,
        prop_leaf,
        prop_multilinear,
        prop_trees,
        prop_factor,
        prop_normalised,
        prop_or,
        lem_leverage,
        thm_clt,
        cor_leaf_covariance,
        prop_unbiased,
        lem_stratified,
        lem_shared_strata,
        thm_bound,
        prop_parity,
        prop_pairs_quadratic,
        prop_bias_split,
        prop_selection,
        prop_ig_linear,
        prop_ig_order,
        prop_equivalence,
        prop_keep_one,
        prop_one_ranking,
        prop_ratio,
        prop_soft,
    )
)

AWAITED = {
    "prop:smooth": "an approximation, whose error term is to be stated first",
}
"""Labels that code may name although they have no statement yet, and why."""

AWAITED_CODE: dict[str, str] = {}
"""Labels whose statement no file of limetheory names yet, and where it will be named."""
