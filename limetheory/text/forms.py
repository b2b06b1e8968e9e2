"""From the columns of a vectorizer and an estimator's form to a set function of tokens with a closed form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limetheory.fitted.linear import FALLBACK, LinearScore
from limetheory.fitted.trees.ensemble import Ensemble
from limetheory.fitted.trees.paths import leaf_terms
from limetheory.limits import Additive, Leaf, LeafSum, NormalisedSum, WeightedSum
from limetheory.text.columns import Columns, Rows, on_subsets
from limetheory.text.masked import MaskedText

_POWERS = {"l2": 0.5, "l1": 1.0}


def normalised_form(score: LinearScore, columns: Columns, norm: str) -> NormalisedSum:
    """A linear score of rows that are divided by their norm (prop:normalised).

    Raises:
        NotImplementedError: rows whose norm is no function of a sum over the tokens.
    """
    alone = columns.alone
    shared = columns.tokens_of > 1 if norm == "l2" else ~columns.additive
    if columns.empty.any() or shared.any() or (norm == "l1" and alone.data.min(initial=0) < 0):
        raise NotImplementedError(
            f"the exact limit under norm {norm} needs a column for each token, got {np.count_nonzero(shared)} that "
            f"tokens share; use norm=None, or {FALLBACK}"
        )
    sizes = (alone**2 if norm == "l2" else alone).sum(axis=1)
    return NormalisedSum(alone @ score.weights, sizes, _POWERS[norm], score.intercept)


def linear_form(score: LinearScore, columns: Columns, rows: Rows, masked: MaskedText) -> Additive | WeightedSum:
    """A linear score of rows as they are (prop:linear); columns that are no sums over tokens are leaves (prop:leaf)."""
    additive = columns.additive
    slopes = columns.alone[:, additive] @ score.weights[additive]
    linear = Additive(slopes, score.intercept + float(columns.empty @ score.weights))
    others = np.flatnonzero(~additive & (score.weights != 0))
    if not len(others):
        return linear
    leaves = [leaf for column in others.tolist() for leaf in _leaves(score, columns, column, rows, masked)]
    rest = sum(float(score.weights[column] * columns.empty[column]) for column in others.tolist())
    return WeightedSum([linear, LeafSum(masked.d, leaves)], intercept=-rest)


def _leaves(score: LinearScore, columns: Columns, column: int, rows: Rows, masked: MaskedText) -> Iterator[Leaf]:
    """A weighted column as leaves: 1 minus "none is shown" where each token alone gives all, else one a subset."""
    alone, weight = columns.alone[:, [column]], float(score.weights[column])
    tokens, top, bottom = alone.indices, columns.whole[column], columns.empty[column]
    if (alone.data == top - bottom).all():
        yield Leaf(masked.d, value=weight * top)
        yield Leaf(masked.d, off=tokens.tolist(), value=-weight * (top - bottom))
        return
    for subset, found in zip(*on_subsets(rows, masked, column, tokens), strict=True):
        yield Leaf(masked.d, tokens[subset].tolist(), tokens[~subset].tolist(), float(weight * found))


def tree_form(ensemble: Ensemble, columns: Columns, d: int) -> LeafSum:
    """A sum of trees of rows as they are (prop:trees).

    Raises:
        NotImplementedError: splits at columns that several tokens change.
    """
    shared = (columns.tokens_of > 1) & np.isin(np.arange(len(columns.whole)), ensemble.feature[~ensemble.is_leaf])
    if shared.any():
        raise NotImplementedError(
            f"the exact limit of trees needs splits at columns of one token each, got {np.count_nonzero(shared)} at "
            f"columns that several tokens change; use lowercase text and positions=False, or {FALLBACK}"
        )
    whole = np.where(columns.tokens_of > 1, columns.empty, columns.whole)
    terms = leaf_terms(ensemble, whole[None], columns.empty[None], columns.owner[None], d)
    return LeafSum.of_terms(terms, ensemble.intercept)
