"""Explainers of tables: a row of d numbers, and a model that reads off which of them are in the row's own quartile."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from limetheory.arrays import Floats
from limetheory.designs import Design
from limetheory.tabular import MaskedRow
from limetheory.testing.kinds.kind import Kind, scores

_ROWS = 400
_WITHIN = 0.2  # how far the numbers of a quartile lie from its middle; those of others are 0.6 away, at least
_EDGES = np.array([0.5, 1.5, 2.5])


class TabularKind(Kind):
    """``explain(predict, row, training_data, n, rng)`` → a coefficient for each column: in the row's quartile, or not.

    ``predict`` takes rows (b, d) and returns (b, 2); class 0 is explained. A quarter of the training data (400, d) is
    near each of 0, 1, 2 and 3 in every column, and the columns are independent. A cell counts as shown where it is in
    the same quartile as the row's.
    """

    form = "explain(predict, row, training_data, n, rng)"

    def design(self, d: int) -> Design:
        """`MaskedRow.design`."""
        return _design(d)

    def question(self, F: Any, d: int, **variant: Any) -> tuple[Any, ...]:
        """The model, the row and the training data."""
        row, data = table(d)
        own = np.searchsorted(_EDGES, row)

        def predict(rows: Any) -> np.ndarray:
            found = np.asarray(rows, float)
            if found.ndim != 2 or found.shape[1] != d:
                raise ValueError(f"predict takes rows of shape (b, {d}), got {found.shape}; give a batch of rows")
            return scores(F, np.searchsorted(_EDGES, found) == own)

        return predict, row.copy(), data.copy()


@lru_cache(maxsize=64)
def table(d: int) -> tuple[Floats, Floats]:
    """The row (d,) and the training data (400, d)."""
    rng = np.random.default_rng(d)
    middles = rng.permuted(np.tile(np.arange(_ROWS) % 4, (d, 1)), axis=1).T
    data = middles + rng.uniform(-_WITHIN, _WITHIN, (_ROWS, d))
    return data[0], data


@lru_cache(maxsize=64)
def _design(d: int) -> Design:
    row, data = table(d)
    return MaskedRow(row, data).design()
