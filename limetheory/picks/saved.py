"""Saved explanations: files that `.save` wrote, and the rows of Parquet files that explain-many wrote."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any
from zipfile import is_zipfile

import numpy as np

from limetheory.arguments import several
from limetheory.explanation import Explanation, load_explanation
from limetheory.given import given
from limetheory.images import ImageExplanation
from limetheory.parquet_files import Row, is_parquet, read_parquet
from limetheory.picks.units import Unit, WithUnit

_SHOWN = 5
_PATHS = "paths of files that .save or explain-many wrote"


@dataclass(frozen=True, eq=False)
class SavedInstances:
    """Instances with their explanations, in the order in which they were given.

    Attributes:
        names: of the file of each, "FILE: ITEM" of a row of a Parquet file; a list where an instance has several files.
        explanations: of each, a list where it has several files.
        left_out: the names of the inputs without an explanation, or without one of the class that was asked for.
    """

    names: list[str | list[str]] = field(default_factory=list)
    explanations: list[Any] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def saved_instances(paths: Any, concepts: bool = False, target: int | str | None = None) -> SavedInstances:
    """Read saved explanations.

    Args:
        paths: of the files, or for an instance a list of those of its classes; a Parquet file has an instance for each
            of its inputs.
        concepts: whether superpixels are to be clustered by their looks, which Parquet files do not keep.
        target: of Parquet files: the column or the name of the class of which explanations are taken; None where each
            input has one explanation.

    Raises:
        FileNotFoundError, ValueError, TypeError: what is none of ours, in one line.
        ImportError: pyarrow is not installed.
    """
    found, pictures, tables = SavedInstances(), 0, 0
    for one in several("paths", paths, _PATHS):
        if isinstance(one, (str, os.PathLike)) and is_parquet(one):
            pictures += _add_rows(found, os.fspath(one), concepts, target)
            tables += 1
        elif isinstance(one, (str, os.PathLike)):
            _add(found, _path(one), _kept(one))
        else:
            files = [_path(each) for each in several("paths", one, _PATHS)]
            _add(found, files, [_kept(each) for each in files])
    if target is not None and not tables:
        raise ValueError(
            f"target chooses rows of Parquet files of explain-many, got {given(target)} without such a file; leave it "
            "out, and give the files of that class alone"
        )
    if pictures and len(found.names) > 1:
        _refuse_pictures(f"superpixels of {pictures} photographs", "their numbers alone")
    return found


def _add(found: SavedInstances, name: str | list[str], explanation: Any) -> None:
    found.names.append(name)
    found.explanations.append(explanation)


def _kept(path: str | os.PathLike[str]) -> Explanation:
    """The explanation of a file of its own."""
    file, wrote = os.fspath(path), "what explain --save, .save(path) or explain-many wrote"
    if not os.path.isfile(file):
        raise FileNotFoundError(f"a file of explanations must be an existing file, got {given(file)}; give {wrote}")
    if is_parquet(file):
        raise ValueError(
            f"a list for one instance must be of files that .save(path) wrote, got the Parquet file {given(file)}, "
            "which has an instance in each row; give it by itself"
        )
    if not is_zipfile(file):
        raise ValueError(
            f"a file of explanations must be {wrote}, got another or a damaged one, {given(file)}; explain anew, or "
            "copy it again; explain --json writes another format"
        )
    return load_explanation(file)


def _path(path: Any) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"paths must be {_PATHS}, got {type(path).__name__}; give strings or pathlib.Path objects")
    return os.fspath(path)


def _add_rows(found: SavedInstances, path: str, concepts: bool, target: int | str | None) -> int:
    """Add the rows of a Parquet file; how many of them are of superpixels without names."""
    pictures, chosen, missed = 0, 0, 0
    settings, rows = read_parquet(path)
    for name, row in _of_class(path, rows, target):
        if row is None or row["error"] is not None:
            found.left_out.append(name)
            missed += row is None
            continue
        chosen += 1
        _check_whole(row, name)
        picture = row["kind"] == ImageExplanation.__name__
        if picture and concepts:
            _refuse_pictures("concepts", f"a Parquet file, {given(path)}, which has no pictures")
        pictures += picture and row["names"] == [str(j) for j in range(len(row["names"]))]
        _add(found, name, _explanation(row, settings))
    if missed and not chosen:
        raise ValueError(
            f"target must be a class that explain-many explained, got {given(target)}, of which {given(path)} has no "
            "row; its columns target and target_name say which it has"
        )
    return pictures


def _of_class(path: str, rows: Iterable[Row], target: int | str | None) -> Iterator[tuple[str, Row | None]]:
    """The name of each input with its row of the class; None where it has another class alone.

    Raises:
        ValueError: several classes of one input, and none is chosen.
    """
    for _, group in groupby(rows, itemgetter("number")):
        own = list(group)
        name = f"{path}: {own[0]['item']}"
        if target is not None and own[0]["error"] is None:
            own = [row for row in own if target in (row["target"], row["target_name"])]
        if len(own) > 1:
            listed = ", ".join(str(row["target"]) for row in own[:_SHOWN]) + (", …" if len(own) > _SHOWN else "")
            raise ValueError(
                f"an input must be picked by one class, whose coefficients can be added, got the columns {listed} of "
                f"{given(name)}; choose one by --target {own[0]['target']} (target={own[0]['target']})"
            )
        yield name, own[0] if own else None


def _check_whole(row: Row, name: str) -> None:
    """Refuse a row that has neither an error nor all numbers of an explanation."""
    values = [row[column] for column in ("kind", "names", "coefficients", "standard_errors")]
    if None not in values and None not in (row["intercept"], row["n_evaluations"]):
        _, names, coefficients, errors = values
        known = None not in [*coefficients, *errors] and not any(error < 0 for error in errors)
        if known and len(errors) == len(coefficients) and len(names) in (0, len(coefficients)):
            return
    raise ValueError(
        f"a row of explain-many must have a number and a standard error for each coefficient, got others in "
        f"{given(name)}; explain it anew"
    )


def _explanation(row: Row, settings: Mapping[str, Any]) -> Explanation:
    """The explanation of a row: its numbers without their covariance, which a row does not have."""
    model = None if "model" not in settings else f"{settings['model']}, {settings.get('output', 'its output')}"
    return WithUnit(
        np.array(row["coefficients"], float), row["intercept"], np.array(row["standard_errors"], float),
        row["n_evaluations"], method=row["method"], names=row["names"] or None,
        unit=Unit(kind=None if row["target"] is None else row["kind"], model=model, target=row["target"]),
    )  # fmt: skip


def _refuse_pictures(what: str, got: str) -> None:
    raise ValueError(
        f"{what} must be compared by what they look like, got {got}; keep each explanation by explain --save, and give "
        "these files with --concepts (concepts=n)"
    )
