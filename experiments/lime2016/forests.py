"""Pairs of forests of section 5.4: equally good where one looks, and one of them worse where it counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.ensemble import RandomForestClassifier

from experiments.lime2016.corpus import Divided
from experiments.lime2016.models import Scored

SPURIOUS = 10
RATES, TEST_RATE = (0.1, 0.2), 0.1
"""Shares of the documents that get a spurious word: of the two classes in training, and of all for testing."""
TREES, DEPTH = 30, 5
ALIKE, APART = 0.001, 0.05
MOST = 300
"""Forests that are fitted in search of a pair, at most."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two forests, and the documents that a user sees.

    Attributes:
        forests: both.
        train, validation: the rows that both were trained and validated on.
        spurious: which columns are spurious words, (columns,) bool.
        test_accuracies: of both.
    """

    forests: tuple[Scored, Scored]
    train: csr_matrix
    validation: csr_matrix
    spurious: np.ndarray
    test_accuracies: tuple[float, float]


def with_spurious(rows: csr_matrix, labels: np.ndarray, rates: np.ndarray, rng: np.random.Generator) -> csr_matrix:
    """The rows with ten more columns, each present at the rate of its document's class: rates (10, 2)."""
    present = rng.random((rows.shape[0], len(rates))) < rates[:, labels].T
    return csr_matrix(hstack([rows, csr_matrix(present.astype(float))]))


def find_pair(found: Divided, rng: np.random.Generator) -> Pair:
    """The first pair among forests, fitted one after the other, whose accuracies are alike and then apart.

    Raises:
        ValueError: there is none among the forests tried.
    """
    rates = np.array([rng.permutation(RATES) for _ in range(SPURIOUS)])
    rows = with_spurious(found.train, found.train_labels, rates, rng)
    test = with_spurious(found.test, found.test_labels, np.full((SPURIOUS, 2), TEST_RATE), rng)
    validation, train = np.split(rng.permutation(rows.shape[0]), [rows.shape[0] // 5])
    seen = list[tuple[Scored, float, float]]()
    for _ in range(MOST):
        forest = Scored(
            RandomForestClassifier(TREES, max_depth=DEPTH, random_state=int(rng.integers(1 << 31))).fit(
                rows[train], found.train_labels[train]
            )
        )
        valid = forest.accuracy(rows[validation], found.train_labels[validation])
        final = forest.accuracy(test, found.test_labels)
        for other, its_valid, its_final in seen:
            if abs(valid - its_valid) <= ALIKE and abs(final - its_final) >= APART:
                spurious = np.arange(rows.shape[1]) >= found.train.shape[1]
                return Pair((other, forest), rows[train], rows[validation], spurious, (its_final, final))
        seen.append((forest, valid, final))
    raise ValueError(
        f"forests must come in a pair alike in validation and apart in the test, got none among {MOST}; leave it out"
    )
