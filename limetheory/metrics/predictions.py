"""All columns of a model on the masked images of one photo, each mask evaluated once."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import PerMask
from limetheory.explaining.model_function import ModelFunction
from limetheory.images.explanation import ImageExplanation
from limetheory.images.masked import MaskedImage
from limetheory.known_masks import RowTable


class Predictions:
    """The outputs and classes of a `ModelFunction`, remembered for any d; itself the set function of its target.

    All metrics of one image share one of these (an `estimate` can, too), so that no mask is evaluated twice.
    Every evaluated mask keeps its row of outputs: 8 bytes a class.

    Args:
        function: model, image, superpixels, replacement and target.

    Attributes:
        d, target: as in the function.
        original: the top class of the image itself.

    >>> two = MaskedImage(np.array([[0.2, 0.8]]), np.array([[0, 1]]), 0.0)
    >>> sides = Predictions(ModelFunction(lambda images: images[:, 0], two))
    >>> sides.original, sides.classes(np.array([[True, False], [True, True]])).tolist()
    (1, [0, 1])
    """

    def __init__(self, function: ModelFunction):
        self.function, self.d, self.target = function, function.d, function.target
        self.original = int(np.argmax(function.outputs))
        self._known = RowTable()
        self._known.look_up(np.ones((1, self.d), bool), lambda _: [(slice(0, 1), function.outputs[None])])

    @classmethod
    def of(cls, model: Any, explanation: ImageExplanation, replacement: Any = None, **options: Any) -> Predictions:
        """The predictions of a model on an explained image, with another ``replacement`` if one is given.

        ``options`` are batch_size and device, see `ModelFunction`; ``target`` stays the explanation's.
        """
        masked = explanation.masked
        masked = masked if replacement is None else with_replacement(masked, replacement)
        return cls(ModelFunction(model, masked, **{"target": explanation.target, **options}))

    @property
    def n_evaluations(self) -> int:
        """Images evaluated so far, the image itself included."""
        return self.function.n_evaluations

    @property
    def block_size(self) -> int:
        """How many masks `estimate` should hand over at a time."""
        return self.function.block_size

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask, the target's column: (n, d) bool → (n,) float64."""
        return self.outputs(masks)[:, self.target]

    def outputs(self, masks: Any) -> np.ndarray:
        """The model's row of outputs for each mask, (n, d) bool → (n, classes)."""
        masks = mask_rows(masks, self.d)
        rows = self._known.look_up(masks, self.function.outputs_of)
        return rows.reshape(len(masks), len(self.function.outputs))

    def classes(self, masks: Any) -> np.ndarray:
        """The top class for each mask, (n, d) bool → (n,) int."""
        outputs = self.outputs(masks)
        if outputs.shape[1] < 2:
            raise ValueError("a class needs a model with two or more columns, got 1; return (b, classes)")
        if not np.isfinite(outputs).all():
            raise ValueError("a class needs finite outputs, got NaN or infinite ones; check the model on masked images")
        return outputs.argmax(axis=1)


def with_replacement(masked: MaskedImage, replacement: Any) -> MaskedImage:
    """The same image and superpixels with another replacement, see `replacement_image`."""
    return MaskedImage.of(masked.image, masked.segments, replacement)


def pixelwise(masked: MaskedImage) -> MaskedImage:
    """The same image and replacement with every pixel a superpixel of its own: pixel-wise curves.

    A curve then ranks ``explanation.heatmap().ravel()``; "mean" stays the mean of the superpixels given here.

    >>> pixelwise(MaskedImage(np.eye(3), "grid", 0.0)).d
    9
    """
    size = masked.segments.size
    return MaskedImage.of(masked.image, np.arange(size).reshape(masked.segments.shape), masked.replacement)
