"""`LimeTabularExplainer`: LIME for rows of numbers and categories, as lime 0.2.0.1 has it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from limetheory.adapters.lime.answers import labels_of, refuse_infinite
from limetheory.adapters.lime.discretize import (
    BaseDiscretizer,
    DecileDiscretizer,
    EntropyDiscretizer,
    QuartileDiscretizer,
    StatsDiscretizer,
)
from limetheory.adapters.lime.explanation import Explanation
from limetheory.adapters.lime.kernel import weight_of
from limetheory.adapters.lime.lime_base import LimeBase
from limetheory.adapters.lime.sampled_rows import rows_around
from limetheory.adapters.lime.table_mapper import TableDomainMapper, value_name
from limetheory.arguments import floats, real
from limetheory.counts import count
from limetheory.functions import function
from limetheory.given import given
from limetheory.outside import outside

_WIDTH = 0.75
"""lime's kernel width is this times the square root of the number of columns."""
_OF_ONE = 1e-5 + 1e-8
"""How far from 1 lime lets probabilities sum, as `numpy.allclose` does."""
_STATISTICS = ("means", "mins", "maxs", "stds", "feature_values", "feature_frequencies")
_DISCRETIZERS = {"quartile": QuartileDiscretizer, "decile": DecileDiscretizer, "entropy": EntropyDiscretizer}


