"""A torch network as a graph of ONNX whose batches may have any size."""

from __future__ import annotations

import io
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from limetheory.answers import FIELD_OF_NETWORK, chosen_answer

INPUT = "images"
_TRACER_WARNING: type[Warning] = torch.jit.TracerWarning  # type: ignore[attr-defined]
_OPSET = 17  # of ONNX 1.12, which ONNX Runtime reads from 1.12 on


class Unconvertible(ValueError):
    """A network that cannot be converted, with the reason."""


def onnx_graph(network: nn.Module, example: Tensor) -> bytes:
    """The graph of a network, of one input and one output, found by running it on an example.

    Args:
        network: from images or feature maps to logits.
        example: of its input, (b, c, h, w) with b of 2 or more.

    Raises:
        Unconvertible: the network branches on numbers, so that its graph would be right for the example only.
    """
    file: Any = io.BytesIO()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        torch.onnx.export(
            OneTensor(network), (example,), file, dynamo=False, opset_version=_OPSET, input_names=[INPUT],
            dynamic_axes={INPUT: {0: "batch"}},
        )  # fmt: skip
    traced = [one for one in said if issubclass(one.category, _TRACER_WARNING)]
    if traced:
        raise Unconvertible(f"its graph may be that of some inputs only ({_first_sentence(traced[0].message)})")
    graph: bytes = file.getvalue()
    return graph


class OneTensor(nn.Module):
    """A network whose answer is the one tensor that a `Classifier` reads of it."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Any:
        """The logits of a batch."""
        return chosen_answer(self.network(images), 0, FIELD_OF_NETWORK)


def _first_sentence(message: Any) -> str:
    return " ".join(str(message).split()).partition(". ")[0]
