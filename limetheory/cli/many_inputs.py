"""What `limetheory explain-many` explains: the inputs by their names, what explains them, and what that depends on."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from limetheory.checked_files import digest_of
from limetheory.cli.explain_options import (
    ExplainOptions,
    ImageOptions,
    StoredOptions,
    TableOptions,
    TextOptions,
    class_of,
)
from limetheory.cli.shown import shown
from limetheory.counts import count
from limetheory.csv_tables import read_csv
from limetheory.explaining.several_targets import ALL
from limetheory.explanation import Explanation
from limetheory.given import given
from limetheory.progress import waiting

_NOT_SETTINGS = {
    "json_file", "figure", "html", "save", "batch_size", "image", "text", "table", "row", "device", "repeat",
    "segments_from", "rather_than",
}  # fmt: skip

_FILES = {"model", "weights", "similar_to", "texts", "table"}


@dataclass(frozen=True)
class Inputs:
    """Inputs by their names, a function that explains one with a seed, and the settings that it depends on."""

    items: Mapping[str, Any]
    explain: Callable[[Any, int], Explanation | Sequence[Explanation]]
    settings: dict[str, Any]


def photographs(options: ImageOptions, column: str | None) -> Inputs:
    """The photographs of a folder, by the names of their files."""
    from limetheory.many.photographs import Photographs
    from limetheory.many.sources import NetworkSource

    question, folder = options.question(), options.image
    if not folder.is_dir():
        raise ValueError(f"explain-many needs a folder of photographs, got {given(str(folder))}; name the folder")
    names = sorted(one.name for one in folder.iterdir() if _is_photograph(one))
    if options.segments is not None:
        count("segments", options.segments, 2)
    if not names:
        raise ValueError(
            f"a folder must have photographs such as .jpg or .png files, got none in {given(str(folder))}; give another"
        )
    network = NetworkSource(
        options.model, options.weights, options.output, options.device, options.similar_to, options.backend
    )
    with waiting(f"loading {shown(options.model)}"):
        loaded = network.load()
    _refuse_absent(options.target, loaded.class_index)
    return Inputs({name: name for name in names}, Photographs(folder, network, question), _settings(options, {}))


def texts_of(options: TextOptions, column: str | None) -> Inputs:
    """The texts of a column of a table, by the numbers of their rows."""
    from limetheory.many.texts import Texts

    if column is None:
        raise ValueError("--texts needs the name of its column of texts, got none; add --column NAME")
    question, cells = options.question(), read_csv(options.text).column(column)
    model = _source(options)
    items = {str(number): text for number, text in enumerate(cells)}
    return Inputs(items, Texts(model, question), _settings(options, {"column": column, "texts": options.text}))


def table_rows(options: TableOptions, column: str | None) -> Inputs:
    """The rows of a table, by their numbers."""
    from limetheory.many.table_rows import TableRows

    question, model = options.question(), _source(options)
    explain = TableRows(
        options.table, model, question, tuple(options.leave_out or ()), tuple(options.categorical or ())
    )  # fmt: skip
    rows = explain.rows()
    if rows.said:
        warnings.warn(rows.said, UserWarning, stacklevel=1)
    items = {str(number): number for number in range(len(rows.training))}
    return Inputs(items, explain, _settings(options, {"table": options.table}))


def _source(options: StoredOptions) -> Any:
    """The model, which is loaded once here, so that one that cannot be loaded is refused before the work."""
    from limetheory.many.sources import ModelSource
    from limetheory.text.predictions import TextPredictions

    found = ModelSource(options.model, tuple(options.trust or ()), options.trust_pickle)
    with waiting(f"loading {shown(options.model)}"):
        loaded = found.load()
    if loaded.class_names is not None:
        _refuse_absent(options.target, partial(_class_index, TextPredictions(loaded.predict)))
    return found


def _class_index(known: Any, target: int | str) -> int:
    """The column of a class by its name or number, of `TextPredictions` that know their classes."""
    if isinstance(target, str):
        return int(known.class_index(target))
    last = len(known.class_names) - 1
    if not 0 <= target <= last:
        raise ValueError(f"target must be in 0..{last}, got {target}; count classes from 0")
    return target


def _refuse_absent(target: str | list[str] | None, class_index: Callable[[int | str], int]) -> None:
    """Refuse a class that the model does not have, which no input could be explained for."""
    if target is not None and target != ALL:
        for one in target if isinstance(target, list) else [target]:
            class_index(class_of(one))  # type: ignore[arg-type]


def _settings(options: ExplainOptions, more: dict[str, Any]) -> dict[str, Any]:
    """What the explanations depend on, as JSON takes it, files by their contents."""
    known = {one.name: getattr(options, one.name) for one in fields(options) if one.name not in _NOT_SETTINGS}
    return {name: _digest(value) if name in _FILES else _setting(value) for name, value in (known | more).items()}


def _setting(value: Any) -> Any:
    return repr(value) if isinstance(value, float) else value


def _digest(value: str | Path | None) -> str | None:
    """The contents of a file in short, or the name of what is none."""
    if value is None or not Path(value).is_file():
        return None if value is None else str(value)
    return f"sha256 {digest_of(value)}"


def _is_photograph(path: Path) -> bool:
    """Whether a path is named like a picture, as is a link to a missing one; hidden files, as macOS's, are none."""
    named = path.suffix.lower() in _endings() and not path.name.startswith(".")
    return named and (path.is_file() or (path.is_symlink() and not path.exists()))


def _endings() -> set[str]:
    """The endings of the names of pictures that Pillow reads."""
    from PIL import Image

    endings = Image.registered_extensions()
    return {ending for ending, kind in endings.items() if kind in Image.OPEN}
