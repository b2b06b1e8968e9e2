"""Mask generators by name, and a cache on disk so that one image is segmented once."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.arguments import array, refuse_class, zero_one
from limetheory.cache_home import cache_home
from limetheory.checked_files import digest_of
from limetheory.functions import answer
from limetheory.images.generators.mask_files import Mask, MaskStack, from_run_lengths, read_masks, write_masks
from limetheory.images.generators.own_generators import ROWS, MaskGenerator, installed
from limetheory.pictures import as_image
from limetheory.registry import Readiness, Registry, loaded, owner

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "limetheory.mask_generators"
"""The entry-point group: a name there → a callable that takes the parameters and returns a generator."""

_WITHOUT_EFFECT = {"device", "points_per_batch"}
"""Parameters that say how masks are found, not which."""

_READING = 2
"""Part of the key for other packages' masks: reading 1 made probabilities true, and its files are not to be used."""

_DIGEST_END = 2**20  # bytes at each end of a file that its digest depends on; a convention


def masks_of(image: Any, generator: Any = "higra", *, cache: Any = None, **parameters: Any) -> MaskStack:
    """Return the overlapping masks that a generator finds in an image.

    The masks are kept on disk under the SHA-256 of the image's pixels, the generator's name, version and
    parameters and the content of its checkpoint, so the same question is never computed twice. A damaged
    cache is computed again.

    Args:
        image: anything that ``as_image`` takes; the generator sees it as (h, w, 3) uint8.
        generator: "sam", "higra", "dino", the name of an entry point of the group ``limetheory.mask_generators``; or an
            object with ``generate(image)`` or a function of the image, whose masks are not cached. It returns an array
            (m, h, w), or a list of masks (h, w), COCO run lengths or records with a "segmentation"; masks hold True and
            False, 0 and 1, or 0 and 255.
        cache: the folder of the cache; None is ``cache_home() / "masks"``, False is no cache.
        parameters: for the generator: ``checkpoint``, ``model_type``, ``device``, ``precision`` and the
            options of ``SamMasks`` for "sam".

    Returns:
        The (m, h, w) bool array, in the generator's order; m may be 0.

    Raises:
        ValueError: an unknown name, masks of another size than the image's, or of other values, such as probabilities.
        TypeError: a generator that returns something else, or parameters that it does not have, or that have no
            written form while caching.
        ImportError: the generator's package is not installed.
    """
    pixels = np.rint(as_image(image) * 255).astype(np.uint8)
    if not isinstance(generator, str):
        return _found(generator, pixels, parameters)
    row = GENERATORS.chosen(generator)
    if cache is False:
        return _found(row.factory(**parameters), pixels)
    folder = cache_home() / "masks" if cache is None else Path(cache)
    file = folder / f"{_key(pixels, row, parameters)}.npz"
    masks = _cached(file, pixels.shape[:2])
    return _kept(file, _found(row.factory(**parameters), pixels)) if masks is None else masks


def generator_names() -> tuple[str, ...]:
    """Return the names that ``masks_of`` accepts on this machine.

    >>> generator_names()[:3]
    ('sam', 'higra', 'dino')
    """
    return GENERATORS.names()


def readiness() -> list[Readiness]:
    """Say for each generator whether it is ready, and otherwise what is missing and how to get it."""
    return [GENERATORS[name].readiness() for name in GENERATORS.names()]


def _found(generator: Any, pixels: np.ndarray, parameters: Mapping[str, Any] | None = None) -> MaskStack:
    refuse_class("generator", generator)
    if not hasattr(generator, "generate") and callable(generator):
        generator = SimpleNamespace(generate=generator)
    if not callable(getattr(generator, "generate", None)):
        remedy = f"name one of {', '.join(generator_names())}"
        raise TypeError(f"a generator must have generate(image), got {type(generator).__name__}; {remedy}")
    if parameters:
        raise TypeError(f"a generator object has its parameters already, got {', '.join(parameters)}; leave them out")
    masks = [
        _mask(record, pixels.shape[:2])
        for record in _records(answer("generator", generator.generate, "image → masks (m, h, w)", pixels))
    ]
    return np.stack(masks) if masks else np.zeros((0, *pixels.shape[:2]), dtype=bool)


