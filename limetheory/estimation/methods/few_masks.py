"""A warning where the interval of a coefficient rests on so few masks that it may be too narrow."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from limetheory.arrays import PerSuperpixel, PerSuperpixelOfEach
from limetheory.estimation.samples.sample import Sample, kish
from limetheory.given import given
from limetheory.mask_bits import sizes_of_bits
from limetheory.outside import outside

FEW_MASKS = 10
"""A rule of thumb, ten events a parameter (Peduzzi et al. 1996): with fewer the estimate is too far from normal.

`experiments/coverage/rows.jsonl` has the coverage of intervals with and without the warning.
"""


class FewMasksWarning(UserWarning):
    """The effective sample size behind an interval is so small that its coverage may be below its level."""


def warn_of_few_masks(sample: Sample, errors: PerSuperpixelOfEach, contributing: PerSuperpixelOfEach) -> None:
    """Warn if the effective sample size behind the finite interval of a coefficient is below `FEW_MASKS`.

    It is the smallest of three: of the masks that keep its superpixel, or of those that do not; of the masks whose size
    is not the one of largest total weight, since differences in size determine the sum of the coefficients; and of the
    squared contributions in its variance estimate, which is unreliable where a few of them dominate.

    Args:
        sample: the masks.
        errors: standard errors of the coefficients, (…, d). No warning for those that are ∞ or 0.
        contributing: effective number of masks in each variance estimate (`CovarianceEstimate.effective_masks`),
            (…, d).
    """
    behind = effective_masks(sample) if sample.ends else np.minimum(effective_masks(sample), _of_other_sizes(sample))
    warn_of_few(np.minimum(behind, contributing), errors)


def warn_of_few(masks: PerSuperpixelOfEach, errors: PerSuperpixelOfEach) -> None:
    """Warn once if finite intervals of coefficients rest on fewer than `FEW_MASKS` effective masks, (…, d) each."""
    doubtful, told = (masks < FEW_MASKS) & np.isfinite(errors) & (errors > 0), _TOLD.get()
    if not doubtful.any() or told:
        return
    if told is not None:
        told.append(True)
    fewest = np.unravel_index(np.argmin(np.where(doubtful, masks, np.inf)), masks.shape)
    others = np.count_nonzero(doubtful) - 1
    warnings.warn(
        f"the interval of {_part(int(fewest[-1]))} rests on fewer than {FEW_MASKS} effective masks, got "
        f"{masks[fewest]:.1f}"
        + (f" (and {others} more)" if others else "")
        + "; it may hold the limit less often than its level says, so draw more masks",
        FewMasksWarning,
        stacklevel=outside(),
    )


def with_part_names(message: str, names: Sequence[str]) -> str:
    """A message of `warn_of_few` with the name of the part in place of the number of its coefficient.

    Args:
        message: any message; others than those of `warn_of_few` stay as they are.
        names: of the parts, one for each coefficient.

    >>> with_part_names("the interval of coefficient 1 rests on fewer than 10 effective masks", ["sky", "zebra 3"])
    'the interval of zebra 3 rests on fewer than 10 effective masks'
    """
    found = re.match(r"the interval of coefficient (\d+) ", message)
    if found is None or int(found[1]) >= len(names):
        return message
    return f"the interval of {names[int(found[1])]} {message[found.end() :]}"


def _part(place: int) -> str:
    """The name of a part where the parts have names, else the number of its coefficient."""
    names = _NAMES.get()
    return given(names[place]) if place < len(names) else f"coefficient {place}"


_NAMES: ContextVar[Sequence[str]] = ContextVar("names of the parts", default=())
_TOLD: ContextVar[list[bool] | None] = ContextVar("few masks told of", default=None)


@contextmanager
def few_masks_told_once(names: Sequence[str] | None = None) -> Iterator[None]:
    """One warning of few masks where several explanations are one answer: of the first that has any.

    Args:
        names: of the parts, one for each coefficient, by which the warning calls them; None where they have none.
    """
    token, before = _TOLD.set([] if _TOLD.get() is None else _TOLD.get()), _NAMES.set(tuple(names or ()))
    try:
        yield
    finally:
        _TOLD.reset(token)
        _NAMES.reset(before)


@contextmanager
def few_masks_studied() -> Iterator[None]:
    """No warning of few masks where small samples are what is studied."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMasksWarning)
        yield


def effective_masks(sample: Sample) -> PerSuperpixel:
    """Kish's effective number of the masks that keep each superpixel, or of those that do not, the smaller one: (d,).

    >>> masks = np.array([[1, 1], [1, 0], [1, 0], [0, 1]], bool)
    >>> effective_masks(Sample.of(masks, [1.0, 1.0, 1.0, 2.0], [0.0] * 4)).tolist()
    [1.0, 1.8]
    """
    shown, squares = np.zeros(sample.d), np.zeros(sample.d)
    largest = sample.weights.max(initial=0.0) or 1.0
    for masks, weights, _ in sample.blocks():
        shown += weights / largest @ masks
        squares += (weights / largest) ** 2 @ masks
    relative = sample.weights / largest
    sides = [(shown, squares), (relative.sum() - shown, relative @ relative - squares)]
    effective: PerSuperpixel = np.min([kish(*side) for side in sides], axis=0)
    return effective


def _of_other_sizes(sample: Sample) -> float:
    """Kish's effective number of the masks whose size is not the one of largest total weight."""
    sizes = sizes_of_bits(sample.bits)
    relative = sample.weights / (sample.weights.max(initial=0.0) or 1.0)
    totals, squares = np.bincount(sizes, relative), np.bincount(sizes, relative**2)
    most = totals.argmax()
    return float(kish(totals.sum() - totals[most], squares.sum() - squares[most]))
