"""SAM, SAM 2 and SAM-HQ loaded from a folder that transformers saved, without running code in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from limetheory.checked_files import one_line, read_utf8
from limetheory.given import given
from limetheory.images.generators.sam.placing import on_device
from limetheory.images.generators.sam.predictor import TransformersSam
from limetheory.networks.vit.pretrained import pretrained
from limetheory.networks.vit.weights_file import EXTRA
from limetheory.packages import needed

KINDS = ("sam", "sam2", "sam2_video", "sam_hq")
"""The model types of config.json; of SAM 2 for videos, the part for images is taken."""

_MOST_BYTES = 1 << 20
_REMEDY = "save model and image processor there with save_pretrained"
_OWN = {"local_files_only": True, "trust_remote_code": False}


def load_folder(folder: Path, model_type: str | None, device: torch.device, precision: torch.dtype) -> TransformersSam:
    """Return the network of a folder and its image processor; only safetensors are read, nothing is downloaded.

    Args:
        folder: as transformers' ``save_pretrained`` writes model and image processor.
        model_type: one of `KINDS`; None reads it from the folder.
        device: where the network goes.
        precision: of the image encoder.

    Raises:
        ValueError: no such model in the folder, or an image processor that does not fit it.
        FileNotFoundError: no config.json in the folder.
        ImportError: transformers is not installed.
    """
    kind = _kind(folder)
    if model_type not in (None, kind):
        raise ValueError(f"checkpoint must be of model type {model_type!r}, got {kind!r}; leave model_type out")
    transformers = needed("transformers", "a folder of SAM's weights", EXTRA)
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        network = _network(transformers, folder)
    found = TransformersSam(network, _processor(transformers, folder), _side(network, folder), precision)
    _check_processor(found, folder)
    on_device(network, device, kind)
    return found


def _kind(folder: Path) -> str:
    try:
        known = json.loads(read_utf8("the configuration of a model", folder / "config.json", _MOST_BYTES, _REMEDY))
    except json.JSONDecodeError as error:
        raise ValueError(_refusal(folder, f"a config.json that is no JSON: {one_line(error)}")) from None
    kind = known.get("model_type") if isinstance(known, dict) else None
    if kind not in KINDS:
        raise ValueError(
            f"checkpoint must have model type {', '.join(KINDS)}, got {given(kind)} in {given(str(folder))}; give the "
            "folder of a model of Segment Anything"
        )
    return str(kind)


def _network(transformers: Any, folder: Path) -> Any:
    try:
        return pretrained(
            transformers.AutoModelForMaskGeneration, folder, unused=(), use_safetensors=True, dtype=torch.float32,
            **_OWN,
        )  # fmt: skip
    except Exception as error:
        raise ValueError(_refusal(folder, one_line(error))) from None


def _processor(transformers: Any, folder: Path) -> Any:
    try:
        return transformers.AutoImageProcessor.from_pretrained(folder, **_OWN)
    except Exception as error:
        raise ValueError(_refusal(folder, f"no image processor: {one_line(error)}")) from None


def _side(network: Any, folder: Path) -> int:
    size = network.config.prompt_encoder_config.image_size
    sides = set(size) if isinstance(size, (list, tuple)) else {size}
    if len(sides) != 1:
        raise ValueError(_refusal(folder, f"an input of {size} pixels, which is no square"))
    return int(sides.pop())


def _check_processor(sam: TransformersSam, folder: Path) -> None:
    try:
        image = np.zeros((2, 3, 3), dtype=np.uint8)
        pixels = sam.processor(images=image, input_data_format="channels_last", return_tensors="pt")["pixel_values"]
        shape = tuple(pixels.shape)
    except Exception as error:
        raise ValueError(_refusal(folder, f"an image processor that fails: {one_line(error)}")) from None
    if shape != (1, 3, sam.side, sam.side) or not hasattr(sam.processor, "post_process_masks"):
        what = f"{type(sam.processor).__name__} with images of {' x '.join(map(str, shape[2:]))} pixels"
        raise ValueError(_refusal(folder, f"{what} for a network of {sam.side} x {sam.side}"))


def _refusal(folder: Path, got: str) -> str:
    return (
        f"checkpoint must be a folder with a model of Segment Anything that transformers can load from safetensors, "
        f"got {given(str(folder))} ({got}); {_REMEDY}"
    )
