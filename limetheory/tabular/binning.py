"""Bins of a numeric column: the edges between them, as lime 0.2.0.1 places them.

| name | edges |
|---|---|
| `"quartile"` | quantiles 1/4, 1/2, 3/4 of the training values (lime's default) |
| `"decile"` | quantiles 1/10, …, 9/10 |
| `"entropy"` | thresholds of a decision tree of depth 3 on that column alone, fitted to the training labels |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import choice, several, vector

Edges = Callable[[np.ndarray, Any], np.ndarray]
"""(values of a column, labels of the rows) → edges; bin i holds edges[i − 1] < x ≤ edges[i]."""


def _quantiles(parts: int) -> Edges:
    percentages = np.arange(1, parts) * (100 / parts)
    return lambda values, labels: np.percentile(values, percentages)


def _entropy(values: np.ndarray, labels: Any) -> np.ndarray:
    from sklearn.tree import DecisionTreeClassifier

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
        return [
            np.unique(vector("bins", edges)) if own else np.empty(0) for edges, own in zip(given, numeric, strict=True)
        ]
    edges = BINNINGS[choice("bins", bins, tuple(BINNINGS))]
    if bins == "entropy" and np.shape(labels) != (len(cells),):
        raise ValueError(
            f"bins='entropy' needs the labels of the {len(cells)} training rows, got "
            f"{'none' if labels is None else np.shape(labels)}; give training_labels, or bins='quartile'"
        )
    labels = None if labels is None else np.asarray(labels)
    return [np.unique(edges(cells[:, j], labels)) if own else np.empty(0) for j, own in enumerate(numeric)]
