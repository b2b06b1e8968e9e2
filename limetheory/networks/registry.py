"""Models by name: the bundled ones, and those of torchvision with weights from a file."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from math import isqrt
from typing import Any

import torch
from torch import nn

from limetheory.devices import present_device
from limetheory.given import given
from limetheory.networks.backends.running import Running
from limetheory.networks.classifier import Classifier, Output, Precision
from limetheory.networks.hugging_face import hugging_face_classifier
from limetheory.networks.imagenet import CLASSES, imagenet_class_names
from limetheory.networks.state_dicts import StateDict, fill, state_dict_of
from limetheory.networks.table import NETWORKS
from limetheory.networks.timm_models import timm_classifier
from limetheory.networks.vit.load_similarity import load_similarity
from limetheory.networks.vit.similarity import NAME as SIMILARITY

# torchvision's published DenseNet files still carry the module names of its first releases.
_OLD_DENSENET_KEY = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)")


def model_names() -> tuple[str, ...]:
    """Return the names of the networks that come with their weights, see `NETWORKS`.

    >>> model_names()[:2]
    ('efficientnet_lite0', 'efficientnet_lite1')
    """
    return NETWORKS.names()


def load_model(
    name: str,
    *,
    reference: Any = None,
    weights: str | os.PathLike[str] | None = None,
    output: Output = "probabilities",
    precision: Precision = "float32",
    device: str | torch.device | None = None,
    backend: str = "torch",
) -> Classifier:
    """Return a ready classifier by name; nothing is ever downloaded.

    A torchvision model is built for the number of classes in its file and gets the preprocessing of
    torchvision's default weights; ImageNet names are given to it only when it has 1000 classes.
    inception_v3 and googlenet are run with transform_input, as torchvision's own weights need.

    "timm:NAME" is a network of timm, built in the same way, with the preprocessing that timm knows of it.
    "hf:FOLDER" is an image classifier of transformers that ``save_pretrained`` wrote, with its class names, and the
    size, means and deviations of its image processor; safetensors only, and no code of the folder runs. Both need the
    extra ``networks``.

    "dino_similarity" says how similar an image is to a reference: the cosine of the angle between the class tokens that
    the backbone "dino" has for both where they enter its last layer, see `load_backbone`. It needs the extra
    ``foundation``.

    Args:
        name: A bundled name (see model_names), "dino_similarity", a torchvision image-classification model, "timm:NAME"
            or "hf:FOLDER".
        reference: Of dino_similarity the image to compare with, anything that `as_image` takes, or the path of one; of
            several in a list each is a class. Each is resized to the network's square, whatever its size.
        weights: Local state-dict file (.pth, .pt, .bin or .safetensors) of a torchvision or timm model; must be None
            for the others. Only plain tensors are read, so no code in the file can run. Of dino_similarity
            another file or folder, as `load_backbone` takes them.
        output: "probabilities", "sigmoid" for labels that do not exclude each other, "softmax", "logits" or "identity",
            see `Classifier`; to be left out for dino_similarity.
        precision: "float32", or less exact and on many a GPU faster: "tf32" or "bfloat16", see `Classifier`.
        device: Where to run, such as "cpu" or "cuda:0"; None is the CPU.
        backend: What runs the layers for masked images on a CPU, see `Classifier`.

    Raises:
        TypeError: If the name is no string or weights is no path.
        ValueError: If the name is unknown, or the weights, options or device cannot be used.
        ImportError: If a .safetensors file is given and the safetensors package is absent, or a torchvision model and
            torchvision cannot be imported, as where it was built for another torch.

    >>> load_model("efficientnet_lite0").class_index("espresso")
    967
    """
    place, running = present_device(device), Running(backend)
    if isinstance(name, str) and name == SIMILARITY:
        found: Classifier = load_similarity(reference, weights, output, precision)
        found.running = running
        return found.to(place)
    if reference is not None:
        raise ValueError(f"a reference is for {SIMILARITY}, got {given(reference)} with {given(name)}; leave it out")
    source, _, rest = name.partition(":") if isinstance(name, str) else ("", "", "")
    if source in SOURCES:
        return SOURCES[source](rest, weights, output=output, precision=precision, backend=backend).to(place)
    build = _bundled if _checked_name(name) in NETWORKS else _torchvision
    return build(name, weights, output=output, precision=precision, backend=backend).to(place)


SOURCES: Mapping[str, Callable[..., Classifier]] = {"hf": hugging_face_classifier, "timm": timm_classifier}
"""What loads a network by the word before the colon of its name: (rest, weights, **options of `Classifier`)."""


def _bundled(name: str, weights: str | os.PathLike[str] | None, **options: Any) -> Classifier:
    if weights is not None:
        raise ValueError(f"weights must be None for the bundled {name}, got {given(weights)}; leave it out")
    return Classifier(**NETWORKS[name].arguments(), name=name, **options)


def _torchvision(name: str, weights: str | os.PathLike[str] | None, **options: Any) -> Classifier:
    if weights is None:
        raise ValueError(f"{name} has no bundled weights, got none; give a local state-dict file")
    state = _current_keys(state_dict_of(weights), name)
    network, classes = _network(name, state)
    names = imagenet_class_names() if classes == CLASSES else None
    return Classifier(network, class_names=names, name=name, **_preprocessing(name, state), **options)


def torchvision_models() -> Any:
    """`torchvision.models`, imported on first use: the bundled networks need no torchvision.

    Raises:
        ImportError: If it cannot be imported, as where it was built for another torch.
    """
    try:
        from torchvision import models
    except (ImportError, RuntimeError, OSError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise ImportError(
            f"torchvision must be importable for all but {', '.join(NETWORKS)}, got {type(error).__name__} ({reason}); "
            f"install the torchvision that was built for torch {torch.__version__}"
        ) from None
    return models


def _checked_name(name: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"model name must be a string, got {type(name).__name__}; see model_names()")
    if name in NETWORKS or name in _image_classifiers():
        return name
    if name in torchvision_models().list_models():
        raise ValueError(f"model must be an image classifier, got {name!r}; see torchvision.models")
    raise ValueError(f"model name must be {_choices(name)}, got {name!r}; see model_names()")


def _image_classifiers() -> list[str]:
    names: list[str] = torchvision_models().list_models(module=torchvision_models())
    return names


def _choices(name: str) -> str:
    close = get_close_matches(name.lower(), _image_classifiers(), n=3)
    similar = f" such as {', '.join(close)}" if close else ""
    return f"one of {', '.join([*NETWORKS, SIMILARITY])}, timm:NAME, hf:FOLDER or a torchvision classifier{similar}"


def _preprocessing(name: str, state: StateDict) -> dict[str, Any]:
    transforms = torchvision_models().get_model_weights(name).DEFAULT.transforms()
    side = _transformer_side(state) if name.startswith("vit_") else transforms.crop_size[0]
    return {"size": side, "mean": transforms.mean, "std": transforms.std}


def _network(name: str, state: StateDict) -> tuple[nn.Module, int]:
    options = _architecture_options(name, state)
    network = _untrained(name, options)
    classes = _class_count(network, state)
    if classes != CLASSES:
        network = _untrained(name, {**options, "num_classes": classes})
    return fill(network, name, state), classes


def _untrained(name: str, options: Mapping[str, Any]) -> nn.Module:
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        network: nn.Module = torchvision_models().get_model(name, weights=None, **options)
        return network


def _architecture_options(name: str, state: StateDict) -> dict[str, Any]:
    if name.startswith("vit_"):
        return {"image_size": _transformer_side(state)}
    if name in ("googlenet", "inception_v3"):
        auxiliary = any(key.lower().startswith("aux") for key in state)
        return {"aux_logits": auxiliary, "transform_input": True, "init_weights": False}
    return {}


def _transformer_side(state: StateDict) -> int:
    positions, patches = state.get("encoder.pos_embedding"), state.get("conv_proj.weight")
    if positions is None or patches is None or positions.ndim != 3 or patches.ndim != 4:
        return 224
    return isqrt(positions.shape[1] - 1) * patches.shape[-1]


def _class_count(network: nn.Module, state: StateDict) -> int:
    # Every torchvision classifier ends in the layer of its classes, whatever the order of the tensors in the file.
    last = state.get(next(reversed(network.state_dict())))
    return CLASSES if last is None or last.ndim == 0 else last.shape[0]


def _current_keys(state: StateDict, name: str) -> StateDict:
    if not name.startswith("densenet"):
        return state
    return OrderedDict((_OLD_DENSENET_KEY.sub(r"\1\2", key), value) for key, value in state.items())
