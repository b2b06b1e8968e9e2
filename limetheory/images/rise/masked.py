"""An image under the masks of RISE, in the form in which `ModelFunction` evaluates images under masks."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import Bools, Masks
from limetheory.images.masked import ReplacedImage
from limetheory.images.replacement import hiding
from limetheory.images.rise.masks import RiseDraws, RiseLaw
from limetheory.images.soft.blended import blend

_ROWS = 8  # of pixels that are blended at once, so that they are still in the cache; a convention


class RiseMaskedImage(ReplacedImage):
    """x(z) = ξ̄ + m (ξ − ξ̄) for a mask m of RISE, which z names: a bit for each cell, then both shifts in binary.

    With all bits z shows the image itself, with none its replacement, whatever the shifts that these bits stand for.

    Args:
        image: ξ, pixels that were read before.
        replacement: ξ̄, see `replacement_image`; "mean" is that of the cells of a grid.
        law: what masks are drawn from.
        warn: whether to warn where ξ̄ equals ξ.
    """

    def __init__(self, image: np.ndarray, replacement: Any, law: RiseLaw, warn: bool = True):
        self.image, self.law = image, law
        self.replacement = hiding(image, law.labels, replacement)
        self._bits = tuple((count - 1).bit_length() for count in law.cell)
        if warn:
            self.warn_if_nothing_is_hidden()

    @property
    def d(self) -> int:
        """Number of bits that name a mask."""
        return self.law.cells**2 + sum(self._bits)

    def coded(self, draws: RiseDraws) -> Masks:
        """The bits of masks, (n, d) bool."""
        shifts = [_binary(draws.shifts[:, axis], bits) for axis, bits in enumerate(self._bits)]
        return np.concatenate([draws.grids.reshape(draws.n, -1), *shifts], axis=1)

    def draws(self, masks: Masks) -> RiseDraws:
        """The grids and shifts that bits stand for; a shift beyond the last is the last."""
        cells, (down, across) = self.law.cells**2, self._bits
        shifts = (_number(masks[:, cells : cells + down]), _number(masks[:, cells + down : cells + down + across]))
        return RiseDraws(
            masks[:, :cells].reshape(-1, self.law.cells, self.law.cells),
            np.minimum(np.stack(shifts, axis=1), np.array(self.law.cell) - 1),
        )

    def compose(self, masks: Any) -> np.ndarray:
        """x(z) for each mask: (n, d) bool → (n, h, w[, c]) float64."""
        keep = mask_rows(masks, self.d)
        height, width = self.law.shape
        draws = self.draws(keep)
        replaced = self.replacement.reshape(height, width, -1)
        difference = self.image.reshape(height, width, -1) - replaced
        images = np.empty((len(keep), *difference.shape))
        for top in range(0, height, _ROWS):
            rows = slice(top, top + _ROWS)
            blend(images[:, rows], self.law.masks(draws, rows), difference[rows], replaced[rows])
        images = images.reshape(len(keep), *self.image.shape)
        images[keep.all(axis=1)] = self.image  # and not what rounding makes of it
        return images


def _binary(numbers: np.ndarray, bits: int) -> Bools:
    found: Bools = (numbers[:, None] >> np.arange(bits)) & 1 > 0
    return found


def _number(bits: Bools) -> np.ndarray:
    return bits @ (1 << np.arange(bits.shape[1]))
