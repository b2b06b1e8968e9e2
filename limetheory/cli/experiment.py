"""`limetheory experiment`: run the experiments of the repository, or draw their pictures again."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

ACTIONS = ("list", "run", "plot")


def experiment(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="list, run or plot.")],
    name: Annotated[str | None, typer.Argument(help="One of those that list prints.")] = None,
) -> int:
    """List the experiments, run one, or plot what it saved; options after the name are the experiment's own."""
    from limetheory.arguments import choice

    choice("action", action, ACTIONS)
    found = _experiments()
    if action == "list":
        for one, module in found.items():
            print(f"{one:10} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    if name is None:
        raise ValueError(f"{action} needs the name of an experiment, got none; choose one of {', '.join(found)}")
    choice("name", name, tuple(found))
    return import_module(f"experiments.{name}.__main__").main([action, *context.args])


def _experiments() -> dict[str, Any]:
    """The packages of experiments, by name."""
    try:
        package = import_module("experiments")
    except ModuleNotFoundError:
        raise ValueError(
            "experiments are part of the repository, got an installation without it; clone it and run "
            "pip install --editable '.[dev]' there"
        ) from None
    folder = Path(str(package.__file__)).parent
    names = sorted(file.parent.name for file in folder.glob("*/__main__.py"))
    return {name: import_module(f"experiments.{name}") for name in names}
