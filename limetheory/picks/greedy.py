"""The greedy pick: the instance that adds most coverage, one after another."""

from __future__ import annotations

import heapq
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import choice, integer
from limetheory.picks.matrix import ExplanationMatrix, explanation_matrix
from limetheory.positions import positions

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TIES = ("first", "last")
_ROUNDING = 1e-9


def submodular_pick(explanations: Any, budget: int, *, largest: int | None = None, ties: str = "first") -> np.ndarray:
    """The instances to show: SP-LIME's greedy pick, whose coverage is at least 1 − 1/e = 0.63 of the best possible.

    Ribeiro, Singh & Guestrin 2016, algorithm 2: of all instances not yet picked, the one that adds most to

        c(V) = Σ_j 1[∃ i ∈ V: W_ij ≠ 0] I_j,   I_j = √(Σ_i |W_ij|).

    Coverage is monotone and submodular, hence the bound (Nemhauser, Wolsey & Fisher 1978). What an instance adds never
    grows, so that most need not be looked at again (lazy greedy, Minoux 1978). Sums are rounded once (`math.fsum`), so
    that the order of features, or of instances, does not decide between equal ones.

    Args:
        explanations: see `explanation_matrix`; explanations that `load_explanation` read are as good as new ones.
        budget: B, how many instances to pick, from 1 to all of them.
        largest: K, coefficients that count in each explanation, see `explanation_matrix`.
        ties: which of the instances that add equally much is picked: the one of the lowest index, "first", or of the
            highest, "last", as in lime 0.2.0.1 (its `>=` in the order of a scan). The coverage may depend on it. Once
            everything is covered all the others are tied.

    Returns:
        Indices of instances in the order of picking, (B,).

    Raises:
        ValueError: budget below 1 or above the number of instances, every coefficient 0, or what `explanation_matrix`
            refuses.

    >>> W = [[0, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 1, 0, 1, 1], [1, 0, 0, 0, 0]]
    >>> submodular_pick(W, 2).tolist(), round(coverage(W, [3, 1]), 3), round(coverage(W, range(5)), 3)
    ([3, 1], 5.414, 6.414)
    """
    matrix = explanation_matrix(explanations, largest)
    return lazy_greedy(matrix.weights, checked_budget(matrix, budget), choice("ties", ties, TIES))


def coverage(explanations: Any, indices: Any, *, largest: int | None = None) -> float:
    """c(V), the importance of the features that the explanations of some instances have a coefficient for.

    Args:
        explanations, largest: see `submodular_pick`; all of them decide about the importances.
        indices: V, instances from 0; one that is repeated counts once.

    Raises:
        TypeError, ValueError: indices that are no integers, or out of range.

    >>> coverage([[4.0, 0.0], [0.0, 9.0]], [0]), coverage([[4.0, 0.0], [0.0, 9.0]], [])
    (2.0, 0.0)
    """
    weights = explanation_matrix(explanations, largest).weights
    return covered(weights, importances(weights), checked_indices(indices, weights.shape[0]))


def importances(weights: csr_array) -> np.ndarray:
    """I_j = √(Σ_i |W_ij|) of each feature, (features,), each sum rounded once."""
    columns = weights.tocsc()
    sizes, starts = np.abs(columns.data), columns.indptr.tolist()
    try:
        return np.sqrt([math.fsum(sizes[start:end].tolist()) for start, end in pairwise(starts)])
    except OverflowError:
        raise ValueError(
            f"coefficients must have finite sums over instances, got sizes up to {sizes.max():.1e}; rescale them"
        ) from None


def covered(weights: csr_array, importance: np.ndarray, indices: np.ndarray) -> float:
    """The coverage of some instances, from the importances."""
    return math.fsum(importance[np.unique(weights[indices].indices)].tolist()) if len(indices) else 0.0


def lazy_greedy(weights: csr_array, budget: int, ties: str) -> np.ndarray:
    """The greedy pick from W without stored zeros.

    A heap holds for each instance what it added when it was last looked at. As that never grows, the top is the best
    once it is up to date.
    """
    importance, picked = importances(weights), np.empty(budget, int)
    open_features = np.ones(weights.shape[1], bool)
    sign = 1 if ties == "first" else -1
    # what each adds at first, rounded up so that none is missed; it counts as out of date
    bounds = _pattern(weights) @ importance * (1 + _ROUNDING)
    heap = [(-bound, sign * i, -1) for i, bound in enumerate(bounds.tolist())]
    heapq.heapify(heap)
    for step in range(budget):
        while heap[0][2] != step:
            i = sign * heap[0][1]
            row = weights.indices[weights.indptr[i] : weights.indptr[i + 1]]
            gain = math.fsum(importance[row[open_features[row]]].tolist())
            heapq.heapreplace(heap, (-gain, sign * i, step))
        picked[step] = sign * heapq.heappop(heap)[1]
        open_features[weights.indices[weights.indptr[picked[step]] : weights.indptr[picked[step] + 1]]] = False
    return picked


def checked_budget(matrix: ExplanationMatrix, budget: Any) -> int:
    """A budget from 1 to the number of instances, where some coefficient is not 0."""
    picks = within(budget, matrix.weights.shape[0])
    if not matrix.weights.nnz:
        raise ValueError(
            f"explanations must have a coefficient other than 0, got none for {matrix.weights.shape[0]} instances; "
            "use random_pick, or explain another class"
        )
    return picks


def within(budget: Any, instances: int) -> int:
    """A budget from 1 to the number of instances."""
    picks = integer("budget", budget, 1, "pick one instance or more")
    if picks > instances:
        raise ValueError(
            f"budget must be at most the number of instances, {instances}, got {picks}; lower it to {instances} or "
            "explain more instances"
        )
    return picks


def checked_indices(indices: Any, instances: int) -> np.ndarray:
    """Indices from 0 to below the number of instances."""
    return positions("indices", indices, instances, "submodular_pick", "count instances from 0")


def _pattern(weights: csr_array) -> csr_array:
    from scipy.sparse import csr_array

    return csr_array((np.ones(weights.nnz), weights.indices, weights.indptr), shape=weights.shape)
