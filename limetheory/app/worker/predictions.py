"""The prediction of a photograph before and after edits."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from limetheory.app.worker.scene import Scene, copy_of
from limetheory.app.worker.telling import Tell
from limetheory.arrays import Floats
from limetheory.inspection.answers import Answers, answers_of

_ASKED = {"batch_size": None, "device": None, "dtype": None}


@dataclass(frozen=True, eq=False)
class Predicted:
    """What a model says of a photograph before and after edits.

    Attributes:
        before, after: its answers, (classes,).
        picture: the edited photograph, a JPEG.
        shape: its (h, w).
        vanished: the names of the regions that lost all their pixels.
        without_effect: the numbers of the edits whose region had no pixels when their turn came.
    """

    before: Floats
    after: Floats
    picture: bytes
    shape: tuple[int, int]
    vanished: tuple[str, ...]
    without_effect: tuple[int, ...]


def predict(network: Any, tell: Tell, *, scene: Scene) -> Predicted:
    """The edited photograph, and the model's answers to both."""
    tell("The photograph is being edited")
    edited = scene.edited
    asking, before = asking_of(network, scene.photo)
    (after,) = np.concatenate(list(asking.rows([network.prepare(edited.pixels)])))
    shape = edited.pixels.shape[0], edited.pixels.shape[1]
    return Predicted(before, after, _jpeg(edited.pixels), shape, edited.vanished, edited.without_effect)


@lru_cache(maxsize=1)
def asking_of(network: Any, photo: Path) -> tuple[Answers, Floats]:
    """What asks a model that was checked on a photograph, and the answer to it, which its edits share."""
    pixels = network.prepare(copy_of(photo))
    asking = answers_of(pixels, network, dict(_ASKED))
    (before,) = np.concatenate(list(asking.rows([pixels])))
    return asking, before


def _jpeg(pixels: Floats) -> bytes:
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(np.rint(255 * pixels).astype(np.uint8)).save(content, "JPEG", quality=88)
    return content.getvalue()
