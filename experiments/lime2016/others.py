"""Explanations without a surrogate: greedy removal (Martens & Provost 2014), and parts at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.lime2016.local import Local


def greedy(function: Any, d: int, threshold: float, k: int) -> Local:
    """Parts hidden one by one, each the one that takes most from the predicted class, until the prediction flips.

    At most k parts; the coefficient of each is how much it takes, positive where the predicted class is 1.

    Args:
        function: F, (n, d) bool → (n,).
        d: number of parts.
        threshold: above it class 1 is predicted.
        k: K.
    """
    shown, chosen, taken = np.ones(d, bool), list[int](), list[float]()
    value = float(function(shown[None])[0])
    sign = 1.0 if value > threshold else -1.0
    while len(chosen) < min(k, d) and (value > threshold) == (sign > 0):
        left = np.flatnonzero(shown)
        masks = np.repeat(shown[None], len(left), axis=0)
        masks[np.arange(len(left)), left] = False
        values = function(masks)
        best = int(np.argmin(sign * values))
        chosen.append(int(left[best]))
        taken.append(value - float(values[best]))
        value, shown[left[best]] = float(values[best]), False
    return Local(np.array(chosen, int), np.array(taken))


def at_random(d: int, k: int, rng: np.random.Generator) -> Local:
    """k parts at random, of equal size."""
    chosen = rng.choice(d, min(k, d), replace=False)
    return Local(chosen, np.ones(len(chosen)))
