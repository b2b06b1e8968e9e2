"""Rows of words that are present at random."""

import numpy as np
from scipy.sparse import csr_matrix


def small(rows=160, words=30, seed=0):
    """Rows of present words, and classes that two of the words decide."""
    rng = np.random.default_rng(seed)
    found = csr_matrix((rng.random((rows, words)) < 0.3).astype(float))
    return found, (found[:, [0]].toarray()[:, 0] + found[:, [1]].toarray()[:, 0] > rng.random(rows)).astype(int)
