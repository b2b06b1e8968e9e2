"""What a random set function was asked and answered: for questions that need the sample, without new evaluations."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import vector
from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation import Sample
from limetheory.kept import keepable
from limetheory.mask_bits import packed_bits


class Record:
    """Masks as bits, their values, and the estimated variance of each value given its mask (NaN of single draws).

    >>> record = Record(2)
    >>> record.add(np.array([[True, False]]), np.array([0.5]), np.array([np.nan]))
    >>> record.n, record.masks.tolist()
    (1, [[True, False]])
    """

    def __init__(self, d: int, bits: np.ndarray | None = None, values: np.ndarray | None = None,
                 noise: np.ndarray | None = None):  # fmt: skip
        self.d = d
        self._bits = [np.empty((0, -(-d // 8)), np.uint8) if bits is None else bits]
        self._values = [np.empty(0) if values is None else vector("values", values)]
        self._noise = [np.empty(0) if noise is None else noise]
        if not len(self.bits) == len(self.values) == len(self.noise):
            raise ValueError(f"{len(self.bits)} masks with {len(self.values)} values")

    def add(self, masks: Masks, values: PerMask, noise: PerMask) -> None:
        """Take over masks, (n, d) bool, with their values and variances."""
        self._bits.append(packed_bits(masks))
        self._values.append(values)
        self._noise.append(noise)

    @property
    def n(self) -> int:
        """Number of values."""
        return sum(map(len, self._values))

    @property
    def bits(self) -> np.ndarray:
        """The masks, (n, ⌈d/8⌉) uint8."""
        return joined(self._bits)

    @property
    def values(self) -> PerMask:
        """The values, (n,)."""
        return joined(self._values)

    @property
    def noise(self) -> PerMask:
        """The variance of each value given its mask, (n,)."""
        return joined(self._noise)

    @property
    def masks(self) -> Masks:
        """The masks, (n, d) bool."""
        return np.unpackbits(self.bits, axis=1, count=self.d).view(bool)

    def sample(self, design: Design) -> Sample:
        """The same draws with the weights of a design of the same sampling law."""
        return Sample(self.d, self.bits, design.weight(self.masks), self.values, random=True)


def joined(parts: list[np.ndarray]) -> np.ndarray:
    """Arrays one after another as one, which takes their place in the list."""
    if len(parts) > 1:
        parts[:] = [np.concatenate(parts)]
    return parts[0]


keepable(Record, "d", "bits", "values", "noise")
