"""What a person does to the list of edits, as functions of the list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from limetheory.app.pages.edit_cards import DOWN, REMOVE, UP
from limetheory.app.pages.edit_photographs import is_picture
from limetheory.app.refusals import Refused
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.parameters import Whole
from limetheory.images.edits.saved import MOST_CHARACTERS

MOST = 20
"""Edits that the page carries out at a time; a convention."""


def added(edits: Edits, name: Any, region: Any) -> Edits:
    """With one more edit at the end, with its defaults.

    Raises:
        Refused: there are as many as there may be.
        ValueError, TypeError: no such edit.
    """
    if len(edits) >= MOST:
        raise Refused(f"{MOST} edits are the most here. Remove one first.")
    return edits.add(Edit(name, region or None))


def pressed(edits: Edits, what: Any, row: Any) -> tuple[Edits, int | None]:
    """After a button of the edit of a number; also the number of the edit that is shown then."""
    if not isinstance(row, int) or not 0 <= row < len(edits):
        raise Refused("There is no such edit any more. Look at the list again.")
    if what == REMOVE:
        return edits.remove(row), None
    to = row + {UP: -1, DOWN: 1}[what]
    return (edits.moved(row, to), to) if 0 <= to < len(edits) else (edits, row)


def filled(edits: Edits, on: Sequence[Any], regions: Sequence[Any], values: Sequence[tuple[int, str, Any]]) -> Edits:
    """With what the fields of the cards say.

    Args:
        edits: that the cards show.
        on: of each edit, a list that is not empty where it is carried out.
        regions: of each edit, the name of its region; empty for the whole photograph.
        values: (number of the edit, name of the parameter, value) of every field.

    Raises:
        Refused: a field that is empty, or fields of another list.
        ValueError, TypeError: a value out of its range.
    """
    if not len(on) == len(regions) == len(edits):
        raise Refused("The list was changed in another window. Load the page again.")
    found: list[dict[str, Any]] = [{} for _ in edits]
    for row, name, value in values:
        if value is None and not is_picture(edits, row, name):
            raise Refused(f"{name} of edit {row + 1} needs a value within its range.")
        found[row][name] = value
    return Edits(
        tuple(
            replace(edit, on=bool(of), region=region or None, parameters=_typed(edit, given))
            for edit, of, region, given in zip(edits, on, regions, found, strict=True)
        )
    )


def _typed(edit: Edit, given: dict[str, Any]) -> dict[str, Any]:
    """The values of fields, whole where the parameter is: a browser has one kind of number."""
    whole = {one.name for one in edit.row.parameters if isinstance(one.kind, Whole)}
    return {
        **edit.parameters,
        **{name: int(one) if name in whole and float(one).is_integer() else one for name, one in given.items()},
    }


def loaded(contents: Any) -> Edits:
    """The edits of a file, as `dcc.Upload` gives it.

    Raises:
        Refused: no such file.
        ValueError, TypeError: what it holds are no edits.
    """
    _, comma, encoded = str(contents).partition(";base64,")
    if not comma or len(encoded) > 2 * MOST_CHARACTERS:
        raise Refused("This is no file of edits. Choose one that was saved here.")
    try:
        found = Edits.from_json(base64.b64decode(encoded, validate=True))
    except binascii.Error:
        raise Refused("The file did not arrive whole. Choose it again.") from None
    if len(found) > MOST:
        raise Refused(f"{len(found)} edits are more than {MOST}, the most here. Save fewer.")
    return found
