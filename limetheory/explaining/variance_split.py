"""How much of a coefficient's variance is due to which masks were drawn, and how much to the draws at them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.methods.linear_models import Free
from limetheory.estimation.methods.unbiased import influences
from limetheory.explaining.draws import Record


@dataclass(frozen=True, eq=False)
class VarianceSplit:
    """The variance of each coefficient in two parts, shape (d,) each.

    Attributes:
        between: of the masks: what would be left if F(z) = E[f(x) | z] were known at each mask drawn.
        within: of the draws at the masks; ``repeats`` draws a mask have 1/repeats of that of one.
    """

    between: PerSuperpixel
    within: PerSuperpixel


def variance_split(
    record: Record, design: Design, variances: PerSuperpixel, method: str | None, ridge: float = 0.0
) -> VarianceSplit:
    """The split of the variances of coefficients that were fitted to a record.

    Within masks it is Σ_i influence_i² × (variance of the value given mask i), which is unbiased given the masks;
    between masks what is left of the variance, at least 0.

    Args:
        record: the draws, with at least two for each mask.
        design: what the masks were drawn from.
        variances: of the coefficients, (d,).
        method: of the explanation, ``"wls"`` or ``"unbiased"`` with what follows.
        ridge: the penalty.

    Raises:
        ValueError: single draws, or another method.
    """
    if not np.isfinite(record.noise).all() or not record.n:
        raise ValueError("a variance split needs two draws or more for each mask, got one; explain with repeats=2")
    sample = record.sample(design)
    kind = (method or "").partition(",")[0]
    if kind not in ("wls", "unbiased"):
        raise ValueError(f"a variance split needs method 'wls' or 'unbiased', got {method!r}; explain with a fixed n")
    blocks = Free.of(sample, ridge).regression.influence() if kind == "wls" else influences(sample, design)
    within, start = np.zeros(record.d), 0
    for block in blocks:
        within += record.noise[start : start + len(block)] @ block**2
        start += len(block)
    return VarianceSplit(np.maximum(variances - within, 0.0), within)
