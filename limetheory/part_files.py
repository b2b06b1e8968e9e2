"""Unfinished files beside those that they will become, and what killed processes leave of them."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

_NAME = re.compile(r"\.limetheory-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{8}\.part")


@contextmanager
def part_file(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file beside another one, which is gone behind the block unless it was given another name.

    What processes of this machine that are no more have left there is removed at first, once for each folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with part_file(Path(folder, "a.txt")) as (path, file):
    ...         _ = file.write(b"all of it")
    ...         here = os.listdir(folder) == [path.name]
    ...     here, os.listdir(folder)
    (True, [])
    """
    _without_leftovers(str(target.parent))
    path = target.with_name(f".limetheory-{_machine()}-{os.getpid()}-{token_hex(4)}.part")
    try:
        with open(path, "xb") as file:
            _locked(file.fileno())
            yield path, file
    finally:
        path.unlink(missing_ok=True)


@lru_cache(maxsize=1024)
def _without_leftovers(folder: str) -> None:
    """Remove the unfinished files of dead processes; others' and those of other machines stay."""
    if os.name != "posix":  # elsewhere no signal asks whether a process lives
        return
    with suppress(OSError), os.scandir(folder) as entries:
        found = [(entry.path, _NAME.fullmatch(entry.name)) for entry in entries]
        for path, name in found:
            if name is not None and name[1] == _machine() and not _lives(int(name[2])):
                _remove_unless_locked(path)


def _remove_unless_locked(path: str) -> None:
    """Remove a file that nobody writes: a process of another container may have the number of a dead one here."""
    with suppress(OSError):
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return
        file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            if _locked(file):
                os.unlink(path)
        finally:
            os.close(file)


def _locked(file: int) -> bool:
    """Hold the lock of an open file; whether that succeeds."""
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):  # another holds it, or the file system has none
        return False
    return True


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]
