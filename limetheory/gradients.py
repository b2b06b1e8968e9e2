"""Integrated gradients summed over superpixels (prop:smooth), computed by Captum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from captum.attr import IntegratedGradients

from limetheory.answers import FIELD_OF_MODULE, chosen_answer
from limetheory.arguments import integer
from limetheory.arrays import PerSuperpixel
from limetheory.explaining import ModelFunction
from limetheory.images import MaskedImage
from limetheory.images.masked import with_channels
from limetheory.images.torch.evaluator import TorchEvaluator, evaluation_mode


@dataclass(frozen=True, eq=False)
class SuperpixelGradients:
    """The sum of the integrated gradients over the pixels of every superpixel, Σ_{u∈J_j} IG_u.

    Attributes:
        coefficients: the sums, shape (d,).
        completeness_gap: |Σ_u IG_u − (f(ξ) − f(ξ̄))|, the error of the quadrature along the path.
        rise: f(ξ) − f(ξ̄), which the coefficients approximately sum to.
    """

    coefficients: PerSuperpixel
    completeness_gap: float
    rise: float


def superpixel_integrated_gradients(
    model: torch.nn.Module,
    image: Any,
    segments: Any,
    *,
    target: int | str | None,
    replacement: Any = "mean",
    steps: int = 64,
) -> SuperpixelGradients:
    """Integrate the gradient from the replacement image to the image and sum it over each superpixel.

    The path runs from ξ̄ to ξ, so that the coefficients sum to f(ξ) − f(ξ̄) (completeness). They are close
    to LIME's limit for smooth f (Garreau & Mardaoui 2021, section 4) and equal to it for linear f (prop:ig-linear).

    Args:
        model: torch module on (b, 3, h, w) in [0, 1].
        image: as in `explain_image`.
        segments: a method of `segment`, or an (h, w) integer label map.
        target: class index or name; None takes the model's top class on the image.
        replacement: as in `explain_image`.
        steps: the number of points of the Gauss–Legendre rule along the path, at least 1.

    Raises:
        TypeError: if the model is not a torch module, since only those have gradients.
    """
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"integrated gradients need a torch module, got {type(model).__name__}; wrap the model as one")
    masked = MaskedImage.of(with_channels(image), segments, replacement)
    function = ModelFunction(model, masked, target)
    evaluator = cast(TorchEvaluator, function.evaluator)
    start, end = evaluator.replacement, evaluator.image
    with evaluation_mode(model):
        # A first layer may overwrite its input, which torch refuses for a tensor whose gradient is asked for.
        gradients = IntegratedGradients(lambda images: _columns(model(images.clone()))).attribute(
            end, start, target=function.target, n_steps=integer("steps", steps, 1),
            internal_batch_size=function.batch_size,
        )  # fmt: skip
    per_pixel = gradients.double().sum(dim=(0, 1)).cpu().numpy()
    coefficients = np.bincount(masked.segments.ravel(), per_pixel.ravel(), minlength=masked.d).astype(float, copy=False)
    empty, full = function(np.repeat([[False], [True]], masked.d, axis=1))
    return SuperpixelGradients(coefficients, abs(float(coefficients.sum() - (full - empty))), full - empty)


def _columns(answer: Any) -> torch.Tensor:
    outputs: torch.Tensor = chosen_answer(answer, 0, FIELD_OF_MODULE)
    return outputs.reshape(len(outputs), -1)
