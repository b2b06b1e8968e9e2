"""The table of the methods that cut an image into superpixels, to which other packages can add theirs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from limetheory.images.segmentation.grid import grid, grid_of
from limetheory.images.segmentation.scikit_image import felzenszwalb, quickshift, slic, watershed
from limetheory.images.segmentation.search import Search, areas, kernels, markers
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
        counted: (image, number wanted) → label map of that number of superpixels, or of one that is near; None of a
            method with a parameter ``n_segments`` searches in that one, and of another one there is no number to want.
    """

    name: str
    function: Callable[..., np.ndarray]
    reduces: bool = True
    summary: str = ""
    counted: Callable[[np.ndarray, int], np.ndarray] | None = None

    @property
    def of_number(self) -> Callable[[np.ndarray, int], np.ndarray] | None:
        """What makes a wanted number of superpixels, (image, number) → label map; None if nothing does."""
        if self.counted is None and "n_segments" in self.parameters:
            return Search(self.function, "n_segments", markers, rises=True)
        return self.counted

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters besides the image."""
        named = inspect.signature(self.function).parameters.values()
        return [one.name for one in named if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)][1:]


_BY_KERNEL = Search(quickshift, "kernel_size", kernels, rises=False, whole=False, shrink=2)
"""At half the size, since its time grows as the square of the number of pixels: a kernel reaches over a superpixel."""

_ROWS = [
    Segmenter("grid", grid, reduces=False, summary="exactly the cells of a grid, near-square", counted=grid_of),
    Segmenter("slic", slic, summary="clusters of colour and place"),
    Segmenter(
        "quickshift", quickshift, summary="modes of colour and place, with lime 0.2.0.1's parameters",
        counted=_BY_KERNEL,
    ),
    Segmenter(
        "felzenszwalb", felzenszwalb, summary="regions merged along a minimum spanning tree",
        counted=Search(felzenszwalb, "min_size", areas, rises=False),
    ),
    Segmenter("watershed", watershed, summary="basins of the Sobel gradient of the grey image"),
]  # fmt: skip

SEGMENTERS: Registry[Segmenter] = Registry(
    "segmenter", {row.name: row for row in _ROWS}, GROUP, Segmenter, Segmenter, "choose one of them",
    columns=("summary", "parameters"),
)  # fmt: skip
"""The methods by name. One more takes its function in a module of its own, and one row."""
