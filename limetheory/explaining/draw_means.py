"""The value of a mask as the mean of a model's answers to the inputs drawn at it."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.explaining.draws import Record


class RecordedMeans:
    """Means of the answers to ``repeats`` inputs for each mask, and a record of masks, means and their variances.

    Args:
        d: number of parts.
        repeats: inputs for each mask.
        original: the answer to the input itself, which the first mask has in place of a mean if it shows everything;
            None takes the mean there too.

    Attributes:
        record: the masks and values so far.

    >>> means = RecordedMeans(2, 2)
    >>> means(np.array([[True, False]]), np.array([0.5, 1.5])).tolist(), means.record.noise.tolist()
    ([1.0], [0.25])
    """

    def __init__(self, d: int, repeats: int, original: float | None = None):
        self._repeats, self._original, self.record = repeats, original, Record(d)

    def __call__(self, masks: Masks, answers: np.ndarray) -> PerMask:
        """The values of masks (n, d) from the answers to their inputs, mask after mask, (n · repeats,) → (n,)."""
        rows = answers.reshape(len(masks), self._repeats)
        values: PerMask = rows.mean(axis=1)
        single = self._repeats == 1
        noise = np.full(len(masks), np.nan) if single else rows.var(axis=1, ddof=1) / self._repeats
        if self._original is not None and not self.record.n and len(masks) and masks[0].all():
            values[0], noise[0] = self._original, 0.0 * noise[0]
        self.record.add(masks, values, noise)
        return values
