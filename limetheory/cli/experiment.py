"""`limetheory experiment`: run the experiments of the repository, or show what they saved."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

ACTIONS = ("list", "run", "plot", "report")


def experiment(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="list, run, plot or report.")],
    name: Annotated[str | None, typer.Argument(help="The name of an experiment, as list prints it.")] = None,
) -> int:
    """List the experiments, run one, or show the results that it saved. Options after the name go to the experiment."""
    from limetheory.arguments import choice

    choice("action", action, ACTIONS)
    registry = _registry()
    found = registry.names()
    if action == "list":
        width = max(map(len, found))
        for one in found:
            print(f"{one:{width}} {registry.find(one).about}")
        return 0
    if name is None:
        raise ValueError(f"{action} needs the name of an experiment, got none; choose one of {', '.join(found)}")
    if name == "--help":
        print(context.get_help())
        return 0
    choice("name", name, found, "limetheory experiment list says what each is about")
    try:
        code: int = import_module("experiments._frame").main(registry.find(name), [action, *context.args])
    except SystemExit as shown:  # the help of argparse ends the process
        return int(shown.code or 0)
    return code


def _registry() -> Any:
    """The registry of the experiments, which only a clone of the repository has."""
    try:
        return import_module("experiments._frame.registry")
    except ModuleNotFoundError:
        raise ValueError(
            "experiments are part of the repository, got an installation without it; clone it and run "
            "pip install --editable '.[dev]' there"
        ) from None
