"""Bins of a numeric column: the edges between them, as lime 0.2.0.1 places them.

| name | edges |
|---|---|
| `"quartile"` | quantiles 1/4, 1/2, 3/4 of the training values (lime's default) |
| `"decile"` | quantiles 1/10, …, 9/10 |
| `"entropy"` | thresholds of a decision tree of depth 3 on that column alone, fitted to the training labels |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import array, choice, several, vector

Edges = Callable[[np.ndarray, Any], Iterable[np.ndarray]]
"""(numeric columns (n, q), labels of the rows) → the edges of each; bin i holds edges[i − 1] < x ≤ edges[i]."""


def _quantiles(parts: int) -> Edges:
    percentages = np.arange(1, parts) * (100 / parts)
    return lambda columns, labels: np.percentile(columns, percentages, axis=0).T


def _entropy(columns: np.ndarray, labels: Any) -> list[np.ndarray]:
    return [_thresholds(values, labels) for values in columns.T]


def _thresholds(values: np.ndarray, labels: Any) -> np.ndarray:
    from sklearn.tree import DecisionTreeClassifier

    largest = np.abs(values).max()
    if largest > np.finfo(np.float32).max:
        raise ValueError(
            f"bins='entropy' needs numbers that float32 holds, got {largest:g}; change the column's unit, or give "
            "bins='quartile'"
        )
    tree = DecisionTreeClassifier(criterion="entropy", max_depth=3, random_state=0).fit(values[:, None], labels).tree_
    edges = tree.threshold[tree.children_left > -1]
    return np.sort(edges) if len(edges) else np.array([np.median(values)])


BINNINGS: dict[str, Edges] = {"quartile": _quantiles(4), "decile": _quantiles(10), "entropy": _entropy}


def column_edges(bins: Any, cells: np.ndarray, numeric: Sequence[bool], labels: Any = None) -> list[np.ndarray]:
    """The edges of each column, ascending and distinct; none of a categorical one.

    Args:
        bins: a name of the table above, or a list with the edges of each column.
        cells: the training data, (n, p).
        numeric: which columns are not categorical, (p,).
        labels: of the training rows, (n,); for ``"entropy"`` only.

    >>> column_edges("quartile", np.arange(9.0)[:, None], [True])[0].tolist()
    [2.0, 4.0, 6.0]
    """
    if not isinstance(bins, str) and bins is not None:
        given = several("bins", bins, "edges")
        if len(given) != len(numeric):
            raise ValueError(f"bins must have the edges of each of the {len(numeric)} columns, got {len(given)}")
        return [_given_edges(edges) if own else np.empty(0) for edges, own in zip(given, numeric, strict=True)]
    placed = BINNINGS[choice("bins", bins, tuple(BINNINGS))]
    read = _classes(labels, len(cells)) if bins == "entropy" else None
    edges = iter(placed(cells[:, np.flatnonzero(numeric)], read))
    return [np.unique(next(edges)) if own else np.empty(0) for own in numeric]


def _given_edges(edges: Any) -> np.ndarray:
    found = np.unique(vector("bins", edges))
    if not len(found):
        raise ValueError(
            "bins must have an edge or more for each column that is not categorical, got none; give one, such as the "
            "column's median"
        )
    return found


def _classes(labels: Any, n: int) -> np.ndarray:
    """The class of each of n training rows: whole numbers, truth values or strings, (n,)."""
    found = array("training_labels", () if labels is None else labels)
    if found.shape != (n,):
        raise ValueError(
            f"bins='entropy' needs the labels of the {n} training rows, got "
            f"{'none' if labels is None else found.shape}; give training_labels, or bins='quartile'"
        )
    whole = found.dtype.kind == "f" and bool((np.isfinite(found) & (found == np.rint(found))).all())
    text = found.dtype.kind == "O" and all(isinstance(one, str) for one in found)
    if not (found.dtype.kind in "biuUS" or whole or text):
        other = "numbers that are not whole" if found.dtype.kind == "f" else f"an array of {found.dtype}"
        raise TypeError(
            f"training_labels must be classes, whole numbers or strings, got {other}; give classes, or bins='quartile'"
        )
    return found
