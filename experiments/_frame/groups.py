"""Saved rows: a Parquet file for each photograph, network and segmentation, which is complete or absent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import limetheory
from experiments._frame.experiment import Job, Row
from limetheory.written_files import whole_file

if TYPE_CHECKING:
    import pandas
    import pyarrow

_ABOUT = b"about"


@dataclass(frozen=True)
class Groups:
    """The store of a folder, with a file for each group of rows that are measured together.

    Attributes:
        folder: where the files are.
        digest: of the settings that the rows must have.
    """

    folder: Path
    digest: str

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no file.

        Raises:
            ValueError: a file is of other settings or of another version of limetheory, or is none of these.
        """
        return [job for job in jobs if not self._has(self.file(job.key or {}))]

    def add(self, row: Row) -> None:
        """Write the rows of a group, with the settings and versions that produced them, under its name at once.

        Raises:
            OSError: the file cannot be written, as on a full disk; nothing of it is left then.
        """
        import pyarrow
        from pyarrow import parquet

        file, about = self.file(row), {name: value for name, value in row.items() if name != "rows"}
        table = pyarrow.Table.from_pylist(row["rows"]).replace_schema_metadata({_ABOUT: json.dumps(about).encode()})
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as opened:
            parquet.write_table(table, opened, compression="zstd")

    def file(self, key: Mapping[str, Any]) -> Path:
        """The path of the rows of a group."""
        name = f"{key['photograph']}.{key['segmentation'].replace(' ', '_')}.parquet"
        path: Path = self.folder / key["network"] / name
        return path

    def _has(self, file: Path) -> bool:
        if not file.exists():
            return False
        known = about(file)
        _same(file, "the same settings", known.get("digest"), self.digest)
        _same(file, "one version of limetheory", _version(known) or limetheory.__version__, limetheory.__version__)
        return True


def _same(file: Path, what: str, found: str | None, now: str) -> None:
    if found != now:
        raise ValueError(
            f"rows must be of {what}, got {found} in {file} and {now} now; "
            "choose another --out or move the old rows away"
        )


def _version(known: Mapping[str, Any]) -> str | None:
    """The version of limetheory that measured a group, which is saved with what the command line runs."""
    found: str | None = known.get("versions", {}).get("limetheory")
    return found


def about(file: Path) -> dict[str, Any]:
    """What a file says of its rows: the group, settings and versions.

    Raises:
        ValueError: it is no file of rows.
    """
    from pyarrow import ArrowException, parquet

    try:
        found: dict[str, Any] = json.loads(parquet.read_schema(file).metadata[_ABOUT])
    except (ArrowException, KeyError, TypeError, ValueError):
        raise ValueError(f"rows must be Parquet files of this experiment, got {file}; move it away") from None
    return found


def read(folder: Path) -> pandas.DataFrame:
    """All saved rows with their photograph and network, in the order of names.

    Raises:
        ValueError: there are none, or those of several settings or versions of limetheory.
    """
    import pyarrow

    files = sorted(folder.glob("*/*.parquet"))
    if not files:
        raise ValueError(f"rows must be saved before they are shown, got none in {folder}; run the experiment first")
    known = [about(file) for file in files]
    for what, of in (("the same settings", lambda one: one["digest"]), ("one version of limetheory", _version)):
        found = {str(of(one)) for one in known}
        if len(found) > 1:
            raise ValueError(f"rows must be of {what}, got {', '.join(sorted(found))} in {folder}; part them")
    tables = [_table(file, one) for file, one in zip(files, known, strict=True)]
    rows: pandas.DataFrame = pyarrow.concat_tables(tables, promote_options="permissive").to_pandas()
    return rows


def _table(file: Path, known: Mapping[str, Any]) -> pyarrow.Table:
    """The rows of a file with the columns that name their group."""
    import pyarrow
    from pyarrow import parquet

    found = parquet.read_table(file, partitioning=None)
    for name in ("photograph", "network", "segmentation"):
        of_group = pyarrow.repeat(pyarrow.scalar(known[name], pyarrow.string()), len(found))
        found = found.append_column(name, of_group)
    return found.replace_schema_metadata()
