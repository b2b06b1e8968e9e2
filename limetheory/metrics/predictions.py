"""All outputs of a model on masked versions of one image, with each mask evaluated once."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import instance, mask_rows
from limetheory.arrays import PerMask
from limetheory.explaining.model_function import ModelFunction
from limetheory.images.explanation import ImageExplanation
from limetheory.images.masked import MaskedImage
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.soft.masked import SoftMaskedImage
from limetheory.known_masks import RowTable

AnyMasked: TypeAlias = MaskedImage | SoftMaskedImage


class Predictions:
    """The outputs and classes of a `ModelFunction`, kept for every mask; it is also the set function of the target.

    If all metrics of one image, and estimates too, use the same `Predictions`, no mask is evaluated twice. Keeping the
    outputs for a mask takes 8 bytes for each class.

    Args:
        function: the model with the image, its superpixels, the replacement and the target.

    Attributes:
        d, target: those of the function.
        original: the top class of the image itself.

    >>> two = MaskedImage(np.array([[0.2, 0.8]]), np.array([[0, 1]]), 0.0)
    >>> sides = Predictions(ModelFunction(lambda images: images[:, 0], two))
    >>> sides.original, sides.classes(np.array([[True, False], [True, True]])).tolist()
    (1, [0, 1])
    """

    def __init__(self, function: ModelFunction[Any]):
        instance("function", function, ModelFunction, "give ModelFunction(model, masked)")
        self.function, self.d, self.target = function, function.d, function.target
        self.original = int(np.argmax(function.outputs))
        self._known = RowTable()
        self._known.look_up(np.ones((1, self.d), bool), lambda _: [(slice(0, 1), function.outputs[None])])

    @classmethod
    def of(cls, model: Any, explanation: ImageExplanation, replacement: Any = None, **options: Any) -> Predictions:
        """The predictions of a model on an explained image, with another ``replacement`` if one is given.

        ``options`` are batch_size and device, see `ModelFunction`; the target is that of the explanation.

        Raises:
            ValueError: a random replacement, and no other given, since metrics take one value for each mask.
        """
        remedy = "limetheory.explain_image gives one"
        masked = instance("explanation", explanation, ImageExplanation, remedy).masked
        if isinstance(masked, RandomMaskedImage):
            if replacement is None:
                raise ValueError(
                    "metrics need one replacement for all masks, got an explanation with a random one; give another "
                    "besides, such as replacement='mean'"
                )
            masked = masked.masked
        masked = masked if replacement is None else with_replacement(masked, replacement)
        return cls(ModelFunction(model, masked, **{"target": explanation.target, **options}))

    @property
    def n_evaluations(self) -> int:
        """How many images the model has evaluated, the image itself included."""
        return self.function.n_evaluations

    @property
    def block_size(self) -> int:
        """How many masks `estimate` should pass in one call."""
        return self.function.block_size

    def __call__(self, masks: Any) -> PerMask:
        """The output for the target on each mask: (n, d) bool → (n,) float64."""
        return self.outputs(masks)[:, self.target]

    def outputs(self, masks: Any) -> np.ndarray:
        """The outputs for all classes on each mask: (n, d) bool → (n, classes)."""
        masks = mask_rows(masks, self.d)
        rows = self._known.look_up(masks, self.function.outputs_of)
        return rows.reshape(len(masks), len(self.function.outputs))

    def classes(self, masks: Any) -> np.ndarray:
        """The top class on each mask: (n, d) bool → (n,) int."""
        outputs = self.outputs(masks)
        if outputs.shape[1] < 2:
            raise ValueError("a class needs a model with two or more columns, got 1; return (b, classes)")
        if not np.isfinite(outputs).all():
            raise ValueError("a class needs finite outputs, got NaN or infinite ones; check the model on masked images")
        classes: np.ndarray = outputs.argmax(axis=1)
        return classes


def with_replacement(masked: AnyMasked, replacement: Any) -> AnyMasked:
    """The same image and superpixels, or soft masks, with another replacement, see `replacement_image`."""
    _checked_image(masked)
    crisp = MaskedImage.of(masked.image, masked.segments, replacement)
    return crisp if isinstance(masked, MaskedImage) else SoftMaskedImage.of(crisp, masked.masks)


def pixelwise(masked: AnyMasked) -> MaskedImage:
    """The same image and replacement with every pixel as its own superpixel, for curves by pixels.

    The scores of such a curve are ``explanation.heatmap().ravel()``. A replacement by means keeps the means of the
    superpixels of ``masked``.

    >>> pixelwise(MaskedImage(np.eye(3), "grid", 0.0)).d
    9
    """
    size = _checked_image(masked).segments.size
    return MaskedImage.of(masked.image, np.arange(size).reshape(masked.segments.shape), masked.replacement)


def checked_predictions(name: str, value: Any) -> Predictions:
    """Return predictions, refusing anything else."""
    return instance(name, value, Predictions, "give Predictions(ModelFunction(model, masked))")


def _checked_image(masked: Any) -> AnyMasked:
    if isinstance(masked, SoftMaskedImage):
        return masked
    return instance("masked", masked, MaskedImage, "give MaskedImage(image, segments, replacement)")
