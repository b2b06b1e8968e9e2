"""prop:areas: sums over all masks of a factor for each superpixel times a weight of the size, in O(d²)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from limetheory.arrays import PerSize, PerSuperpixel


class MaskSums(NamedTuple):
    """Σ_z w(K) Π_j factor_j(z_j) of m products, (m,), and the same over the masks with z_j = 1 and z_j = 0, (m, d)."""

    total: np.ndarray
    shown: np.ndarray
    hidden: np.ndarray


def mask_sums(on: np.ndarray, off: np.ndarray, by_size: PerSize) -> MaskSums:
    """The sums over all 2^d masks, from two recursions over the superpixels; terms of one sign if the factors have one.

    Forwards, the law of the size of the first n superpixels; backwards, the weight of the size, averaged over the later
    ones.

    Args:
        on, off: factors of z_j = 1 and of z_j = 0, (m, d).
        by_size: w(k) for k = 0..d, (d+1,).

    >>> found = mask_sums(np.array([[0.5, 0.25]]), np.array([[0.5, 0.75]]), np.array([0.0, 1.0, 4.0]))
    >>> found.total.tolist(), found.shown.tolist(), found.hidden.tolist()
    ([1.0], [[0.875, 0.625]], [[0.125, 0.375]])
    """
    (m, d), before = on.shape, [np.ones((len(on), 1))]
    for n in range(1, d):
        law = np.zeros((m, n + 1))
        law[:, 1:] = before[-1] * on[:, n - 1, None]
        law[:, :-1] += before[-1] * off[:, n - 1, None]
        before.append(law)
    after, shown, hidden = by_size[None], np.empty((m, d)), np.empty((m, d))
    for n in range(d, 0, -1):
        raised, stayed = after[:, 1:] * on[:, n - 1, None], after[:, :-1] * off[:, n - 1, None]
        shown[:, n - 1] = (before[n - 1] * raised).sum(axis=1)
        hidden[:, n - 1] = (before[n - 1] * stayed).sum(axis=1)
        after = raised + stayed
    return MaskSums(after[:, 0], shown, hidden)


def log_size_law(log_keep: PerSuperpixel, log_drop: PerSuperpixel) -> PerSize:
    """log P(K = k) for k = 0..d of independent coordinates, (d+1,).

    >>> np.exp(log_size_law(np.log([0.5, 0.25]), np.log([0.5, 0.75]))).round(12).tolist()
    [0.375, 0.5, 0.125]
    """
    law = np.zeros(1)
    for kept, dropped in zip(log_keep, log_drop, strict=True):
        law = np.logaddexp(np.append(-np.inf, law + kept), np.append(law + dropped, -np.inf))
    return law


def log_tilt(log_odds: PerSuperpixel, log_target: float) -> float:
    """log θ with which Σ_j P(z_j = 1) at odds o_j θ is d t / (1 + t), t = e^log_target, by halving.

    >>> round(log_tilt(np.zeros(3), 1.5), 12)
    1.5
    """
    low, high = log_target - log_odds.max(), log_target - log_odds.min()
    for _ in range(200):
        middle = (low + high) / 2
        shown, hidden = (expit(sign * (log_odds + middle)).mean() for sign in (1, -1))
        if not low < middle < high:
            break
        low, high = (middle, high) if np.log(shown) - np.log(hidden) < log_target else (low, middle)
    return float((low + high) / 2)


def expit(values: np.ndarray) -> np.ndarray:
    """1 / (1 + e^{−x}), to full relative precision where it is near 0.

    >>> expit(np.array([0.0, -800.0, 800.0])).tolist()
    [0.5, 0.0, 1.0]
    """
    small = np.exp(-np.abs(values))
    found: np.ndarray = np.where(values < 0, small, 1.0) / (1 + small)
    return found
