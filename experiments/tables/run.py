"""Fill in tables, in one or several processes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from experiments.processes import each
from experiments.tables.store import Unit, measured, save
from limetheory.networks import load_model
from limetheory.progress import track


def fill(todo: Sequence[Unit], workers: int) -> None:
    """Measure and save each unit."""
    for _ in track(((1, unit) for unit in each(evaluate, todo, workers)), len(todo), "tables"):
        pass


def evaluate(unit: Unit) -> Unit:
    """Measure and save one table."""
    save(measured(_network(unit.network), unit), unit.file)
    return unit


@lru_cache(maxsize=4)
def _network(name: str) -> Any:
    return load_model(name)
