"""Integrated gradients of superpixels by several rules of integration, from one set of backward passes."""

from __future__ import annotations

import numpy as np
import torch

import limetheory as lt
from experiments.gradients.slopes import blend_slopes

STEPS, FINE = 20, 64
REFERENCE, STUDY = f"Gauss–Legendre, {FINE}", f"trapezoid, {STEPS}"
"""The rule that stands for the integral, and that of the study."""


def rules() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The nodes in [0, 1] and weights of every rule, by name; 0 is the replacement and 1 the image.

    From the image to the replacement, left and right change places and the other rules stay as they are.

    >>> {name: float(weights.sum().round(12)) for name, (_, weights) in rules().items()}["trapezoid, 20"]
    1.0
    """
    grid = np.linspace(0, 1, STEPS + 1)
    nodes, weights = np.polynomial.legendre.leggauss(FINE)
    ends = np.full(STEPS + 1, 1 / STEPS)
    ends[[0, -1]] /= 2
    equal = np.full(STEPS, 1 / STEPS)
    return {
        REFERENCE: ((nodes + 1) / 2, weights / 2),
        STUDY: (grid, ends),
        f"midpoint, {STEPS}": ((grid[1:] + grid[:-1]) / 2, equal),
        f"left, {STEPS}": (grid[:-1], equal),
        f"right, {STEPS}": (grid[1:], equal),
    }


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
