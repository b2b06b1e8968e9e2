"""`Scene`: a photograph with its regions and the edits of it, as the process of the model works on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited_photo import EditedPhoto
from limetheory.images.edits.edits import Edits
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.images.segmentation.segment import reduced
from limetheory.pictures import load_image


@dataclass(frozen=True, eq=False)
class Scene:
    """A photograph with the edits of its regions.

    Edits work on a copy whose longest side has at most 1024 pixels, before and after: lengths among their parameters
    are in percent, and a network sees far fewer pixels.

    Attributes:
        photo: the file; it never changes under its name.
        edits: in their order.
        masks: of the regions, (h, w) bool at any size, by name.
        photographs: the files of others that edits show, by name.
    """

    photo: Path
    edits: Edits
    masks: Mapping[str, Bools]
    photographs: Mapping[str, Path] = field(default_factory=dict)

    @property
    def before(self) -> Floats:
        """The copy without the edits, (h, w, 3) in [0, 1]."""
        return copy_of(self.photo)

    @property
    def edited(self) -> EditedPhoto:
        """The copy after the edits."""
        return self.of(self.before)

    def of(self, pixels: Floats) -> EditedPhoto:
        """Another photograph after these edits, each region being at the same relative place."""
        shape = pixels.shape[:2]
        masks = {name: at_pixels(mask, shape) for name, mask in self.masks.items()}
        return self.edits.applied(pixels, masks, {name: copy_of(file) for name, file in self.photographs.items()})

    def until(self, number: int) -> Scene:
        """The scene with the edits before one of a number alone."""
        return replace(self, edits=Edits(self.edits.edits[:number]))


@lru_cache(maxsize=4)
def copy_of(photo: Path) -> Floats:
    """The copy of a photograph that edits work on, (h, w, 3) in [0, 1]."""
    found = np.array(reduced(load_image(photo)))
    found.flags.writeable = False
    return found
