"""`limetheory classes`: the classes of a network, and those that a word may mean."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer


def classes(
    model: Annotated[str, typer.Argument(help="A bundled network, or a name of torchvision together with --weights.")],
    word: Annotated[
        list[str] | None, typer.Argument(help="A name, or the index of a class; all classes if left out.")
    ] = None,
    weights: Annotated[Path | None, typer.Option(help="The state-dict file of a torchvision model.")] = None,
) -> int:
    """List the classes of a network, or those that a word or an index may mean, by index and name."""
    from limetheory.networks import load_model
    from limetheory.networks.class_search import other_names

    network, asked = load_model(model, weights=weights), " ".join(word or ())
    names = network.class_names
    if names is None:
        last = network.number_of_classes - 1
        raise ValueError(f"{model} has no class names, got {last + 1} classes; give an index from 0 to {last}")
    found = _asked_for(names, asked)
    others = other_names(names)
    for index in found:
        more = [one for one in others[index] if one.casefold() != names[index].casefold()]
        print(f"{index:>{len(str(len(names)))}} {names[index]}" + f" ({', '.join(more)})" * bool(more))
    if not found:
        print(f"limetheory: no class of {model} has {_unknown(model, names, asked)}", file=sys.stderr)
    return int(not found)


def _unknown(model: str, names: Sequence[str], asked: str) -> str:
    """What no class has, and what to look for instead."""
    from limetheory.networks.class_search import suggestion

    if _is_index(asked):
        return f"the index {asked}; the indices are 0 to {len(names) - 1}"
    return f"{asked!r} in its name; {suggestion(names, asked) or f'limetheory classes {model} lists all {len(names)}'}"


def _asked_for(names: Sequence[str], asked: str) -> Sequence[int]:
    """The classes with the index or a word that was given, all of them where none was."""
    from limetheory.networks.class_search import found_classes

    if not asked:
        return range(len(names))
    by_name = found_classes(names, asked)
    by_index = [int(asked)] if _is_index(asked) and int(asked) < len(names) else []
    return [*by_index, *(index for index in by_name if index not in by_index)]


def _is_index(asked: str) -> bool:
    """Whether a word is a number that may count classes."""
    return asked.isascii() and asked.isdecimal() and len(asked) < _DIGITS


_DIGITS = 10
"""As many digits no index has; a convention."""
