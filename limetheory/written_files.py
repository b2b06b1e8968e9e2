"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from limetheory.given import given
from limetheory.part_files import part_file


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file for bytes that takes the place of the one at ``path`` when it is complete on the disk, and not before.

    It stands beside that one until then, under a name of its own. A link stays a link, an older file's permissions
    stay. What is no ordinary file, such as /dev/stdout, is written as it is.

    Raises:
        OSError: in one line with the path; what was there before is then as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with whole_file(f"{folder}/a.txt") as file:
    ...         _ = file.write(b"all of it")
    ...     os.listdir(folder), Path(folder, "a.txt").read_text()
    (['a.txt'], 'all of it')
    """
    try:
        target = _led_to(path)
        if target.exists() and not target.is_file():
            with open(target, "wb") as file:
                yield file
        else:
            yield from _replacing(target)
    except OSError as error:
        raise OSError(
            f"an output file must be written whole, got {error.strerror or error} for {given(os.fspath(path))}; free "
            "space on its disk, or name a file elsewhere"
        ) from None


def _led_to(path: str | os.PathLike[str]) -> Path:
    """Where a path leads, which is asked of the system first: it refuses links of others in folders of everyone."""
    with suppress(FileNotFoundError):
        os.stat(path)
    return Path(os.path.realpath(path))


def _replacing(target: Path) -> Iterator[BinaryIO]:
    with part_file(target) as (part, file):
        yield file
        file.flush()
        os.fsync(file.fileno())
        file.close()  # first, as Windows renames no open file
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)


@contextmanager
def kept_rows(path: str | os.PathLike[str]) -> Iterator[None]:
    """Name the file of rows in an error of the ``with`` block that writes to it.

    Raises:
        OSError: in one line with the path.
    """
    try:
        yield
    except OSError as error:
        raise OSError(
            f"rows must be written as soon as they are there, got {error.strerror or error} for "
            f"{given(os.fspath(path))}; free space on its disk, or make it writable, and the same call continues"
        ) from None


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file by `whole_file`."""
    with whole_file(path) as file:
        file.write(content)


def each_written(writes: Iterable[Callable[[], None]]) -> None:
    """Make one file after the other, the later ones too where an earlier one fails.

    Raises:
        OSError: after all of them, with what each failure said.
    """
    said = []
    for write in writes:
        try:
            write()
        except OSError as error:
            said.append(" ".join(str(error).split()))
    if said:
        raise OSError("; ".join(said))
