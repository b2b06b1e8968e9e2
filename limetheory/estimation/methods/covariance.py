"""The covariance of an estimate from the contribution of each mask, by how the masks were drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from limetheory.arrays import GramOfEach
from limetheory.estimation.samples.sample import Sample, by_pair
from limetheory.estimation.samples.strata import Strata

Contributions = Callable[[], Iterable[np.ndarray]]
"""The contribution of each mask to the estimate: its influence × its residual.

Blocks (…, b, d), each of an even number of masks, with a leading axis where there are several estimates from the same
masks; called twice where means have to be subtracted.
"""


def covariance_of_estimate(
    sample: Sample, contributions: Contributions, cells: np.ndarray | None = None
) -> tuple[GramOfEach, Any]:
    """`covariance_of_sum` for the masks of a sample."""
    return covariance_of_sum(contributions, sample.d, sample.stratified, cells, sample.paired)


def covariance_of_sum(
    contributions: Contributions, d: int, strata: Strata, cells: np.ndarray | None = None, paired: bool = False
) -> tuple[GramOfEach, Any]:
    """The covariance of a sum of contributions, (…, d, d), and Satterthwaite's degrees of freedom, one number or (…).

    It is Σ_u c_u c_uᵀ over the sampling units u, whose contributions are added first: a mask, a pair of complements, or
    masks that depend on each other (`Strata.unit`). With cells c_u is centred at the mean of its cell, which costs one
    degree of freedom a cell. A stratum drawn without replacement has the finite-population correction 1 − n_h / N_h. In
    a stratum of several sizes the sizes are random and masks of one size are drawn without replacement: there the
    correction, for the numbers of a size, shrinks the deviations from the mean of the size alone.

    Args:
        contributions: those of each mask.
        d: the length of the estimate.
        strata: how the masks were drawn.
        cells: the cell of each mask, (n,) int, each cell a part of one stratum; None where the contributions are known
            to have mean zero: none is subtracted, and the degrees of freedom are ∞.
        paired: whether masks 2i and 2i + 1 are one unit.
    """
    scale, width = strata.undrawn_share, 1 + paired
    if cells is not None:
        means, within = _means(contributions, (cells, strata.cell), d)
        first = slice(None, None, width) if strata.unit is None else np.unique(strata.unit, return_index=True)[1]
        units = np.bincount(strata.number[first], minlength=len(scale))
        freedom = units - np.bincount(strata.number[np.unique(cells, return_index=True)[1]], minlength=len(scale))
        scale = scale * units / np.maximum(freedom, 1)
    correction = strata.cell_correction
    total, traces, start = np.zeros((d, d)), np.zeros(len(scale)), 0
    by_unit = None if strata.unit is None else np.zeros((strata.unit.max() + 1, d))
    for block in contributions():
        part = slice(start, start + block.shape[-2])
        start = part.stop
        rows = block if cells is None else block - means[..., cells[part], :]
        if cells is not None and strata.sizes is not None:
            rows = rows - (1 - correction[strata.cell[part], None]) * (block - within[..., strata.cell[part], :])
        if paired:
            rows = by_pair(rows, axis=-2)
        number = strata.number[part][::width]
        if (scale != 1).any():
            rows = rows * np.sqrt(scale[number])[:, None]
        if by_unit is not None and strata.unit is not None:
            by_unit = _added(by_unit, strata.unit[part], rows)
            continue
        total = total + np.swapaxes(rows, -1, -2) @ rows
        if cells is not None:
            traces = traces + _traces(number, rows, len(scale))
    if by_unit is not None and strata.unit is not None:
        total = np.swapaxes(by_unit, -1, -2) @ by_unit
        of_unit: np.ndarray = np.zeros(by_unit.shape[-2], int)
        of_unit[strata.unit] = strata.number
        traces = _traces(of_unit, by_unit, len(scale))
    return total, np.inf if cells is None else np.apply_along_axis(satterthwaite, -1, traces, freedom)[()]


def with_infinite_variances(covariance: GramOfEach, undetermined: np.ndarray) -> GramOfEach:
    """The covariance with infinite variances, and zero covariances, of coefficients that are not identifiable."""
    open_ = np.flatnonzero(undetermined)
    covariance[..., open_, :] = covariance[..., open_] = 0.0
    covariance[..., open_, open_] = np.inf
    return covariance


def _means(contributions: Contributions, divisions: tuple[np.ndarray, ...], d: int) -> list[np.ndarray]:
    """The mean contribution in each cell, for each division of the masks into cells: (…, cells, d) each."""
    counts, start = [np.bincount(cells) for cells in divisions], 0
    sums = [np.zeros((len(count), d)) for count in counts]
    for block in contributions():
        part = slice(start, start + block.shape[-2])
        start = part.stop
        sums = [_added(total, cells[part], block) for total, cells in zip(sums, divisions, strict=True)]
    return [total / np.maximum(count, 1)[:, None] for total, count in zip(sums, counts, strict=True)]


def _added(total: np.ndarray, cells: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The sum of each cell, (…, cells, d), with each row, (…, b, d), added to that of its cell."""
    order = np.argsort(cells, kind="stable")
    first = np.flatnonzero(np.diff(cells[order], prepend=-1))
    found = np.broadcast_to(total, (*rows.shape[:-2], *total.shape[-2:])).copy()
    found[..., cells[order[first]], :] += np.add.reduceat(rows[..., order, :], first, axis=-2)
    return found


def _traces(number: np.ndarray, rows: np.ndarray, strata: int) -> np.ndarray:
    """The sum of the squares of the rows of each stratum, (…, b, d) → (…, strata)."""
    squares = np.einsum("...ij,...ij->...i", rows, rows)
    return np.apply_along_axis(lambda of_one: np.bincount(number, of_one, strata), -1, squares)


def satterthwaite(traces: np.ndarray, freedom: np.ndarray) -> float:
    """Degrees of freedom of a sum of independent variance estimates (Satterthwaite 1946): (Σ v)² / Σ v²/ν.

    ∞ if all variances are zero; where some are infinite, these alone count.

    Args:
        traces: the variances v, (m,).
        freedom: the degrees of freedom ν of each, (m,).
    """
    used = traces > 0
    if not used.any():
        return np.inf
    traces = np.isinf(traces) if np.isinf(traces).any() else traces / traces.max()  # tiny squares would underflow
    shares = traces[used]
    return float(shares.sum() ** 2 / (shares**2 / np.maximum(freedom[used], 1)).sum())
