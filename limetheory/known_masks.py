"""What is known of a function of masks, so that no mask is asked for twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.mask_bits import packed_bits

LARGEST_TABLE_D = 20  # the largest d for which a value is kept for each of the 2^d masks: 8 MiB; a convention

Ask = Callable[[Masks], Iterable[tuple[slice, np.ndarray]]]
"""Masks (n, d) bool → their answers, batch after batch, each with its place among the masks."""


class ValueTable:
    """One number for each of the 2^d masks, NaN where it is not known; nothing is kept for d > 20.

    Attributes:
        values: (2^d,), mask z at index Σ_j z_j 2^j as in `SetFunction`; empty for d > 20.

    >>> table = ValueTable(2)
    >>> sizes = lambda masks: [(slice(0, len(masks)), masks.sum(axis=1))]
    >>> table.look_up(np.array([[True, True], [True, True]]), sizes).tolist(), table.values.tolist()
    ([2.0, 2.0], [nan, nan, nan, 2.0])
    """

    def __init__(self, d: int):
        self._bits = 1 << np.arange(min(d, LARGEST_TABLE_D))
        self.values = np.full(1 << d if d <= LARGEST_TABLE_D else 0, np.nan)

    def __bool__(self) -> bool:
        return bool(self.values.size)

    def look_up(self, masks: Masks, ask: Ask) -> PerMask:
        """The numbers of masks, (n, d) bool → (n,), those that are missing being asked for once each."""
        index = masks @ self._bits
        missing = np.unique(index[np.isnan(self.values[index])])
        if len(missing):
            for batch, found in ask((missing[:, None] & self._bits) > 0):
                self.values[missing[batch]] = found
        return self.values[index]

    def take_over(self, values: np.ndarray) -> None:
        """Copy numbers that were known before, (2^d,), to masks for which no number is known here."""
        if values.shape != self.values.shape:
            raise ValueError(f"values must have shape {self.values.shape}, got {values.shape}; recompute them")
        self.values = np.where(np.isnan(self.values), values, self.values)


class RowTable:
    """A row of numbers for each mask that was asked for, whatever d: 8 bytes a number."""

    def __init__(self) -> None:
        self._rows: dict[bytes, np.ndarray] = {}

    def look_up(self, masks: Masks, ask: Ask) -> np.ndarray:
        """The rows of masks, (n, d) bool → (n, columns), those that are missing being asked for once each."""
        keys = [row.tobytes() for row in packed_bits(masks)]
        fresh = {key: place for place, key in enumerate(keys) if key not in self._rows}
        names, places = list(fresh), list(fresh.values())
        for batch, rows in ask(masks[places]) if places else ():
            self._rows.update(zip(names[batch], rows, strict=True))
        return np.array([self._rows[key] for key in keys])
