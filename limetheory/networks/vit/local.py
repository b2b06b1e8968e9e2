"""Vision transformers of transformers whose weights are on this machine: DINOv2, DINOv3, CLIP and others."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from limetheory.checked_files import one_line, read_utf8
from limetheory.given import given
from limetheory.networks.vit.asked import PRECISIONS, Asked
from limetheory.networks.vit.pretrained import pretrained
from limetheory.networks.vit.torch_backbone import TokenNetwork, TorchBackbone, VisionModel
from limetheory.networks.vit.weights_file import EXTRA
from limetheory.packages import needed

_PREPROCESSING = "preprocessor_config.json"
_MOST_BYTES = 1 << 20


def local_folder(name: Any) -> Path | None:
    """The folder of a model: that of a path, or of a name in the cache of Hugging Face; None where there is none."""
    if not isinstance(name, (str, os.PathLike)):
        return None
    if os.path.isdir(name):
        return Path(name)
    return _cached(os.fspath(name)) if "/" in os.fspath(name) else None


def local_backbone(folder: Path, asked: Asked) -> TorchBackbone:
    """The vision transformer of a folder, see `local_model`.

    Args:
        folder: as transformers' ``save_pretrained`` writes model and image processor.
        asked: device and precision; an engine other than "torch" and other weights are refused.

    Raises:
        ValueError: no such model in the folder, or options that it does not have.
        ImportError: transformers is not installed.
    """
    _check(folder, asked)
    return TorchBackbone(folder.name, local_model(folder), asked.device, PRECISIONS[asked.precision])


def local_model(folder: Path) -> VisionModel:
    """The vision transformer of a folder; of one with a text model beside it, such as CLIP, the part for images.

    Only safetensors are read, no code of the folder runs, and nothing is downloaded.

    Raises:
        ValueError: no such model in the folder.
        ImportError: transformers is not installed.
    """
    transformers = needed("transformers", "a vision transformer from a folder", EXTRA)
    mean, std = _mean_and_std(folder)
    network = TokenNetwork(_vision_part(_loaded(transformers, folder)))
    found = VisionModel(network, *_shape(network, folder), mean, std)
    _try(found, folder)
    return found


def _check(folder: Path, asked: Asked) -> None:
    if asked.weights is not None:
        raise ValueError(f"weights must be None for the folder {given(str(folder))}, got others; leave them out")
    if asked.engine == "onnx":
        raise ValueError(f"engine must be 'torch' for the folder {given(str(folder))}, got 'onnx'; leave it out")


def _cached(name: str) -> Path | None:
    hub = needed("huggingface_hub", "a backbone by its name in the cache of Hugging Face", EXTRA)
    try:
        return Path(hub.snapshot_download(name, local_files_only=True))
    except Exception:  # of a name that it does not allow, or that is not in the cache
        return None


def _loaded(transformers: Any, folder: Path) -> nn.Module:
    try:
        return pretrained(
            transformers.AutoModel, folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
    except Exception as error:
        raise ValueError(
            f"a folder must hold a model that transformers can load from safetensors, got {given(str(folder))} "
            f"({one_line(error)}); save it there with save_pretrained"
        ) from None


def _mean_and_std(folder: Path) -> tuple[Sequence[float], Sequence[float]]:
    remedy = "save the model's image processor there with save_pretrained"
    try:
        known = json.loads(read_utf8("an image processor", folder / _PREPROCESSING, _MOST_BYTES, remedy))
        return known["image_mean"], known["image_std"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(
            f"an image processor must have image_mean and image_std, got {type(error).__name__} in "
            f"{given(str(folder / _PREPROCESSING))}; {remedy}"
        ) from None


def _vision_part(model: nn.Module) -> nn.Module:
    found: nn.Module = getattr(model, "vision_model", model)
    return found


def _shape(network: TokenNetwork, folder: Path) -> tuple[int, int]:
    """Side of a patch and length of a token."""
    patch, channels = (getattr(network.configuration, name, None) for name in ("patch_size", "hidden_size"))
    patch = patch[0] if isinstance(patch, (list, tuple)) and len(set(patch)) == 1 else patch
    if not isinstance(patch, int) or not isinstance(channels, int):
        raise ValueError(_no_transformer(folder, f"{type(network.model).__name__} without square patches"))
    return patch, channels


def _try(vision: VisionModel, folder: Path) -> None:
    """Refuse a model that does not answer with a class token and as many tokens as the image has patches."""
    try:
        with torch.inference_mode():
            found = vision.network(torch.zeros(1, 3, 2 * vision.patch, 3 * vision.patch))
    except Exception as error:
        raise ValueError(_no_transformer(folder, one_line(error))) from None
    if found.ndim != 3 or found.shape[1] < 7 or found.shape[2] != vision.channels:
        raise ValueError(_no_transformer(folder, f"an answer of shape {tuple(found.shape)} to 2 x 3 patches"))


def _no_transformer(folder: Path, got: str) -> str:
    return (
        f"a folder must hold a vision transformer with a class token and square patches, got {given(str(folder))} "
        f"({got}); give one such as DINOv2, DINOv3 or CLIP"
    )
