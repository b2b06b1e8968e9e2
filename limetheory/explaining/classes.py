"""The set functions of the classes of a model at one input, which all masks are drawn for once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from limetheory.arguments import generator
from limetheory.arrays import Masks
from limetheory.explanation import Explanation


class Classes:
    """Set functions on the same masks: callable (n, d) bool → (n, classes).

    Its other attributes are those of the first.

    Args:
        each: the set function of each class.

    >>> both = Classes([lambda masks: masks.sum(axis=1), lambda masks: masks[:, 0]])
    >>> both(np.array([[True, True], [False, True]])).tolist()
    [[2, 1], [1, 0]]
    """

    def __init__(self, each: Sequence[Any]):
        self.each = list(each)

    def __getattr__(self, name: str) -> Any:
        """What the first function has, but for what Python tells functions by."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.each[0], name)

    def __call__(self, masks: Masks) -> np.ndarray:
        """The values of each class at each mask."""
        return np.stack([one(masks) for one in self.each], axis=1)


def one_by_one(explain: Callable[[Any, Any], Explanation], classes: Classes, rng: Any) -> Iterator[Explanation]:
    """The explanation of each class by itself, from the same random numbers.

    Args:
        explain: (set function, rng) → explanation.
        classes: the set functions.
        rng: None, an int or a numpy.random.Generator (SPEC 7), which is advanced once.
    """
    seeds = same_sources(rng, len(classes.each))
    return (explain(one, seed) for one, seed in zip(classes.each, seeds, strict=True))


def same_sources(rng: Any, count: int) -> list[Any]:
    """So many sources that draw the same numbers: an integer seed itself, else copies of a generator, and it last."""
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool):
        return [rng] * count
    first = generator(rng)
    return [*(deepcopy(first) for _ in range(count - 1)), first]
