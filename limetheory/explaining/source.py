"""Which file an answer is about, known again by its SHA-256."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from limetheory.arguments import integer
from limetheory.checked_files import digest_of
from limetheory.given import given


@dataclass(frozen=True)
class Source:
    """A file: where it was, its SHA-256 in hexadecimal, and its size in bytes; of a folder these are None.

    >>> Source.of_bytes("a.txt", b"abc").sha256[:8]
    'ba7816bf'
    """

    path: str
    sha256: str | None
    size: int | None

    @classmethod
    def of_file(cls, path: str | os.PathLike[str]) -> Source:
        """The file at a path."""
        if not os.path.isfile(path):
            return cls(os.fspath(path), None, None)
        return cls(os.fspath(path), digest_of(path), os.path.getsize(path))

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> Source:
        """A file that is in memory alone."""
        return cls(name, sha256(content).hexdigest(), len(content))

    @classmethod
    def of_record(cls, content: Any) -> Source:
        """The source that `record` wrote.

        Raises:
            ValueError, TypeError: it is something else.
        """
        found = content if isinstance(content, Mapping) else {}
        path, digest, size = (found.get(name) for name in ("path", "sha256", "bytes"))
        if not isinstance(path, str) or not path or "\0" in path or not (digest is None or isinstance(digest, str)):
            raise ValueError(f"a file in a record must have a path and a sha256, got {given(content)}; explain anew")
        return cls(path, digest, None if size is None else integer("bytes of a file", size, 0))

    @property
    def record(self) -> dict[str, Any]:
        """What a record holds of it."""
        return {"path": self.path, "sha256": self.sha256, "bytes": self.size}

    def check(self, path: str | os.PathLike[str], what: str) -> None:
        """Refuse another file than this one; of a folder only that it is there can be said.

        Args:
            path: where it is said to be now.
            what: what it is, such as "the photograph".

        Raises:
            FileNotFoundError, ValueError: in one line.
        """
        here = Path(path)
        if not (here.is_file() if self.sha256 else here.exists()):
            raise FileNotFoundError(f"{what} must be where it was, got no {given(os.fspath(path))}; name it anew")
        if self.sha256 is None or (self.size == here.stat().st_size and self.sha256 == digest_of(here)):
            return
        raise ValueError(
            f"{what} must be the one of the answer, of {self.size} bytes and SHA-256 {self.sha256[:12]}…, got another "
            f"in {given(os.fspath(path))}; name the same file, or explain this one without --from"
        )
