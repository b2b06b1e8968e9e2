"""Segment Anything loaded from a checkpoint without running code in it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from limetheory.arguments import choice
from limetheory.devices import present_device
from limetheory.images.generators.sam.checkpoints import CHECKPOINTS, checkpoint_file
from limetheory.images.generators.sam.folder import load_folder
from limetheory.images.generators.sam.placing import on_device

PRECISIONS = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}

_WIDTH_KEY = "image_encoder.patch_embed.proj.weight"
_TYPE_OF_WIDTH = {768: "vit_b", 1024: "vit_l", 1280: "vit_h"}
_MOBILE, _MOBILE_KEY = "vit_t", "image_encoder.patch_embed.seq.0.c.weight"
_MOBILE_SOURCE = "git+https://github.com/ChaoningZhang/MobileSAM.git"


def load_sam(
    checkpoint: str | os.PathLike[str],
    model_type: str | None = None,
    device: str | torch.device | None = None,
    precision: str = "float32",
) -> Any:
    """Return a ``segment_anything`` Sam with the weights of a checkpoint, ready to predict.

    Only plain tensors are read, so no code in the file can run.

    Args:
        checkpoint: a state-dict file, also of MobileSAM; a name in ``CHECKPOINTS``, downloaded once and checked;
            or a folder that transformers saved, with SAM, SAM 2 or SAM-HQ, see ``TransformersSam``.
        model_type: "vit_b", "vit_l", "vit_h", or "vit_t" for MobileSAM; of a folder, that of its config.json;
            None reads it from the file or folder.
        device: such as "cpu" or "cuda:0"; None is the first GPU, or the CPU without one.
        precision: "float32"; or "bfloat16" or, on a GPU, "float16" for the image encoder, which does nearly
            all of the work. Prompts and masks stay in float32, as the thresholds on them expect.

    Raises:
        ValueError: the file is absent, damaged, holds code, or is of another architecture; or an option or
            the device cannot be used.
        ConnectionError: a named checkpoint is not here yet and cannot be downloaded.
        ImportError: ``segment_anything`` is not installed; for a folder also transformers, for MobileSAM also
            ``mobile_sam``.
    """
    sam_package()
    place = present_device("cuda" if device is None and torch.cuda.is_available() else device)
    dtype = _encoder_type(precision, place)
    if isinstance(checkpoint, (str, os.PathLike)) and os.path.isdir(checkpoint):
        return load_folder(Path(checkpoint), model_type, place, dtype)
    if model_type is not None:
        choice("model_type", model_type, [*CHECKPOINTS, _MOBILE])
    path = _checkpoint_path(checkpoint)
    state = _state_dict(path)
    kind = _model_type(state, model_type, path)
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        sam = _registry(kind)[kind]()
    _fill(sam, state, kind, path)
    return _placed(sam, place, dtype, kind)


def sam_package() -> Any:
    """Import ``segment_anything``, or say how to get it."""
    try:
        import segment_anything
    except ModuleNotFoundError as error:
        raise ImportError(
            f"segment_anything must be installed for SAM, got no package {error.name}; pip install 'limetheory[sam]'"
        ) from None
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ImportError(
            f"segment_anything must be importable for SAM, got {reason}; "
            "pip install --force-reinstall 'limetheory[sam]'"
        ) from None
    return segment_anything


def _registry(kind: str) -> Any:
    if kind != _MOBILE:
        return sam_package().sam_model_registry
    try:
        return import_module("mobile_sam").sam_model_registry
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ImportError(
            f"mobile_sam must be importable for a checkpoint of MobileSAM, got {reason}; pip install {_MOBILE_SOURCE}"
        ) from None


def _encoder_type(precision: str, device: torch.device) -> torch.dtype:
    choice("precision", precision, list(PRECISIONS))
    if precision == "float16" and device.type == "cpu":
        raise ValueError("precision 'float16' must run on a GPU, got device 'cpu'; use 'bfloat16' or 'float32'")
    return PRECISIONS[precision]


def _checkpoint_path(checkpoint: str | os.PathLike[str]) -> Path:
    if not isinstance(checkpoint, (str, os.PathLike)):
        raise TypeError(f"checkpoint must be a name or a path, got {type(checkpoint).__name__}; save a state dict")
    if checkpoint in CHECKPOINTS:
        return checkpoint_file(str(checkpoint))
    path = Path(checkpoint)
    if not path.is_file():
        raise ValueError(
            f"checkpoint must be {', '.join(CHECKPOINTS)} or an existing file or folder, got {str(path)!r}; "
            "check the path"
        )
    return path


def _state_dict(path: Path) -> Mapping[str, torch.Tensor]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of files that are refused anyway; the refusal is one line
            content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:
        # "from None": torch's own message advises weights_only=False, which would run the file's code.
        raise ValueError(
            f"checkpoint must hold plain tensors only, got {path.name!r}, damaged or holding code, and refused "
            f"({type(error).__name__}{_size_complaint(path)}); download it again"
        ) from None
    for key in ("model", "state_dict"):
        content = content[key] if isinstance(content, Mapping) and isinstance(content.get(key), Mapping) else content
    if not isinstance(content, Mapping) or not all(isinstance(value, torch.Tensor) for value in content.values()):
        raise ValueError(f"checkpoint must hold a state dict, got {path.name!r} with something else; save one")
    return content


def _size_complaint(path: Path) -> str:
    size = path.stat().st_size
    whole = [checkpoint.size for checkpoint in CHECKPOINTS.values() if checkpoint.file == path.name]
    return f", {size} of {whole[0]} bytes" if whole and size != whole[0] else ""


def _model_type(state: Mapping[str, torch.Tensor], asked: str | None, path: Path) -> str:
    found = _MOBILE if _MOBILE_KEY in state else _type_of_width(state, path)
    if asked is not None and asked != found:
        raise ValueError(f"checkpoint must be of model type {asked!r}, got {found!r}; leave model_type out")
    return found


def _type_of_width(state: Mapping[str, torch.Tensor], path: Path) -> str:
    width = state[_WIDTH_KEY].shape[0] if _WIDTH_KEY in state and state[_WIDTH_KEY].ndim else None
    if width not in _TYPE_OF_WIDTH:
        raise ValueError(
            f"checkpoint must be of {', '.join(CHECKPOINTS)}, got {path.name!r} of another architecture; "
            "give SAM 2 and SAM-HQ as a folder that transformers saved"
        )
    return _TYPE_OF_WIDTH[width]


def _fill(sam: torch.nn.Module, state: Mapping[str, torch.Tensor], kind: str, path: Path) -> None:
    own = sam.state_dict()
    shapes = sum(own[key].shape != state[key].shape for key in own.keys() & state.keys())
    missing, unexpected = len(own.keys() - state.keys()), len(state.keys() - own.keys())
    if shapes or missing or unexpected:
        raise ValueError(
            f"checkpoint must fit {kind}, got {path.name!r} with {missing} missing and {unexpected} unexpected keys "
            f"and {shapes} tensors of another shape; give a state dict of segment_anything"
        )
    sam.load_state_dict(state)


def _placed(sam: Any, device: torch.device, dtype: torch.dtype, kind: str) -> Any:
    encoder = sam.image_encoder.to(dtype)
    if dtype != torch.float32:
        encoder.register_forward_pre_hook(lambda module, inputs: (inputs[0].to(dtype),))
        encoder.register_forward_hook(lambda module, inputs, output: output.float())
    return on_device(sam, device, kind)
