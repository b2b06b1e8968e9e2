"""Bins of the numeric columns of a table, and values drawn in a bin, as lime 0.2.0.1 has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from limetheory.adapters.lime.truncated import TruncatedNormals
from limetheory.arguments import floats

_SMALLEST_SPREAD = 1e-11
"""What lime adds to the standard deviation in a bin."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What is drawn in the bins of a column: the given ends, means and deviations, and the laws."""

    given: tuple[tuple[float, ...], ...]
    low: np.ndarray
    wide: np.ndarray
    laws: TruncatedNormals

    @classmethod
    def of(cls, given: tuple[tuple[float, ...], ...]) -> _Drawn:
        low, high, mean, spread = (np.array(one, float) for one in given)
        with np.errstate(divide="ignore", invalid="ignore"):
            wide = (low - mean) / spread != (high - mean) / spread
        return cls(given, low, wide, TruncatedNormals(low, high, mean, spread))


def _refuse_gaps(data: np.ndarray, columns: Sequence[int]) -> None:
    """Refuse columns with bins that have NaN, which lies in no bin, or no numbers."""
    gaps = np.count_nonzero(np.isnan(floats("training_data", data[:, columns])))
    if gaps:
        raise ValueError(
            f"training_data must have no NaN in columns with bins, got {gaps}; fill them in, or give "
            "discretize_continuous=False"
        )


class BaseDiscretizer:
    """Bins of the columns that are not categorical; a subclass says where they are by `bins`.

    Bin k of a column holds edge k − 1 < x ≤ edge k.

    Args:
        data: training data, (n, p).
        categorical_features: columns without bins.
        feature_names: of the columns.
        labels: of the training rows, for those that read them.
        random_state: None, an int or a `numpy.random.RandomState`.
        data_stats: a dict with ``"means"``, ``"stds"``, ``"mins"`` and ``"maxs"`` of each column's bins, in place of
            those of the training data.

    Attributes:
        to_discretize: the columns with bins.
        names: column → what says that it is in each bin, such as ``"0.30 < width <= 1.30"``.
        lambdas: column → function values → numbers of bins.
        means, stds, mins, maxs: column → mean, standard deviation and ends of each bin.
    """

    def __init__(
        self, data: np.ndarray, categorical_features: Iterable[int], feature_names: Sequence[str], labels: Any = None,
        random_state: Any = None, data_stats: Any = None,
    ):  # fmt: skip
        from sklearn.utils import check_random_state

        without = set(categorical_features)
        self.to_discretize = [j for j in range(data.shape[1]) if j not in without]
        self.data_stats, self.random_state = data_stats, check_random_state(random_state)
        if not data_stats:
            _refuse_gaps(data, self.to_discretize)
        self._drawn: dict[int, _Drawn] = {}
        self.names: dict[int, list[str]] = {}
        self.lambdas: dict[int, Any] = {}
        edges = [np.unique(one) for one in self.bins(data, labels)]
        self.means, self.stds, self.mins, self.maxs = (
            dict((data_stats or {}).get(name) or {}) for name in ("means", "stds", "mins", "maxs")
        )
        for feature, own in zip(self.to_discretize, edges, strict=False):
            self.names[feature] = conditions(str(feature_names[feature]), own)
            self.lambdas[feature] = partial(np.searchsorted, own)
            if not data_stats:
                self._describe(feature, data[:, feature], own)

    def _describe(self, feature: int, values: np.ndarray, edges: np.ndarray) -> None:
        number = np.searchsorted(edges, values)
        inside = [values[number == k] for k in range(len(edges) + 1)]
        self.means[feature] = [np.mean(one) if len(one) else 0 for one in inside]
        self.stds[feature] = [(np.std(one) if len(one) else 0) + _SMALLEST_SPREAD for one in inside]
        self.mins[feature] = [np.min(values), *edges.tolist()]
        self.maxs[feature] = [*edges.tolist(), np.max(values)]

    def bins(self, data: np.ndarray, labels: Any) -> list[np.ndarray]:
        """The edges between the bins of each column with bins.

        Raises:
            NotImplementedError: always, here.
        """
        raise NotImplementedError("a discretizer must define bins(data, labels), got one that does not; return edges")

    def discretize(self, data: np.ndarray) -> np.ndarray:
        """The data, (n, p) or (p,), with numbers of bins in place of values."""
        found: np.ndarray = data.copy()
        for feature, number in self.lambdas.items():
            found[..., feature] = number(found[..., feature])
        return found

    def get_undiscretize_values(self, feature: int, values: np.ndarray) -> np.ndarray:
        """A value drawn in each of these bins of a column: from a normal law that is truncated to the bin.

        Where both ends of a bin are equal it is that value; lime 0.2.0.1 gives its distance from the mean there, 0.
        """
        known = self._law(feature)
        if known.wide.all():
            return known.laws.quantiles(values, self.random_state.uniform(size=len(values)))
        found, wide = known.low.take(values), known.wide.take(values)
        law = values[wide]
        found[wide] = known.laws.quantiles(law, self.random_state.uniform(size=len(law)))
        return found

    def _law(self, feature: int) -> _Drawn:
        """What is drawn in the bins of a column, found anew where their ends, means or deviations were changed."""
        given = tuple(tuple(each[feature]) for each in (self.mins, self.maxs, self.means, self.stds))
        if feature not in self._drawn or self._drawn[feature].given != given:
            self._drawn[feature] = _Drawn.of(given)
        return self._drawn[feature]

    def undiscretize(self, data: np.ndarray) -> np.ndarray:
        """The data, (n, p) or (p,), with values drawn in the bins in place of their numbers."""
        found: np.ndarray = data.copy("K")  # columns that lie together stay so
        for feature in self.means:
            numbers = np.atleast_1d(found[..., feature]).astype(int)
            found[..., feature] = self.get_undiscretize_values(feature, numbers).reshape(found[..., feature].shape)
        return found


