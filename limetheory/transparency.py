"""Transparent pixels of image files, behind which white is shown, and what is said of them."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

import numpy as np

from limetheory.levels import FULL_SCALE
from limetheory.outside import outside
from limetheory.shown_text import shown

if TYPE_CHECKING:
    from PIL import Image


class TransparentImageWarning(UserWarning):
    """An image file, called by this name, has pixels that are transparent, and shown on white.

    >>> print(TransparentImageWarning("logo.png"))
    logo.png is transparent in places, which are shown on white; save it on another background if it is meant so
    """

    def __init__(self, name: str):
        super().__init__(
            f"{shown(name)} is transparent in places, which are shown on white; save it on another background if it is "
            "meant so"
        )


def is_transparent(image: Image.Image) -> bool:
    """Whether a decoded image has pixels that are not opaque.

    >>> from PIL import Image
    >>> [is_transparent(Image.new("RGBA", (1, 1), (9, 9, 9, opacity))) for opacity in (255, 254)]
    [False, True]
    """
    if image.mode.startswith("I"):
        return "transparency" in image.info and bool((np.asarray(image) == image.info["transparency"]).any())
    return image.has_transparency_data and bool(np.asarray(image.convert("RGBA"))[..., 3].min() < FULL_SCALE["uint8"])


def say_composited(path: str | os.PathLike[str]) -> None:
    """Say that an image file is transparent, and on what it is shown."""
    warnings.warn(TransparentImageWarning(os.path.basename(os.fsdecode(path))), stacklevel=outside())
