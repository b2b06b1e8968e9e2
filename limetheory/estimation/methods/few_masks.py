"""A warning where the interval of a coefficient rests on so few masks that it may be too narrow."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.estimation.samples.sample import Sample, kish
from limetheory.outside import outside

FEW_MASKS = 10
"""The rule of ten events: with fewer, an estimate is not near enough to normal for Student's intervals."""


class FewMasksWarning(UserWarning):
    """An interval rests on so few masks that it may hold the limit less often than its level says."""


def warn_of_few_masks(sample: Sample, errors: PerSuperpixel, moving: PerSuperpixel) -> None:
    """Warn if the finite interval of a coefficient rests on fewer than `FEW_MASKS` effective masks.

    That is so in three cases. So few masks show its superpixel, or hide it. So few masks have another size than the
    rest, and the sum of the coefficients rests on these. Or the misfits of so few masks make up its variance: with rare
    large misfits, another sample may have quite another variance.

    Args:
        sample: the masks.
        errors: standard errors of the coefficients, (d,). Those that are ∞ say enough, and those of 0 are certain.
        moving: the effective number of masks whose misfits make up each variance (`Errors.masks`), (d,).
    """
    masks = np.minimum(np.minimum(carrying(sample), moving), np.inf if sample.ends else _of_other_sizes(sample))
    doubtful = (masks < FEW_MASKS) & np.isfinite(errors) & (errors > 0)
    if not doubtful.any():
        return
    fewest = int(np.argmin(np.where(doubtful, masks, np.inf)))
    others = np.count_nonzero(doubtful) - 1
    warnings.warn(
        f"the interval of superpixel {fewest} rests on fewer than {FEW_MASKS} effective masks, got {masks[fewest]:.1f}"
        + (f" (and {others} more)" if others else "")
        + "; it may hold the limit less often than its level says, so draw more masks",
        FewMasksWarning,
        stacklevel=outside(),
    )


@contextmanager
def few_masks_studied() -> Iterator[None]:
    """No warning of few masks where small samples are what is studied."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMasksWarning)
        yield


def carrying(sample: Sample) -> PerSuperpixel:
    """How many equally weighted masks show each superpixel or hide it, whichever are fewer: Kish's number, (d,).

    >>> masks = np.array([[1, 1], [1, 0], [1, 0], [0, 1]], bool)
    >>> carrying(Sample.of(masks, [1.0, 1.0, 1.0, 2.0], [0.0] * 4)).tolist()
    [1.0, 1.8]
    """
    shown, squares = np.zeros(sample.d), np.zeros(sample.d)
    largest = sample.weights.max(initial=0.0) or 1.0
    for masks, weights, _ in sample.blocks():
        shown += weights / largest @ masks
        squares += (weights / largest) ** 2 @ masks
    relative = sample.weights / largest
    sides = [(shown, squares), (relative.sum() - shown, relative @ relative - squares)]
    return np.min([kish(*side) for side in sides], axis=0)


def _of_other_sizes(sample: Sample) -> float:
    """The effective number of masks that have another size than the one with the largest weight."""
    sizes = np.concatenate([masks.sum(axis=1) for masks, _, _ in sample.blocks()]).astype(int)
    relative = sample.weights / (sample.weights.max(initial=0.0) or 1.0)
    totals, squares = np.bincount(sizes, relative), np.bincount(sizes, relative**2)
    most = totals.argmax()
    return float(kish(totals.sum() - totals[most], squares.sum() - squares[most]))
