"""One run at a time writes a file: a second one is refused while the first is at work."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from limetheory.given import given
from limetheory.outside import outside
from limetheory.packages import needed


@contextmanager
def only_run(out: Path) -> Iterator[None]:
    """Hold the lock of a file: another file, with ``.lock`` behind the name, that holds the number of the process.

    The operating system lets go of the lock when the process ends, however it ends; what a killed run leaves behind is
    taken over.

    Args:
        out: the file that is written.

    Raises:
        ValueError: another run holds it.
        ImportError: filelock is not installed.
        OSError: the lock cannot be made.

    Warns:
        UserWarning: the file system has no locks.
    """
    filelock = needed("filelock", "a file that one run writes", "parquet")
    path = out.with_name(f"{out.name}.lock")
    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise ValueError(
            f"one run at a time must write a file, got another at work on {given(str(out))}{_process(path)}; wait "
            "until it has ended, or choose another name"
        ) from None
    except NotImplementedError:
        warnings.warn(
            f"the file system of {given(str(out))} should have locks, got none, so that a second run of the same name "
            "would not be refused; start one only",
            UserWarning,
            stacklevel=outside(),
        )
        yield
        return
    except OSError as error:  # such as of a link, which the lock does not follow
        raise OSError(
            f"one run at a time must write a file, got {error.strerror or error} for its lock {given(str(path))}; "
            "remove that file, or choose another name"
        ) from None
    try:
        with suppress(OSError):  # Windows lets nobody write to a locked file
            path.write_text(f"{os.getpid()}\n")
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        lock.release()


def _process(path: Path) -> str:
    """Which process holds the lock, where its file says it."""
    try:
        return f", process {int(path.read_text())}"
    except (OSError, ValueError):
        return ""
