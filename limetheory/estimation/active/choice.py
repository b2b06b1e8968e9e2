"""Which masks to evaluate next, greedily, under the mean of several Gaussian processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limetheory.arrays import Gram, Masks
from limetheory.estimation.active.remaining import Remaining, covariance_left
from limetheory.estimation.active.weights import LimitWeights
from limetheory.estimation.surrogates.gaussian_process import Kernel, prior_kernel


class Prior:
    """What is assumed of F before any value is known: a process of mean 0, as a part of a surrogate."""

    def __init__(self, d: int):
        self.kernel: Kernel = prior_kernel(d)

    def derivative(self, masks: Masks) -> np.ndarray:
        """1: (n, d) bool → (n,)."""
        return np.ones(len(masks))


def chosen(parts: Sequence[Any], limit: LimitWeights, seen: np.ndarray, candidates: np.ndarray, number: int) -> Masks:
    """The candidates of which each reduces the variance of the limit most, given those chosen before it.

    The limit is a weighted sum of values of F (`LimitWeights`), and F a process or, to first order, a process of the
    log odds times the derivative F (1 − F) of the current fit. Reductions are added up over the processes.

    Args:
        parts: the processes, such as those of a `Surrogate`.
        limit: of the design.
        seen: masks that were evaluated, (m, d) bool.
        candidates: other masks, (p, d) bool; of equally good ones the first is chosen.
        number: how many to choose, all if there are no more.
    """
    number = min(number, len(candidates))
    states = [_remaining(part, limit, seen, candidates, number) for part in parts]
    open_, places = np.ones(len(candidates), bool), []
    for _ in range(number):
        reductions = sum(state.reductions() for state in states)
        places.append(int(np.argmax(np.where(open_, reductions, -np.inf))))
        open_[places[-1]] = False
        for state in states:
            state.see(places[-1])
    return candidates[places]


def variance_left(part: Any, limit: LimitWeights, seen: Masks) -> Gram:
    """The covariance of the limit under one process given F on the masks seen, (d, d)."""
    return covariance_left(part.kernel, limit.under(part.kernel, part.derivative(limit.masks)), seen)


def _remaining(part: Any, limit: LimitWeights, seen: np.ndarray, candidates: np.ndarray, number: int) -> Remaining:
    return Remaining(part.kernel, limit.under(part.kernel, part.derivative(limit.masks)), seen, candidates, number)
