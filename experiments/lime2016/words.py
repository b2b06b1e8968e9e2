"""A document as a set function of its words, and the closed form of it where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

import limetheory as lt
from experiments.lime2016.models import MOST_USED, Scored, is_sparse

Exact = Callable[[csr_matrix], Any]
"""From the row of a document to its set function, which has an exact limit."""


class Words:
    """F(z) = the score of the row that keeps the present words j with z_j = 1.

    Attributes:
        columns: the column of each word, (d,).
        d: how many words the document has.
        block_size: masks that are evaluated at once.
    """

    block_size = 1_024

    def __init__(self, model: Scored, row: csr_matrix):
        self._model, self._shape = model, row.shape[1]
        self.columns, self.d = row.indices, row.nnz

    def __call__(self, masks: np.ndarray) -> np.ndarray:
        """(n, d) bool → (n,)."""
        starts = np.concatenate([[0], np.cumsum(masks.sum(axis=1))])
        kept = self.columns[np.nonzero(masks)[1]]
        return self._model(csr_matrix((np.ones(len(kept)), kept, starts), shape=(len(masks), self._shape)))


def exact_form(model: Scored, vectorizer: Any) -> Exact | None:
    """What makes the closed form of a document, None for classifiers whose score has none.

    | classifier | score | set function | statement |
    |---|---|---|---|
    | L1 logistic regression, ten used words at most | probability | `LeafSum` of 2^used leaves | prop:leaf |
    | tree, forest | probability | `LeafSum`, by `TextModel` | prop:trees |
    | support vector machine | decision function | `FactorSum` | prop:factor |
    """
    estimator = model.estimator
    if isinstance(estimator, (DecisionTreeClassifier, RandomForestClassifier)):
        texts = lt.TextModel(make_pipeline(vectorizer, estimator), output="probability")
        names = vectorizer.get_feature_names_out()
        return lambda row: lt.set_function(texts, lt.MaskedText(" ".join(names[row.indices])))
    if isinstance(estimator, SVC):
        return lambda row: kernel_products(estimator, row)
    if is_sparse(estimator):
        return lambda row: few_words(estimator, row)
    return None


def few_words(estimator: LogisticRegression, row: csr_matrix) -> lt.LeafSum:
    """P(class 1) of logistic regression as a sum over the subsets of the words that it uses (prop:leaf)."""
    weights = estimator.coef_[0][row.indices]
    used = np.flatnonzero(weights)
    if len(used) > MOST_USED:
        raise ValueError(f"a document must have at most {MOST_USED} used words, got {len(used)}; raise the penalty")
    subsets = lt.all_masks(len(used)) if len(used) else np.zeros((1, 0), bool)
    values = 1 / (1 + np.exp(-estimator.intercept_[0] - subsets @ weights[used]))
    sides = zip(subsets, values.tolist(), strict=True)
    return lt.LeafSum(row.nnz, [lt.Leaf(row.nnz, used[on].tolist(), used[~on].tolist(), value) for on, value in sides])


def kernel_products(machine: SVC, row: csr_matrix) -> lt.FactorSum:
    """The decision function of an RBF machine as a sum of products over the words (prop:factor)."""
    support = machine.support_vectors_
    inside = support[:, row.indices].toarray()
    outside = support.sum(axis=1).A1 - inside.sum(axis=1)
    on, off = np.exp(-machine.gamma * (1 - inside) ** 2), np.exp(-machine.gamma * inside**2)
    weights = machine.dual_coef_.toarray()[0]
    return lt.FactorSum(on, off, weights, -machine.gamma * outside, float(machine.intercept_[0]))
