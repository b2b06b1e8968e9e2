"""`Session`: the work of one browser as files of fixed names in a folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from limetheory.app.refusals import Refused
from limetheory.app.sessions.folders import DiskFull, replaced, size_of
from limetheory.app.sessions.turns import turn_of

_FULL = "There is no room left on the disk; nothing of before was lost. Free some space, then try again."


class Session:
    """The files of one browser.

    Names of files are the program's own, such as "photo.json"; no text of a browser ever becomes one.

    Args:
        folder: of this browser.
        most: the largest number of bytes in it.
        begin: is asked before each file is written; it makes the folder, or refuses.
    """

    def __init__(self, folder: Path, most: int, begin: Callable[[Path], None]):
        self.folder, self._most, self._begin = folder, most, begin

    @property
    def name(self) -> str:
        """What distinguishes it from other browsers' sessions."""
        return self.folder.name

    @property
    def turn(self) -> AbstractContextManager[bool]:
        """Held while something of it is read, changed and written, so that no other window's change is lost."""
        return turn_of(self.folder)

    def begin(self) -> None:
        """Make its folder where it is missing.

        Raises:
            Refused: there are as many sessions as there may be.
        """
        try:
            self._begin(self.folder)
        except DiskFull:
            raise Refused(_FULL) from None

    def beside(self, folder: Path) -> Session:
        """A session in another folder, which is there, with the same bound."""
        return Session(folder, self._most, lambda _: None)

    def path(self, name: str) -> Path:
        """The place of a file."""
        if not name or os.path.basename(name) != name or name.startswith("."):
            raise ValueError(f"a file of a session must have a plain name, got {name!r}; leave folders out")
        return self.folder / name

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return self.path(name).is_file()

    def write(self, name: str, writer: Callable[[Path], None]) -> None:
        """Replace a file, or leave the one of before as it is.

        Args:
            name: of the file.
            writer: writes it to the path that it is given.

        Raises:
            Refused: there is no room on the disk, or no more for this browser.
        """
        try:
            with self.turn:
                self._begin(self.folder)
                replaced(self.path(name), lambda path: self._write_within(path, name, writer))
        except DiskFull:
            raise Refused(_FULL) from None

    def _write_within(self, path: Path, name: str, writer: Callable[[Path], None]) -> None:
        writer(path)
        before = self.path(name)
        kept = size_of(self.folder) - (before.stat().st_size if before.is_file() else 0)
        if kept > self._most:
            raise Refused(
                f"This browser may keep {self._most >> 20} MiB here, and this would make it {kept >> 20}; nothing of "
                "before was lost. Start afresh with another photograph."
            )

    def write_bytes(self, name: str, content: bytes) -> None:
        """Replace a file by these bytes."""
        self.write(name, lambda path: _flushed(path, content))

    def read_bytes(self, name: str) -> bytes | None:
        """The bytes of a file; None where there is none."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def write_json(self, name: str, value: Any) -> None:
        """Replace a file by a value that JSON knows."""
        self.write_bytes(name, json.dumps(value).encode())

    def read_json(self, name: str, otherwise: Any = None) -> Any:
        """The value of a file; ``otherwise`` where there is none, or a damaged one."""
        content = self.read_bytes(name)
        with suppress(ValueError, RecursionError):
            return otherwise if content is None else json.loads(content)
        return otherwise

    def forget(self, *names: str) -> None:
        """Remove files."""
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def files(self) -> list[str]:
        """The names of its files."""
        try:
            return sorted(one.name for one in self.folder.iterdir() if not one.name.startswith("."))
        except FileNotFoundError:
            return []

    def touch(self) -> None:
        """Say that the browser has just been here."""
        with suppress(FileNotFoundError):
            os.utime(self.folder)


def _flushed(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
