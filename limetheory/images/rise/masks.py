"""The masks of RISE: coarse random grids, upsampled by bilinear interpolation and shifted by less than a cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer, real
from limetheory.arrays import Labels, PixelShares
from limetheory.images.segmentation.label_map import image_size
from limetheory.images.soft.upsampling import upsampling


@dataclass(frozen=True, eq=False)
class RiseDraws:
    """Grids and shifts of n masks.

    Attributes:
        grids: whether each cell is shown, (n, cells, cells) bool.
        shifts: by how many pixels down and to the right the crop begins, (n, 2) int.
    """

    grids: np.ndarray
    shifts: np.ndarray

    @property
    def n(self) -> int:
        """Number of masks."""
        return len(self.grids)


@dataclass(frozen=True)
class RiseLaw:
    """What masks are drawn from (Petsiuk, Das & Saenko 2018, section 3.2).

    A grid of cells, each shown with probability p, is upsampled by bilinear interpolation to one row and one column of
    cells more than the image has, and a part of the image's size is cut out at random. A cell has ⌈h / cells⌉ ×
    ⌈w / cells⌉ pixels, as in the authors' program, so that there always is such a part.

    Attributes:
        cells: in a row, and in a column.
        shape: (h, w) of the image.
        p: probability that a cell is shown.
    """

    cells: int
    shape: tuple[int, int]
    p: float = 0.5

    def __post_init__(self) -> None:
        integer("cells", self.cells, 2)
        if self.cells > min(self.shape):
            raise ValueError(f"cells must be at most min(h, w), {min(self.shape)}, got {self.cells}; take fewer")
        real("p", self.p, above=0, below=1, remedy="masks that all show the same say nothing of the pixels")

    @property
    def cell(self) -> tuple[int, int]:
        """Height and width of a cell in pixels, which are also the numbers of shifts."""
        return -(-self.shape[0] // self.cells), -(-self.shape[1] // self.cells)

    @property
    def labels(self) -> Labels:
        """The cells as a label map, unshifted, (h, w)."""
        row, column = (np.arange(size) * self.cells // size for size in self.shape)
        return row[:, None] * self.cells + column

    @cached_property
    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Those of the cells at every shift and pixel, down and across: (shifts, h, cells) and (shifts, w, cells)."""
        down, across = (
            np.lib.stride_tricks.sliding_window_view(upsampling(self.cells, (self.cells + 1) * cell), size, axis=0)
            for cell, size in zip(self.cell, self.shape, strict=True)
        )
        return tuple(
            np.ascontiguousarray(one[:cell].transpose(0, 2, 1))
            for one, cell in zip((down, across), self.cell, strict=True)
        )  # type: ignore[return-value]

    def draw(self, n: int, rng: np.random.Generator) -> RiseDraws:
        """Draw grids, then the shifts down, then those to the right."""
        grids = rng.random((n, self.cells, self.cells)) < self.p
        shifts = np.stack([rng.integers(0, count, n) for count in self.cell], axis=1)
        return RiseDraws(grids, shifts)

    def masks(self, draws: RiseDraws, rows: slice = slice(None), columns: slice = slice(None)) -> PixelShares:
        """The masks of some draws, or some of their rows and columns of pixels: (n, h, w)."""
        down, across = self.weights
        right = draws.grids.astype(float) @ across[draws.shifts[:, 1], columns].transpose(0, 2, 1)
        found: PixelShares = down[draws.shifts[:, 0], rows] @ right
        return found


def rise_masks(n: int, cells: int, shape: Any, p: float = 0.5, rng: Any = None) -> PixelShares:
    """Draw masks as RISE does (Petsiuk, Das & Saenko 2018, section 3.2).

    A cells × cells grid, each cell shown with probability p, is upsampled by bilinear interpolation to (cells + 1) ·
    ⌈h / cells⌉ by (cells + 1) · ⌈w / cells⌉ pixels, mirrored at the borders, and cropped to h × w from a random pixel
    of the first cell. At every pixel the mean of a mask is p.

    Args:
        n: number of masks.
        cells: of a row and of a column, at least 2 and at most min(h, w); RISE's number is 7.
        shape: (h, w) of the image.
        p: probability that a cell is shown, in (0, 1); RISE's is 0.5.
        rng: None, an int or a numpy.random.Generator (SPEC 7).

    Returns:
        float64 masks in [0, 1], shape (n, h, w): 8 n h w bytes. `rise_map` makes no more of them than it needs at once.

    >>> rise_masks(4, 2, (4, 6), rng=0).shape
    (4, 4, 6)
    """
    law = RiseLaw(integer("cells", cells, 2), image_size(shape), p)
    return law.masks(law.draw(integer("n", n, 1), generator(rng)))
