"""What a run measures on, and whether that is what the saved rows were measured on: rows of two runs are not mixed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from experiments._frame.experiment import Experiment, Options
from experiments._frame.groups import about
from experiments._frame.saved_rows import load

NAME = "options"
"""The entry of a row that says what its run measured on."""

OTHERS = "other_runs"
"""The folder, beside the saved rows of an experiment, of rows that were measured on something else."""

DECIDING = frozenset({
    "images", "masks", "data", "weights", "checkpoint", "seed", "precision", "side", "steps", "runs",
    "fewer_runs", "pilot", "smoke",
})  # fmt: skip
"""The options of experiments on which a row depends, and which the key of its job does not tell."""

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})
"""The endings of photographs."""

_HEAD = 1 << 16  # bytes of each file of a folder that its digest depends on, besides its name and size; a convention


def recorded_options(options: Options) -> dict[str, Any]:
    """The options of a run that decide about its rows and are not the usual ones; files and folders by their digest."""
    given = {name: value for name, value in vars(options).items() if name in DECIDING}
    return {name: _written(value) for name, value in sorted(given.items()) if value != options.usual[name]}


def place(experiment: Experiment, named: Path | None, asked: dict[str, Any]) -> Path:
    """Where the rows of a run go: to the saved ones, or to a folder of their own if those are of something else.

    Args:
        experiment: which one.
        named: the place that the command line names, if it does.
        asked: the run's `recorded_options`.

    Raises:
        ValueError: the rows at that place are of something else.
    """
    if named is not None:
        return _named(named, asked)
    known = _known(experiment.saved)
    if not known or all(one == asked or (one is None and not asked) for one in known):
        return experiment.saved
    digest = sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:8]
    return _named(experiment.saved.parent / OTHERS / digest / experiment.saved.name, asked)


def _named(path: Path, asked: dict[str, Any]) -> Path:
    others = [one for one in _known(path) if one != asked and (one is not None or "smoke" in asked)]
    if others:
        raise ValueError(
            f"rows of one place must be of the same photographs and options, got {path}, measured with "
            f"{others[0] or 'the usual ones'}, and {asked or 'the usual ones'} now; choose another --out"
        )
    return path


def _known(path: Path) -> list[dict[str, Any] | None]:
    """What the rows at a path were measured with; None of rows of earlier versions, which do not say."""
    found: list[dict[str, Any] | None] = []
    for head in _heads(path):
        said = head.get(NAME)
        if said not in found:
            found.append(said)
    return found


def _heads(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        yield from load(path)
    for ending, head in _HEADS.items():
        yield from map(head, path.glob(f"*/*{ending}"))
    yield from map(_HEADS[".npz"], path.glob("*/*/*.npz"))


def _of_sheet(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8") as lines:
        found: dict[str, Any] = json.loads(lines.readline().removeprefix("# "))
        return found


def _of_table(file: Path) -> dict[str, Any]:
    with np.load(file, allow_pickle=False) as kept:
        found: dict[str, Any] = json.loads(str(kept["about"]))
        return found


_HEADS = {".csv": _of_sheet, ".parquet": about, ".npz": _of_table}
"""What files of rows say of themselves, by their ending."""


def _written(value: Any) -> Any:
    """A value as JSON has it; of a file or a folder that is there a digest."""
    if isinstance(value, list):
        return [_written(one) for one in value]
    path = Path(value) if isinstance(value, (str, Path)) else None
    if path is None or not path.exists():
        return str(value) if isinstance(value, Path) else value
    return _digest(path)


def _digest(path: Path) -> str:
    """Eight letters that differ between files, and between folders one of whose files is another one.

    Of a folder of photographs, these alone count.
    """
    digest = sha256()
    for file in _files(path):
        with file.open("rb") as opened:
            head = opened.read(_HEAD)
        digest.update(f"{file.relative_to(path)}\0{file.stat().st_size}\0".encode() + sha256(head).digest())
    return digest.hexdigest()[:8]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    pictures = [file for file in path.iterdir() if file.suffix.lower() in PICTURES]
    return sorted(pictures or (file for file in path.rglob("*") if file.is_file()))
