"""The values of several functions on the same masks as one sample, some functions at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from limetheory.estimation.samples.sample import BLOCK, Sample

_AT_ONCE = 1 << 19  # numbers that are handled at once, 4 MiB: fewer take longer, and more too; a convention


def in_parts(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Samples of the same masks, stacked: values (k, n) of some functions after those of others.

    As many at a time as make arrays (k, b, d), (k, d, d) and (k, n) small, b being the masks of a block.

    >>> masks, weights = np.eye(2, dtype=bool), np.ones(2)
    >>> one, other = (Sample.of(masks, weights, values) for values in ([0.0, 1.0], [2.0, 3.0]))
    >>> [part.values.tolist() for part in in_parts([one, other])]
    [[[0.0, 1.0], [2.0, 3.0]]]
    """
    first = samples[0]
    size = max(_AT_ONCE // max(min(first.n, BLOCK) * first.d, first.d**2, first.n, 1), 1)
    return (_stacked(first, samples[start : start + size]) for start in range(0, len(samples), size))


def _stacked(first: Sample, samples: Sequence[Sample]) -> Sample:
    """The masks of the first sample with the values and ends of all."""
    ends = [np.array(of_each) for of_each in zip(*(one.ends or () for one in samples), strict=True)]
    values = np.stack([one.values for one in samples])
    return first.with_values(values, (ends[0], ends[1]) if ends else None, first.full)
