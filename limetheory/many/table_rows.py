"""Explains rows of a table by their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from limetheory.csv_tables import read_csv
from limetheory.explaining.several_targets import each_once
from limetheory.many.sources import ModelSource
from limetheory.stored_models.table_input import TableInput, table_input
from limetheory.tabular.explanation import TabularExplanation
from limetheory.tabular.question import TableQuestion


@dataclass(frozen=True)
class TableRows:
    """Explains a row of a table by its number."""

    table: Path
    model: ModelSource
    question: TableQuestion
    leave_out: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()

    def __call__(self, row: int, seed: int) -> list[TabularExplanation]:
        """The explanation of each class that is asked about."""
        rows = self.rows()
        found = self.question.explained(
            rows.asking(self.model.load().predict), rows.row(row), rows.training, seed, feature_names=rows.names,
            categorical=rows.categorical,
        )  # fmt: skip
        return each_once(found)

    def class_name(self, target: int) -> str:
        """The name of a class of the model, its number where it has none."""
        return self.model.load().class_name(target)

    def rows(self) -> TableInput:
        """The table as the model takes it, which is read once in a process."""
        return _rows(self.table, self.model, self.leave_out, self.categorical)


@lru_cache(maxsize=1)
def _rows(path: Path, model: ModelSource, leave_out: tuple[str, ...], categorical: tuple[str, ...]) -> TableInput:
    return table_input(read_csv(path), model.load(), leave_out, categorical)
