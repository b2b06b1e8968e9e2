"""State dicts from files: plain tensors only, none larger than its file, so that no code runs and no memory is lost."""

from __future__ import annotations

import os
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

import torch
from torch import Tensor, nn

StateDict: TypeAlias = Mapping[str, Tensor]


def state_dict_of(weights: str | os.PathLike[str]) -> StateDict:
    """The state dict in a file; those under a key "state_dict" or "model", and of DataParallel, are unwrapped.

    Args:
        weights: a .pth, .pt or .bin file of torch.save, which is read with ``weights_only=True``, or .safetensors.

    Raises:
        TypeError: no path.
        ValueError: no such file, or one that holds something else, code, or tensors that are larger than the file.
        ImportError: the file is .safetensors, and safetensors is not installed.
    """
    path = _existing_file(weights)
    if path.suffix.lower() not in READERS:
        raise ValueError(f"weights must end in {', '.join(READERS)}, got {path.name!r}; save a state dict so")
    reader = READERS[path.suffix.lower()]
    state = _unwrapped(_readable_content(reader, path), path)
    if reader is _torch_content:  # safetensors checks its sizes itself
        _refuse_inflated(state, path)
    return _without_prefix(state)


def fill(network: nn.Module, name: str, state: StateDict) -> nn.Module:
    """Put a state dict into a network, and return the network.

    Args:
        network: the network.
        name: what to call it.
        state: its tensors.

    Raises:
        ValueError: they are not those of the network, by name or by shape.
    """
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


def _refuse_inflated(state: StateDict, path: Path) -> None:
    """Refuse a tensor of more bytes than the file has, such as one number that is said to be repeated."""
    size = path.stat().st_size
    for key, tensor in state.items():
        if tensor.numel() * tensor.element_size() > size:
            raise ValueError(
                f"a tensor must be no larger than its file, got {key!r} of shape {tuple(tensor.shape)} in "
                f"{path.name!r} of {size:,} bytes; save model.state_dict() with torch.save"
            )


def _existing_file(weights: str | os.PathLike[str]) -> Path:
    if not isinstance(weights, (str, os.PathLike)):
        raise TypeError(f"weights must be a path, got {type(weights).__name__}; save a state dict to a file")
    path = Path(weights)
    if not path.is_file():
        raise ValueError(f"weights must be an existing file, got {str(path)!r}; check the path")
    return path


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
    _refuse_packed(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of files that are refused anyway; the refusal is one line
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


def _refuse_packed(path: Path) -> None:
    """Refuse an archive whose parts are larger than it is: torch.save packs nothing."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > path.stat().st_size:
                raise ValueError("packed")


READERS: Mapping[str, Callable[[Path], Any]] = {
    **dict.fromkeys((".pth", ".pt", ".bin"), _torch_content),
    ".safetensors": _safetensors_content,
}
"""What reads a file, by the ending of its name."""
