"""A pick at random, what a pick by coverage is compared with."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import generator
from limetheory.picks.greedy import within
from limetheory.picks.matrix import explanation_matrix


def random_pick(explanations: Any, budget: int, rng: Any = None) -> np.ndarray:
    """Different instances drawn at random: the paper's RP-LIME, to compare `submodular_pick` with.

    Args:
        explanations: see `submodular_pick`; how many there are is all that counts.
        budget: how many instances to pick, from 1 to all of them.
        rng: None, an int or a numpy.random.Generator (SPEC 7).

    Returns:
        Indices of instances in the order of drawing, (B,).

    Raises:
        ValueError: budget out of range, or what `explanation_matrix` refuses.

    >>> random_pick([[1, 0], [0, 2], [3, 0]], 2, rng=0).tolist()
    [1, 2]
    """
    instances = explanation_matrix(explanations).weights.shape[0]
    return generator(rng).choice(instances, within(budget, instances), replace=False)
