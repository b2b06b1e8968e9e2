"""Tensors of any shape whose entries are shown or replaced together, feature by feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from limetheory.arrays import PerSuperpixel


@dataclass(frozen=True, eq=False)
class MaskedTensors:
    """x(z) of one or several tensors: the entries of shown features stay, the others get their baseline.

    Attributes:
        inputs: the tensors, (m, …) each, m examples.
        baselines: a number or a tensor for each, that broadcasts to its shape.
        features: integers 0..d−1 for each, that broadcast to its shape: the feature of each entry.
        d: number of features; one without an entry changes nothing.
    """

    inputs: tuple[Tensor, ...]
    baselines: tuple[Any, ...]
    features: tuple[Tensor, ...]
    d: int

    def compose(self, masks: Tensor) -> tuple[Tensor, ...]:
        """x(z) for each mask: (b, d) bool → a tensor (b m, …) for each of the inputs."""
        parts = zip(self.inputs, self.baselines, self.features, strict=True)
        return tuple(_composed(masks, *part) for part in parts)

    def inner_products(self) -> tuple[PerSuperpixel, PerSuperpixel, PerSuperpixel]:
        """Σ x², Σ x b and Σ b² over the entries of each feature, x an input and b its baseline, (d,) float64 each."""
        sums = torch.zeros(3, self.d, dtype=torch.float64)
        for x, baseline, features in zip(self.inputs, self.baselines, self.features, strict=True):
            b = torch.as_tensor(baseline, dtype=torch.float64).cpu().expand(x.shape).flatten()
            a, owner = x.double().cpu().flatten(), features.cpu().expand(x.shape).flatten()
            sums.index_add_(1, owner, torch.stack([a * a, a * b, b * b]))
        squares, products, replaced = np.asarray(sums)
        return squares, products, replaced


def _composed(masks: Tensor, x: Tensor, baseline: Any, features: Tensor) -> Tensor:
    """(b, d) bool, (m, …) → (b m, …)."""
    shown = masks.to(x.device).index_select(1, features.flatten())
    axes = (len(masks), *(1,) * (x.ndim - features.ndim), *features.shape)
    return torch.where(shown.view(axes), x, baseline).flatten(0, 1)
