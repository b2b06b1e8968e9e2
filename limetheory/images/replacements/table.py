"""`REPLACEMENTS`: what hidden pixels may show, by name, to which other packages can add theirs.

One of your own takes a function in a module of its own here and one row, or, in another package, an entry point of the
group ``limetheory.replacements`` that is a function (image, labels) → image, or a `Replacement`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from limetheory.images.replacements.colours import blurred, mean_colours
from limetheory.images.replacements.histogram import Histogram
from limetheory.images.replacements.inpainting import inpainting_package, navier_stokes, telea
from limetheory.images.replacements.law import ReplacementLaw
from limetheory.images.replacements.noise import noise
from limetheory.registry import Registry

GROUP = "limetheory.replacements"
"""The entry-point group: a name there → a function (image, labels) → image, or a `Replacement`."""

OneImage: TypeAlias = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(image (h, w) or (h, w, c) float64 in [0, 1], labels (h, w) integers 0..d−1) → ξ̄, of the image's shape in [0, 1]."""
LawOf: TypeAlias = Callable[[np.ndarray], ReplacementLaw]
"""Image → what ξ̄ is drawn from for each mask."""


@dataclass(frozen=True)
class Replacement:
    """One row of `REPLACEMENTS`: one image for all masks, or a law from which one is drawn for each, or neither.

    Attributes:
        name: as ``replacement`` has it.
        summary: what it is, in half a line.
        image: (image, labels) → ξ̄; None for a random one.
        law: image → the law of ξ̄; None for one image. With neither, hidden parts are left out of the model's input.
        needs: raises `ImportError` where a package is missing; None where none is needed.
    """

    name: str
    summary: str
    image: OneImage | None = None
    law: LawOf | None = None
    needs: Callable[[], object] | None = None

    @property
    def random(self) -> bool:
        """Whether it is drawn anew for each mask."""
        return self.law is not None

    def require(self) -> None:
        """Refuse it where a package that it needs is missing.

        Raises:
            ImportError: in one line with what to run.
        """
        if self.needs is not None:
            self.needs()


def of_function(name: str, function: OneImage) -> Replacement:
    """The row of a function, of which nothing else is known."""
    return Replacement(name, "a function", function)


_ROWS = [
    Replacement("mean", "the mean colour of each superpixel", mean_colours),
    Replacement("blur", "the image, blurred by a Gaussian of 1/20 of its longest side", blurred),
    Replacement(
        "telea", "each superpixel inpainted from the others by OpenCV (Telea 2004)", telea, needs=inpainting_package
    ),
    Replacement(
        "navier_stokes", "each superpixel inpainted from the others by OpenCV (Bertalmio, Bertozzi & Sapiro 2001)",
        navier_stokes, needs=inpainting_package,
    ),
    Replacement("noise", "a uniform level for each pixel and channel", law=noise),
    Replacement("histogram", "the colour of a pixel of the image for each pixel", law=Histogram),
    Replacement("removed", "nothing, its patches are left out of the input of a vision transformer (dino_similarity)"),
]  # fmt: skip

REPLACEMENTS: Registry[Replacement] = Registry(
    "replacement", {row.name: row for row in _ROWS}, GROUP, of_function, Replacement,
    "choose one of them, or give a grey level in [0, 1]", columns=("summary", "random"),
)  # fmt: skip
"""The replacements by name."""
