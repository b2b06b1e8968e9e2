"""Half-widths of several confidence sequences for the same masks, weights and surrogates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import brentq

from experiments.stopping.rules import LEVEL, advance, search_of
from limetheory.designs import Design
from limetheory.limits import SetFunction
from limetheory.statistics.betting import BettingSequence
from limetheory.statistics.normal_mixture import NormalMixtureSequence

SIZES = (100, 200, 400, 800, 1600, 3200)
SEQUENCES = ("betting", "empirical Bernstein", "hedged capital", "normal mixture")


class Recorded(BettingSequence):
    """A betting sequence that records every term with its centre, its bound and its weight."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self.history: list[tuple[np.ndarray, ...]] = []

    def update(self, terms: np.ndarray, centres: np.ndarray, bounds: Any = None) -> None:
        """Add a batch of terms and record it."""
        before = self._weight.copy()
        super().update(terms, centres, bounds)
        theta = (self._weight - before) / len(terms)
        self.history.append(tuple(np.broadcast_to(one, terms.shape) for one in (terms, centres, bounds, theta)))


def widths(function: SetFunction, design: Design, tolerance: float, seed: int) -> dict[str, list[float]]:
    """The largest half-width of each sequence at each number of masks in `SIZES`."""
    found: dict[str, list[float]] = {name: [] for name in SEQUENCES}
    betting, mixture = Recorded(design.d, tolerance, LEVEL), NormalMixtureSequence(design.d, tolerance, LEVEL)
    searches = [search_of(function, design, one, seed) for one in (betting, mixture)]
    for size in SIZES:
        for search in searches:
            while search.n < size:
                advance(search, min(search.n + max(round(0.05 * search.n), 64), size))
        terms, centres, bounds, theta = (np.concatenate(one) for one in zip(*betting.history, strict=True))
        logarithm = math.log(2 * design.d / (1 - LEVEL))
        found["betting"].append(float(betting.half_widths().max()))
        found["normal mixture"].append(float(mixture.half_widths().max()))
        found["empirical Bernstein"].append(_bernstein(terms - centres, bounds, theta, logarithm))
        found["hedged capital"].append(_hedged(terms, theta, betting.interval(), logarithm))
    return found


def _bernstein(deviations: np.ndarray, bounds: np.ndarray, theta: np.ndarray, logarithm: float) -> float:
    """The half-widths by Theorem 2 of Waudby-Smith & Ramdas with the same weights."""
    bets = theta * bounds
    cost = ((-np.log1p(-bets) - bets) * (deviations / bounds) ** 2).sum(axis=0)
    return float(((logarithm + cost) / theta.sum(axis=0)).max())


def _hedged(terms: np.ndarray, theta: np.ndarray, interval: np.ndarray, logarithm: float) -> float:
    """The half-widths by their Theorem 3: the means for which neither capital has reached 2 d / (1 − level)."""
    half_widths: list[float] = []
    for j, (low, high) in enumerate(interval):

        def growth(mean: float, sign: int, j: int = j) -> float:
            return float(np.log1p(np.maximum(sign * theta[:, j] * (terms[:, j] - mean), -1 + 1e-15)).sum()) - logarithm

        middle, reach = (low + high) / 2, high - low
        upper = brentq(growth, middle, high + reach, (-1,))
        half_widths.append((upper - brentq(growth, low - reach, middle, (1,))) / 2)
    return max(half_widths)
