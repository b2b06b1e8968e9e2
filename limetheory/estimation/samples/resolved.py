"""Values of a model that differ by rounding alone: masking then changes nothing that its numbers can tell."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerMask
from limetheory.estimation.samples.sample import Sample

_UNITS = 64  # sums in another order differ by a few units in the last place, a softmax by some tens; a convention
_NONE = np.empty(0)
_SINGLE = 2.0**-17  # 64 units of float32; of shorter numbers a single unit may be more


def resolved(sample: Sample, function: Any, others: PerMask = _NONE) -> Sample:
    """The sample itself, or with one value at every mask where the values differ by rounding alone.

    Otherwise coefficients of rounding errors would have intervals that are as small.

    Args:
        sample: the masks and values.
        function: what they are values of, see `without_rounding`; never is anything taken for rounding of a random one.
        others: further values of it, from which those of the sample must not differ either.
    """
    if sample.random:
        return sample
    full = () if sample.full is None else (sample.full,)
    known = np.concatenate([sample.values, sample.ends or (), full, others])
    found = without_rounding(known, function)
    if found is known:
        return sample
    value = float(found[-1])
    return sample.with_values(found[: sample.n], sample.ends and (value, value), sample.full and value)


def without_rounding(values: PerMask, function: Any) -> PerMask:
    """The values themselves, or the last of them for each where they differ by rounding alone.

    They do where all lie within 64 units in the last place of each other, or within one of numbers that are shorter
    than float32's.

    Args:
        values: (n,).
        function: what they are values of. Only of one that knows its `resolution`, the relative rounding of its
            values, is anything taken for rounding.
    """
    resolution, gap = getattr(function, "resolution", None), float(np.ptp(values))
    if resolution is None or not 0 < gap <= _relative(resolution) * np.abs(values).max():
        return values
    return np.full(len(values), values[-1])


def _relative(resolution: float) -> float:
    return max(resolution, min(_UNITS * resolution, _SINGLE))
