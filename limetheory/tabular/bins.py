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
        shape = cells.shape[1], max(counts)
        found = {name: np.zeros(shape) for name in ("probability", "mean", "spread", "low", "high")}
        for j, count in enumerate(counts):
            own = cells[:, j]
            for k in range(count):
                inside = own[_numbers(own, edges[j]) == k]
                _fill(found, j, k, inside, len(own), _ends(own, edges[j], k))
        return cls(tuple(edges), **found, values=np.sort(cells, axis=0).T)

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
    return np.searchsorted(edges, own) if len(edges) else own.astype(int)


def _ends(own: np.ndarray, edges: np.ndarray, k: int) -> tuple[float, float]:
    if not len(edges):
        return float(k), float(k)
    return (own.min() if k == 0 else edges[k - 1]), (own.max() if k == len(edges) else edges[k])


def _fill(found: dict[str, np.ndarray], j: int, k: int, inside: np.ndarray, n: int, ends: tuple[float, float]) -> None:
    if not len(inside):
        return
    alike = np.ptp(inside) == 0
    found["probability"][j, k] = len(inside) / n
    found["mean"][j, k] = inside[0] if alike else inside.mean()
    found["spread"][j, k] = 0.0 if alike else inside.std()
    found["low"][j, k], found["high"][j, k] = (inside[0], inside[0]) if alike else ends


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