class LimeTabularExplainer:
    """Explains what a model says of a row by asking it about rows drawn around it.

    The rows of a seed are lime 0.2.0.1's.

    Args:
        training_data: (n, p), an array or a matrix of scipy.sparse; values of categorical columns are whole numbers.
        mode: ``"classification"`` or ``"regression"``.
        training_labels: of the training rows, for discretizers that read them.
        feature_names: of the columns; None numbers them.
        categorical_features: which columns are categorical.
        categorical_names: column → names of its values.
        kernel_width: of the kernel on distances; None is 0.75 √p.
        kernel: (distances, kernel_width) → weights; None is exp(−d² / (2 width²)).
        verbose: whether to print what each local model predicts at the row.
        class_names: of the labels; None numbers them.
        feature_selection: ``"auto"``, ``"forward_selection"``, ``"highest_weights"``, ``"lasso_path"`` or ``"none"``.
        discretize_continuous: whether numeric columns of arrays have bins.
        discretizer: ``"quartile"``, ``"decile"``, ``"entropy"``, or a discretizer.
        sample_around_instance: without bins, whether values are drawn about the row and not about the mean.
        random_state: None, an int or a `numpy.random.RandomState`, which later explanations go on with.
        training_data_stats: what is known of the columns in place of the training data, see
            `validate_training_data_stats`, with their edges under ``"bins"``.

    >>> training = np.arange(40.0).reshape(20, 2)
    >>> explainer = LimeTabularExplainer(training, mode="regression", feature_names=["age", "dose"], random_state=0)
    >>> found = explainer.explain_instance(np.array([34.0, 3.0]), lambda rows: 1.0 * (rows[:, 0] > 20))
    >>> [(name, round(coefficient, 1) + 0.0) for name, coefficient in found.as_list()]
    [('age > 28.50', 0.7), ('dose <= 10.50', 0.0)]
    """

    def __init__(
        self, training_data: Any, mode: str = "classification", training_labels: Any = None,
        feature_names: Any = None, categorical_features: Any = None, categorical_names: Any = None,
        kernel_width: float | None = None, kernel: Any = None, verbose: bool = False, class_names: Any = None,
        feature_selection: str = "auto", discretize_continuous: bool = True, discretizer: Any = "quartile",
        sample_around_instance: bool = False, random_state: Any = None, training_data_stats: Any = None,
    ):  # fmt: skip
        from sklearn.utils import check_random_state

        data = training_data if hasattr(training_data, "toarray") else np.asarray(training_data)
        if len(data.shape) != 2 or not data.shape[0]:
            raise ValueError(f"training_data must have shape (n, p) with n ≥ 1, got {data.shape}; give rows of numbers")
        p = data.shape[1]
        self.random_state, self.mode = check_random_state(random_state), mode
        self.categorical_names = categorical_names or {}
        self.sample_around_instance, self.training_data_stats = sample_around_instance, training_data_stats
        if training_data_stats:
            self.validate_training_data_stats(training_data_stats)
        self.categorical_features = [] if categorical_features is None else list(categorical_features)
        self.feature_names = [str(j) for j in range(p)] if feature_names is None else list(feature_names)
        if len(self.feature_names) < p:
            raise ValueError(f"feature_names must name all {p} columns, got {len(self.feature_names)}; add the others")
        self.discretizer: Any = None
        if discretize_continuous and not hasattr(data, "toarray"):
            self.discretizer = self._chosen(discretizer, data, training_labels)
            self.categorical_features = list(range(p))
        width = np.sqrt(p) * _WIDTH if kernel_width is None else kernel_width
        width = real("kernel_width", width, above=0, remedy="leave it out for lime's, 0.75 √p")
        self.feature_selection, self.class_names = feature_selection, class_names
        self.base = LimeBase(weight_of(kernel, width), verbose, self.random_state)
        self._describe(data)

    def _chosen(self, discretizer: Any, data: np.ndarray, labels: Any) -> Any:
        if self.training_data_stats:
            return StatsDiscretizer(data, self.categorical_features, self.feature_names, labels, self.random_state,
                                    self.training_data_stats)  # fmt: skip
        if isinstance(discretizer, str) and discretizer in _DISCRETIZERS:
            kind = _DISCRETIZERS[discretizer]
            return kind(data, self.categorical_features, self.feature_names, labels, self.random_state)
        if isinstance(discretizer, BaseDiscretizer):
            return discretizer
        raise ValueError(
            f"discretizer must be one of {', '.join(_DISCRETIZERS)}, or a BaseDiscretizer, got {given(discretizer)}; "
            "choose one"
        )

    def _describe(self, data: Any) -> None:
        """The scale of the numeric columns, and how often each value or bin of the others occurs."""
        from sklearn.preprocessing import StandardScaler

        self.scaler = StandardScaler(with_mean=False).fit(data)
        self.feature_values: dict[int, Any] = {}
        self.feature_frequencies: dict[int, np.ndarray] = {}
        known = self.training_data_stats
        cells = data if self.discretizer is None or known else self.discretizer.discretize(data)
        for feature in self.categorical_features:
            if known:
                values, counts = known["feature_values"][feature], known["feature_frequencies"][feature]
            else:
                column = cells[:, feature]
                column = column.toarray().ravel() if hasattr(column, "toarray") else column
                values, counts = zip(*sorted(Counter(column.tolist()).items()), strict=True)
            self.feature_values[feature] = list(values)
            self.feature_frequencies[feature] = np.array(counts) / float(sum(counts))
            self.scaler.mean_[feature], self.scaler.scale_[feature] = 0, 1

    @staticmethod
    def convert_and_round(values: Iterable[float]) -> list[str]:
        """The values with two decimals, as text."""
        return [f"{value:.2f}" for value in values]

    @staticmethod
    def validate_training_data_stats(training_data_stats: Mapping[str, Any]) -> None:
        """Refuse statistics of which some are missing.

        Args:
            training_data_stats: must have ``means``, ``stds``, ``mins`` and ``maxs`` of the bins of each column, and
                its ``feature_values`` and ``feature_frequencies``.

        Raises:
            ValueError: some are missing.
        """
        missing = [name for name in _STATISTICS if name not in training_data_stats]
        if missing:
            raise ValueError(
                f"training_data_stats must have {', '.join(_STATISTICS)}, got none of: {', '.join(missing)}; add them"
            )

    def explain_instance(
        self,
        data_row: Any,
        predict_fn: Callable[[Any], Any],
        labels: Iterable[int] = (1,),
        top_labels: int | None = None,
        num_features: int = 10,
        num_samples: int = 5000,
        distance_metric: str = "euclidean",
        model_regressor: Any = None,
        sampling_method: str = "gaussian",
    ) -> Explanation:
        """Explain some labels at one row.

        Args:
            data_row: (p,), or a row of scipy.sparse, of which only values other than 0 are drawn.
            predict_fn: rows (n, p) → (n, classes) for classifications, (n,) for regressions; it gets all rows in one
                call.
            labels: to explain; not read where ``top_labels`` is given, nor of regressions.
            top_labels: how many of the labels with the largest output to explain; None explains ``labels``.
            num_features: the most columns to keep.
            num_samples: how many rows, the first of which is the row itself.
            distance_metric: of `sklearn.metrics.pairwise_distances`.
            model_regressor: see `LimeBase.explain_instance_with_data`.
            sampling_method: ``"gaussian"``, or ``"lhs"`` for a Latin hypercube, of columns without bins.

        Raises:
            NotImplementedError: a classifier that returns one number for each row.
            ValueError, TypeError: arguments or answers that do not fit.

        Warns:
            UserWarning: answers of a classifier that do not sum to 1.
        """
        from sklearn.metrics import pairwise_distances

        row = _row(data_row, len(self.scaler.scale_))
        predict_fn = function("predict_fn", predict_fn, "rows (n, p) → (n, classes), or (n,) for regressions")
        data, rows = rows_around(self, row, count("num_samples", num_samples, 2), sampling_method)
        if self.discretizer is not None:
            scaled = data  # the scale of every column is 1
        elif hasattr(data, "toarray"):
            scaled = data.multiply(self.scaler.scale_).tocsr()
        else:
            scaled = (data - self.scaler.mean_) / self.scaler.scale_
        distances = pairwise_distances(scaled, scaled[:1], metric=distance_metric).ravel()
        answers = self._answers(np.asarray(predict_fn(rows)))
        found = Explanation(self._mapper(row, scaled), mode=self.mode, class_names=self.class_names)
        if self.mode == "classification":
            found.predict_proba = answers[0]
            chosen, top = labels_of(answers, labels, top_labels, "predict_fn", "row")
            found.top_labels = chosen[::-1] if top else None
        else:
            chosen = [0]
            refuse_infinite(answers[:, 0], "predict_fn", "row")
            found.predicted_value, found.min_value, found.max_value = answers[0, 0], answers.min(), answers.max()
        for label in chosen:
            model = self.base.local_model(
                scaled, answers, distances, label, num_features, self.feature_selection, model_regressor
            )
            found.add(found.dummy_label if self.mode == "regression" else label, model)
        if self.mode == "regression":
            found.intercept[0] = found.intercept[1]
            found.local_exp[0] = [(feature, -1 * coefficient) for feature, coefficient in found.local_exp[1]]
        return found

    def _answers(self, found: np.ndarray) -> np.ndarray:
        """The model's answers, (n, classes), or (n, 1) of a regression."""
        if self.mode != "classification":
            if found.ndim == 2:
                found = found[:, 0]
            if found.ndim != 1:
                raise ValueError(
                    f"predict_fn must return (n,) numbers, got shape {found.shape}; return one for each row"
                )
            return found[:, None]
        if found.ndim == 1:
            raise NotImplementedError(
                f"a classifier must return a probability for each class, got shape {found.shape}; give predict_proba, "
                "or mode='regression'"
            )
        if found.ndim != 2:
            raise ValueError(f"predict_fn must return (n, classes) numbers, got shape {found.shape}; return rows")
        count = found.shape[1]
        self.class_names = [str(j) for j in range(count)] if self.class_names is None else list(self.class_names)
        sums = found @ np.ones(count)
        if (np.abs(sums - 1.0) > _OF_ONE).any():  # NaN is refused later, where its class is explained
            low, high = np.nanmin(sums), np.nanmax(sums)
            warnings.warn(
                f"the probabilities of a row must sum to 1, got sums from {low:.3g} to {high:.3g}; "
                "give predict_proba, not classes or logarithms",
                UserWarning,
                stacklevel=outside(),
            )
        return found

    def _mapper(self, row: Any, scaled: Any) -> TableDomainMapper:
        """The names and values of the row's columns."""
        names, sparse = list(self.feature_names), hasattr(row, "toarray")
        values = self.convert_and_round(row.data if sparse else row)
        for j in self.categorical_features:
            if self.discretizer is not None and j in self.discretizer.lambdas:
                continue
            value = int(row[0, j] if sparse else row[j])
            names[j] = f"{names[j]}={value_name(self.categorical_names, j, value)}"
            if not sparse:
                values[j] = "True"
        if self.discretizer is None:
            return TableDomainMapper(names, values, scaled[0], self.categorical_features,
                                     feature_indexes=row.indices if sparse else None)  # fmt: skip
        bins, conditions = self.discretizer.discretize(row), list(names)
        for j, known in self.discretizer.names.items():
            conditions[j] = known[int(bins[j])]
        return TableDomainMapper(names, values, scaled[0], range(len(row)), conditions)


def _row(given_row: Any, p: int) -> Any:
    row: Any
    shape: tuple[int, ...]
    if hasattr(given_row, "toarray"):
        from scipy.sparse import csr_matrix

        row, shape = csr_matrix(given_row), (1, p)
    else:
        row, shape = np.asarray(given_row), (p,)
    if row.shape != shape:
        raise ValueError(f"data_row must have shape {shape}, as the training data have {p} columns, got {row.shape}")
    if row.dtype.kind not in "biuf":
        row = floats("data_row", row)
    return row
