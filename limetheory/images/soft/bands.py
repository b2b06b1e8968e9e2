"""Sums of soft masks, band of rows by band, each with the masks that do not vanish there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arrays import SoftMasks

_PIXELS = 1 << 12  # of a band, with its masks some hundred kilobytes, which fit into a core's cache; a convention


@dataclass(frozen=True, eq=False)
class Band:
    """The pixels of some rows of an image, and the masks that do not vanish on all of them.

    Attributes:
        pixels: their places among all h · w.
        columns: the places of these masks in `Bands.order`.
        masks: (masks, pixels) float64.
    """

    pixels: slice
    columns: slice
    masks: np.ndarray


@dataclass(frozen=True, eq=False)
class Bands:
    """Soft masks (d, h, w) cut into bands of rows, so that Σ_j z_j M_j is a matrix product for each.

    Masks with smooth edges are local: of 49 cells smoothed by 10 pixels at 224 × 224, a band of 18 rows is reached by
    14 to 28, so that about half of the products are left.

    Attributes:
        order: the masks of every band, one band after the other.
        bands: from the top to the bottom.
    """

    order: np.ndarray
    bands: tuple[Band, ...]

    @classmethod
    def of(cls, masks: SoftMasks, pixels: int = _PIXELS) -> Bands:
        """The bands of masks, of about so many pixels each."""
        d, height, width = masks.shape
        rows, start, order, bands = max(1, pixels // width), 0, [], []
        for top in range(0, height, rows):
            part = masks[:, top : top + rows].reshape(d, -1)
            there = np.flatnonzero(part.any(axis=1))
            first = top * width
            band = Band(slice(first, first + part.shape[1]), slice(start, start + len(there)), part[there])
            start += len(there)
            order.append(there)
            bands.append(band)
        return cls(np.concatenate(order), tuple(bands))
