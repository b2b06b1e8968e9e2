"""Private folders, and files that are replaced as a whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE = 0o700


class DiskFull(OSError):
    """There is no room for a file; the one of before is still there."""


def private_folder(path: Path) -> Path:
    """A folder that only its owner may enter, made where it is missing.

    Raises:
        PermissionError: it belongs to somebody else, or others may enter it and that cannot be changed.
    """
    path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    path.chmod(PRIVATE)
    return path


def replaced(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place and move it there, so that a reader finds the old one or the new one.

    Args:
        path: its place, in a folder that is there.
        write: writes the content to the path that it is given, which ends as ``path`` does.

    Raises:
        DiskFull: there is no room; the file of before is untouched.
    """
    with told_when_full():
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=path.suffix)
    os.close(handle)
    new = Path(name)
    try:
        with told_when_full():
            write(new)
            os.replace(new, path)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn the system's errors of a full disk, or of a used-up quota, into `DiskFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(error.errno, os.strerror(error.errno)) from None
        raise


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder."""
    total = 0
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                total += entry.stat().st_size
    return total
