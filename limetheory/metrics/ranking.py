"""Orders of removal that average over ties, so that they do not depend on how the segments are numbered."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise, permutations, product
from math import factorial, prod
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer, vector
from limetheory.arrays import Masks, PerMask
from limetheory.counts import count

_LARGEST = 1 << 30
"""The largest number of entries that masks of a removal may have, one byte each: 1 GiB, by convention."""


@dataclass(frozen=True, eq=False)
class Removal:
    """The sets of segments that are removed after each step, highest scores first, with their probabilities.

    Ties are broken uniformly at random, so that a step may have several sets, each with a probability. The metric of a
    curve is E[Σ_steps g(set, next set)], a sum over ``edges`` weighted by ``edge_probability``.

    Attributes:
        removed: the sets, (n, d) bool, all different and in the order of the steps.
        step: the step of each set, (n,) int in 0..K−1; step 0 removes nothing and step K−1 everything.
        probability: the probability of each set at its step, (n,); these sum to 1 at each step.
        edges: the pairs of sets that may follow each other, (m, 2) indices into ``removed``.
        edge_probability: the probability of each pair, (m,); these sum to 1 for each two consecutive steps.
    """

    removed: Masks
    step: np.ndarray
    probability: PerMask
    edges: np.ndarray
    edge_probability: np.ndarray

    def mean(self, values: PerMask) -> np.ndarray:
        """The expected value at each step: (n,) → (K,)."""
        return np.bincount(self.step, self.probability * values)

    def area(self, x: PerMask, y: PerMask) -> float:
        """The expected area by the trapezoidal rule, E[Σ_k (x_{k+1} − x_k)(y_k + y_{k+1}) / 2]."""
        before, after = self.edges.T
        return float(self.edge_probability @ ((x[after] - x[before]) * (y[before] + y[after]))) / 2


def removal(scores: Any, steps: int | None = None, draws: int = 10, rng: Any = 0) -> Removal:
    """Remove segments by decreasing score, averaging over the orders of equal scores.

    The average is exact, over every set that ties allow, if these are no more sets than ``draws`` random orders have;
    otherwise it is over ``draws`` random orders. Public implementations break ties by position, pixels in raster order.

    Args:
        scores: (d,) finite numbers; negate them to remove the lowest first.
        steps: None removes one segment at a time; with K ≥ 2, ⌊k d / (K − 1)⌋ segments are removed at step k = 0..K−1,
            and steps that remove nothing new are left out.
        draws: the number of random orders if the average is not exact, at least 1.
        rng: None, an int or a numpy.random.Generator (SPEC 7).

    Raises:
        ValueError: if there are no scores, or scores that are not finite, or too many masks for the memory.

    >>> found = removal([0.3, 0.1, 0.1])
    >>> found.removed.astype(int).tolist()
    [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]]
    >>> found.probability.tolist(), found.mean(found.removed @ [0.0, 2.0, 4.0]).tolist()
    ([1.0, 1.0, 0.5, 0.5, 1.0], [0.0, 0.0, 3.0, 6.0])
    """
    group, starts = _groups(scores)
    draws, counts = count("draws", draws, 1), _counts(len(group), steps)
    if _exact_size(starts, counts) <= draws * len(counts):
        return _exact(group, starts, counts)
    return _drawn(_shuffled(group, draws, rng), counts)


def orders(scores: Any, draws: int = 10, rng: Any = 0) -> np.ndarray:
    """Equally likely orders by decreasing score, (R, d): all that ties allow, or, if they are more, ``draws`` of them.

    >>> orders([0.1, 0.3, 0.1]).tolist()
    [[1, 0, 2], [1, 2, 0]]
    """
    group, starts = _groups(scores)
    draws, sizes = count("draws", draws, 1), np.diff(starts)
    if sizes.max() > 20 or prod(map(factorial, sizes.tolist())) > draws:
        return _shuffled(group, draws, rng)
    members = (permutations(np.flatnonzero(group == g).tolist()) for g in range(len(sizes)))
    return np.array([sum(parts, ()) for parts in product(*members)])


def _groups(scores: Any) -> tuple[np.ndarray, np.ndarray]:
    """The group of equal scores of every segment, highest first, and the rank at which each group starts."""
    scores = vector("scores", scores)
    if not scores.size:
        raise ValueError("scores must hold at least one segment, got none; explain the image first")
    _, group, sizes = np.unique(-scores, return_inverse=True, return_counts=True)
    return group, np.concatenate([[0], np.cumsum(sizes)])


def _counts(d: int, steps: int | None) -> np.ndarray:
    """How many segments are removed after each step."""
    last = d if steps is None else integer("steps", steps, 2) - 1
    if (min(last, d) + 1) * d > _LARGEST:
        raise ValueError(f"steps times segments must be below {_LARGEST}, got {last + 1} × {d}; give fewer steps")
    return np.unique(np.arange(last + 1) * d // last)


def _exact_size(starts: np.ndarray, counts: np.ndarray) -> float:
    from scipy.special import comb

    place = np.searchsorted(starts, counts, side="right") - 1
    sizes = np.append(np.diff(starts), 0)
    return float(comb(sizes[place], counts - starts[place]).sum())


def _exact(group: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> Removal:
    sets = [_sets(group, starts, count) for count in counts]
    first = np.concatenate([[0], np.cumsum([len(s) for s in sets])])
    probability = np.concatenate([np.full(len(s), 1 / len(s)) for s in sets])
    pairs = [np.argwhere(_within(small, large)) for small, large in pairwise(sets)]
    # By symmetry, every set is contained in equally many sets of the next step, so all pairs are equally likely.
    chances = [1 / len(pair) for pair in pairs for _ in pair]
    edges = np.concatenate([pair + first[k : k + 2] for k, pair in enumerate(pairs)])
    step = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    return Removal(np.concatenate(sets), step, probability, edges, np.array(chances))


def _sets(group: np.ndarray, starts: np.ndarray, count: int) -> np.ndarray:
    """Every set of ``count`` segments of highest score: whole groups of ties, and any part of the last group."""
    place = int(np.searchsorted(starts, count, side="right")) - 1
    choices = list(combinations(np.flatnonzero(group == place).tolist(), int(count - starts[place])))
    sets = np.tile(group < place, (len(choices), 1))
    for row, chosen in zip(sets, choices, strict=True):
        row[list(chosen)] = True
    return sets


def _within(small: np.ndarray, large: np.ndarray) -> np.ndarray:
    within: np.ndarray = (small.astype(float) @ (~large).astype(float).T) == 0
    return within


def _shuffled(group: np.ndarray, draws: int, rng: Any) -> np.ndarray:
    noise = generator(rng).random((draws, len(group)))
    return np.lexsort((noise, np.broadcast_to(group, noise.shape)), axis=-1)


def _drawn(drawn: np.ndarray, counts: np.ndarray) -> Removal:
    """The removal along equally likely orders, in which each set is listed once."""
    removed = np.argsort(drawn, axis=1)[None] < counts[:, None, None]
    draws, d = drawn.shape
    bits = np.packbits(removed.reshape(-1, d), axis=1)
    _, first, place = np.unique(bits, axis=0, return_index=True, return_inverse=True)
    by_step = np.argsort(first)
    place = np.argsort(by_step)[place.reshape(len(counts), draws)]
    first = first[by_step]
    edges = np.stack([place[:-1].ravel(), place[1:].ravel()], axis=1)
    probability = np.bincount(place.ravel()) / draws
    return Removal(removed.reshape(-1, d)[first], first // draws, probability, edges,
                   np.full(len(edges), 1 / draws))  # fmt: skip
