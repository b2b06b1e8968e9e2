"""`attribute` on given masks, and `attribution_limit`, what it tends to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows, zero_one
from limetheory.arrays import Masks, PerMask
from limetheory.attribution.table import ATTRIBUTIONS, Attribution
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation.samples.sample import Sample, draw
from limetheory.estimation.samples.sampling import Scheme
from limetheory.evaluation import MaskFunction, mask_function, superpixel_count
from limetheory.explanation import Explanation


def attribute(
    F: MaskFunction,
    sample_or_masks: Any,
    method: str | Attribution = "rise",
    *,
    design: Design | None = None,
    ridge: float = 0.0,
) -> Explanation:
    """Attribute F to its parts by a method of `ATTRIBUTIONS`, from its values on given masks.

    >>> import limetheory as lt
    >>> masks = lt.BernoulliDesign(3).sample(200, np.random.default_rng(0))
    >>> answer = attribute(lt.Additive([1.0, -2.0, 0.5]), masks, "ols")
    >>> answer.coefficients.round(12).tolist()
    [1.0, -2.0, 0.5]
    """
    row = ATTRIBUTIONS.chosen(method)
    if isinstance(sample_or_masks, Sample):
        row.require(sample_or_masks.masks)
        return row.fit(sample_or_masks, design, ridge)
    masks = zero_one("masks", sample_or_masks)
    if masks.ndim != 2:
        raise ValueError(f"masks must have shape (n, d), got {masks.shape}; one row a mask")
    d = superpixel_count(mask_function("F", F), masks.shape[1])
    row.require(mask_rows(masks, d))
    default = row.design(d) if design is None else checked_design(design)
    sample = draw(F, default, len(masks), np.random.default_rng(0), sampling=_given(masks), beside=row.beside)
    return row.fit(sample, design, ridge)


def _given(masks: Masks) -> Scheme:
    def blocks(design: Design, n: int, rng: Any, size: int) -> tuple[Iterator[tuple[Masks, PerMask]], None]:
        return ((masks[i : i + size], np.ones(len(masks[i : i + size]))) for i in range(0, n, size)), None

    return Scheme("given", "as they are", "1", "", blocks, plain=True)


def attribution_limit(method: str | Attribution, F: Any, design: Design, ridge: float = 0.0) -> Explanation:
    """What `attribute` tends to on masks drawn from the sampling law of a design.

    >>> import limetheory as lt
    >>> attribution_limit("rise", lt.Additive([1.0, -2.0]), lt.BernoulliDesign(2)).coefficients.tolist()
    [0.0, -1.5]
    """
    row = ATTRIBUTIONS.chosen(method)
    superpixel_count(F, checked_design(design).d)
    return row.limit(F, design, ridge)
