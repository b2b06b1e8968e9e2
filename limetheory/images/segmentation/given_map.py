"""Superpixels that are given: a label map at the pixels of a network, with names of its parts."""

from __future__ import annotations

import binascii
import warnings
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import several
from limetheory.given import given
from limetheory.images.segmentation.label_map import at_pixels, compact, renumbered
from limetheory.images.segmentation.label_png import label_map_png, read_label_map_png

_LISTED = 10  # how many superpixels a warning names at most


@dataclass(frozen=True, eq=False)
class GivenMap:
    """A partition of an image.

    Attributes:
        labels: (h, w) with labels 0..d−1.
        names: of the d superpixels; None are their numbers.
    """

    labels: np.ndarray
    names: tuple[str, ...] | None = None

    @classmethod
    def at_network(cls, labels: Any, shape: tuple[int, int], names: Sequence[str] | None = None) -> GivenMap:
        """A label map of the photograph at the pixels of a network, each of which takes the label under its centre.

        Args:
            labels: (H, W) label map of integers >= 0 or of bool, of the photograph's own size.
            shape: the (h, w) of the network's input.
            names: of the superpixels in increasing order of their labels; None are the labels.

        Warns:
            UserWarning: with the superpixels that have no pixel there, which are left out.

        Raises:
            ValueError, TypeError: no label map, a single superpixel left, or another number of names.

        >>> found = GivenMap.at_network([[3, 3, 7, 7]], (1, 2))
        >>> found.labels.tolist(), found.names
        ([[0, 1]], ('3', '7'))
        """
        numbered = renumbered(labels)
        known = tuple(str(one) for one in np.unique(labels)) if names is None else tuple(names)
        if len(known) != (d := int(numbered.max(initial=-1)) + 1):
            raise ValueError(f"names must be one for each of {d} superpixels, got {len(known)}; give as many")
        there = at_pixels(numbered, shape)
        kept = np.unique(there)
        _warn_of_lost([known[j] for j in np.setdiff1d(np.arange(d), kept)], shape)
        return cls(compact(there), tuple(known[j] for j in kept))

    @classmethod
    def of_record(cls, content: Any) -> GivenMap:
        """The map that `record` wrote.

        Raises:
            ValueError, TypeError: it is something else, in one line.
        """
        packed = content.get("png") if isinstance(content, Mapping) else None
        if not isinstance(packed, str):
            raise TypeError(f"a label map in a record must be a PNG in base64, got {given(content)}; explain anew")
        try:
            labels = compact(read_label_map_png(b64decode(packed, validate=True)))
        except binascii.Error as error:
            raise ValueError(f"a label map in a record must be in base64, got {error}; explain anew") from None
        return cls(labels, _names(content.get("names"), int(labels.max()) + 1))

    @property
    def record(self) -> dict[str, Any]:
        """The label map as `label_map_png` has it, in base64, its size, and the names of its parts."""
        height, width = self.labels.shape
        size = {"height": height, "width": width, "superpixels": int(self.labels.max()) + 1}
        names = None if self.names is None else list(self.names)
        return {**size, "png": b64encode(label_map_png(self.labels)).decode(), "names": names}

    def check(self, shape: tuple[int, ...]) -> None:
        """Refuse a map of another size than a network's pixels.

        Raises:
            ValueError: in one line.
        """
        if self.labels.shape != shape:
            raise ValueError(
                f"a label map must have the size of the network's input, {shape}, got {self.labels.shape}; give the "
                "same model, or GivenMap.at_network of a map of the photograph's size"
            )


def _names(names: Any, d: int) -> tuple[str, ...] | None:
    if names is None:
        return None
    found = several("names", names, "strings")
    if len(found) != d or not all(isinstance(one, str) for one in found):
        raise ValueError(f"names of a label map must be {d} strings, got {given(names)}; explain anew")
    return tuple(found)


def _warn_of_lost(names: Sequence[str], shape: tuple[int, int]) -> None:
    if names:
        listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
        warnings.warn(
            f"{len(names)} superpixels have no pixel of the network's {shape[0]} x {shape[1]} and no coefficient: "
            f"{listed}; merge them with others",
            UserWarning,
            stacklevel=3,
        )
