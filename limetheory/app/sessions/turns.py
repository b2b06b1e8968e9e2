"""One change of a session at a time, whichever of a browser's windows asks for it."""

from __future__ import annotations

import threading
import zlib
from contextlib import AbstractContextManager
from pathlib import Path

_TURNS = tuple(threading.RLock() for _ in range(64))  # sessions that share one wait for each other at times


def turn_of(folder: Path) -> AbstractContextManager[bool]:
    """The lock of a session's folder, held from reading what is changed until it is written.

    Nobody who holds it asks for that of another session, so that no two wait for each other.
    """
    return _TURNS[zlib.crc32(folder.name.encode()) % len(_TURNS)]
