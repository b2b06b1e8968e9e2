"""Captum's exponential kernel, whose weights are functions of the masks alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from captum.attr._core import lime as captum_lime

from limetheory.adapters.masked_tensors import MaskedTensors
from limetheory.arguments import choice, real
from limetheory.arrays import PerMask

_EPSILON = 1e-8  # torch.nn.CosineSimilarity's smallest norm


@dataclass(frozen=True)
class ExponentialKernel:
    """exp(−δ² / (2 width²)) with δ the cosine or the Euclidean distance of x(z) from x.

    Both follow from three sums for each feature, so that no masked input is needed: ⟨x, x(z)⟩ and ‖x(z)‖² are sums over
    the features that a mask shows and those that it hides.

    Attributes:
        distance_mode: "cosine" or "euclidean".
        kernel_width: above 0; ∞ means no weights.
    """

    distance_mode: str
    kernel_width: float

    def __call__(self, original_inp: Any, perturbed_inp: Any, mask: Any, **options: Any) -> float:
        """The weight of one masked input, by Captum's own function in float32."""
        own = captum_lime.get_exp_kernel_similarity_function(self.distance_mode, self.kernel_width)
        return float(own(original_inp, perturbed_inp, mask, **options))

    def of_masks(self, masked: MaskedTensors, masks: np.ndarray) -> PerMask:
        """The weight of each mask in float64, (b, d) bool → (b,)."""
        squares, products, replaced = masked.inner_products()
        shown, hidden = masks.astype(float), (~masks).astype(float)
        product, size = shown @ squares + hidden @ products, shown @ squares + hidden @ replaced
        if self.distance_mode == "euclidean":
            squared = hidden @ (squares - 2 * products + replaced)
        else:
            norms = max(math.sqrt(squares.sum()), _EPSILON) * np.maximum(np.sqrt(size), _EPSILON)
            squared = (1 - product / norms) ** 2
        weights: PerMask = np.exp(-squared / (2 * self.kernel_width**2))
        return weights


def get_exp_kernel_similarity_function(distance_mode: str = "cosine", kernel_width: float = 1.0) -> ExponentialKernel:
    """Captum's exponential kernel on the distance between inputs, evaluated in float64 for all masks at once.

    Args:
        distance_mode: "cosine" or "euclidean".
        kernel_width: above 0; Captum's default is 1, lime's bandwidth for images 0.25.

    >>> get_exp_kernel_similarity_function("euclidean", 2.0)
    ExponentialKernel(distance_mode='euclidean', kernel_width=2.0)
    """
    choice("distance_mode", distance_mode, ("cosine", "euclidean"))
    if not (isinstance(kernel_width, float) and kernel_width == math.inf):
        kernel_width = real(
            "kernel_width", kernel_width, above=0, remedy="Captum uses 1, and infinity means no weights"
        )
    return ExponentialKernel(distance_mode, kernel_width)
