"""The weight of a sample from its distance to the instance, as lime 0.2.0.1 has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from limetheory.functions import function


def exponential(d: np.ndarray, kernel_width: float) -> np.ndarray:
    """exp(−d² / (2 width²)), rounded as in lime 0.2.0.1, which takes the square root of exp(−d² / width²).

    Its width is therefore √2 times that of the paper (Ribeiro, Singh & Guestrin 2016), whose π is exp(−d² / width²).

    >>> exponential(np.array([0.0, 0.25]), 0.25).round(4).tolist()
    [1.0, 0.6065]
    """
    weights: np.ndarray = np.sqrt(np.exp(-(d**2) / kernel_width**2))
    return weights


def weight_of(kernel: Any, kernel_width: float) -> Callable[[np.ndarray], np.ndarray]:
    """The kernel of that width, a function (distances, width) → weights; None is `exponential`.

    >>> weight_of(None, 1.0)(np.zeros(1)).tolist()
    [1.0]
    """
    chosen = exponential if kernel is None else function("kernel", kernel, "(distances, kernel_width) → weights")
    return partial(chosen, kernel_width=kernel_width)
