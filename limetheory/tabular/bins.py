"""The bins of every column: how often training rows fall into each, and how their values are spread in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from limetheory.kept import keepable

_MOST_DECIMALS = 12


class Bins:
    """The bins of p columns, up to m a column; the categories of a categorical column are its bins.

    Bin k of a numeric column holds edges[k − 1] < x ≤ edges[k]. As in lime 0.2.0.1 a value is drawn in a bin from the
    normal law of the bin's mean and standard deviation, truncated to the bin, whose outer ends are the least and the
    greatest training value. Where all training values of a bin are equal, it holds that value alone (lime 0.2.0.1
    draws 0 instead where this is the least training value).

    Args:
        edges: of each column, ascending; empty of categorical columns.
        probability: share of the training rows in each bin, (p, m); 0 behind the last bin of a column.
        mean, spread: of the training values in each bin, (p, m).
        low, high: the ends of each bin, (p, m).
        values: the training values of each column in ascending order, (p, n).

    >>> bins = Bins.of(np.array([[0.0], [1.0], [2.0], [4.0]]), [np.array([1.0])], [2])
    >>> bins.probability.tolist(), bins.mean.tolist(), bins.low.tolist(), bins.high.tolist()
    ([[0.5, 0.5]], [[0.5, 3.0]], [[0.0, 1.0]], [[1.0, 4.0]])
    """

    def __init__(
        self, edges: tuple[np.ndarray, ...], probability: np.ndarray, mean: np.ndarray, spread: np.ndarray,
        low: np.ndarray, high: np.ndarray, values: np.ndarray,
    ):  # fmt: skip
        self.edges, self.probability, self.mean, self.spread = edges, probability, mean, spread
        self.low, self.high, self.values = low, high, values

    @classmethod
    def of(cls, cells: np.ndarray, edges: Sequence[np.ndarray], counts: Sequence[int]) -> Bins:
        """The bins of training cells, (n, p), with so many bins in each column; a categorical one has no edges."""
        columns = np.ascontiguousarray(cells.T)
        numbers = np.stack([_numbers(own, inner) for own, inner in zip(columns, edges, strict=True)])
        held = np.stack([np.bincount(one, minlength=max(counts)) for one in numbers])
        grouped = np.take_along_axis(columns, _stable_order(numbers), axis=1)
        values, rows = np.sort(columns, axis=1), np.arange(len(columns))[:, None]
        stop = held.cumsum(axis=1)
        least, greatest = values[rows, np.minimum(stop - held, len(cells) - 1)], values[rows, stop - 1]
        alike = least == greatest
        low, high = (np.where(held > 0, np.where(alike, least, end), 0.0) for end in _ends(values, edges, held.shape))
        mean, spread = np.where(alike & (held > 0), least, 0.0), np.zeros(held.shape)
        for j, k in zip(*np.nonzero(~alike & (held > 0)), strict=True):
            mean[j, k], spread[j, k] = _moments(grouped[j, stop[j, k] - held[j, k] : stop[j, k]])
        return cls(tuple(edges), held / len(cells), mean, spread, low, high, values)

    def number(self, cells: np.ndarray) -> np.ndarray:
        """The bin of each cell: (n, p) → (n, p) int."""
        return np.column_stack([_numbers(cells[:, j], edges) for j, edges in enumerate(self.edges)])

    @property
    def first(self) -> np.ndarray:
        """Where the values of each bin start in `values`, (p, m) int; there are `counts` of them."""
        answer: np.ndarray = np.cumsum(self.counts, axis=1) - self.counts
        return answer

    @property
    def counts(self) -> np.ndarray:
        """The number of training rows in each bin, (p, m) int."""
        answer: np.ndarray = np.rint(self.probability * self.values.shape[1]).astype(int)
        return answer

    def condition(self, j: int, k: int, name: str) -> str:
        """What says that a column is in a bin, as lime writes it: ``0.30 < width <= 1.30``."""
        edges = self.edges[j]
        shown = _shown(edges)
        if k == 0:
            return f"{name} <= {shown[0]}"
        return f"{name} > {shown[-1]}" if k == len(edges) else f"{shown[k - 1]} < {name} <= {shown[k]}"


def _numbers(own: np.ndarray, edges: np.ndarray) -> np.ndarray:
    return edges.searchsorted(own) if len(edges) else own.astype(int)


def _stable_order(numbers: np.ndarray) -> np.ndarray:
    """What sorts each row, equal numbers staying in their order; NumPy sorts short integers the fastest."""
    order: np.ndarray = numbers.astype(np.min_scalar_type(int(numbers.max()))).argsort(axis=1, kind="stable")
    return order


def _ends(values: np.ndarray, edges: Sequence[np.ndarray], shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The lower and the upper end of each bin of p columns whose training values are in ascending order, (p, m)."""
    low, high = np.zeros(shape), np.zeros(shape)
    for j, inner in enumerate(edges):
        low[j, 0], low[j, 1 : len(inner) + 1] = values[j, 0], inner
        high[j, : len(inner)], high[j, len(inner)] = inner, values[j, -1]
    return low, high


def _moments(inside: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation, digit for digit as NumPy's methods have them, which take longer where n is small."""
    mean = np.add.reduce(inside) / len(inside)
    deviations = inside - mean
    return mean, np.sqrt(np.add.reduce(deviations * deviations) / len(inside))


def _shown(edges: np.ndarray) -> list[str]:
    """The edges in two decimals as lime has them, or in as many as tell them apart."""
    for decimals in range(2, _MOST_DECIMALS):
        texts = [f"{edge:.{decimals}f}" for edge in edges]
        if len(set(texts)) == len(texts) and not any(
            float(text) == 0 != edge for text, edge in zip(texts, edges, strict=True)
        ):
            return texts
    return [repr(float(edge)) for edge in edges]


keepable(Bins, "edges", "probability", "mean", "spread", "low", "high", "values")
