"""The experiments that there are: folders with a module `experiment.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from experiments._frame.experiment import Experiment

FOLDER = Path(__file__).parent.parent


def names() -> list[str]:
    """Of all experiments, in the order of the alphabet."""
    return sorted(file.parent.name for file in FOLDER.glob("[!_]*/experiment.py"))


def find(name: str) -> Experiment:
    """The experiment of a folder."""
    found: Experiment = import_module(f"experiments.{name}.experiment").EXPERIMENT
    return found
