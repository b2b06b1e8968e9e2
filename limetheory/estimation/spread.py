"""The covariance of an estimate from what each mask adds to it, by how the masks were drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from limetheory.arrays import Gram
from limetheory.estimation.sample import Sample

Moves = Callable[[], Iterator[np.ndarray]]
"""Yields by how much each mask moves the estimate, (b, d) in the sample's blocks; may be asked twice."""


def spread(sample: Sample, moves: Moves, cells: np.ndarray | None = None) -> tuple[Gram, float]:
    """Σ over units of the products of their moves, shape (d, d), and Satterthwaite's degrees of freedom.

    A unit is a mask, or a pair of complements, whose moves are added first. Moves count from the mean of their cell,
    a part of one stratum, at the cost of as many degrees of freedom as it has cells. A stratum drawn without
    replacement counts by the share of it that is not drawn. Degrees of freedom are ∞ without strata.

    Args:
        sample: the sample.
        moves: what each mask adds to the estimate.
        cells: the cell of each mask, (n,) int; None where moves have mean zero.
    """
    strata, d = sample.stratified, sample.d
    means = np.zeros((1, d)) if cells is None else _means(moves, cells, d)
    freedom = _freedom(sample, cells)
    scale = np.where(strata.unseen > 0, strata.unseen, 0.0)
    if cells is not None:
        scale = scale * _units(sample) / np.maximum(freedom, 1)
    total, traces, start = np.zeros((d, d)), np.zeros(len(scale)), 0
    for block in moves():
        part = slice(start, start + len(block))
        start = part.stop
        rows = block if cells is None else block - means[cells[part]]
        number = strata.number[part][:: 1 + sample.paired]
        rows = sample.by_unit(rows) * np.sqrt(scale[number])[:, None]
        total += rows.T @ rows
        if sample.strata:
            traces += np.bincount(number, (rows**2).sum(axis=1), len(traces))
    return total, _satterthwaite(traces, freedom) if sample.strata else np.inf


def _means(moves: Moves, cells: np.ndarray, d: int) -> np.ndarray:
    """The mean move of each cell, (cells, d)."""
    counts, start = np.bincount(cells), 0
    sums = np.zeros((len(counts), d))
    for block in moves():
        np.add.at(sums, cells[start : start + len(block)], block)
        start += len(block)
    return sums / np.maximum(counts, 1)[:, None]


def _units(sample: Sample) -> np.ndarray:
    """How many units each stratum has, (m,)."""
    strata = sample.stratified
    return np.bincount(strata.number[:: 1 + sample.paired], minlength=len(strata.population))


def _freedom(sample: Sample, cells: np.ndarray | None) -> np.ndarray:
    """Units less cells of each stratum, (m,)."""
    strata = sample.stratified
    if cells is None:
        return _units(sample)
    stratum_of_cell = np.full(cells.max() + 1, -1)
    stratum_of_cell[cells] = strata.number
    return _units(sample) - np.bincount(stratum_of_cell[stratum_of_cell >= 0], minlength=len(strata.population))


def _satterthwaite(traces: np.ndarray, freedom: np.ndarray) -> float:
    used = traces > 0
    return float(traces.sum() ** 2 / (traces[used] ** 2 / np.maximum(freedom[used], 1)).sum()) if used.any() else np.inf
