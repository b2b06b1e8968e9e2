"""`TableDomainMapper`: the names of the features of a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from limetheory.adapters.lime.explanation import DomainMapper
from limetheory.adapters.lime.pages import shade
from limetheory.given import given


def value_name(names: Any, column: int, value: int) -> Any:
    """The name of a categorical value, or the value where its column has no names.

    Raises:
        ValueError: its column has names, but the value has none.

    >>> value_name({2: ["red", "blue"]}, 2, 1), value_name({2: ["red", "blue"]}, 0, 1)
    ('blue', 1)
    """
    if column not in names:
        return value
    try:
        return names[column][value]
    except (IndexError, KeyError):
        raise ValueError(
            f"categorical_names must name every value of column {column}, got {given(names[column])} for the value "
            f"{value}; add its name"
        ) from None


class TableDomainMapper(DomainMapper):
    """From the numbers of features to their names.

    Args:
        feature_names: of the columns.
        feature_values: the row's values, as text.
        scaled_row: the row as the local model sees it.
        categorical_features: the columns that are categorical.
        discretized_feature_names: the bin of each column, in words; None without bins.
        feature_indexes: the columns of ``feature_values``, for sparse rows; None for all.

    >>> mapper = TableDomainMapper(["age", "dose"], ["34", "3"], [1.0, 1.0], [0, 1], ["age > 28.50", "dose <= 10.50"])
    >>> mapper.map_exp_ids([(1, 0.5)])
    [('dose <= 10.50', 0.5)]
    """

    def __init__(
        self, feature_names: Sequence[str], feature_values: Sequence[str], scaled_row: Any,
        categorical_features: Iterable[int], discretized_feature_names: Sequence[str] | None = None,
        feature_indexes: Any = None,
    ):  # fmt: skip
        self.exp_feature_names = self.feature_names = feature_names
        self.discretized_feature_names = discretized_feature_names
        self.feature_values, self.feature_indexes = feature_values, feature_indexes
        self.scaled_row, self.categorical_features = scaled_row, categorical_features
        dense = not hasattr(scaled_row, "toarray")
        self.all_categorical = dense and len(list(categorical_features)) == len(scaled_row)

    def map_exp_ids(self, exp: list[tuple[Any, Any]], **kwargs: Any) -> list[tuple[str, Any]]:
        """The terms with names in place of numbers: of columns, or of bins where there are any."""
        named = self.discretized_feature_names
        names = self.exp_feature_names if named is None else named
        return [(names[number], coefficient) for number, coefficient in exp]

    def visualize_instance_html(
        self, exp: list[tuple[Any, Any]], label: Any, div_name: str, exp_object_name: str, show_table: bool = True,
        show_all: bool = False, **kwargs: Any,
    ) -> str:  # fmt: skip
        """A table of features and values, coloured by their coefficients; the text is escaped.

        Args:
            show_table: False shows nothing.
            show_all: whether to show columns without a coefficient too.
        """
        if not show_table:
            return ""
        values = self._values()
        weights = {int(number): float(coefficient) for number, coefficient in exp}
        columns = list(values) if show_all else list(weights)
        rows = "".join(
            f'<tr style="background: {self._shade(weights, j)}"><td>{escape(str(self.exp_feature_names[j]))}</td>'
            f"<td>{escape(str(values.get(j, 0.0)))}</td></tr>"
            for j in columns
        )
        return f'<div class="lime table_div"><table><tr><th>Feature</th><th>Value</th></tr>{rows}</table></div>'

    def _values(self) -> dict[int, Any]:
        """Column → value."""
        columns = range(len(self.feature_values)) if self.feature_indexes is None else self.feature_indexes
        return {int(j): value for j, value in zip(columns, self.feature_values, strict=True)}

    @staticmethod
    def _shade(weights: dict[int, float], j: int) -> str:
        largest = max(map(abs, weights.values()), default=0.0) or 1.0
        return shade(weights.get(j, 0.0), abs(weights.get(j, 0.0)) / largest)
