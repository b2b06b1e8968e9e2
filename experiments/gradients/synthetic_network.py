"""A network whose log odds are a known polynomial of how much each superpixel is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

import limetheory as lt
from experiments.gradients.synthetic import synthetic
from experiments.tables.store import Table
from limetheory.limits.enumeration import all_masks
from limetheory.limits.spectrum import moebius


class Polynomial(torch.nn.Module):
    """Logits (Σ_T a_T Π_{j∈T} t_j^{p_j}, 0) of images (b, 3, 1, d) with brightness t_j in column j.

    Args:
        terms: a_T in the order of `SetFunction`, (2^d,).
        power: p_j ≥ 1, (d,).
    """

    members: torch.Tensor
    power: torch.Tensor

    def __init__(self, terms: np.ndarray, power: np.ndarray):
        super().__init__()
        self.terms = torch.nn.Parameter(torch.tensor(terms), requires_grad=False)
        self.register_buffer("members", torch.tensor(all_masks(len(power))))
        self.register_buffer("power", torch.tensor(power))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map images (b, 3, h, w) to logits (b, 2)."""
        factors = (images.mean(dim=(1, 2)) ** self.power)[:, None]
        odds = torch.where(self.members, factors, 1.0).prod(dim=2) @ self.terms
        return torch.stack([odds, torch.zeros_like(odds)], dim=1)


def blended(d: int, seed: int, power: np.ndarray) -> tuple[Table, Polynomial, lt.MaskedImage]:
    """A white image on black, a polynomial network, and the table of its probabilities."""
    odds = synthetic(d, seed)
    about = {**odds.about, "network": f"polynomial, powers {power.min():g} to {power.max():g}", "target": 0}
    table = replace(odds, values=1 / (1 + np.exp(-odds.values)), about=about)
    masked = lt.MaskedImage(np.ones((1, d, 3)), np.arange(d)[None], replacement=0.0)
    return table, Polynomial(moebius(odds.values), power), masked
