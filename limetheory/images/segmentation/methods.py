"""The table of the methods that cut an image into superpixels, to which other packages can add theirs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from limetheory.images.segmentation.grid import grid
from limetheory.images.segmentation.scikit_image import felzenszwalb, quickshift, slic, watershed
from limetheory.registry import Registry

GROUP = "limetheory.segmenters"
"""The entry-point group: a name there → a function (image, **parameters) → label map, or a `Segmenter`."""


@dataclass(frozen=True)
class Segmenter:
    """One row of `SEGMENTERS`.

    Attributes:
        name: as ``method`` has it.
        function: (image (h, w, 3) float64 in [0, 1], **parameters) → (h, w) label map of integers ≥ 0. `segment`
            accepts the parameters that it names, all numbers; one called ``n_segments`` is the number wanted.
        reduces: whether it gets a copy of at most `MAX_SIDE` pixels a side.
        summary: what it is, in half a line.
    """

    name: str
    function: Callable[..., np.ndarray]
    reduces: bool = True
    summary: str = ""

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters besides the image."""
        named = inspect.signature(self.function).parameters.values()
        return [one.name for one in named if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)][1:]


_ROWS = [
    Segmenter("grid", grid, reduces=False, summary="exactly the cells of a grid, near-square"),
    Segmenter("slic", slic, summary="clusters of colour and place"),
    Segmenter("quickshift", quickshift, summary="modes of colour and place, with lime 0.2.0.1's parameters"),
    Segmenter("felzenszwalb", felzenszwalb, summary="regions merged along a minimum spanning tree"),
    Segmenter("watershed", watershed, summary="basins of the Sobel gradient of the grey image"),
]

SEGMENTERS: Registry[Segmenter] = Registry(
    "segmenter", {row.name: row for row in _ROWS}, GROUP, Segmenter, Segmenter, "choose one of them",
    columns=("summary", "parameters"),
)  # fmt: skip
"""The methods by name. One more takes its function in a module of its own, and one row."""
