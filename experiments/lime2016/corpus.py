"""A corpus by its name, as rows of present words, divided into training and test documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from experiments.lime2016.made_up import made_up
from experiments.lime2016.reviews import reviews

DOMAINS, MADE_UP = ("books", "dvd"), "made-up"
MADE_UP_NUMBER = 2_000
TEST_SHARE = 0.2
FEWEST_WORDS = 3
"""The design hides and shows one word at least, so that with two words all masks have the same size."""


@dataclass(frozen=True, eq=False)
class Divided:
    """Training and test rows with their classes.

    Attributes:
        train, test: (documents, words) of 0.0 and 1.0.
        train_labels, test_labels: 0 or 1 for each document.
        train_documents, test_documents: the place of each document in the corpus.
        vectorizer: from texts to rows; its vocabulary is that of the training documents.
    """

    train: csr_matrix
    train_labels: np.ndarray
    test: csr_matrix
    test_labels: np.ndarray
    train_documents: np.ndarray
    test_documents: np.ndarray
    vectorizer: CountVectorizer

    def explained(self, number: int) -> np.ndarray:
        """The first test documents that have words enough, as places among the test rows."""
        return np.flatnonzero(np.diff(self.test.indptr) >= FEWEST_WORDS)[:number]


@lru_cache(maxsize=4)
def documents(name: str, folder: Path | None) -> tuple[list[str], np.ndarray]:
    """The texts of a corpus and their classes."""
    if name != MADE_UP and folder is None:
        raise ValueError(f"corpus {name!r} needs --data FOLDER, got none; use {MADE_UP!r}")
    texts, labels = made_up(MADE_UP_NUMBER) if folder is None or name == MADE_UP else reviews(folder / name)
    return texts, np.array(labels)


def divided(name: str, folder: Path | None, seed: int) -> Divided:
    """A corpus divided at random, one document of five for testing, as rows of which words are present.

    Args:
        name: `books`, `dvd` or `made-up`.
        folder: of the corpora.
        seed: of the division.
    """
    texts, labels = documents(name, folder)
    order = np.random.default_rng(seed).permutation(len(texts))
    test, train = np.split(order, [round(TEST_SHARE * len(order))])
    vectorizer = CountVectorizer(binary=True, dtype=np.float64)
    rows = vectorizer.fit_transform([texts[i] for i in train])
    found = vectorizer.transform([texts[i] for i in test])
    return Divided(rows, labels[train], found, labels[test], train, test, vectorizer)
