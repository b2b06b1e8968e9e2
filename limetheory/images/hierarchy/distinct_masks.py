"""Overlapping region masks without duplicates, and their atoms: sets of pixels that are in the same masks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

_BLOCK = 1 << 14  # masks that are handled at once; a convention for memory and time


class DistinctMasks:
    """Distinct region masks of at least ``least`` pixels, largest first, and their atoms.

    An atom is a set of pixels that are in the same masks; every mask is a union of atoms.
    """

    def __init__(self, masks: Sequence[np.ndarray], least: int):
        sizes = [int(np.count_nonzero(mask)) for mask in masks]
        packed = {number: np.packbits(mask) for number, mask in enumerate(masks) if sizes[number] >= least}
        tied = Counter(sizes)
        outline = {number: (~bits).tobytes() if tied[sizes[number]] > 1 else b"" for number, bits in packed.items()}
        order = sorted(packed, key=lambda number: (-sizes[number], outline[number]))
        size_and_outline = [(sizes[number], outline[number]) for number in order]
        new = [i == 0 or size_and_outline[i - 1] != size_and_outline[i] for i in range(len(order))]
        self.names = np.array([number for number, first in zip(order, new, strict=True) if first], np.intp)
        self.numbers = np.full(len(masks), -1, np.intp)
        self.numbers[order] = np.cumsum(new) - 1
        self.areas = np.array([sizes[number] for number in self.names], np.int64)
        self.shape = masks[0].shape
        if self.names.size:
            self.atoms, self.counts, self.members = _atoms(
                [masks[number] for number in self.names], [packed[number] for number in self.names]
            )

    @cached_property
    def parents(self) -> np.ndarray:
        """The number of each distinct mask's parent (see `containment_parents`), −1 for none."""
        parents = np.full(len(self.names), -1, np.intp)
        if not self.names.size:
            return parents
        overlap = (self.members.multiply(self.counts).tocsr() @ self.members.T).tocoo()
        large, small, shared = overlap.row, overlap.col, overlap.data
        fit = (self.areas[large] > self.areas[small]) & (2 * shared > self.areas[small])
        large, small, shared = large[fit], small[fit], shared[fit]
        best = np.lexsort((large, -shared, self.areas[large], small))
        children, first = np.unique(small[best], return_index=True)
        parents[children] = large[best][first]
        return parents


def _atoms(masks: list[np.ndarray], packed: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, Any]:
    """The atom of each pixel (h, w), the size of each atom, and the sparse membership (masks, atoms)."""
    from scipy.sparse import csr_matrix

    starts = _run_starts(packed, masks[0].size)
    keys = np.concatenate([_keys(masks, starts[i : i + _BLOCK]) for i in range(0, len(starts), _BLOCK)])
    rows = keys.view(np.dtype((np.void, keys.shape[1]))).ravel()
    distinct, atom_of_run = np.unique(rows, return_inverse=True)
    lengths = np.diff(starts, append=masks[0].size)
    members = np.unpackbits(distinct.view(np.uint8).reshape(len(distinct), -1), axis=1, count=len(masks)).T
    counts = np.bincount(atom_of_run, weights=lengths).astype(np.int64)
    return (
        np.repeat(atom_of_run.astype(np.int32), lengths).reshape(masks[0].shape),
        counts,
        csr_matrix(members, dtype=np.int64),
    )


def _run_starts(packed: list[np.ndarray], pixels: int) -> np.ndarray:
    # A run is a sequence of pixels, row after row, that are in the same masks.
    change = np.zeros_like(packed[0])
    for bits in packed:
        before = bits >> 1
        before[1:] |= bits[:-1] << 7
        change |= bits ^ before
    marks = np.unpackbits(change, count=pixels)
    marks[0] = 1
    return np.flatnonzero(marks)


def _keys(masks: list[np.ndarray], pixels: np.ndarray) -> np.ndarray:
    # The masks that each pixel is in, as the bits of one row per pixel.
    member = np.empty((len(masks), len(pixels)), bool)
    for mask, row in zip(masks, member, strict=True):
        mask.ravel().take(pixels, out=row, mode="clip")
    return np.ascontiguousarray(np.packbits(member, axis=0).T)
