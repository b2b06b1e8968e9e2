"""The arithmetic in which a network runs: float32, TensorFloat-32 or bfloat16."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from limetheory.devices import tensor_float32


def in_precision(layer: Callable[[Tensor], Tensor], precision: str) -> Callable[[Tensor], Tensor]:
    """The layer in the precision of a `Classifier`: "float32", "tf32" or "bfloat16"."""

    def run(maps: Tensor) -> Tensor:
        with _arithmetic(precision, maps.device.type):
            return layer(maps)

    return run


def _arithmetic(precision: str, device_type: str) -> AbstractContextManager[Any]:
    if precision == "bfloat16":
        return torch.autocast(device_type, dtype=torch.bfloat16)
    return tensor_float32(precision == "tf32")
