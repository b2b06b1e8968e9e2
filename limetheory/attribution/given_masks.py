"""Samples of masks that are given rather than drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import comb
from typing import Any

import numpy as np

from limetheory.arguments import zero_one
from limetheory.arrays import Masks, PerMask
from limetheory.designs import BernoulliDesign, Design
from limetheory.estimation.samples.columns import Columns
from limetheory.estimation.samples.sample import Interrupted, Sample, draw, ends_of, full_of
from limetheory.estimation.samples.sampling import Scheme
from limetheory.estimation.samples.strata import Strata
from limetheory.evaluation import MaskFunction, is_random

_ROUNDING = 1e-9  # by how much equal probabilities may differ; a convention


def given_rows(masks: Any) -> Masks:
    """Masks that a caller gave as an (n, d) bool array, see `zero_one`."""
    found = zero_one("masks", masks)
    if found.ndim != 2:
        raise ValueError(f"masks must have shape (n, d), got {found.shape}; one row a mask")
    return found


def evaluated(F: MaskFunction, masks: Masks, beside: str, design: Design | None) -> Sample | list[Sample]:
    """The sample of masks (n, d) bool, all of weight 1, with F(1), or F(0) and F(1), where no mask has them.

    Of an F with several columns a list, a sample of each.

    Args:
        F: called once on each mask.
        masks: as they are.
        beside: which of these values are needed, see `Method`.
        design: what the masks were drawn from, or None.
    """
    (n, d), columns = masks.shape, Columns(F)
    known = _values_beside(columns, masks, beside, is_random(F))
    try:
        sample = draw(columns, BernoulliDesign(d), n, np.random.default_rng(0), sampling=_given(masks))
    except Interrupted as interrupted:
        interrupted.sample = replace(interrupted.sample, **known)
        raise
    if is_census(masks, design) and not sample.random:
        sample = replace(sample, strata=Strata(np.zeros(n, int), np.array([float(n)])))
    return columns.samples(replace(sample, **known))


def with_values_beside(F: MaskFunction, sample: Sample, beside: str) -> Sample:
    """The sample with F(1), or F(0) and F(1), where a method needs them and neither it nor a mask of it has them."""
    if sample.ends is not None or (beside == "full" and sample.full is not None):
        return sample
    return replace(sample, **_values_beside(F, sample.masks, beside, sample.random))


def _values_beside(F: MaskFunction, masks: Masks, beside: str, random: bool) -> dict[str, Any]:
    """What a sample is to know besides the values at these masks; of a random F no value at a mask counts as known."""
    d, sizes = masks.shape[1], np.count_nonzero(masks, axis=1)
    empty, full = ((sizes == size).any() and not random for size in (0, d))
    if not beside or (full and (beside == "full" or empty)):
        return {}
    return {"full": full_of(F, d)} if beside == "full" else {"ends": ends_of(F, d)}


def is_census(masks: Masks, design: Design | None) -> bool:
    """Whether these are all masks of their sizes, each once, and as likely as each other under a design.

    >>> is_census(~np.eye(3, dtype=bool), None), is_census(~np.eye(3, dtype=bool)[:2], None)
    (True, False)
    """
    n, d = masks.shape
    numbers = np.bincount(np.count_nonzero(masks, axis=1), minlength=d + 1)
    if any(number and number != comb(d, k) for k, number in enumerate(numbers.tolist())):
        return False
    if len(np.unique(np.packbits(masks, axis=1), axis=0)) < n:
        return False
    return design is None or bool(np.abs(design.chance(masks) * n - 1).max(initial=0.0) < _ROUNDING)


def _given(masks: Masks) -> Scheme:
    def blocks(design: Design, n: int, rng: Any, size: int) -> tuple[Iterator[tuple[Masks, PerMask]], None]:
        return ((masks[i : i + size], np.ones(len(masks[i : i + size]))) for i in range(0, n, size)), None

    return Scheme("given", "as they are", "1", "", blocks, plain=True)
