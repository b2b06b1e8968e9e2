"""Pictures by number, in the form in which `ModelFunction` evaluates masked images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import Masks
from limetheory.images.masked import MaskedImage
from limetheory.images.random.numbered import NumberedImage


class NumberedPictures(NumberedImage):
    """Pictures of one size; a mask of 41 bits that hides the one part of the image names picture i by the bits of i.

    So pictures are evaluated in batches, on any device, with the checks and the small batches of masked images.

    Args:
        own: the picture that a mask which hides nothing shows, of the shape of all others.
        picture: number → picture, asked for when it is evaluated.
        grey: whether all pictures have three channels alike, as a model of one channel needs.
    """

    def __init__(self, own: np.ndarray, picture: Callable[[int], np.ndarray], grey: bool):
        self.image = self.replacement = own
        self.masked, self.law = _OnePart(own), _Law(grey)  # type: ignore[assignment]
        self._picture = picture

    def numbered(self, numbers: np.ndarray) -> Masks:
        """The masks of pictures, (n,) → (n, bits)."""
        return self.coded(np.zeros((len(numbers), 1), bool), numbers)

    def drawn(self, masks: Masks) -> np.ndarray:
        """The pictures that masks name, (n, h, w[, c]) float64; the image's own where a mask shows it.

        Raises:
            ValueError: a picture of another size.
        """
        numbers = masks[:, 1:] @ (1 << np.arange(masks.shape[1] - 1))
        found = [self.image if own else self._picture(int(i)) for own, i in zip(masks[:, 0], numbers, strict=True)]
        other = next((one.shape for one in found if one.shape != self.image.shape), None)
        if other is not None:
            raise ValueError(
                f"all pictures must have the same size, got {self.image.shape} and {other}; bring them to the model's, "
                "as model.prepare does"
            )
        return np.stack(found)

    def compose(self, masks: Any) -> np.ndarray:
        """The pictures that masks name, (n, bits) bool → (n, h, w[, c]) float64."""
        return self.drawn(mask_rows(masks, self.d))


class _OnePart(MaskedImage):
    """A picture that is one part."""

    def __init__(self, image: np.ndarray):
        self.image = self.replacement = image
        self.segments = np.zeros(image.shape[:2], np.intp)


class _Law:
    """What a torch evaluator asks of pictures that differ from mask to mask."""

    def __init__(self, grey: bool):
        self.grey = grey
