"""A model that was loaded, and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limetheory.answers import scoring
from limetheory.checked_files import one_line
from limetheory.given import given


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
    >>> stored.predict([0.0, 0.0]), stored.columns, stored.class_names
    (2, None, None)
    >>> stored.predict(3)
    Traceback (most recent call last):
    ValueError: a model must answer to its input, got TypeError: object of type 'int' has no len() from 'builtins:len';
    give it what it was made for
    """

    name: str
    model: Any
    columns: tuple[str, ...] | None = None
    n_columns: int | None = None

    @property
    def predict(self) -> Callable[..., Any]:
        """The model as a function of a batch: an estimator's method that answers with scores, or the function.

        It raises ValueError, in one line, for whatever the model raises.
        """
        return _Asked(self, _scores_of(self.model)).scores

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The names of the columns of its answer; None where it knows none, some graphs before their first answer."""
        names = getattr(getattr(self.model, "__self__", self.model), "classes_", None)
        return None if names is None else tuple(map(str, names))

    def class_name(self, target: int) -> str:
        """The name of a class, its number where the model knows no names."""
        names = self.class_names
        return str(target) if names is None or len(names) <= max(target, 1) else names[target]


class _Asked:
    """What asks a model; its bound method `scores` tells the names of the classes, as an estimator's methods do."""

    def __init__(self, model: StoredModel, ask: Callable[..., Any]):
        self._model, self._ask = model, ask

    @property
    def classes_(self) -> tuple[str, ...]:
        """The names of the classes, which some graphs say with their first answer."""
        names = self._model.class_names
        if names is None:
            raise AttributeError("classes_")
        return names

    def scores(self, batch: Any) -> Any:
        """The model's answer to a batch."""
        try:
            return self._ask(batch)
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            raise ValueError(
                f"a model must answer to its input, got {type(error).__name__}: {one_line(error)} from "
                f"{given(self._model.name)}; give it what it was made for"
            ) from None


def _scores_of(model: Any) -> Callable[..., Any]:
    """The method of an estimator that answers with scores; spaCy's `pipe`; or the function itself."""
    if scoring(model) is None and hasattr(model, "pipe"):
        return lambda texts: list(model.pipe(texts))
    found: Callable[..., Any] = scoring(model) or model
    return found


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
