"""Image classifiers that transformers saved in a folder, with their image processors; nothing in the folder runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import nn

from limetheory.checked_files import one_line, read_utf8
from limetheory.given import given
from limetheory.networks.classifier import Classifier
from limetheory.networks.timm_models import EXTRA
from limetheory.networks.vit.local import local_folder
from limetheory.networks.vit.pretrained import pretrained
from limetheory.packages import needed

_MOST_BYTES = 1 << 24  # of a configuration: 16 MiB hold the names of 200,000 classes; a convention
_BUFFERS = 1 << 24  # numbers that a network may have beside those of its file, such as positions; a convention
_LOCAL = {"local_files_only": True, "trust_remote_code": False}
_SAVE = "save model and image processor there with save_pretrained"


def hugging_face_classifier(name: str, weights: str | os.PathLike[str] | None, **options: Any) -> Classifier:
    """An image classifier of transformers, with its class names and the preprocessing of its image processor.

    Only safetensors are read, ``trust_remote_code`` is never set, and the sizes that the configuration asks for are
    compared with those of the file before any memory is taken.

    Args:
        name: a folder that ``save_pretrained`` of model and processor wrote, or a name in the cache of Hugging Face.
        weights: None, since they are in the folder.
        **options: of `Classifier`.

    Raises:
        ImportError: transformers is not installed.
        ValueError: no such model in the folder.
    """
    if weights is not None:
        raise ValueError(f"weights must be None for hf:{name}, got {given(weights)}; they are in the folder")
    transformers = needed("transformers", "an image classifier of Hugging Face", EXTRA)
    folder = local_folder(name)
    if folder is None:
        raise ValueError(f"hf:FOLDER must name a folder of this machine, got {given(name)}; {_SAVE}")
    network = _loaded(transformers, folder)
    return Classifier(network, processor=_processor(transformers, folder), name=folder.name, **options)


def _loaded(transformers: Any, folder: Path) -> nn.Module:
    configuration, held = _configuration(folder), _held(folder)
    _refuse_layers(configuration, len(held), folder)
    try:
        asked = transformers.AutoConfig.from_pretrained(folder, **_LOCAL)
        with torch.device("meta"):
            outline = transformers.AutoModelForImageClassification.from_config(asked, trust_remote_code=False)
        _refuse_larger(outline, sum(map(prod, held.values())), folder)
        kind = transformers.AutoModelForImageClassification
        return pretrained(kind, folder, unused=(), use_safetensors=True, **_LOCAL)
    except Exception as error:
        raise ValueError(
            f"a folder must hold an image classifier that transformers can load from safetensors, got "
            f"{given(str(folder))} ({one_line(error)}); {_SAVE}"
        ) from None


def _processor(transformers: Any, folder: Path) -> Any:
    read_utf8("an image processor", folder / "preprocessor_config.json", _MOST_BYTES, _SAVE)
    try:
        return transformers.AutoImageProcessor.from_pretrained(folder, **_LOCAL)
    except Exception as error:
        raise ValueError(
            f"a folder must hold an image processor of transformers, got {given(str(folder))} ({one_line(error)}); "
            f"{_SAVE}"
        ) from None


def _configuration(folder: Path) -> Mapping[str, Any]:
    file = folder / "config.json"
    try:
        found = json.loads(read_utf8("the configuration of a model", file, _MOST_BYTES, _SAVE))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"a configuration must be JSON, got {given(str(file))} ({one_line(error)}); {_SAVE}") from None
    if not isinstance(found, Mapping):
        raise ValueError(f"a configuration must be an object, got {given(found)} in {given(str(file))}; {_SAVE}")
    return found


def _held(folder: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors in the safetensors files of a folder, of which only the headers are read."""
    safetensors = needed("safetensors", "weights in safetensors", EXTRA)
    found: dict[str, tuple[int, ...]] = {}
    for file in sorted(folder.glob("*.safetensors")):
        try:
            with safetensors.safe_open(file, framework="pt") as content:
                found |= {key: tuple(content.get_slice(key).get_shape()) for key in content.keys()}
        except Exception as error:
            raise ValueError(
                f"weights must be safetensors, got {given(str(file))}, damaged ({one_line(error)}); save them again"
            ) from None
    if not found:
        raise ValueError(f"a folder must hold weights in safetensors, got none in {given(str(folder))}; {_SAVE}")
    return found


def _refuse_layers(configuration: Mapping[str, Any], tensors: int, folder: Path) -> None:
    """Refuse a configuration of more layers than there are tensors, which would take forever to lay out."""
    for key, number in _numbers(configuration):
        if number > tensors and ("layers" in key or "depth" in key):
            raise ValueError(
                f"a configuration must fit its weights, got {key} {given(number)} with {tensors} tensors in "
                f"{given(str(folder))}; {_SAVE}"
            )


def _numbers(configuration: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The whole numbers in a configuration, also those in lists and in configurations inside."""
    for key, value in configuration.items():
        if isinstance(value, Mapping):
            yield from _numbers(value)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int):
                yield str(key), one


def _refuse_larger(outline: nn.Module, held: int, folder: Path) -> None:
    asked = sum(one.numel() for one in (*outline.parameters(), *outline.buffers()))
    if asked > held + _BUFFERS:
        raise ValueError(f"a network of {asked:,} numbers must have as many in its file, got {held:,}")
