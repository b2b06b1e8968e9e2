"""The same edits on many photographs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from limetheory.app.examples import Example
from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.worker.scene import Scene
from limetheory.app.worker.telling import Tell, finished_part, steps_told
from limetheory.arrays import Floats
from limetheory.images.edits.edits import Edits
from limetheory.images.segmentation.segment import reduced
from limetheory.inspection import BiasCheck, bias_check
from limetheory.pictures import as_image


@dataclass(frozen=True, eq=False)
class Checked:
    """A bias check that was asked for.

    Attributes:
        check: the mean change with its interval.
        titles: of the photographs.
        left_out: the titles of those that cannot be read.
        interrupted: after a cancel, how far it got.
    """

    check: BiasCheck
    titles: tuple[str, ...]
    left_out: tuple[str, ...]
    interrupted: str | None = None


def check_bias(
    network: Any, tell: Tell, *, scene: Scene, examples: Sequence[Example], limits: Limits, target: int, whole: bool,
    level: float,
) -> Checked:  # fmt: skip
    """Carry out the edits of a scene on other photographs.

    Args:
        network: the model.
        tell: is told of the photographs.
        scene: whose edits are carried out.
        examples: the photographs.
        limits: what a photograph may have.
        target: the class.
        whole: whether the edits are of the whole photographs; else each is of the same relative place as its region.
        level: of the interval.
    """
    tell("The photographs are being looked at")
    usable = [one for one in examples if _readable(one, limits)]
    if not usable:
        raise Refused("None of the photographs can be read. Start the page with another folder.")
    carried = replace(scene, edits=_whole(scene.edits) if whole else scene.edits)
    photographs = [_photograph(one) for one in usable]
    with steps_told(tell):
        found, interrupted = finished_part(
            lambda: bias_check(
                network, photographs, lambda pixels: carried.of(reduced(pixels)).pixels, target,
                prepare=lambda pixels: network.prepare(reduced(pixels)), level=level,
            )
        )  # fmt: skip
    left_out = tuple(one.title for one in examples if one not in usable)
    return Checked(found, tuple(one.title for one in usable), left_out, interrupted)


def _whole(edits: Edits) -> Edits:
    return Edits(tuple(replace(edit, region=None) for edit in edits))


def _readable(example: Example, limits: Limits) -> bool:
    try:
        example.photograph(limits)
    except Refused:
        return False
    return True


def _photograph(example: Example) -> Path | Floats:
    """The file, which is read when its turn comes; else the pixels."""
    if example.file is not None:
        return example.file
    from PIL import Image

    return as_image(Image.open(io.BytesIO(example.photograph(Limits()).content)))
