"""How a backbone is asked for: what runs it, from which file, where and how exactly."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import torch

from limetheory.arguments import choice
from limetheory.devices import present_device
from limetheory.given import given

ENGINES = ("onnx", "torch")

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
"""The number types of the weights by name."""


@dataclass(frozen=True)
class Asked:
    """How a backbone is asked for, after a check.

    Attributes:
        engine: "onnx" or "torch"; None leaves the choice.
        weights: a file or folder in place of the backbone's own; None for that.
        device: where it runs.
        precision: the name of the weights' number type.
    """

    engine: str | None
    weights: str | os.PathLike[str] | None
    device: torch.device
    precision: str

    @classmethod
    def checked(cls, engine: Any, weights: Any, device: Any, precision: Any) -> Asked:
        """The arguments of `load_backbone`.

        Raises:
            ValueError, TypeError: in one line.
        """
        place = present_device(device)
        kind = "float32" if precision is None else choice("precision", precision, tuple(PRECISIONS))
        found = cls(None if engine is None else choice("engine", engine, ENGINES), weights, place, kind)
        if engine == "onnx" and found.needs_torch:
            got = f"{str(place)!r} and {kind}"
            raise ValueError(f"engine 'onnx' must run on the CPU in float32, got {got}; use engine='torch'")
        return found

    @property
    def needs_torch(self) -> bool:
        """Whether ONNX Runtime on a CPU cannot do what is asked."""
        return self.device.type != "cpu" or self.precision != "float32"

    def weights_given(self) -> str:
        """The weights as a message says them."""
        return given(None if self.weights is None else os.fspath(self.weights))
