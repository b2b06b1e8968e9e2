"""Networks by ONNX Runtime, on a CPU in float32."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from limetheory.networks.backends.onnx_graph import INPUT, onnx_graph
from limetheory.packages import needed

_ERRORS_ONLY = 3  # ONNX Runtime's severity levels: 2 are warnings


def on_onnx_runtime(network: nn.Module, example: Tensor) -> Callable[[Tensor], Tensor]:
    """The network by ONNX Runtime, with as many threads as torch has now.

    Arrays are handed over as they are; one that is not contiguous is copied.

    Raises:
        ImportError: it is not installed, or onnx is not, by which torch writes graphs.
    """
    runtime, _ = (needed(one, "backend onnxruntime", "backends") for one in ("onnxruntime", "onnx"))
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = torch.get_num_threads(), _ERRORS_ONLY
    session = runtime.InferenceSession(onnx_graph(network, example), options, providers=["CPUExecutionProvider"])

    def run(images: Tensor) -> Tensor:
        (found,) = session.run(None, {INPUT: images.contiguous().numpy()})
        return torch.from_numpy(found)

    return run
