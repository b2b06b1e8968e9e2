"""Which one of several kinds of input a command was given, and whether its other options belong to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

SIMILARITY = "dino_similarity"
"""The model that compares photographs."""

FILES = "image"
"""The kind that has a model of its own where none is given."""


def chosen_input(command: str, named: Mapping[str, str], options: Mapping[str, Any]) -> str:
    """The kind of the one input that was given.

    Args:
        command: its name.
        named: the words that name each kind.
        options: all options by name.

    Raises:
        ValueError: no input or several.
    """
    asked = [name for name in named if options[name] is not None]
    if len(asked) != 1:
        got = " and ".join(named[name] for name in asked) or "none"
        first, *others = named.values()
        listed = f"{first}, {' or '.join(f'{one} FILE' for one in others)}"
        raise ValueError(f"{command} needs one of {listed}, got {got}; give just one")
    return asked[0]


def given_options(context: typer.Context) -> dict[str, str]:
    """The options that were given, by the name of their parameter, with the words that name them."""
    named = {one.name or "": one.opts[-1] for one in context.command.params}
    sources = {name: context.get_parameter_source(name) for name in named}
    return {name: named[name] for name, source in sources.items() if source and source.name == "COMMANDLINE"}


def refuse_foreign(asked: str, named: Mapping[str, str], own: Mapping[str, set[str]], given: Mapping[str, str]) -> None:
    """Refuse an option that the kind of input does not have, and a kind without a model that needs one.

    Args:
        asked: the kind.
        named: the words that name each kind.
        own: the options of each kind.
        given: the options that were given, see `given_options`.

    Raises:
        ValueError: in one line.
    """
    for name, words in given.items():
        if name not in own[asked]:
            kinds = " and ".join(named[kind] for kind in named if name in own[kind])
            raise ValueError(f"{words} is for {kinds}, got it with {named[asked]}; leave it out")
    if asked != FILES and "model" not in given:
        raise ValueError(
            f"{named[asked]} needs a model, got none; add --model with a .skops or .onnx file or MODULE:FUNCTION"
        )


def with_similarity(options: Mapping[str, Any], given: Mapping[str, str]) -> str:
    """The model: the one that compares photographs where one is given to compare with.

    Args:
        options: all options by name.
        given: the options that were given, see `given_options`.

    Raises:
        ValueError: another model was given besides.
    """
    model: str = options["model"]
    if options["similar_to"] is None:
        return model
    if "model" in given and model != SIMILARITY:
        raise ValueError(f"--similar-to has the model {SIMILARITY}, got --model {model}; leave one of them out")
    return SIMILARITY
