"""The model's answers along the values of a parameter of an edit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limetheory.app.worker.scene import Scene
from limetheory.app.worker.telling import Tell, finished_part, steps_told
from limetheory.arrays import Floats
from limetheory.explaining.partial import Partial
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edited_photo import EditedPhoto
from limetheory.images.edits.edits import Edits
from limetheory.inspection import Sweep, sweep


@dataclass(frozen=True, eq=False)
class Swept:
    """A sweep that was asked for.

    Attributes:
        sweep: the answers at each value.
        interrupted: after a cancel, how far it got.
    """

    sweep: Sweep
    interrupted: str | None = None


def sweep_edit(
    network: Any, tell: Tell, *, scene: Scene, number: int, parameter: str, values: list[float],
    targets: list[int] | None,
) -> Swept:  # fmt: skip
    """Carry out the edits of a scene with every value of one parameter of one of them.

    Args:
        network: the model.
        tell: is told of the photographs.
        scene: the photograph and its edits.
        number: of the edit whose parameter moves.
        parameter: its name.
        values: that it takes.
        targets: classes that are shown; None are five that lead.
    """
    edit, rest = scene.edits[number], Edits(scene.edits.edits[number + 1 :])
    start, made = scene.until(number).edited, 0

    def edited(value: float) -> Floats:
        nonlocal made
        made += 1
        tell(Partial(made, len(values)))
        photo = _after(start, _with(edit, parameter, value))
        prepared: Floats = network.prepare(rest.applied(photo.pixels, photo.masks, photo.photographs).pixels)
        return prepared

    with steps_told(tell):
        found, interrupted = finished_part(lambda: sweep(network, edited, values, targets, parameter=parameter))
    return Swept(found, interrupted)


def _with(edit: Edit, parameter: str, value: float) -> Edit:
    """The edit with another value, a whole number where it had one."""
    whole = isinstance(edit.parameters[parameter], (int, np.integer))
    return replace(edit.with_parameters(**{parameter: int(value) if whole else value}), on=True)


def _after(start: EditedPhoto, edit: Edit) -> EditedPhoto:
    return Edits((edit,)).applied(start.pixels, start.masks, start.photographs)
