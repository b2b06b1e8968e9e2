"""Explanations as the rows of a Parquet file, which is there only when it is complete."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.packages import needed
from limetheory.written_files import whole_file

Row: TypeAlias = dict[str, Any]
"""An explanation, or why there is none, by the names of the columns."""

_GROUP = 1024
"""Rows of a group, which are in memory at the same time; a convention."""
_MAGIC = b"PAR1"
_ENDINGS = (".parquet", ".pq")


def pyarrow() -> Any:
    """The package pyarrow.

    Raises:
        ImportError: it is not installed.
    """
    needed("pyarrow.parquet", "a Parquet file", "parquet")
    return needed("pyarrow", "a Parquet file", "parquet")


def parquet_path(name: str, path: Any) -> Path:
    """Return the path of a Parquet file, refusing names with another ending than such files have.

    >>> parquet_path("path", "all.csv")
    Traceback (most recent call last):
    ValueError: path must end in .parquet, got 'all.csv'; write all.parquet, of which pandas.read_parquet and its to_csv
    make a CSV file
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{name} must be a str or a Path, got {given(path)}; name a file that ends in .parquet")
    found = Path(path)
    if found.suffix.lower() not in _ENDINGS:
        raise ValueError(
            f"{name} must end in .parquet, got {given(str(found))}; write {found.stem or 'all'}.parquet, of which "
            "pandas.read_parquet and its to_csv make a CSV file"
        )
    return found


def write_parquet(rows: Iterable[Row], path: Path, settings: Mapping[str, Any]) -> None:
    """Write rows to a file, which is replaced only when the new one is complete.

    Args:
        rows: in their order.
        path: of the file.
        settings: kept in the file's metadata as JSON, under "limetheory".
    """
    arrow = pyarrow()
    schema = _schema(arrow).with_metadata({"limetheory": json.dumps(settings)})
    left = iter(rows)
    with whole_file(path) as file, arrow.parquet.ParquetWriter(file, schema) as writer:
        while group := list(islice(left, _GROUP)):
            writer.write_table(arrow.Table.from_pylist(group, schema))


def read_parquet(path: str | os.PathLike[str]) -> tuple[dict[str, Any], Iterator[Row]]:
    """The settings of a file that `write_parquet` wrote, and its rows in their order.

    Raises:
        ValueError: another file, or a damaged one.
    """
    arrow = pyarrow()
    try:
        file = arrow.parquet.ParquetFile(path)
        settings: dict[str, Any] = json.loads((file.schema_arrow.metadata or {})[b"limetheory"])
        found = {one.name: one.type for one in file.schema_arrow}
        other = [one.name for one in _schema(arrow) if found.get(one.name) != one.type]
        if other or not isinstance(settings, dict):
            raise ValueError(f"no such column {min(other, default='of settings')!r}")
    except (arrow.ArrowException, OSError, KeyError, ValueError) as error:
        raise _foreign(path, error) from None
    return settings, _rows(arrow, file, path)


def is_parquet(path: str | os.PathLike[str]) -> bool:
    """Whether a file begins as Parquet files do; not where there is none."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _rows(arrow: Any, file: Any, path: str | os.PathLike[str]) -> Iterator[Row]:
    with file:
        groups = file.iter_batches(_GROUP)
        while True:
            try:
                rows = next(groups).to_pylist()
            except StopIteration:
                return
            except (arrow.ArrowException, OSError, ValueError) as error:
                raise _foreign(path, error) from None
            yield from rows


def _foreign(path: str | os.PathLike[str], error: Exception) -> ValueError:
    return ValueError(
        f"a file of explanations must be one that explain-many wrote, got {given(os.fspath(path))} "
        f"({one_line(error)}); give one that it wrote"
    )


def _schema(arrow: Any) -> Any:
    whole, real, text = arrow.int64(), arrow.float64(), arrow.string()
    return arrow.schema(
        {
            "number": whole, "item": text, "seed": whole, "error": text, "kind": text, "target": whole,
            "target_name": text, "prediction": real, "method": text, "n_evaluations": whole, "reached": arrow.bool_(),
            "intercept": real, "names": arrow.list_(text), "coefficients": arrow.list_(real),
            "standard_errors": arrow.list_(real), "lower": arrow.list_(real), "upper": arrow.list_(real),
            "warnings": arrow.list_(text),
        }
    )  # fmt: skip
