"""`limetheory classes`: the classes of a network, and those that a word may mean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def classes(
    model: Annotated[str, typer.Argument(help="A bundled network, or a name of torchvision together with --weights.")],
    word: Annotated[list[str] | None, typer.Argument(help="What to look for; all classes if it is left out.")] = None,
    weights: Annotated[Path | None, typer.Option(help="The state-dict file of a torchvision model.")] = None,
) -> int:
    """List the classes of a network, or those that a word may mean, by index and name."""
    from limetheory.networks import load_model
    from limetheory.networks.class_search import found_classes, other_names, suggestion

    network, asked = load_model(model, weights=weights), " ".join(word or ())
    names = network.class_names
    if names is None:
        last = network.number_of_classes - 1
        raise ValueError(f"{model} has no class names, got {last + 1} classes; give an index from 0 to {last}")
    found = found_classes(names, asked) if asked else range(len(names))
    others = other_names(names)
    for index in found:
        more = [one for one in others[index] if one.casefold() != names[index].casefold()]
        print(f"{index:>{len(str(len(names)))}} {names[index]}" + f" ({', '.join(more)})" * bool(more))
    if not found:
        remedy = suggestion(names, asked) or f"limetheory classes {model} lists all {len(names)}"
        print(f"limetheory: no class of {model} has {asked!r} in its name; {remedy}", file=sys.stderr)
    return int(not found)
