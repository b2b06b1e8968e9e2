"""How much of the original each pixel shows under a mask, on a torch device, for every kind of masked image."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any, TypeAlias

import torch
from torch import Tensor

from limetheory.arrays import Masks
from limetheory.images.masked import MaskedImage
from limetheory.images.random.numbered import NumberedImage
from limetheory.images.rise.masked import RiseMaskedImage
from limetheory.images.soft.bands import Bands
from limetheory.images.soft.masked import SoftMaskedImage

Shares: TypeAlias = Callable[[Masks], Tensor]
"""Masks (n, d) bool → m in [0, 1], (n, 1, h, w), in the number type of the images."""


@singledispatch
def shares_of(masked: Any, image: Tensor) -> Shares:
    """The shares of a masked image, on the device and in the number type of an image (1, c, h, w)."""
    raise TypeError(f"a masked image must be of a known kind such as MaskedImage, got {type(masked).__name__}")


class CrispShares:
    """1 where the superpixel of a pixel is shown, else 0.

    Attributes:
        labels: the superpixel of each pixel, (h, w).
    """

    def __init__(self, masked: MaskedImage, image: Tensor):
        self.labels = torch.as_tensor(masked.segments, device=image.device)
        self._places, self._dtype = self.labels.flatten(), image.dtype

    def __call__(self, masks: Masks) -> Tensor:
        """The shares of each mask."""
        # float masks gather four times faster than bool ones
        keep = torch.as_tensor(masks, dtype=self._dtype, device=self.labels.device)
        return keep.index_select(1, self._places).view(-1, 1, *self.labels.shape)


class SoftShares:
    """m_z = Σ_j z_j M_j, by one matrix product for each band of rows, of which a GPU has one.

    Sums are those of float32 where images have fewer digits. With all superpixels shown m is 1, and not what rounding
    makes of it.
    """

    def __init__(self, masked: SoftMaskedImage, image: Tensor):
        self._shape, self._dtype = masked.segments.shape, image.dtype
        cut = masked.bands if image.device.type == "cpu" else Bands.of(masked.masks, masked.segments.size)
        kind = torch.promote_types(image.dtype, torch.float32)
        self._order = torch.as_tensor(cut.order, device=image.device)
        self._bands = [
            (one.pixels, one.columns, torch.as_tensor(one.masks, dtype=kind, device=image.device)) for one in cut.bands
        ]

    def __call__(self, masks: Masks) -> Tensor:
        """The shares of each mask."""
        kind, device = self._bands[0][2].dtype, self._order.device
        keep = torch.as_tensor(masks, dtype=kind, device=device).index_select(1, self._order)
        found = torch.empty(len(masks), self._shape[0] * self._shape[1], dtype=kind, device=device)
        with torch.autocast(device.type, enabled=False):
            for pixels, columns, band in self._bands:
                torch.mm(keep[:, columns], band, out=found[:, pixels])
        _show_all(found, masks)
        return found.to(self._dtype).view(-1, 1, *self._shape)


class RiseShares:
    """The masks of RISE: a grid of cells, interpolated down and across by matrices of its shifts."""

    def __init__(self, masked: RiseMaskedImage, image: Tensor):
        self._masked, self._dtype = masked, image.dtype
        kind = torch.promote_types(image.dtype, torch.float32)
        self._down, across = (torch.as_tensor(one, dtype=kind, device=image.device) for one in masked.law.weights)
        self._across = across.transpose(1, 2).contiguous()

    def __call__(self, masks: Masks) -> Tensor:
        """The shares of each mask."""
        draws, kind, device = self._masked.draws(masks), self._down.dtype, self._down.device
        grids = torch.as_tensor(draws.grids, dtype=kind, device=device)
        shifts = torch.as_tensor(draws.shifts, device=device)
        with torch.autocast(device.type, enabled=False):
            right = torch.bmm(grids, self._across.index_select(0, shifts[:, 1]))
            found = torch.bmm(self._down.index_select(0, shifts[:, 0]), right)
        _show_all(found, masks)
        return found.to(self._dtype).unsqueeze(1)


class NumberedShares:
    """Those of the masks that longer ones begin with; the draw that they end with has no part in it."""

    def __init__(self, masked: NumberedImage, image: Tensor):
        self._masked, self._shares = masked, shares_of(masked.masked, image)

    def __call__(self, masks: Masks) -> Tensor:
        """The shares of each mask."""
        found: Tensor = self._shares(self._masked.parts(masks))
        return found


def _show_all(shares: Tensor, masks: Masks) -> None:
    """Put in 1 where a mask shows all, and not what rounding makes of it."""
    whole = masks.all(axis=1)
    if whole.any():
        shares[torch.as_tensor(whole, device=shares.device)] = 1


shares_of.register(MaskedImage, CrispShares)
shares_of.register(NumberedImage, NumberedShares)
shares_of.register(RiseMaskedImage, RiseShares)
shares_of.register(SoftMaskedImage, SoftShares)
