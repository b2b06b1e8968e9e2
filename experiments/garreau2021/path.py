"""Integrated gradients of superpixels by several rules of integration, from one set of backward passes."""

from __future__ import annotations

import numpy as np
import torch

import limetheory as lt
from experiments.garreau2021.rules import rules
from experiments.gradients.slopes import blend_slopes


def integrated(logits: torch.nn.Module, masked: lt.MaskedImage, target: int) -> dict[str, np.ndarray]:
    """Integrated gradients of a class's probability, summed over superpixels, (d,), by every rule.

    Args:
        logits: a torch module that returns logits.
        masked: the image.
        target: the class.
    """
    found = rules()
    nodes = np.unique(np.concatenate([nodes for nodes, _ in found.values()]))
    odds, slopes = blend_slopes(logits, masked, np.repeat(nodes[:, None], masked.d, axis=1), target)
    size = np.exp(-np.abs(odds))  # p (1 − p) from the odds, without overflow
    gradients = slopes * (size / (1 + size) ** 2)[:, None]
    return {name: weights @ gradients[np.searchsorted(nodes, at)] for name, (at, weights) in found.items()}