class StatsDiscretizer(BaseDiscretizer):
    """Bins at the edges of ``data_stats["bins"]``, a dict column → edges; columns without edges have no bins."""

    def bins(self, data: np.ndarray, labels: Any) -> list[np.ndarray]:
        """The edges that were given."""
        known = self.data_stats.get("bins") or {}
        self.to_discretize = [feature for feature in self.to_discretize if known.get(feature) is not None]
        return [np.array(known[feature]) for feature in self.to_discretize]


class QuartileDiscretizer(BaseDiscretizer):
    """Bins between the quartiles of the training data.

    >>> found = QuartileDiscretizer(np.arange(9.0)[:, None], [], ["age"])
    >>> found.names[0][0], found.discretize(np.array([3.0])).tolist()
    ('age <= 2.00', [1.0])
    """

    def __init__(
        self, data: np.ndarray, categorical_features: Iterable[int], feature_names: Sequence[str], labels: Any = None,
        random_state: Any = None,
    ):  # fmt: skip
        super().__init__(data, categorical_features, feature_names, labels, random_state)

    def bins(self, data: np.ndarray, labels: Any) -> list[np.ndarray]:
        """The quartiles of each column."""
        return list(np.percentile(data[:, self.to_discretize], [25, 50, 75], axis=0).T)


class DecileDiscretizer(QuartileDiscretizer):
    """Bins between the deciles of the training data."""

    def bins(self, data: np.ndarray, labels: Any) -> list[np.ndarray]:
        """The deciles of each column."""
        return list(np.percentile(data[:, self.to_discretize], np.arange(10, 100, 10), axis=0).T)


class EntropyDiscretizer(QuartileDiscretizer):
    """Bins between the thresholds of a decision tree of depth 3 on each column, fitted to the labels.

    Raises:
        ValueError: no labels.
    """

    def bins(self, data: np.ndarray, labels: Any) -> list[np.ndarray]:
        """The thresholds of each column's tree; the median of a column that it does not split."""
        from sklearn.tree import DecisionTreeClassifier

        if labels is None:
            raise ValueError("an EntropyDiscretizer needs labels, got None; give labels, or take quartiles")
        found = []
        for feature in self.to_discretize:
            tree = DecisionTreeClassifier(criterion="entropy", max_depth=3, random_state=self.random_state)
            fitted = tree.fit(data[:, [feature]], labels).tree_
            edges = np.sort(fitted.threshold[fitted.children_left > -1])
            found.append(edges if len(edges) else np.array([np.median(data[:, feature])]))
        return found


def conditions(name: str, edges: np.ndarray) -> list[str]:
    """What says that a column is in each of its bins.

    >>> conditions("age", np.array([30.0, 60.0]))
    ['age <= 30.00', '30.00 < age <= 60.00', 'age > 60.00']
    """
    shown = [f"{edge:.2f}" for edge in edges]
    inner = [f"{low} < {name} <= {high}" for low, high in pairwise(shown)]
    return [f"{name} <= {shown[0]}", *inner, f"{name} > {shown[-1]}"]
