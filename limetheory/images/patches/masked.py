"""`PatchMaskedImage`: hidden superpixels are not replaced but left out of the input of a vision transformer."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.images.masked import MaskedImage, with_channels
from limetheory.kept import keepable

REMOVED = "removed"
"""The name of this replacement, which is none."""


class PatchMaskedImage(MaskedImage):
    """An image of which a vision transformer gets the patches of the superpixels that are shown, and no others.

    A patch belongs to the superpixel that has most of its pixels, see `patch_owners`, and is there exactly if that one
    is shown. So F is a set function of the superpixels, whatever their shape; where their edges are those of patches,
    no pixel of a hidden one is seen and every pixel of the others is. A superpixel that owns no patch has no influence.

    Args:
        image: (h, w, 3), anything that `as_image` takes, of the size that the model takes: `Classifier.prepare` makes
            it so.
        segments: a method of `segment`, its name or its function, or an (h, w) label map.

    Attributes:
        replacement: the mean colour of each superpixel, for pictures only; no model sees it.

    >>> image = np.random.default_rng(0).random((4, 4, 3))
    >>> PatchMaskedImage(image, np.arange(16).reshape(4, 4) // 8).d
    2
    """

    def __init__(self, image: Any, segments: Any = "slic"):
        self._mask(with_channels(image), segments, "mean")

    @classmethod
    def of_pixels(cls, pixels: np.ndarray, segments: Any) -> PatchMaskedImage:
        """The masked image of pixels that were read before, as by `with_channels`."""
        masked = cls.__new__(cls)
        masked._mask(pixels, segments, "mean")
        return masked


keepable(PatchMaskedImage, "image", "segments", "replacement", build=PatchMaskedImage.restored)


def leaves_out(replacement: Any) -> bool:
    """Whether a replacement is none: hidden superpixels are left out of the input."""
    return isinstance(replacement, str) and replacement == REMOVED


def refuse_removal(model: Any, smoothing: Any) -> None:
    """Refuse a model that cannot leave patches out, and smooth edges, which need something to blend with.

    Raises:
        ValueError: in one line.
    """
    if not getattr(model, "leaves_patches_out", False):
        raise ValueError(
            f"replacement {REMOVED!r} needs a vision transformer that can leave patches out, got "
            f"{getattr(model, 'name', type(model).__name__)}; load dino_similarity, or give another replacement"
        )
    if smoothing is not None:
        raise ValueError(
            f"a smoothing blends what is hidden, got {smoothing!r} with replacement {REMOVED!r}; leave one of them out"
        )
