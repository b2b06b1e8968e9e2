"""Networks by ONNX Runtime, on a CPU in float32."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

from limetheory.networks.backends.onnx_graph import INPUT, onnx_graph
from limetheory.packages import needed

_ERRORS_ONLY = 3  # ONNX Runtime's severity levels: 2 are warnings


def on_onnx_runtime(network: nn.Module, example: Tensor) -> Callable[[Tensor], Tensor]:
    """The network by ONNX Runtime, with as many threads as torch has now.

    Each thread evaluates images of its own, so that none waits for another at every layer, and an image has the same
    outputs with any number of them. Arrays are handed over as they are; one that is not contiguous is copied.

    Raises:
        ImportError: it is not installed, or onnx is not, by which torch writes graphs.
    """
    runtime, _ = (needed(one, "backend onnxruntime", "backends") for one in ("onnxruntime", "onnx"))
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, _ERRORS_ONLY
    session = runtime.InferenceSession(onnx_graph(network, example), options, providers=["CPUExecutionProvider"])
    count = torch.get_num_threads()
    threads = ThreadPoolExecutor(count)

    def outputs(images: Tensor) -> Tensor:
        (found,) = session.run(None, {INPUT: images.contiguous().numpy()})
        return torch.from_numpy(found)

    def run(images: Tensor) -> Tensor:
        return torch.cat(list(threads.map(outputs, images.split(-(-len(images) // count)))))

    return run
