"""The coefficients that an explanation matrix is made of, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation import Explanation

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Terms:
    """Coefficients other than 0, t of them, each of one explanation and for one cell of the matrix.

    A cell is an instance and a feature. Several terms meet in one where an instance is explained for several classes,
    or where parts of one explanation have the same name.

    Attributes:
        coefficients: β of each term, (t,).
        errors: its standard error, (t,).
        explanation: which explanation it is of, (t,), in increasing order.
        cell: which cell it counts for, (t,).
        indices: the feature of each cell, (cells,).
        indptr: where the cells of each instance begin, (instances + 1,).
        shape: instances and features.
        instances: the explanations of each instance; none where a matrix was given.
        largest: how many terms of each explanation count, the largest in size; None for all.
    """

    coefficients: np.ndarray
    errors: np.ndarray
    explanation: np.ndarray
    cell: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray
    shape: tuple[int, int]
    instances: tuple[tuple[Explanation, ...], ...] = ()
    largest: int | None = None

    def weights(self, coefficients: np.ndarray | None = None) -> csr_array:
        """W with these coefficients (t,) in place of the terms' own: the sum over each cell, in the order of terms."""
        from scipy.sparse import csr_array

        given = self.coefficients if coefficients is None else coefficients
        if self.largest is not None:
            given = np.where(largest_of_each(given, self.explanation, self.largest), given, 0.0)
        sums = np.bincount(self.cell, given, minlength=len(self.indices))
        found = csr_array((sums, self.indices.copy(), self.indptr.copy()), shape=self.shape)
        found.eliminate_zeros()
        return found


def largest_of_each(coefficients: np.ndarray, groups: np.ndarray, k: int) -> np.ndarray:
    """Which coefficients are among the k largest in size of their group, ties by index, (t,) bool.

    >>> largest_of_each(np.array([0.1, -0.3, 0.2, 0.5, 0.5]), np.array([0, 0, 0, 1, 1]), 1).tolist()
    [False, True, False, True, False]
    """
    order = np.lexsort((-np.abs(coefficients), groups))
    ordered = groups[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = np.zeros(len(order), bool)
    kept[order] = rank < k
    return kept


def cells_of(
    instance: np.ndarray, feature: np.ndarray, shape: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cell of each term, the feature of each cell, and where the cells of each instance begin."""
    keys, cell = np.unique(instance.astype(np.int64) * shape[1] + feature, return_inverse=True)
    counts = np.bincount(keys // shape[1], minlength=shape[0])
    return cell.ravel(), keys % shape[1], np.concatenate([[0], np.cumsum(counts)])
