"""Which kind of input `limetheory explain` is asked about, and which options belong to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import typer

from limetheory.cli.chosen_input import chosen_input, given_options, refuse_foreign, with_similarity
from limetheory.cli.explain_image import explain_photograph
from limetheory.cli.explain_options import ImageOptions, TableOptions, TextOptions
from limetheory.cli.explain_stored import explain_row, explain_text_file
from limetheory.cli.from_file import with_repeat
from limetheory.images.examples import named_photograph
from limetheory.images.question import GIVEN


@dataclass(frozen=True)
class Kind:
    """A kind of input: the option that names it, the class of its options, and what explains it."""

    named: str
    options: type[Any]
    run: Callable[[Any], int]


KINDS = {
    "image": Kind("IMAGE", ImageOptions, explain_photograph),
    "text": Kind("--text", TextOptions, explain_text_file),
    "table": Kind("--table", TableOptions, explain_row),
}


def chosen_kind(context: typer.Context, options: dict[str, Any]) -> Kind:
    """The kind of the one input that was given; ``width`` is added to the options, the bandwidth if it was given.

    The model is the one that compares photographs where one is given to compare with.

    Args:
        context: of the command, which knows what was given.
        options: all options by name.

    Raises:
        ValueError: no input or several, an option of another kind, or no model for what is no photograph.
    """
    given = with_repeat(options, given_options(context))
    if options["segments_from"] is not None and "segmenter" not in given:
        options["segmenter"] = GIVEN
    for photograph in ("image", "similar_to"):
        if options[photograph] is not None:
            options[photograph] = named_photograph(options[photograph])
    asked = chosen_input("explain", {name: kind.named for name, kind in KINDS.items()}, options)
    own = {name: {one.name for one in fields(kind.options)} for name, kind in KINDS.items()}
    refuse_foreign(asked, {name: kind.named for name, kind in KINDS.items()}, own, given)
    options["width"] = options["bandwidth"] if "bandwidth" in given else None
    options["model"] = with_similarity(options, given)
    return KINDS[asked]
