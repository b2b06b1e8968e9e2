"""The inputs of a bias check: a folder of photographs, or a list of photographs, texts or rows, one after another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limetheory.arguments import several
from limetheory.pictures import load_image

SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""Ends of the names of files that are taken for photographs in a folder."""


@dataclass(frozen=True)
class NamedInput:
    """An input that is read when it is needed."""

    name: str
    read: Callable[[], Any]


def named_inputs(inputs: Any) -> list[NamedInput]:
    """The inputs with their names: of files their own, of others their numbers.

    Args:
        inputs: a folder, or a list of inputs; a ``pathlib.Path`` in a list is a photograph's file.

    Raises:
        ValueError, TypeError: no such folder, or no inputs.
    """
    if isinstance(inputs, (str, os.PathLike)):
        return _of_folder(Path(inputs))
    listed = several("photographs", inputs, "photographs")
    if not listed:
        raise ValueError("photographs must be one or more, got none; give a folder, or a list of them")
    return [_named(number, one) for number, one in enumerate(listed)]


def pieces(inputs: list[NamedInput], size: int) -> Iterator[list[NamedInput]]:
    """The inputs, so many at a time."""
    return (inputs[start : start + size] for start in range(0, len(inputs), size))


def _of_folder(folder: Path) -> list[NamedInput]:
    if not folder.is_dir():
        raise ValueError(f"photographs must be a folder or a list, got {str(folder)!r}, which is no folder; name one")
    files = sorted(one for one in folder.iterdir() if one.is_file() and one.suffix.lower() in SUFFIXES)
    if not files:
        raise ValueError(
            f"a folder must hold photographs, got none in {str(folder)!r}; their names end in {', '.join(SUFFIXES)}"
        )
    return [_of_file(one) for one in files]


def _named(number: int, one: Any) -> NamedInput:
    return _of_file(one) if isinstance(one, os.PathLike) else NamedInput(str(number), lambda: one)


def _of_file(path: os.PathLike[str]) -> NamedInput:
    return NamedInput(Path(path).name, lambda: load_image(path))
