"""The estimate of prop:unbiased from leave-one-out residuals of a line."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design, ExchangeableDesign
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates.cross_fitting import residual_weights
from limetheory.estimation.surrogates.lines import limit_by_size
from limetheory.limits import Additive
from limetheory.limits.population import population


class Without(Protocol):
    """Leave-one-out lines, such as `Lines` or `LinesWithoutUnits`.

    Attributes:
        left_out: the leave-one-out residual of each mask, (n,).
    """

    left_out: PerMask

    def mean_without(self, cells: np.ndarray, number: int) -> np.ndarray:
        """Intercept and slopes of the leave-one-out lines, averaged over the masks of each cell: (number, d+1)."""


def along_lines(sample: Sample, design: Design, lines: Without, own: np.ndarray) -> np.ndarray:
    """(E_μ[F], β) from the leave-one-out residuals of some of the masks, (d+1,).

    A unit is a mask or a pair of complements. Given all other units, the limit of the line through them is exact, their
    own residuals are known, and the residual of the unit left out estimates those of the masks of its size in its
    stratum that are not drawn (lem:stratified). Lines are averaged over the masks of a stratum and size, and their
    limits over the sizes of a stratum (lem:shared-strata).

    Args:
        sample: the masks and values.
        design: what they were drawn from.
        lines: the lines without each unit.
        own: the masks whose residuals are averaged, (n,) bool.
    """
    strata = sample.stratified
    of_stratum = lines.mean_without(np.where(own, strata.number, -1), len(strata.population))
    of_cell = lines.mean_without(np.where(own, strata.cell, -1), len(strata.cell_population))
    (known, new), solution, start = residual_weights(sample, own), _limit(sample, design, of_stratum, own), 0
    for masks, _, values in sample.blocks():
        part = slice(start, start + len(masks))
        start = part.stop
        line = of_cell[strata.cell[part]]
        seen = values - line[:, 0] - np.einsum("ij,ij->i", masks, line[:, 1:])
        residuals = sample.importance[part] * (known[part] * seen + new[part] * lines.left_out[part])
        kept = masks > 0
        weighted = design.density(kept) * residuals
        solution += np.append(weighted.sum(), weighted @ design.slopes(kept))
    return solution


def _limit(sample: Sample, design: Design, of_stratum: np.ndarray, own: np.ndarray) -> np.ndarray:
    """(E_μ[g], β(g)) of the function g that is a line on each stratum, (d+1,)."""
    strata = sample.stratified
    mine = np.bincount(strata.number[own], minlength=len(of_stratum))
    line = mine @ of_stratum / mine.sum()
    found = population(Additive(line[1:], float(line[0])), design)
    solution = np.append(found.mean, found.coefficients)
    if strata.of_size is not None and isinstance(design, ExchangeableDesign):
        solution += limit_by_size(np.vstack([of_stratum - line, 0 * line])[strata.of_size], design)
    return solution
