"""The list of experiments: the folders that have a module `experiment.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from experiments._frame.experiment import Experiment

FOLDER = Path(__file__).parent.parent


def names() -> list[str]:
    """The names of all experiments in alphabetical order."""
    return sorted(file.parent.name for file in FOLDER.glob("[!_]*/experiment.py"))


def find(name: str) -> Experiment:
    """The experiment with a given name."""
    found: Experiment = import_module(f"experiments.{name}.experiment").EXPERIMENT
    return found
