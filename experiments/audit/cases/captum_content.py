"""Captum: the weights of `Lime` depend on the values of the input, not only on which features are hidden.

Two inputs with the same outputs for the same hidden features, and the same seed.
"""

from typing import Any

import torch
from captum.attr import Lime


def model(rows: Any) -> Any:
    """1 where the first two features are shown and the third is hidden."""
    shown = rows > 0
    return (shown[:, 0] & shown[:, 1] & ~shown[:, 2]).float()


def explained(row: list[float]) -> list[float]:
    """The coefficients, always of the same masks."""
    torch.manual_seed(0)
    return [round(float(one), 4) for one in Lime(model).attribute(torch.tensor([row]), n_samples=500)[0]]


print("expected: the same coefficients for both inputs,", explained([1.0, 1.0, 1.0]))
print("found:   ", explained([0.1, 0.1, 3.0]), "for the second")
