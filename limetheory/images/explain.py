"""`explain_image`: LIME for one image, with standard errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from limetheory.arrays import HeatMap, Labels
from limetheory.designs import Design, ImageDesign
from limetheory.estimation import Interrupted, estimate
from limetheory.explanation import Explanation
from limetheory.images.loading import as_image
from limetheory.images.masked import MaskedImage
from limetheory.images.model_function import ModelFunction


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageExplanation(Explanation):
    """An explanation with the image it is about.

    Attributes:
        masked: image, superpixels and replacement.
        target: the class explained.
        outputs: the model's answer on the image, shape (classes,).
        design: the design that the masks were drawn from.
    """

    masked: MaskedImage
    target: int
    outputs: np.ndarray
    design: Design

    @property
    def segments(self) -> Labels:
        """Label map with labels 0..d−1, shape (h, w)."""
        return self.masked.segments

    def heatmap(self) -> HeatMap:
        """The coefficient of each pixel's superpixel, shape (h, w)."""
        return self.coefficients[self.segments]


def explain_image(
    model: Any,
    image: Any,
    *,
    target: int | str | None = None,
    segments: Any = "slic",
    replacement: Any = "mean",
    design: Design | Callable[[int], Design] | None = None,
    n: int = 1000,
    rng: Any = None,
    device: Any = None,
    method: str = "wls",
    ridge: float = 0.0,
    include_original: bool = False,
    batch_size: int | None = None,
) -> ImageExplanation:
    """Explain one class of a model at one image by LIME.

    The defaults converge to the limit of image LIME; ``ridge=1, include_original=True`` on quickshift
    segments is lime 0.2.0.1's own recipe.

    Args:
        model: torch `nn.Module` on (b, 3, h, w) in [0, 1], or a callable (b, h, w, 3) → (b, classes).
        image: (h, w, 3) uint8 or float in [0, 1]; grey and RGBA images are converted, see `as_image`.
        target: class index or name; None takes the model's top class on the image.
        segments: a method of `segment`, or an (h, w) integer label map.
        replacement: "mean", "blur", a grey level, a colour or an image, see `replacement_image`.
        design: a design with d = number of superpixels, or a function of d; None is `ImageDesign`.
        n: number of masks, at least d + 1.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        device: where a torch module is moved to and runs, such as "cuda"; None leaves it where it is.
        method, ridge, include_original: see `estimate`.
        batch_size: images per evaluation; None fits the device.

    Raises:
        ValueError, TypeError: bad arguments, in one line.
        Interrupted: on Ctrl-C, with the explanation of the finished part.

    >>> image = np.zeros((4, 6, 3)); image[:, 3:] = 1.0
    >>> left_right = (np.arange(6) >= 3).astype(int) * np.ones((4, 1), int)
    >>> brightness = lambda images: images.mean(axis=(1, 2, 3))
    >>> answer = explain_image(brightness, image, segments=left_right, replacement=0.0, n=20, rng=0)
    >>> abs(answer.coefficients).round(12).tolist(), answer.heatmap().shape
    ([0.0, 0.5], (4, 6))
    """
    masked = MaskedImage(as_image(image), segments, replacement)
    design = _design(design, masked.d)
    function = ModelFunction(model, masked, target, batch_size, device)
    try:
        found = estimate(function, design, n, rng, method, ridge, include_original=include_original)
    except Interrupted as interrupted:
        if interrupted.explanation is not None:
            interrupted.explanation = _on_image(interrupted.explanation, function, design)
        raise
    return _on_image(found, function, design)


def _design(design: Design | Callable[[int], Design] | None, d: int) -> Design:
    if design is not None and not isinstance(design, Design) and not callable(design):
        raise TypeError(f"design must be a design or a function of d such as ImageDesign, got {design!r}")
    return design if isinstance(design, Design) else (design or ImageDesign)(d)


def _on_image(found: Explanation, function: ModelFunction, design: Design) -> ImageExplanation:
    numbers = {field.name: getattr(found, field.name) for field in fields(found)}
    numbers["n_evaluations"] = function.n_evaluations
    return ImageExplanation(
        **numbers, masked=function.masked, target=function.target, outputs=function.outputs, design=design
    )
