"""Labelled images: scikit-learn's digits enlarged, or MNIST and CIFAR-10 from local files, and photographs."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import BadZipFile, is_zipfile

import numpy as np

import limetheory as lt
from experiments.tables.store import photographs as photographs_in
from limetheory.verification.digits import enlarged_digits
from limetheory.verification.network import photograph

DIGITS, MNIST, CIFAR = "digits", "mnist", "cifar10"
HELD_OUT = 300
"""Digits of scikit-learn that no network is trained on; a convention."""
SHIPPED = ("astronaut", "chelsea", "coffee", "rocket")
"""The photographs that scikit-image ships and that are used elsewhere here."""
CLASSES = 10
"""Of digits, of MNIST and of CIFAR-10."""
_LARGEST = 1 << 30  # bytes of one file that are read at most, several times those of the real ones
_RECORD = 1 + 3 * 32 * 32  # bytes of an image in CIFAR-10's binary files


@dataclass(frozen=True, eq=False)
class Labelled:
    """Images (n, h, w[, 3]) uint8 with labels (n,), divided into those to train on and those to explain.

    ``first`` are the first images in the order of their source, from which the figures take theirs.
    """

    name: str
    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    first: np.ndarray


@lru_cache(maxsize=1)
def labelled(name: str, folder: Path | None = None) -> Labelled:
    """The images of a dataset.

    Raises:
        ValueError: no folder, or not the files of the dataset in it.
    """
    if name == DIGITS:
        return _digits()
    if folder is None or not folder.is_dir():
        given = "no folder" if folder is None else f"{folder}, which is no folder"
        raise ValueError(f"dataset {name} is read from local files, got {given}; give theirs as --data FOLDER")
    found = {MNIST: _mnist, CIFAR: _cifar}[name](folder)
    for labels in (found.train_labels, found.test_labels):
        _refuse_labels(labels, folder)
    return found


def _refuse_labels(labels: np.ndarray, folder: Path) -> None:
    """Refuse what no network of ten classes can be trained on or asked about."""
    whole = labels.dtype.kind in "iu" and labels.ndim == 1 and labels.size > 0
    if not whole or labels.min() < 0 or labels.max() >= CLASSES:
        kinds = f"{labels.min()} to {labels.max()}" if whole else f"{labels.dtype} of shape {labels.shape}"
        raise ValueError(
            f"labels must be whole numbers from 0 to {CLASSES - 1}, one at least, got {kinds} in {folder}; give the "
            "original files"
        )


def _digits() -> Labelled:
    images, labels = enlarged_digits()
    levels = np.round(255 * images).astype(np.uint8)
    test, train = np.split(np.random.default_rng(0).permutation(len(levels)), [HELD_OUT])
    return Labelled(DIGITS, levels[train], labels[train], levels[test], labels[test], levels)


def _mnist(folder: Path) -> Labelled:
    parts = _mnist_npz(folder / "mnist.npz") if (folder / "mnist.npz").is_file() else _mnist_idx(folder)
    train, train_labels, test, test_labels = parts
    fits = all(
        images.dtype == np.uint8 and images.shape == (len(labels), 28, 28)
        for images, labels in ((train, train_labels), (test, test_labels))
    )
    if not fits:
        raise ValueError(
            f"MNIST must be images (n, 28, 28) uint8 with n labels, got {train.shape} {train.dtype} and "
            f"{train_labels.shape} in {folder}; give the original files"
        )
    return Labelled(MNIST, train, train_labels, test, test_labels, train)


def _mnist_npz(file: Path) -> tuple[np.ndarray, ...]:
    names = ("x_train", "y_train", "x_test", "y_test")
    got = "no zip archive"
    try:
        if is_zipfile(file):
            with np.load(file, allow_pickle=False) as content:
                held = [one for one in names if one in content.files]
                got = f"{', '.join(held) or 'none of them'} alone" if len(held) < len(names) else "arrays of objects"
                return tuple(content[name] for name in names)
    except (KeyError, ValueError):
        pass
    except (OSError, EOFError, BadZipFile):
        got = "a damaged archive"
    raise ValueError(f"{file} must hold the arrays {', '.join(names)}, got {got}; give the original file")


def _mnist_idx(folder: Path) -> tuple[np.ndarray, ...]:
    names = [f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]
    return tuple(_idx(_found(folder, name)) for name in names)


def _found(folder: Path, name: str) -> Path:
    """The file of this name, compressed or not, with a dot in place of the last hyphen as some copies have it."""
    spelled = (name, name.replace("-idx", ".idx"))
    for file in (folder / f"{one}{end}" for one in spelled for end in ("", ".gz")):
        if file.is_file():
            return file
    raise ValueError(
        f"data must have MNIST's file {name} or {name}.gz, or mnist.npz, got none in {folder}; put it there"
    )


def _idx(file: Path) -> np.ndarray:
    """An array of an IDX file: two zero bytes, the type 8, the number of axes, their lengths, and the entries."""
    opened: Callable[..., BinaryIO] = cast("Callable[..., BinaryIO]", gzip.open if file.suffix == ".gz" else open)
    try:
        with opened(file, "rb") as stream:
            zeros, kind, axes = struct.unpack(">HBB", stream.read(4))
            if (zeros, kind) != (0, 8) or not 1 <= axes <= 3:
                raise ValueError("another header")
            shape = struct.unpack(f">{axes}I", stream.read(4 * axes))
            size = int(np.prod(shape, dtype=np.float64))
            entries = b"" if size > _LARGEST else stream.read(size)
            if len(entries) != size:
                raise ValueError(f"{len(entries):,} of {size:,} entries")
            return np.frombuffer(entries, np.uint8).reshape(shape)
    except (EOFError, struct.error):
        got = "a file that ends too soon"
    except (OSError, ValueError) as error:
        got = " ".join(str(error).split())
    raise ValueError(f"{file} must be an IDX file of bytes, got {got}; give the original file")


def _cifar(folder: Path) -> Labelled:
    inner = folder / "cifar-10-batches-bin"
    folder = inner if inner.is_dir() else folder
    files = [folder / f"data_batch_{number}.bin" for number in range(1, 6)]
    test = folder / "test_batch.bin"
    if not all(file.is_file() for file in (*files, test)):
        pickled = (folder / "data_batch_1").is_file() or (folder / "cifar-10-batches-py").is_dir()
        got = "the pickled version, whose files can run code," if pickled else "none"
        raise ValueError(
            f"data must have CIFAR-10's binary version, data_batch_1.bin to test_batch.bin, got {got} in {folder}; "
            "give the binary version"
        )
    images, labels = (np.concatenate(parts) for parts in zip(*map(_records, files), strict=True))
    return Labelled(CIFAR, images, labels, *_records(test), images)


def _records(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (n, 32, 32, 3) and labels of one file."""
    if file.stat().st_size > _LARGEST or file.stat().st_size % _RECORD or not file.stat().st_size:
        raise ValueError(
            f"{file} must have {_RECORD} bytes an image, got {file.stat().st_size} in all; give the original file"
        )
    rows = np.frombuffer(file.read_bytes(), np.uint8).reshape(-1, _RECORD)
    return rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), rows[:, 0]


def colours(levels: np.ndarray) -> np.ndarray:
    """Images in [0, 1] with three channels, (n, h, w, 3), of levels (n, h, w[, 3]) uint8."""
    grey = levels[..., None] if levels.ndim == 3 else levels
    return np.broadcast_to(grey, (*grey.shape[:3], 3)) / 255


def photographs(folder: Path | None, limit: int) -> list[tuple[str, str, Path | None]]:
    """The photographs that scikit-image ships and then those of a folder: source, name, and file or None."""
    shipped: list[tuple[str, str, Path | None]] = [("scikit-image", name, None) for name in SHIPPED]
    if folder is None:
        return shipped[:limit]
    found = [(folder.resolve().name, file.name, file) for file in photographs_in(folder, None, "--data")]
    return [*shipped, *found][:limit]


def pixels(name: str, file: Path | None) -> np.ndarray:
    """A photograph, (h, w, 3) in [0, 1]."""
    return photograph(name) if file is None else lt.load_image(file)
