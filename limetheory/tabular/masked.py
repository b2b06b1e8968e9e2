"""A masked row: cells whose part is shown are drawn in the row's own bin, the others in the other bins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import choice, generator, mask_rows, real
from limetheory.arrays import Masks, PerSuperpixel
from limetheory.designs import ProductDesign
from limetheory.kept import keepable
from limetheory.tabular.binning import column_edges
from limetheory.tabular.bins import Bins
from limetheory.tabular.draws import CellDraws
from limetheory.tabular.laws import BinLaws
from limetheory.tabular.table import TableForm, read_table

DRAWS = ("normal", "training")
WIDTH = 0.75
"""lime 0.2.0.1's kernel width is this times the square root of the number of columns."""

_NARROWEST = np.sqrt(0.5 / 700)
"""The bandwidth at which a cell that differs has the weight e^−700, near the least of floats."""


class MaskedRow:
    """A row of a table whose columns are masked: x(z)_j is in the bin of ξ_j if z_j = 1, and in another one if not.

    x(z) is random: every column is drawn independently of the others, given z. A bin is chosen by the share of the
    training rows in it, then a value in it. So the set function of a model is F(z) = E[f(x) | z], of which each
    evaluation is a draw (lime 0.2.0.1; Garreau & von Luxburg 2020).

    Args:
        row: ξ, see `TableForm.row`.
        training_data: an array (n, p), a frame with `columns` (pandas or polars), or a list of rows; only the
            distribution of each column is read.
        feature_names: p strings; None takes a frame's columns, or "0", "1", and so on.
        categorical: columns whose values are categories, by name or position; z_j = 1 is the row's own category.
        bins: ``"quartile"``, ``"decile"``, ``"entropy"`` of numeric columns, or a list of the edges of each column.
        training_labels: of the training rows, (n,), for ``"entropy"``.
        draws: of the value in a bin: ``"normal"``, the normal law of the bin's training values truncated to the bin, or
            ``"training"``, one of these values.

    Attributes:
        form: names and categories of the columns.
        cells: ξ as numbers, (p,).
        bins: of each column.
        draws: as above.

    Raises:
        ValueError, TypeError: missing values, categories that the training data lacks, a row outside the training
            range, columns whose training values all lie in one bin, or another number of columns.

    >>> training = np.arange(8.0)[:, None] * [1.0, 10.0]
    >>> masked = MaskedRow([1.0, 70.0], training, feature_names=["age", "dose"])
    >>> masked.conditions
    ('age <= 1.75', 'dose > 52.50')
    >>> drawn = masked.compose(np.array([[True, False]]), rng=0)
    >>> bool(drawn[0, 0] <= 1.75), bool(drawn[0, 1] <= 52.5)
    (True, True)
    """

    random = True
    """x(z) is drawn anew for every mask."""

    def __init__(
        self, row: Any, training_data: Any, *, feature_names: Sequence[str] | None = None, categorical: Any = (),
        bins: Any = "quartile", training_labels: Any = None, draws: str = "normal",
    ):  # fmt: skip
        self.form, cells = read_table(training_data, feature_names, categorical)
        self.cells, self.draws = self.form.row(row), choice("draws", draws, DRAWS)
        self._check_range(cells)
        edges = column_edges(bins, cells, self.form.numeric, training_labels)
        counts = [len(one) or len(own) + 1 for one, own in zip(self.form.categories, edges, strict=True)]
        self.bins = Bins.of(cells, edges, counts)
        self._check_bins(cells)

    @classmethod
    def restored(cls, form: TableForm, cells: np.ndarray, bins: Bins, draws: str) -> MaskedRow:
        """The masked row with these parts, which another one had; its rows are written as arrays."""
        masked = cls.__new__(cls)
        masked.form, masked.cells, masked.bins, masked.draws = form, cells, bins, choice("draws", draws, DRAWS)
        if not len(cells) == len(form.names) == len(bins.edges):
            raise ValueError(f"{len(cells)} cells of {len(form.names)} columns with {len(bins.edges)} bins")
        return masked

    @property
    def d(self) -> int:
        """Number of columns."""
        return len(self.cells)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.form.names

    @cached_property
    def own(self) -> np.ndarray:
        """The number of the row's bin in each column, (p,) int."""
        answer: np.ndarray = self.bins.number(self.cells[None])[0]
        return answer

    @property
    def keep(self) -> PerSuperpixel:
        """The share of the training rows in the row's own bin, (p,)."""
        answer: PerSuperpixel = self.bins.probability[np.arange(self.d), self.own]
        return answer

    @property
    def conditions(self) -> tuple[str, ...]:
        """What z_j = 1 says of each column: its bin, such as "0.30 < width <= 1.30", or "colour=red"."""
        return tuple(self._condition(j) for j in range(self.d))

    def _condition(self, j: int) -> str:
        name = self.form.names[j]
        if self.form.categories[j]:
            return f"{name}={self.form.shown(self.cells[j], j)}"
        return self.bins.condition(j, int(self.own[j]), name)

    @cached_property
    def laws(self) -> BinLaws:
        """The laws of the cells given the mask, which closed forms are made of."""
        return BinLaws(self.bins, self.own, self.draws == "training")

    def design(self, bandwidth: float | None = None) -> ProductDesign:
        """lime's design: P(z_j = 1) is `keep`, weight exp(−(cells that differ) / (2 bandwidth²)).

        Args:
            bandwidth: lime's kernel width; None is 0.75 √p.

        >>> masked = MaskedRow([1.0], np.arange(8.0)[:, None])
        >>> round(float(masked.design().sample_keep[0]), 12), round(float(masked.design().weights_off[0]), 4)
        (0.25, 0.4111)
        """
        width = WIDTH * np.sqrt(self.d) if bandwidth is None else real("bandwidth", bandwidth, above=0)
        if width < _NARROWEST:
            raise ValueError(f"bandwidth must be above 0.027, below which all weights underflow, got {width:g}")
        log_weight = -0.5 / width / width  # width**2 may overflow
        keep = self.keep / (self.keep + (1 - self.keep) * np.exp(log_weight))
        return ProductDesign(keep, np.full(self.d, np.exp(log_weight)))

    def cells_at(self, masks: Masks, uniforms: np.ndarray) -> np.ndarray:
        """x(z) as numbers, each cell at a quantile of its law: (n, p) bool and (n, p) in [0, 1) → (n, p)."""
        return self._cells(masks, uniforms)

    def compose(self, masks: Any, rng: Any = None) -> Any:
        """A random x(z) for each mask: (n, p) bool → n rows, written as the training data are."""
        masks = mask_rows(masks, self.d)
        return self.form.written(self.cells_at(masks, generator(rng).random(masks.shape)))

    @cached_property
    def _cells(self) -> CellDraws:
        return CellDraws(self.bins, self.own, self.draws == "training")

    def _check_range(self, cells: np.ndarray) -> None:
        low, high = cells.min(axis=0), cells.max(axis=0)
        outside = np.flatnonzero((self.cells < low) | (self.cells > high))
        if len(outside):
            j = int(outside[0])
            raise ValueError(
                f"a row must lie in the range of the training data, got {self.cells[j]:g} outside [{low[j]:g}, "
                f"{high[j]:g}] in column {self.form.names[j]!r}{_others(outside)}; clip it, or append the row to the "
                "training data"
            )

    def _check_bins(self, cells: np.ndarray) -> None:
        empty = np.flatnonzero(self.keep == 0)
        if len(empty):
            raise ValueError(
                f"the row's bin must hold training rows, got none in {self.conditions[empty[0]]!r}{_others(empty)}; "
                "choose wider bins"
            )
        whole = np.flatnonzero(self.keep == 1)
        if len(whole):
            j = int(whole[0])
            name = self.form.names[j]
            if np.ptp(cells[:, j]) == 0:
                raise ValueError(
                    f"a column must vary in the training data, got the constant column {name!r}{_others(whole)}; leave "
                    "it out, and put it back in predict"
                )
            raise ValueError(
                f"a column must have training rows in two bins, got all of column {name!r} in one{_others(whole)}; "
                f"give bins='decile', or categorical=({name!r},)"
            )


def _others(columns: np.ndarray) -> str:
    return f" (and {len(columns) - 1} more)" if len(columns) > 1 else ""


keepable(MaskedRow, "form", "cells", "bins", "draws", build=MaskedRow.restored)