def _records(found: Any) -> Iterable[Any]:
    dimensions = getattr(found, "ndim", 3)
    if dimensions == 3 and isinstance(found, Iterable) and not isinstance(found, (str, bytes, Mapping)):
        return found
    what = f"an array of {dimensions} axes" if dimensions != 3 else type(found).__name__
    raise TypeError(
        f"generate(image) must return masks, an array (m, h, w) or a list of (h, w) or of records, got {what}; "
        "return [] for none and [mask] for one"
    )


def _mask(record: Any, shape: tuple[int, int]) -> Mask:
    found = record.get("segmentation", record) if isinstance(record, Mapping) else record
    mask = from_run_lengths(found) if isinstance(found, Mapping) else array("masks", found)
    if mask.shape != shape:
        raise ValueError(f"masks must have the image's size {shape}, got {mask.shape}; mend the generator")
    return zero_one("masks", mask)


def _cached(file: Path, shape: tuple[int, int]) -> MaskStack | None:
    try:
        return read_masks(file, shape)
    except (OSError, ValueError, TypeError, MemoryError):
        return None


def _kept(file: Path, masks: MaskStack) -> MaskStack:
    try:
        write_masks(file, masks)
    except OSError as error:
        warnings.warn(f"masks are not cached: {file.parent} ({error.strerror})", RuntimeWarning, stacklevel=3)
    return masks


def _key(pixels: np.ndarray, row: MaskGenerator, parameters: Mapping[str, Any]) -> str:
    settings = {name: _written(name, value) for name, value in parameters.items() if name not in _WITHOUT_EFFECT}
    versions = {name: installed(name) for name in ("limetheory", *row.packages)}
    more = _more_of(row)
    question = json.dumps([pixels.shape, row.name, settings, versions, *more], sort_keys=True)
    return hashlib.sha256(question.encode() + pixels.tobytes()).hexdigest()


def _more_of(row: MaskGenerator) -> list[Any]:
    """What else decides which masks are found: the weights, or the rule by which other packages' masks are read."""
    if row.name not in GENERATORS.own:
        return [_READING]
    return [] if row.weights is None else [row.weights()]


def _written(name: str, value: Any) -> Any:
    if name == "checkpoint" and isinstance(value, (str, os.PathLike)) and os.path.isdir(value):
        return _folder_digest(Path(value))
    if isinstance(value, (str, os.PathLike)) and (name == "checkpoint" or isinstance(value, os.PathLike)):
        return _content_digest(Path(value)) if Path(value).is_file() else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must be a number, a string or a path to be cached, got {type(value).__name__}; use cache=False"
        ) from None


def _folder_digest(folder: Path) -> dict[str, str]:
    """Tell folders apart by all of their files: safetensors hold no checksums, so that both ends would not do."""
    return {file.name: digest_of(file) for file in folder.iterdir() if file.is_file()}


def _content_digest(file: Path) -> str:
    """Tell checkpoints apart by size and both ends: a zip's end lists the checksums of all tensors in it."""
    size = file.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with open(file, "rb") as stream:
        digest.update(stream.read(_DIGEST_END))
        stream.seek(max(0, size - _DIGEST_END))
        digest.update(stream.read())
    return digest.hexdigest()


def _of_entry_point(entry: EntryPoint) -> MaskGenerator:
    """The row of another package's generator, which is loaded when masks are not in the cache."""

    def factory(**parameters: Any) -> Any:
        return loaded(entry, "generator")(**parameters)

    def readiness() -> Readiness:
        try:
            parameters = inspect.signature(loaded(entry, "generator"))
        except Exception as error:
            return Readiness(entry.name, False, " ".join(str(error).split()))
        return Readiness(entry.name, True, f"{owner(entry)}, parameters {parameters}")

    packages = () if entry.dist is None else (entry.dist.name,)
    return MaskGenerator(entry.name, factory, packages, readiness)


class _Generators(Registry[MaskGenerator]):
    """The table of generators; another package's is not loaded before it is used."""

    def of_entry_point(self, found: EntryPoint) -> MaskGenerator:
        """See `_of_entry_point`."""
        return _of_entry_point(found)


GENERATORS = _Generators(
    "generator", {row.name: row for row in ROWS}, GROUP,
    remedy=f"install a package with an entry point of that name in the group {GROUP}", columns=("packages",),
)  # fmt: skip
"""The generators by name. One more takes a module of its own and one row."""
