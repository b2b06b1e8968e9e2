"""The covariance of an estimate from what each mask adds to it, by how the masks were drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from limetheory.arrays import Gram
from limetheory.estimation.samples.sample import Sample, by_pair
from limetheory.estimation.samples.strata import Strata

Moves = Callable[[], Iterable[np.ndarray]]
"""By how much each mask moves the estimate, (b, d) block after block of an even number of masks; may be asked twice."""


def spread(sample: Sample, moves: Moves, cells: np.ndarray | None = None) -> tuple[Gram, float]:
    """`covariance_of_sum` of a sample."""
    return covariance_of_sum(moves, sample.d, sample.stratified, cells, sample.paired)


def covariance_of_sum(
    moves: Moves, d: int, strata: Strata, cells: np.ndarray | None = None, paired: bool = False
) -> tuple[Gram, float]:
    """Σ over units of the products of their moves, shape (d, d), and Satterthwaite's degrees of freedom.

    A unit is a mask, or a pair of complements, whose moves are added first. Moves count from the mean of their cell,
    a part of one stratum, at the cost of as many degrees of freedom as it has cells. A stratum drawn without
    replacement counts by the share of it that is not drawn. Where a stratum has several sizes, drawn at random, the
    deviations from the mean of a size are smaller by the root of the share of the size that is not drawn.

    Args:
        moves: what each mask adds to the estimate.
        d: the length of the estimate.
        strata: how the masks were drawn.
        cells: the cell of each mask, (n,) int; None where moves have mean zero, which leaves ∞ degrees of freedom.
        paired: whether masks 2i and 2i + 1 are one unit.
    """
    scale, width = strata.unseen, 1 + paired
    if cells is not None:
        means, within = _means(moves, (cells, strata.cell), d)
        units = np.bincount(strata.number[::width], minlength=len(scale))
        freedom = units - np.bincount(strata.number[np.unique(cells, return_index=True)[1]], minlength=len(scale))
        scale = scale * units / np.maximum(freedom, 1)
    left = strata.left_of_cell
    total, traces, start = np.zeros((d, d)), np.zeros(len(scale)), 0
    for block in moves():
        part = slice(start, start + len(block))
        start = part.stop
        rows = block if cells is None else block - means[cells[part]]
        if cells is not None and strata.sizes is not None:
            rows = rows - (1 - left[strata.cell[part], None]) * (block - within[strata.cell[part]])
        if paired:
            rows = by_pair(rows)
        number = strata.number[part][::width]
        rows = rows * np.sqrt(scale[number])[:, None]
        total += rows.T @ rows
        traces += np.bincount(number, np.einsum("ij,ij->i", rows, rows), len(traces))
    return total, np.inf if cells is None else satterthwaite(traces, freedom)


def unknown(covariance: Gram, undetermined: np.ndarray) -> Gram:
    """The covariance with ∞ on the diagonal, and 0 beside it, of coefficients that the masks do not determine."""
    covariance[undetermined] = covariance[:, undetermined] = 0.0
    covariance[undetermined, undetermined] = np.inf
    return covariance


def _means(moves: Moves, divisions: tuple[np.ndarray, ...], d: int) -> list[np.ndarray]:
    """The mean move of each cell of each division of the masks into cells, (cells, d)."""
    counts, start = [np.bincount(cells) for cells in divisions], 0
    sums = [np.zeros((len(count), d)) for count in counts]
    for block in moves():
        part = slice(start, start + len(block))
        start = part.stop
        for total, cells in zip(sums, divisions, strict=True):
            _add(total, cells[part], block)
    return [total / np.maximum(count, 1)[:, None] for total, count in zip(sums, counts, strict=True)]


def _add(total: np.ndarray, cells: np.ndarray, rows: np.ndarray) -> None:
    """Add each row to the sum of its cell."""
    order = np.argsort(cells, kind="stable")
    first = np.flatnonzero(np.diff(cells[order], prepend=-1))
    total[cells[order[first]]] += np.add.reduceat(rows[order], first)


def satterthwaite(traces: np.ndarray, freedom: np.ndarray) -> float:
    """Degrees of freedom of a sum of independent variances (Satterthwaite 1946), of the infinite ones if there are any.

    ∞ if all are zero.

    Args:
        traces: the variances, (m,).
        freedom: the degrees of freedom of each, (m,).
    """
    used = traces > 0
    if not used.any():
        return np.inf
    traces = np.isinf(traces) if np.isinf(traces).any() else traces / traces.max()  # tiny squares would underflow
    shares = traces[used]
    return float(shares.sum() ** 2 / (shares**2 / np.maximum(freedom[used], 1)).sum())
