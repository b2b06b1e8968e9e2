"""`Backbone`: images → tokens, the one interface of vision transformers from any source."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from limetheory.arguments import array, integer
from limetheory.levels import unit_levels
from limetheory.networks.preprocessing import mean_and_std
from limetheory.networks.vit.tokens import Tokens
from limetheory.pictures import as_image

TOKENS_AT_ONCE = 2048
"""How many tokens one forward pass has, where an image has fewer; a convention for memory and time."""

SIDE = 518
"""The longest side of a prepared image in pixels: that of DINOv2's training at high resolution (Oquab et al. 2023)."""


class Backbone(ABC):
    """A vision transformer as a function of images; nothing is trained, and no gradients are computed.

    Args:
        name: what to call it.
        patch: side of a patch in pixels; images must have sides that are multiples of it.
        channels: the length c of a token.
        mean: of the channels red, green and blue on the [0, 1] scale.
        std: their deviations.
        most_patches: of an image; a bound for memory.
    """

    def __init__(
        self, name: str, patch: int, channels: int, mean: Sequence[float], std: Sequence[float], most_patches: int
    ):  # fmt: skip
        self.name, self.patch, self.channels, self.most_patches = name, patch, channels, most_patches
        self.tokens_at_once = TOKENS_AT_ONCE
        self.mean, self.std = (values.astype(np.float32) for values in mean_and_std(mean, std))

    def __call__(self, images: np.ndarray) -> Tokens:
        """The tokens of images.

        Args:
            images: (n, h, w, 3) uint8 or floating point in [0, 1], h and w multiples of `patch`, as `prepare` gives
                them; one image (h, w, 3) is a batch of one.

        Raises:
            TypeError: numbers of a type whose white level is not known.
            ValueError: another shape, levels outside [0, 1], or more patches than `most_patches`.
        """
        batch = self._checked(images)
        grid = batch.shape[1] // self.patch, batch.shape[2] // self.patch
        step = max(1, self.tokens_at_once // (grid[0] * grid[1] + 1))
        parts = (self._normalised(batch[start : start + step]) for start in range(0, len(batch), step))
        return Tokens.joined([Tokens.of(rows, grid) for rows in self._rows(parts)])

    def prepare(self, image: Any, side: int = SIDE) -> np.ndarray:
        """Resize one image, so that its longest side is about ``side`` and both are multiples of `patch`.

        The aspect ratio is kept up to half a patch; an image much longer than wide has one patch across.

        Args:
            image: of any size, anything that `as_image` takes.
            side: in pixels, at least `patch`, for at most `most_patches` patches.

        Returns:
            (h', w', 3) float32.
        """
        side = integer("side", side, self.patch, f"a side is at least one patch of {self.patch} pixels")
        pixels = as_image(image)
        size = _patches_along(pixels.shape[:2], self.patch, side)
        if size[0] * size[1] > self.most_patches * self.patch**2:
            raise ValueError(
                f"side must give at most {self.most_patches} patches of {self.patch} x {self.patch}, got {side} for an "
                f"image prepared as {size[0]} x {size[1]}; give a smaller one"
            )
        batch = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=np.float32))
        resized = nn.functional.interpolate(batch, size=size, mode="bilinear", antialias=True, align_corners=False)
        return np.ascontiguousarray(resized[0].permute(1, 2, 0).numpy().clip(0.0, 1.0))

    @abstractmethod
    def _rows(self, batches: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """The tokens (n, others + patches, c) of batches of normalised images (n, 3, h, w) float32."""

    def _checked(self, images: np.ndarray) -> np.ndarray:
        batch = _pictures(images)
        height, width = batch.shape[1:3]
        if height % self.patch or width % self.patch:
            raise ValueError(
                f"images must have sides that are multiples of {self.patch}, got {height} x {width}; call prepare first"
            )
        if height * width > self.most_patches * self.patch**2:
            raise ValueError(
                f"images must have at most {self.most_patches} patches of {self.patch} x {self.patch}, got {height} x "
                f"{width}; call prepare first"
            )
        return batch

    def _normalised(self, batch: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(((batch - self.mean) / self.std).transpose(0, 3, 1, 2))


def _pictures(images: np.ndarray) -> np.ndarray:
    """The images (n, h, w, 3), or one (h, w, 3), as float32 in [0, 1]."""
    pixels = array("images", images)
    pixels = pixels[None] if pixels.ndim == 3 else pixels
    if pixels.ndim != 4 or pixels.shape[3] != 3 or not pixels.size:
        raise ValueError(f"images must have shape (n, h, w, 3), got {np.shape(pixels)}; put red, green and blue last")
    return unit_levels(pixels, "images").astype(np.float32)


def _patches_along(shape: Sequence[int], patch: int, side: int) -> tuple[int, int]:
    """Height and width as multiples of the patch, whose longest is ``side`` rounded to such a multiple."""
    scale = side / max(shape) / patch
    height, width = (max(1, round(size * scale)) * patch for size in shape)
    return height, width
