"""The Parzen window: a global approximation of a classifier, explained by its gradient (Baehrens et al. 2010)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from experiments.lime2016.local import Local

WIDTHS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


class Parzen:
    """p(x) = Σ_i y_i κ(x, x_i) / Σ_i κ(x, x_i), κ = exp(−|x − x_i|² / 2σ²), y_i the class that a classifier predicts.

    Args:
        rows: the training rows of 0 and 1, (n, words).
        predicted: the classes 0 and 1 that the classifier to be explained predicts for them, (n,).

    Attributes:
        words: number of columns.
        width: σ, of `WIDTHS` the one whose left-one-out probabilities of the predicted classes have the largest mean
            logarithm.
    """

    def __init__(self, rows: csr_matrix, predicted: np.ndarray):
        self._rows, self._predicted = rows, predicted.astype(float)
        self.words, self._sizes = rows.shape[1], rows.sum(axis=1).A1
        squares = self._squares(rows)
        np.fill_diagonal(squares, np.inf)
        self.width = max(WIDTHS, key=lambda width: self._left_out(squares, width))

    def _squares(self, rows: csr_matrix) -> np.ndarray:
        """|x − x_i|², (m, n)."""
        inner = (rows @ self._rows.T).toarray()
        return np.asarray(rows.sum(axis=1).A1[:, None] + self._sizes - 2 * inner)

    def _left_out(self, squares: np.ndarray, width: float) -> float:
        chance = np.clip(_windows(squares, width) @ self._predicted, 1e-6, 1 - 1e-6)
        return float(np.mean(np.log(np.where(self._predicted > 0, chance, 1 - chance))))

    def explained(self, row: csr_matrix, k: int) -> Local:
        """The k present words with the largest partial derivatives, and p(x) as the value of the surrogate."""
        window = _windows(self._squares(row), self.width)[0]
        chance = float(window @ self._predicted)
        present = self._rows[:, row.indices]
        # Σ_i κ_i (y_i − p) = 0, so that of x_i − x only x_i counts
        slopes = ((window * (self._predicted - chance)) @ present) / self.width**2
        chosen = np.argsort(-np.abs(slopes), kind="stable")[:k]
        return Local(chosen, slopes[chosen], chance)


def _windows(squares: np.ndarray, width: float) -> np.ndarray:
    """κ divided by its sum over i, whose largest factor is taken out before, so that none underflows together."""
    powers = -squares / (2 * width**2)
    found = np.exp(powers - powers.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True))
