"""A model that was loaded, and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limetheory.answers import scoring


@dataclass(frozen=True, eq=False)
class StoredModel:
    """A model that was loaded from a file or a module.

    Attributes:
        name: how it was asked for.
        model: an estimator (an object with predict_proba, decision_function or predict), or a function of a batch.
        columns: the names of the columns of a table that it takes, in their order; None where it knows none, and
            takes rows without names.
        n_columns: how many columns it takes; None where it does not say.

    >>> stored = StoredModel("builtins:len", len)
    >>> stored.predict is len, stored.columns, stored.class_names
    (True, None, None)
    """

    name: str
    model: Any
    columns: tuple[str, ...] | None = None
    n_columns: int | None = None

    @property
    def predict(self) -> Callable[..., Any]:
        """The model as a function of a batch: an estimator's method that answers with scores, or the function."""
        found: Callable[..., Any] = scoring(self.model) or self.model
        return found

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The names of the columns of its answer; None where it knows none."""
        names = getattr(getattr(self.model, "__self__", self.model), "classes_", None)
        return None if names is None else tuple(map(str, names))

    def class_name(self, target: int) -> str:
        """The name of a class, its number where the model knows no names."""
        names = self.class_names
        return str(target) if names is None or len(names) <= max(target, 1) else names[target]


def of_estimator(name: str, model: Any) -> StoredModel:
    """An estimator with the columns that scikit-learn's attributes say it was fitted to."""
    columns, n_columns = (_of(model, name) for name in ("feature_names_in_", "n_features_in_"))
    return StoredModel(
        name,
        model,
        None if columns is None else tuple(map(str, columns)),
        None if n_columns is None else int(n_columns),
    )


def _of(model: Any, attribute: str) -> Any:
    """An attribute that scikit-learn's pipelines have as a property, which fails where their first step lacks it."""
    try:
        return getattr(getattr(model, "__self__", model), attribute, None)
    except Exception:
        return None
