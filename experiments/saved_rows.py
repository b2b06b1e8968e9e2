"""Saved rows: an object of JSON on each line, and the versions behind it."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def load(file: Path) -> list[Row]:
    """The rows of a file, none if it is not there."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def append(rows: Iterable[Row], file: Path) -> None:
    """Add rows to a file."""
    with file.open("a", encoding="utf-8") as opened:
        opened.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def to_plot(rows: list[Row], name: str) -> list[Row]:
    """The rows, refused where there are none yet."""
    if not rows:
        raise ValueError(f"plot needs saved rows, got none; limetheory experiment run {name} first")
    return rows


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Of Python and some packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
