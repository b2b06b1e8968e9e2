"""The masks among which the next ones are chosen."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks
from limetheory.designs import Design
from limetheory.estimation.active.weights import LARGEST_ENUMERATED_D
from limetheory.estimation.samples.strata import stratified_sample
from limetheory.limits import all_masks
from limetheory.mask_bits import packed_bits

_NUMBERS = 1 << 21  # candidates × masks that are evaluated in all: 16 MiB for each process; a convention
_DRAWN = 2048  # a round number of candidates that are drawn
_LARGEST_TABLE_D = 16  # up to this d all masks are listed; a convention


def candidates(design: Design, seen: np.ndarray, n: int, rng: np.random.Generator) -> Masks:
    """Masks that were not seen, in random order: all of them where these are few, else some drawn from the design.

    Where fewer than n are drawn, since the design has almost all of its mass on few masks, the masks that differ from
    these or from those seen in one superpixel are candidates too.

    Args:
        design: masks are drawn in its strata.
        seen: those that were evaluated, (m, d) bool.
        n: how many masks will have been evaluated in the end.
        rng: draws candidates and their order, in which the first of equally good ones is chosen.
    """
    if design.d <= LARGEST_ENUMERATED_D and n << design.d <= _NUMBERS:
        found = _unseen(_with_mass(design), seen)
    else:
        number = max(_DRAWN, 2 * n)
        found = _unseen(stratified_sample(design, number, rng)[0], seen)
        if len(found) < n:
            around = np.concatenate([seen, found])[:number]
            found = np.concatenate([found, _unseen(_neighbours(around), np.concatenate([seen, found]))])
    return found[rng.permutation(len(found))]


def mass_is_exhausted(design: Design, n: int) -> bool:
    """Whether n masks are as many as the design has."""
    return design.d <= _LARGEST_TABLE_D and n > design.support_size - 0.5  # which is rounded


def _with_mass(design: Design) -> Masks:
    masks = all_masks(design.d)
    return masks[design.probability(masks) > 0]


def _unseen(masks: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The different ones among masks that were not seen, in the order of their bits."""
    found = np.unique(masks, axis=0)
    known = {row.tobytes() for row in packed_bits(seen)}
    return found[[row.tobytes() not in known for row in packed_bits(found)]]


def _neighbours(masks: np.ndarray) -> np.ndarray:
    """The masks that differ from one of these in one superpixel, (m d, d) bool."""
    d = masks.shape[1]
    return (masks[:, None] ^ np.eye(d, dtype=bool)).reshape(-1, d)
