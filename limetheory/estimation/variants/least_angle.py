"""Least-angle regression from second moments, those of a sample or of the population; S-LIME selects with it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.samples.sample import Sample
from limetheory.limits import all_masks, tabulate

_BLOCK = 1 << 12  # masks that are handled at once; a convention for memory and time


@dataclass(frozen=True)
class Moments:
    """Weighted moments of z and F.

    Attributes:
        mask, value: the means of z, (d,), and of F.
        gram: Cov(z, z), (d, d).
        moment: Cov(z, F), (d,).
        deviation: the standard deviation of F, 0 if it is constant.
    """

    mask: np.ndarray
    value: float
    gram: np.ndarray
    moment: np.ndarray
    deviation: float


def sample_moments(sample: Sample) -> Moments:
    """Moments under the weights of a sample."""
    total, mask, value = sample.means()
    parts = ((masks - mask, weights / total, values - value) for masks, weights, values in sample.blocks())
    return Moments(mask, value, *_second_moments(parts, np.ptp(sample.values[sample.weights > 0]) > 0))


def population_moments(model: Any, design: Design) -> Moments:
    """Moments under the design, from all 2^d masks."""
    table, starts = tabulate(model, design.d), range(0, 1 << design.d, _BLOCK)
    blocks = [(start, min(start + _BLOCK, 1 << design.d)) for start in starts]
    laws = [design.probability(all_masks(design.d, *block)) for block in blocks]
    values = [table.values[start:stop] for start, stop in blocks]
    mean = float(sum(law @ part for law, part in zip(laws, values, strict=True)))
    parts = ((design.centred(all_masks(design.d, *block)), law, part - mean)
             for block, law, part in zip(blocks, laws, values, strict=True))  # fmt: skip
    varies = np.ptp(table.values[np.concatenate(laws) > 0]) > 0
    return Moments(design.marginals, mean, *_second_moments(parts, bool(varies)))


def least_angle_path(moments: Moments, scales: PerSuperpixel, k: int) -> tuple[tuple[int, ...], np.ndarray]:
    """The superpixels in the order in which they enter, and the coefficients at each entry, (d, steps)."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import lars_path_gram

    if not moments.deviation:
        return (), np.zeros((len(scales), 0))
    correlations = moments.moment / scales / moments.deviation
    with warnings.catch_warnings():  # of two superpixels that are equal in every mask the second never enters
        warnings.simplefilter("ignore", ConvergenceWarning)
        _, order, path = lars_path_gram(
            correlations, moments.gram / np.outer(scales, scales), n_samples=1, max_iter=k, method="lar"
        )
    selected = tuple(int(j) for j in order)
    return selected, path[:, : len(selected)] * (moments.deviation / scales)[:, None]


def lead(
    moments: Moments, scales: PerSuperpixel, selected: tuple[int, ...], path: np.ndarray, step: int
) -> tuple[PerSuperpixel, float]:
    """The lead of the superpixel that is selected in a step over the runner-up, in |covariance with the residual|.

    Returns:
        The contrast (d,) whose product with that covariance is the lead D, and D itself; ∞ without a runner-up.
    """
    covariances = (moments.moment - moments.gram @ path[:, step]) / scales
    others = np.setdiff1d(np.arange(len(covariances)), selected[: step + 1])
    contrast, first = np.zeros(len(covariances)), selected[step]
    if not len(others):
        return contrast, math.inf
    second = others[np.abs(covariances[others]).argmax()]
    contrast[first] = np.sign(covariances[first]) / scales[first]
    contrast[second] = -np.sign(covariances[second]) / scales[second]
    return contrast, float(abs(covariances[first]) - abs(covariances[second]))


def _second_moments(
    parts: Iterable[tuple[np.ndarray, np.ndarray, np.ndarray]], varies: bool
) -> tuple[np.ndarray, np.ndarray, float]:
    """Covariances from centred masks, weights of sum 1 and centred values, block by block."""
    gram, moment, square = 0.0, 0.0, 0.0
    for rows, weights, values in parts:
        weighted = weights[:, None] * rows
        gram, moment = gram + weighted.T @ rows, moment + weighted.T @ values
        square += weights @ values**2
    return np.asarray(gram), np.asarray(moment), math.sqrt(square) if varies else 0.0
