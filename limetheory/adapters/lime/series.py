"""`RecurrentTabularExplainer`: tabular LIME for short series."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from limetheory.adapters.lime.explanation import Explanation
from limetheory.adapters.lime.table import LimeTabularExplainer


class RecurrentTabularExplainer(LimeTabularExplainer):
    """Explains what a model says of a short series, (steps, features), such as a recurrent network.

    A feature at a step is a column, whose name is ``feature_t-k`` at the k-th step before the last.

    Args:
        training_data: (n, steps, features).
        **others: see `LimeTabularExplainer`.
    """

    def __init__(
        self, training_data: np.ndarray, mode: str = "classification", training_labels: Any = None,
        feature_names: Any = None, categorical_features: Any = None, categorical_names: Any = None,
        kernel_width: float | None = None, kernel: Any = None, verbose: bool = False, class_names: Any = None,
        feature_selection: str = "auto", discretize_continuous: bool = True, discretizer: Any = "quartile",
        random_state: Any = None,
    ):  # fmt: skip
        series = np.asarray(training_data)
        if series.ndim != 3:
            raise ValueError(f"training_data must have shape (n, steps, features), got {series.shape}; give series")
        n, self.n_timesteps, self.n_features = series.shape
        named = range(self.n_features) if feature_names is None else feature_names
        columns = [f"{name}_t-{back}" for name in named for back in reversed(range(self.n_timesteps))]
        super().__init__(
            series.transpose(0, 2, 1).reshape(n, -1), mode, training_labels, columns, categorical_features,
            categorical_names, kernel_width, kernel, verbose, class_names, feature_selection, discretize_continuous,
            discretizer, random_state=random_state,
        )  # fmt: skip

    def explain_instance(  # type: ignore[override]
        self,
        data_row: np.ndarray,
        classifier_fn: Callable[[Any], Any],
        labels: Iterable[int] = (1,),
        top_labels: int | None = None,
        num_features: int = 10,
        num_samples: int = 5000,
        distance_metric: str = "euclidean",
        model_regressor: Any = None,
    ) -> Explanation:
        """Explain some labels at one series, (steps, features); see `LimeTabularExplainer.explain_instance`.

        ``classifier_fn`` gets series (n, steps, features).
        """
        series, shape = np.asarray(data_row), (self.n_timesteps, self.n_features)
        if series.size != shape[0] * shape[1]:
            raise ValueError(
                f"data_row must have shape {shape}, as the training data, got {series.shape}; give one series"
            )
        row = series.T.reshape(-1)
        return super().explain_instance(
            row, self._on_series(classifier_fn), labels, top_labels, num_features, num_samples, distance_metric,
            model_regressor,
        )  # fmt: skip

    def _on_series(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The function on rows."""
        return lambda rows: function(rows.reshape(len(rows), self.n_features, self.n_timesteps).transpose(0, 2, 1))
