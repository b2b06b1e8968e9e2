"""Models by name: the bundled ones, and those of torchvision with weights from a file."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from difflib import get_close_matches
from math import isqrt
from pathlib import Path
from typing import Any, TypeGuard

import torch
from torch import Tensor, nn

from limetheory.devices import present_device
from limetheory.given import given
from limetheory.networks.classifier import Classifier, Output, Precision
from limetheory.networks.imagenet import CLASSES, imagenet_class_names
from limetheory.networks.table import NETWORKS
from limetheory.networks.vit.load_similarity import load_similarity
from limetheory.networks.vit.similarity import NAME as SIMILARITY

StateDict = Mapping[str, Tensor]

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
) -> Classifier:
    """Return a ready classifier by name; nothing is ever downloaded.

    A torchvision model is built for the number of classes in its file and gets the preprocessing of
    torchvision's default weights; ImageNet names are given to it only when it has 1000 classes.
    inception_v3 and googlenet are run with transform_input, as torchvision's own weights need.

    "dino_similarity" says how similar an image is to a reference: the cosine of the angle between the class tokens that
    the backbone "dino" has for both, see `load_backbone`. It needs the extra ``foundation``.

    Args:
        name: A bundled name (see model_names), "dino_similarity", or a torchvision image-classification model.
        reference: Of dino_similarity the image to compare with, anything that `as_image` takes, or the path of one; of
            several in a list each is a class. Each is resized to the network's square, whatever its size.
        weights: Local state-dict file (.pth, .pt or .safetensors) of a torchvision model; must be
            None for a bundled one. Only plain tensors are read, so no code in the file can run. Of dino_similarity
            another file or folder, as `load_backbone` takes them.
        output: "probabilities", "sigmoid" for labels that do not exclude each other, "softmax" or "logits", see
            `Classifier`; to be left out for dino_similarity.
        precision: "float32", or less exact and on many a GPU faster: "tf32" or "bfloat16", see `Classifier`.
        device: Where to run, such as "cpu" or "cuda:0"; None is the CPU.

    Raises:
        TypeError: If the name is no string or weights is no path.
        ValueError: If the name is unknown, or the weights, options or device cannot be used.
        ImportError: If a .safetensors file is given and the safetensors package is absent, or a torchvision model and
            torchvision cannot be imported, as where it was built for another torch.

    >>> load_model("efficientnet_lite0").class_index("espresso")
    967
    """
    place = present_device(device)
    if name == SIMILARITY:
        return load_similarity(reference, weights, output, precision).to(place)
    if reference is not None:
        raise ValueError(f"a reference is for {SIMILARITY}, got {given(reference)} with {given(name)}; leave it out")
    build = _bundled if _checked_name(name) in NETWORKS else _torchvision
    return build(name, weights, output=output, precision=precision).to(place)


def _bundled(name: str, weights: str | os.PathLike[str] | None, **options: Any) -> Classifier:
    if weights is not None:
        raise ValueError(f"weights must be None for the bundled {name}, got {given(weights)}; leave it out")
    return Classifier(**NETWORKS[name].arguments(), name=name, **options)


def _torchvision(name: str, weights: str | os.PathLike[str] | None, **options: Any) -> Classifier:
    if weights is None:
        raise ValueError(f"{name} has no bundled weights, got none; give a local state-dict file")
    state = _current_keys(_state_dict(_existing_file(weights)), name)
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
    return f"one of {', '.join([*NETWORKS, SIMILARITY])} or a torchvision classifier{similar}"


def _preprocessing(name: str, state: StateDict) -> dict[str, Any]:
    transforms = torchvision_models().get_model_weights(name).DEFAULT.transforms()
    side = _transformer_side(state) if name.startswith("vit_") else transforms.crop_size[0]
    return {"input_size": side, "mean": transforms.mean, "std": transforms.std}


def _network(name: str, state: StateDict) -> tuple[nn.Module, int]:
    options = _architecture_options(name, state)
    network = _untrained(name, options)
    classes = _class_count(network, state)
    if classes != CLASSES:
        network = _untrained(name, {**options, "num_classes": classes})
    return _filled(network, name, state), classes


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


def _filled(network: nn.Module, name: str, state: StateDict) -> nn.Module:
    own = network.state_dict()
    shapes = sum(own[key].shape != state[key].shape for key in own.keys() & state.keys())
    if shapes:
        raise ValueError(_mismatch(name, f"{shapes} tensors of another shape"))
    missing, unexpected = network.load_state_dict(_with_metadata(state, own), strict=False)
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise ValueError(_mismatch(name, f"{len(missing)} missing and {len(unexpected)} unexpected keys"))
    return network


def _mismatch(name: str, difference: str) -> str:
    return f"weights must fit {name}, got {difference}; give a state dict of that architecture"


def _with_metadata(state: StateDict, own: StateDict) -> StateDict:
    # MNASNet refuses a state dict without a version, and files other than torch.save's have none.
    versions = getattr(state, "_metadata", None) or {"": vars(own)["_metadata"][""]}
    return _versioned(OrderedDict(state), versions)


def _versioned(state: StateDict, versions: Mapping[str, Any]) -> StateDict:
    vars(state)["_metadata"] = versions  # where torch keeps a state dict's module versions
    return state


def _existing_file(weights: str | os.PathLike[str]) -> Path:
    if not isinstance(weights, (str, os.PathLike)):
        raise TypeError(f"weights must be a path, got {type(weights).__name__}; save a state dict to a file")
    path = Path(weights)
    if not path.is_file():
        raise ValueError(f"weights must be an existing file, got {str(path)!r}; check the path")
    return path


def _state_dict(path: Path) -> StateDict:
    readers = {".pth": _torch_content, ".pt": _torch_content, ".safetensors": _safetensors_content}
    if path.suffix.lower() not in readers:
        raise ValueError(f"weights must end in {', '.join(readers)}, got {path.name!r}; save a state dict so")
    return _without_prefix(_unwrapped(_readable_content(readers[path.suffix.lower()], path), path))


def _readable_content(reader: Any, path: Path) -> Any:
    try:
        return reader(path)
    except (OSError, ImportError):
        raise
    except Exception as error:
        # "from None": torch's own message advises weights_only=False, which would run the file's code.
        raise ValueError(
            f"weights must hold plain tensors only, got {path.name!r}, damaged or holding code, and refused "
            f"({type(error).__name__}); save model.state_dict() with torch.save"
        ) from None


def _torch_content(path: Path) -> Any:
    return torch.load(path, map_location="cpu", weights_only=True)


def _safetensors_content(path: Path) -> Any:
    try:
        from safetensors.torch import load_file
    except ImportError:
        raise ImportError(
            f"safetensors must be installed to read {path.name!r}, got no such package; install it with pip"
        ) from None
    return load_file(path)


def _unwrapped(content: Any, path: Path) -> StateDict:
    for key in ("state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if not _is_state_dict(content):
        raise ValueError(
            f"weights must hold a state dict of named tensors, got {path.name!r} with something else; "
            "save model.state_dict()"
        )
    return content


def _is_state_dict(content: Any) -> TypeGuard[StateDict]:
    return (
        isinstance(content, Mapping)
        and len(content) > 0
        and all(isinstance(key, str) and isinstance(value, Tensor) for key, value in content.items())
    )


def _without_prefix(state: StateDict) -> StateDict:
    if not all(key.startswith("module.") for key in state):
        return state
    versions = getattr(state, "_metadata", {})
    return _versioned(_bare(state), _bare(versions))


def _bare(named: Mapping[str, Any]) -> OrderedDict[str, Any]:
    return OrderedDict((key.removeprefix("module").removeprefix("."), value) for key, value in named.items())


def _current_keys(state: StateDict, name: str) -> StateDict:
    if not name.startswith("densenet"):
        return state
    return OrderedDict((_OLD_DENSENET_KEY.sub(r"\1\2", key), value) for key, value in state.items())
