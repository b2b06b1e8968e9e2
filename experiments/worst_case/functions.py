"""Set functions that a surrogate can hardly predict or not at all, with their exact limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.special import softmax

import limetheory as lt
from limetheory.arrays import Masks, PerMask, PerSuperpixel

LARGEST_ENUMERATED = 16
_MIXING = ((31, 0x7FB5D329728EA185), (27, 0x81DADEF4BC2DD44D), (33, 1))
_SPIKES = 0.03


@dataclass(frozen=True, eq=False)
class Noisy:
    """An additive function plus noise: a number for every mask, computed as a hash of its bits.

    Attributes:
        slopes: of the additive function, (d,).
        size: standard deviation of the noise.
        shape: from a number of [0, 1] and the share of superpixels that are active to noise of size 1.
    """

    slopes: PerSuperpixel
    size: float
    shape: Callable[[np.ndarray, np.ndarray], np.ndarray]

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks: (n, d) bool → (n,)."""
        keys = np.random.default_rng(len(self.slopes)).integers(1, 2**62, len(self.slopes), dtype=np.uint64)
        bits = (masks * keys).sum(axis=1, dtype=np.uint64)
        for shift, factor in _MIXING:
            bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
        uniform = (bits >> np.uint64(11)) / 2.0**53
        return masks @ self.slopes + self.size * self.shape(uniform, masks.mean(axis=1))

    def limit(self, design: lt.Design) -> PerSuperpixel:
        """The limit by enumeration; for large d that of the additive part, which differs by about 2^(−d/2)."""
        if design.d > LARGEST_ENUMERATED:
            return self.slopes
        return lt.limit(self, design).coefficients


def white(uniform: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Noise of the same size at all masks."""
    values: np.ndarray = np.sqrt(12) * (uniform - 0.5)
    return values


def few_shown(uniform: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Noise at the masks in which fewer than 45 % of the superpixels are active."""
    return white(uniform, share) * (share < 0.45)


def many_shown(uniform: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Noise at the masks in which more than 55 % of the superpixels are active."""
    return white(uniform, share) * (share > 0.55)


def spikes(uniform: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Noise at 3 % of the masks."""
    values: np.ndarray = ((uniform < _SPIKES) - _SPIKES) / np.sqrt(_SPIKES * (1 - _SPIKES))
    return values


class Network:
    """The probability of a random two-layer network."""

    def __init__(self, d: int, rng: np.random.Generator):
        self._first, self._shift = rng.normal(size=(d, 40)) / np.sqrt(d), rng.normal(size=40)
        self._second, self._last = rng.normal(size=(40, 30)) / np.sqrt(40), rng.normal(size=(30, 5)) / 2

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks: (n, d) bool → (n,)."""
        hidden = np.tanh(1.5 * (2.0 * masks - 1) @ self._first + self._shift)
        outputs: PerMask = softmax(2 * np.tanh(2 * hidden @ self._second) @ self._last, axis=1)[:, 0]
        return outputs

    def limit(self, design: lt.Design) -> PerSuperpixel:
        """The limit by enumeration."""
        return lt.limit(self, design).coefficients


class Majority:
    """The function that is 1 if more than half of the superpixels are active."""

    def __init__(self, d: int):
        self.d = d

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks: (n, d) bool → (n,)."""
        values: PerMask = (masks.sum(axis=1) > self.d / 2).astype(float)
        return values

    def limit(self, design: lt.Design) -> PerSuperpixel:
        """The limit: the slope of F on the size K, the same at every superpixel (thm:limit)."""
        assert isinstance(design, lt.ExchangeableDesign)
        law, away = design.size_law, design.size_deviations
        above = np.arange(self.d + 1) > self.d / 2
        return np.full(self.d, law @ (away * above) / design.size_variance)


class Parity:
    """The function that is 1 if the number of active superpixels is even, and −1 otherwise."""

    def __init__(self, d: int):
        self._product = lt.FactorProduct(-np.ones(d), np.ones(d))

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks: (n, d) bool → (n,)."""
        values: PerMask = 1.0 - 2.0 * (masks.sum(axis=1) % 2)
        return values

    def limit(self, design: lt.Design) -> PerSuperpixel:
        """The limit by prop:factor."""
        return lt.limit(self._product, design).coefficients


Case: TypeAlias = Noisy | Network | Majority | Parity


def cases(d: int, seed: int) -> dict[str, Case]:
    """The functions of d superpixels by name; those with random numbers take a seed.

    Noise is given in standard deviations of the additive part, √d / 2.
    """
    slopes, unit = np.random.default_rng([seed, d]).normal(size=d), np.sqrt(d) / 2
    found: dict[str, Case] = {
        "additive + 1 % noise": Noisy(slopes, 0.01 * unit, white),
        "additive + 100 % noise": Noisy(slopes, unit, white),
        "additive + rare spikes": Noisy(slopes, unit, spikes),
        "additive + noise where many are shown": Noisy(slopes, unit, many_shown),
        "additive + noise where few are shown": Noisy(slopes, unit, few_shown),
        "majority vote": Majority(d),
        "parity": Parity(d),
    }
    if d <= LARGEST_ENUMERATED:
        found["random network"] = Network(d, np.random.default_rng([seed, d, 1]))
    return found
