"""Files that keep an answer: one zip archive of JSON and of NumPy arrays, versioned, and never a pickle.

A file holds ``answer.json`` and one ``.npy`` for each array, uncompressed, so that nothing in it can be larger than
the file itself; ``numpy.load(path)`` and any zip program open it. The JSON names the format, its version, and the
versions of the packages that wrote it.
"""

from __future__ import annotations

import io
import json
import math
import os
import platform
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.kept import NUMBER_KINDS, packed, unpacked
from limetheory.written_files import whole_file

FORMAT = "limetheory answer"
VERSION = 1
"""Of the format: a file of a later one is refused, files of earlier ones stay readable."""

_JSON = "answer.json"
_PACKAGES = ("limetheory", "numpy", "scipy", "torch")
# The most arrays in a file that is read, so that a damaged file cannot fill the memory; a convention.
_MOST_MEMBERS = 10_000
_MOST_JSON = 1 << 26  # the largest JSON in a file that is read: 64 MiB; a convention for the same reason


def write(path: str | os.PathLike[str], value: Any) -> None:
    """Keep a registered object in a file, which is replaced only when the new one is complete.

    Raises:
        TypeError: an attribute of a kind that is not registered, or a path that is none.
        OSError: the file cannot be written.
    """
    path = _path(path)
    if path.is_dir():
        raise FileNotFoundError(f"a kept answer must be a file, got the folder {path}; name a file in it")
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"a kept answer must be a file in a folder that exists, got {path}; make the folder first"
        )
    arrays: dict[str, np.ndarray] = {}
    head = {"format": FORMAT, "version": VERSION, "versions": _versions(), "answer": packed(value, arrays)}
    members = {_JSON: json.dumps(head, indent=1, allow_nan=False).encode()}
    members |= {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    with whole_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # of a fixed date: equal answers are equal files


def read(path: str | os.PathLike[str]) -> Any:
    """The object that a file keeps.

    Sizes are checked before anything is decoded, and arrays are read without pickle.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is another one, damaged, or of a later version.
    """
    path = _path(path)
    if not path.is_file():
        raise FileNotFoundError(f"a kept answer must be an existing file, got {path}; give what .save(path) wrote")
    members = _members(path)
    answer = _answer(members, path)
    try:
        arrays = {name.removesuffix(".npy"): _array(content) for name, content in members.items() if name != _JSON}
        return unpacked(answer, arrays)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, TokenError) as error:
        raise _damaged(path, f"{type(error).__name__}: {one_line(error)}") from None


def _path(path: Any) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"the path of a kept answer must be a string or a Path, got {type(path).__name__}; name it")
    return Path(path)


def _npy(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, np.asarray(array), allow_pickle=False)
    return content.getvalue()


def _array(content: bytes) -> np.ndarray:
    """The array of an .npy, whose header must say just as many bytes as there are."""
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array of an unknown version")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.kind not in NUMBER_KINDS or file.tell() + math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError(f"an array of {shape} {dtype} in {len(content)} bytes")
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def _members(path: Path) -> dict[str, bytes]:
    """The members of the archive, all stored as they are, together no larger than the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _check_sizes(infos, path)
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, OverflowError) as error:
        raise ValueError(
            f"a kept answer must be a file that .save(path) wrote, got {path} ({error}); explain anew, or copy it "
            "again; limetheory explain --json writes another format"
        ) from None


def _check_sizes(infos: list[zipfile.ZipInfo], path: Path) -> None:
    names = {info.filename for info in infos}
    other = names - {_JSON, *(name for name in names if name.endswith(".npy"))}
    if _JSON not in names or other:
        raise ValueError(f"a kept answer must be a file that .save(path) wrote, got {path}, another zip archive")
    stored = all(info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size for info in infos)
    fits = len(infos) == len(names) <= _MOST_MEMBERS and sum(info.file_size for info in infos) <= path.stat().st_size
    if not (stored and fits) or next(one for one in infos if one.filename == _JSON).file_size > _MOST_JSON:
        raise _damaged(path, "its parts are larger than the file")


def _answer(members: dict[str, bytes], path: Path) -> Any:
    """The JSON of the answer, of this format and of a version that is known."""
    try:
        head = json.loads(members[_JSON])
    except (ValueError, RecursionError):
        raise _damaged(path, "no JSON") from None
    if not isinstance(head, dict) or head.get("format") != FORMAT or "answer" not in head:
        raise ValueError(f"a kept answer must be a file that .save(path) wrote, got {path} of another format")
    found = head.get("version")
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise _damaged(path, f"version {given(found)}")
    if found > VERSION:
        raise ValueError(
            f"a kept answer must be of version {VERSION} or earlier, got {given(found)} in {path}; upgrade limetheory"
        )
    return head["answer"]


def _damaged(path: Path, why: str) -> ValueError:
    return ValueError(f"a kept answer must be whole, got the damaged {path} ({why}); explain anew, or copy it again")


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a folder that is not installed
            continue
    return found
