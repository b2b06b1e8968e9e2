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
    """A row of numbers for each mask that was asked for, whatever d: up to 16 bytes a number.

    Attributes:
        rows: those of all masks, and after them room for more, (m, columns).
    """

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self.rows = np.empty((0, 0))

    def look_up(self, masks: Masks, ask: Ask) -> np.ndarray:
        """The rows of masks, (n, d) bool → (n, columns), those that are missing being asked for once each."""
        places = self.places(masks, ask)
        found: np.ndarray = self.rows[places]
        return found

    def places(self, masks: Masks, ask: Ask) -> np.ndarray:
        """The places of masks in `rows`, (n, d) bool → (n,) int, those that are missing being asked for once each."""
        keys = [row.tobytes() for row in packed_bits(masks)]
        fresh = {key: place for place, key in enumerate(keys) if key not in self._places}
        names, places = list(fresh), list(fresh.values())
        for batch, rows in ask(masks[places]) if places else ():
            self._keep(names[batch], rows)
        return np.array([self._places[key] for key in keys], int)

    def _keep(self, names: list[bytes], rows: np.ndarray) -> None:
        known, needed = len(self._places), len(self._places) + len(names)
        if needed > len(self.rows):
            grown = np.empty((max(needed, 2 * known), rows.shape[1]), rows.dtype)
            grown[:known] = self.rows[:known] if known else grown[:0]
            self.rows = grown
        self.rows[known:needed] = rows
        self._places.update(zip(names, range(known, needed), strict=True))
