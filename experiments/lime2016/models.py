"""The classifiers of the experiments on words, each as a score of rows and a threshold between its two classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

MOST_USED = 10
"""Words that the sparse classifiers of section 5.2 use of any document, at most."""
_PENALTIES = tuple(round(0.1 - 0.01 * i, 2) for i in range(10))
"""Inverse strengths of the L1 penalty that are tried, in this order; then ever smaller ones."""
_L1: dict[str, Any] = {"l1_ratio": 1} if LogisticRegression().penalty == "deprecated" else {"penalty": "l1"}
"""The L1 penalty, as scikit-learn takes it from 1.8 on, and as it did before."""
_DEEPEST = 40
DIMENSIONS = 100
"""Of the vectors of words that the forest on embeddings sees."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A fitted classifier as one number for each row: P(class 1), or the decision function of a support vector machine.

    Attributes:
        estimator: the classifier.
        threshold: above it the prediction is class 1.
    """

    estimator: Any
    threshold: float = 0.5

    def __call__(self, rows: csr_matrix) -> np.ndarray:
        """The score of each row, (n, words) → (n,)."""
        if isinstance(self.estimator, SVC):
            return decisions(self.estimator, rows)
        return np.asarray(self.estimator.predict_proba(rows)[:, 1])

    def accuracy(self, rows: csr_matrix, labels: np.ndarray) -> float:
        """The share of rows whose class is predicted."""
        return float(np.mean((self(rows) > self.threshold) == labels))


def decisions(machine: SVC, rows: csr_matrix) -> np.ndarray:
    """The decision function of an RBF machine on rows of 0 and 1, by one product; several times sooner than its own."""
    support = machine.support_vectors_
    inner = (rows @ support.T).toarray()
    distance = rows.sum(axis=1).A1[:, None] + support.sum(axis=1).A1 - 2 * inner
    return np.asarray(np.exp(-machine.gamma * distance) @ machine.dual_coef_.toarray()[0] + machine.intercept_[0])


def sparse_logistic(train: csr_matrix, labels: np.ndarray, documents: csr_matrix, seed: int) -> Scored:
    """L1 logistic regression with the largest C tried for which every document has at most ten used words."""
    tried = iter((*_PENALTIES, *(0.01 * 0.8**i for i in range(1, 30))))
    while True:
        fit = LogisticRegression(C=next(tried), **_L1, solver="liblinear", random_state=seed).fit(train, labels)
        if (documents @ (fit.coef_[0] != 0).astype(float)).max() <= MOST_USED:
            return Scored(fit)


def is_sparse(estimator: Any) -> bool:
    """Whether it is logistic regression with an L1 penalty."""
    if not isinstance(estimator, LogisticRegression):
        return False
    return all(getattr(estimator, name) == value for name, value in _L1.items())


def small_tree(train: csr_matrix, labels: np.ndarray, documents: csr_matrix, seed: int) -> Scored:
    """The deepest decision tree, of depth 40 at most, whose path of no document has more than ten present words."""
    for depth in range(_DEEPEST, 0, -1):
        fit = DecisionTreeClassifier(max_depth=depth, random_state=seed).fit(train, labels)
        if max(map(len, tree_words(fit, documents))) <= MOST_USED:
            break
    return Scored(fit)


def tree_words(tree: DecisionTreeClassifier, documents: csr_matrix) -> list[np.ndarray]:
    """The present words that each document's path through a tree asks for, as columns."""
    path, asked = tree.decision_path(documents), tree.tree_.feature
    columns = (np.unique(asked[path.indices[a:b]]) for a, b in zip(path.indptr[:-1], path.indptr[1:], strict=True))
    return [np.intersect1d(found, documents[i].indices) for i, found in enumerate(columns)]


def used_words(model: Scored, documents: csr_matrix) -> list[np.ndarray]:
    """The words of each document that a sparse classifier truly uses, as columns."""
    if isinstance(model.estimator, DecisionTreeClassifier):
        return tree_words(model.estimator, documents)
    used = np.flatnonzero(model.estimator.coef_[0])
    return [np.intersect1d(used, documents[i].indices) for i in range(documents.shape[0])]


SPARSE = {"sparse logistic": sparse_logistic, "tree": small_tree}
"""The classifiers of section 5.2."""


def trusted_model(name: str, train: csr_matrix, labels: np.ndarray, trees: int, seed: int) -> Scored:
    """A classifier of section 5.3 on unigrams, by its name in `TRUSTED`."""
    estimator, threshold = {
        "logistic": (LogisticRegression(max_iter=1_000), 0.5),
        "neighbours": (KNeighborsClassifier(5, algorithm="brute"), 0.5),
        "forest": (RandomForestClassifier(trees, random_state=seed), 0.5),
        "embedded forest": (embedded(RandomForestClassifier(trees, random_state=seed), seed), 0.5),
        "svm": (SVC(C=10, gamma=0.001), 0.0),
    }[name]
    return Scored(estimator.fit(train, labels), threshold)


def embedded(estimator: Any, seed: int) -> Any:
    """An estimator on the sum of the vectors of a document's words, instead of on the words (latent semantic analysis).

    The vector of a word is its row in the leading singular vectors of the training documents' TF-IDF, and the sum is
    weighted by TF-IDF. It takes the place of the averaged word2vec vectors of the paper, which come from other texts.
    """
    return make_pipeline(TfidfTransformer(), TruncatedSVD(DIMENSIONS, random_state=seed), estimator)


TRUSTED = ("logistic", "neighbours", "svm", "forest", "embedded forest")
