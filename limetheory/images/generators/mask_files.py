"""Overlapping masks in files: COCO run lengths (json), PNG pictures and NumPy archives (npz)."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from jaxtyping import Bool

from limetheory.arguments import zero_one
from limetheory.checked_files import one_line, read_utf8
from limetheory.images.generators.claimed_sizes import (
    MOST_MASKS,
    check_archive,
    check_pictures,
    check_run_lengths,
    check_total,
)
from limetheory.images.generators.coco import (
    MAX_PIXELS,
    Mask,
    counts_of_string,
    from_run_lengths,
    run_lengths,
    short,
    string_of_counts,
)
from limetheory.images.generators.complete_file import complete_file

__all__ = [
    "MAX_PIXELS",
    "SUFFIXES",
    "Mask",
    "MaskStack",
    "counts_of_string",
    "from_run_lengths",
    "read_masks",
    "run_lengths",
    "string_of_counts",
    "write_masks",
]

MaskStack: TypeAlias = Bool[np.ndarray, "m h w"]
"""m masks of one image of h × w pixels; they may overlap and need not cover it."""

MOST_BYTES = 1 << 26
"""The largest JSON that is read, 64 MiB; a convention."""

Read = TypeVar("Read")

SUFFIXES = (".json", ".npz", ".png")


def read_masks(path: str | os.PathLike[str], shape: tuple[int, int] | None = None) -> MaskStack:
    """Read the masks of one image.

    A .json file holds COCO run lengths: one, a list of them, records with a ``segmentation`` (what
    SamAutomaticMaskGenerator returns), or ``{"annotations": records}`` (COCO, SA-1B). A .npz file holds
    ``masks`` (m, h, w), or ``packed`` bits and their ``shape``. A .png file holds one mask, its opacity if
    that varies and otherwise what is brighter than half of its brightest pixel; a folder holds such files,
    read in the order of their numbers.

    Args:
        path: a .json, .npz or .png file, or a folder of .png files.
        shape: (h, w) of the image, when masks of another size are to be refused.

    Returns:
        The (m, h, w) bool array, m >= 0.

    Raises:
        FileNotFoundError: there is no such file or folder.
        ValueError: the file is damaged, of another kind, or has masks of another size.

    >>> import tempfile
    >>> masks = np.array([[[True, False, False], [True, True, False]]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_masks(f"{folder}/masks.json", masks)
    ...     again = read_masks(f"{folder}/masks.json", shape=(2, 3))
    >>> bool((again == masks).all())
    True
    """
    file = _existing(path)
    masks = _read_folder(file) if file.is_dir() else _content(file)
    if shape is not None and masks.shape[1:] != tuple(shape):
        if not len(masks):
            return np.zeros((0, *shape), dtype=bool)
        raise ValueError(
            f"masks must have the image's size {tuple(shape)}, got {masks.shape[1:]} in {file}: "
            "export them at that size"
        )
    return masks


def write_masks(path: str | os.PathLike[str], masks: Any) -> None:
    """Write masks in the form that the path's ending names; a path without one becomes a folder of .png files.

    The file appears under its name only when it is complete.

    Args:
        path: a .json, .npz or, for a single mask, .png file; or the name of a folder.
        masks: (m, h, w) bool, or of zeros and ones (or 255).

    Raises:
        ValueError: other values, another shape, another ending, or several masks for one .png file.
        TypeError: not an array of numbers.
    """
    file, masks = Path(path), _checked_stack(masks)
    if not file.suffix:
        file.mkdir(parents=True, exist_ok=True)
        for index, mask in enumerate(masks):
            _write(file / f"{index}.png", mask[None])
        return
    if file.suffix.lower() not in SUFFIXES:
        raise ValueError(f"a file of masks must end in {', '.join(SUFFIXES)}, got {file.name!r}: use .npz")
    if file.suffix.lower() == ".png" and len(masks) != 1:
        raise ValueError(f"a .png file must hold one mask, got {len(masks)}: use .json, .npz or a folder")
    _write(file, masks)


def _existing(path: str | os.PathLike[str]) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be a str or a Path, got {type(path).__name__}: pass masks as they are")
    file = Path(path)
    if not file.exists():
        raise FileNotFoundError(f"path must name existing masks, got {file}: check the spelling")
    if not file.is_dir() and file.suffix.lower() not in SUFFIXES:
        raise ValueError(f"a file of masks must end in {', '.join(SUFFIXES)}, got {file.name!r}: export it so")
    return file


def _content(file: Path) -> MaskStack:
    return _named({".json": _read_json, ".npz": _read_npz, ".png": _read_png}[file.suffix.lower()], file)


def _named(reader: Callable[[Path], Read], file: Path) -> Read:
    """What a reader makes of a file; its errors name it."""
    try:
        return reader(file)
    except (MemoryError, FileNotFoundError):
        raise
    except Exception as error:
        # zipfile, zlib, numpy and json each have errors of their own for a damaged file
        raise ValueError(f"a file of masks must be intact, got {file} ({one_line(error)})") from None


def _read_json(file: Path) -> MaskStack:
    encoded = _encoded(json.loads(read_utf8("a file of masks", file, MOST_BYTES, "split it")))
    check_run_lengths(encoded)
    return _stacked(encoded)


def _encoded(content: Any) -> list[Any]:
    if isinstance(content, Mapping):
        content = content["annotations"] if "annotations" in content else [content]
    if not isinstance(content, list):
        raise ValueError(f"masks must be a list of run lengths, got {short(content)}: export them as COCO RLE")
    return [item.get("segmentation", item) if isinstance(item, Mapping) else item for item in content]


def _read_npz(file: Path) -> MaskStack:
    check_archive(file)
    # opened here, because np.load leaves a damaged file open
    with open(file, "rb") as stream, np.load(stream, allow_pickle=False) as archive:
        if "packed" in archive and "shape" in archive:
            return _unpacked(archive["packed"], archive["shape"])
        if "masks" in archive:
            return _checked_stack(archive["masks"])
        raise ValueError(f"the archive must have masks, or packed and shape, got {', '.join(archive) or 'nothing'}")


def _unpacked(packed: np.ndarray, shape: np.ndarray) -> MaskStack:
    if shape.shape != (3,) or shape.dtype.kind not in "iu" or shape.min() < 0:
        raise ValueError(f"shape must be (m, h, w), got {shape.tolist()}: write the file again")
    m, height, width = (int(side) for side in shape)
    check_total(itertools.repeat((height, width), min(m, MOST_MASKS + 1)))
    if packed.dtype != np.uint8 or packed.shape != (m, -(-height * width // 8)):
        raise ValueError(f"packed must hold {m} masks of {height} x {width} bits, got {packed.dtype} {packed.shape}")
    return np.unpackbits(packed, axis=1, count=height * width).reshape(m, height, width).view(bool)


def _read_png(file: Path) -> MaskStack:
    from PIL import Image

    check_pictures([file])
    with Image.open(file) as image:
        if image.format != "PNG":
            raise ValueError(f"a picture of a mask must be PNG, got {image.format}: lossy formats move borders")
        image.load()
        return _picture_mask(image)[None]


def _picture_mask(image: Any) -> Mask:
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    if alpha.min() != alpha.max():
        return alpha >= 128
    grey = image if image.mode.startswith(("1", "L", "I")) else image.convert("RGB").convert("L")
    levels = np.asarray(grey.getchannel(0) if grey.mode == "LA" else grey).astype(np.int64)
    return 2 * levels > max(int(levels.max()), 0)


def _read_folder(folder: Path) -> MaskStack:
    files = sorted(folder.glob("*.png"), key=lambda file: (len(file.stem), file.stem))
    if not files:
        raise ValueError(f"a folder of masks must hold .png files, got none in {folder}: name another one")
    _named(lambda folder: check_pictures(files), folder)
    masks = [_content(file)[0] for file in files]
    for file, mask in zip(files, masks, strict=True):
        if mask.shape != masks[0].shape:
            raise ValueError(
                f"masks of one image must have one size, got {masks[0].shape} in {files[0].name} and {mask.shape} "
                f"in {file.name}: export them again"
            )
    return np.stack(masks)


def _write(file: Path, masks: MaskStack) -> None:
    writer = {".json": _write_json, ".npz": _write_npz, ".png": _write_png}[file.suffix.lower()]
    with complete_file(file) as partial:
        writer(partial, masks)


def _write_json(file: Any, masks: MaskStack) -> None:
    encoded = [run_lengths(mask) for mask in masks]
    content = [{**lengths, "counts": string_of_counts(lengths["counts"])} for lengths in encoded]
    file.write(json.dumps(content).encode())


def _write_npz(file: Any, masks: MaskStack) -> None:
    packed = np.packbits(masks.reshape(len(masks), masks.shape[1] * masks.shape[2]), axis=1)
    np.savez_compressed(file, packed=packed, shape=np.array(masks.shape))


def _write_png(file: Any, masks: MaskStack) -> None:
    from PIL import Image

    Image.fromarray(masks[0]).save(file, format="PNG")


def _checked_stack(masks: Any) -> MaskStack:
    stack = zero_one("masks", masks)
    if stack.ndim != 3:
        raise ValueError(f"masks must have shape (m, h, w), got {stack.shape}: pass mask[None] for a single one")
    return stack


def _stacked(encoded: list[Any]) -> MaskStack:
    if not encoded:
        return np.zeros((0, 0, 0), dtype=bool)
    first = from_run_lengths(encoded[0])
    masks = np.zeros((len(encoded), *first.shape), dtype=bool)
    for place, one in enumerate(encoded):
        mask = from_run_lengths(one)
        if mask.shape != first.shape:
            raise ValueError(
                f"masks of one image must have one size, got {first.shape} and {mask.shape}: export them again"
            )
        masks[place] = mask
    return masks
