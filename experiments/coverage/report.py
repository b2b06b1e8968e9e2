"""What the saved rows say, for README."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from experiments.coverage.settings import LEVEL, Cell
from experiments.saved_rows import load

ROWS = Path(__file__).with_name("rows.jsonl")


def saved(file: Path = ROWS) -> list[dict[str, Any]]:
    """The saved rows, none if there is no file."""
    return load(file)


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """The key of the row's cell."""
    return tuple(row[field.name] for field in fields(Cell))


def summary(rows):
    return ""


def below(rows):
    return ""
