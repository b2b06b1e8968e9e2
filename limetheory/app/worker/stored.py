"""Models of texts and of rows of a table in the model's process: loaded once, and asked what the page shows of them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.app.worker.telling import Tell

MOST_COLUMNS, MOST_ROWS = 100, 5000
"""Of a table, as many as the page shows; conventions."""


@dataclass(frozen=True)
class StoredSource:
    """Where a model comes from, and of rows the table.

    Attributes:
        model: a file, or MODULE:FUNCTION.
        table: the file of the table; None of the flowers that come with scikit-learn.
        leave_out, categorical: names of columns, see `limetheory.stored_models.table_input`.
        trusted: types that a .skops file may hold.
        trust_pickle: whether a pickle may be loaded.
    """

    model: str
    table: str | None = None
    leave_out: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    trust_pickle: bool = False


SENTIMENT, IRIS = (StoredSource(f"limetheory.app.small_models:{name}") for name in ("sentiment", "iris"))
"""The small examples where no model is named."""


def table_source(
    model: str | None, table: str | os.PathLike[str] | None, leave_out: Sequence[str] = (),
    categorical: Sequence[str] = (), **trusted: Any,
) -> StoredSource:  # fmt: skip
    """The source of a model of rows with its table; the small example where neither is named.

    Raises:
        ValueError: one of both without the other.

    >>> table_source("model.skops", None)
    Traceback (most recent call last):
    ValueError: --table-model and --table must be given together, got --table-model alone; add the other one
    """
    if (model is None) != (table is None):
        alone = "--table" if model is None else "--table-model"
        raise ValueError(f"--table-model and --table must be given together, got {alone} alone; add the other one")
    if model is None or table is None:
        return IRIS
    path = os.path.abspath(table)
    return StoredSource(model, path, tuple(leave_out), tuple(categorical), **trusted)


@dataclass(frozen=True)
class Column:
    """A column of a table: its categories, or of numbers the smallest and the largest."""

    name: str
    categories: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class StoredFacts:
    """What the page shows of a model.

    Attributes:
        name: how it was asked for.
        class_names: of its answers.
        columns: of a table.
        rows: of a table, the first 5000.
        said: what was said of the table; None of nothing.
    """

    name: str
    class_names: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    said: str | None = None


def text_facts(network: Any, tell: Tell, *, source: StoredSource) -> StoredFacts:
    """What is known of a model of texts, which is asked about one."""
    from limetheory.text.predictions import TextPredictions

    stored = loaded(source)
    asked = TextPredictions(stored.predict)
    count = asked(["a text"]).shape[1]
    return StoredFacts(stored.name, asked.class_names or _numbers(count))


def table_facts(network: Any, tell: Tell, *, source: StoredSource) -> StoredFacts:
    """What is known of a model of rows and of its table, about whose first row it is asked."""
    stored, rows = loaded(source), table_of(source)
    if len(rows.names) > MOST_COLUMNS:
        raise ValueError(
            f"the page shows at most {MOST_COLUMNS} columns, got {len(rows.names)}; use limetheory explain --table"
        )
    training = rows.training
    answer = np.asarray(rows.asking(stored.predict)(training.iloc[:1] if hasattr(training, "iloc") else training[:1]))
    cells = np.array(training, object)
    count = 1 if answer.ndim == 1 else answer.shape[1]
    names = stored.class_names if stored.class_names and len(stored.class_names) == count else _numbers(count)
    columns = tuple(_column(name, cells[:, j], name in rows.categorical) for j, name in enumerate(rows.names))
    return StoredFacts(stored.name, names, columns, tuple(map(tuple, cells[:MOST_ROWS].tolist())), rows.said)


@lru_cache(maxsize=4)
def loaded(source: StoredSource) -> Any:
    """The model of a source."""
    from limetheory.stored_models import load_stored_model

    return load_stored_model(source.model, trusted=source.trusted, trust_pickle=source.trust_pickle)


@lru_cache(maxsize=2)
def table_of(source: StoredSource) -> Any:
    """The table of a source, as its model takes it."""
    from limetheory.csv_tables import read_csv
    from limetheory.stored_models.table_input import table_input

    table = _flowers() if source.table is None else read_csv(Path(source.table))
    return table_input(table, loaded(source), source.leave_out, source.categorical)


@contextmanager
def said() -> Iterator[list[str]]:
    """The warnings of the ``with`` block, each once, known behind it."""
    messages: list[str] = []
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield messages
    messages += dict.fromkeys(str(one.message) for one in found)


def _flowers() -> Any:
    from sklearn.datasets import load_iris

    from limetheory.csv_tables import CsvTable

    data = load_iris()
    rows = [[*map(repr, row)] for row in data.data.tolist()]
    return CsvTable(Path("iris.csv"), tuple(data.feature_names), rows)


def _column(name: str, cells: np.ndarray, categorical: bool) -> Column:
    if categorical:
        return Column(name, tuple(sorted(set(map(str, cells)))))
    return Column(name, (), float(min(cells)), float(max(cells)))


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))
