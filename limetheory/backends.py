"""The table of backends, which run the layers of a torch network, to which other packages can add theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from limetheory.registry import Registry, on_use

if TYPE_CHECKING:
    from torch import Tensor, nn

Layers: TypeAlias = "Callable[[Tensor], Tensor]"
"""Images or feature maps (b, c, h, w) → logits (b, classes), for batches of any size."""

GROUP = "limetheory.backends"
"""The entry-point group: a name there → a function (network, example) → `Layers`, or a `Backend`."""

TORCH = "torch"

AUTO = "auto"
"""The first backend of `ORDER` that can run the network and gives torch's numbers; torch where none does."""

ORDER = ("onnxruntime",)
"""The backends that "auto" tries, from the fastest in what `experiments/backends` measured."""


@dataclass(frozen=True)
class Backend:
    """One row of `BACKENDS`.

    Attributes:
        name: as `load_model` has it, and of the distribution whose version is recorded.
        convert: (network, example of two or more inputs) → the network as this backend runs it. It may raise any error
            where it cannot; torch then runs the network.
        summary: what it is, in half a line.
    """

    name: str
    convert: Callable[[nn.Module, Tensor], Layers]
    summary: str = ""


_ROWS = [
    Backend(TORCH, lambda network, example: network, "on any device and in any precision"),
    Backend(
        "onnxruntime", on_use("limetheory.networks.backends.onnx_runtime:on_onnx_runtime"),
        "ONNX Runtime, on a CPU in float32; needs the extra backends",
    ),
]  # fmt: skip

BACKENDS: Registry[Backend] = Registry(
    "backend", {row.name: row for row in _ROWS}, GROUP, Backend, Backend, "leave it out", ("summary",)
)
"""The backends by name. One more takes a module of its own and one row."""
