"""Files whose sizes are checked before anything in them is decoded."""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from stat import S_ISFIFO
from tokenize import TokenError
from zipfile import BadZipFile

from limetheory.given import given

_PACKED = {
    b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip or spreadsheet", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd",
    b"PAR1\x15": "Parquet", **{b"BZh%d1AY&SY" % size: "bzip2" for size in range(1, 10)},
}  # fmt: skip
"""How files begin that hold no text as they are."""

DAMAGED = (
    OSError, ValueError, EOFError, KeyError, TypeError, MemoryError, OverflowError, RecursionError, SyntaxError,
    TokenError, BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged array or archive of NumPy raises, whose headers are Python's literals."""


def checked_file(what: str, path: str | os.PathLike[str], most: int, remedy: str) -> Path:
    """A path of a file that is there, that is not empty, and that has at most so many bytes.

    Args:
        what: what the file is, such as "a model".
        path: of the file.
        most: the largest size in bytes.
        remedy: what to give instead.

    Raises:
        FileNotFoundError, ValueError: in one line.
        TypeError: no path.

    >>> checked_file("a model", "nowhere.skops", 10, "give another")
    Traceback (most recent call last):
    FileNotFoundError: a model must be an existing file, got 'nowhere.skops'; give another
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{what} must be the path of a file, got {given(path)}; {remedy}")
    file, shown = Path(path), given(os.fspath(path))
    if os.path.isdir(file):
        raise ValueError(f"{what} must be a file, got the folder {shown}; {remedy}")
    if not os.path.isfile(file):  # also of a name that is too long, where Path.is_file raises
        raise FileNotFoundError(f"{what} must be an existing file, got {shown}; {remedy}")
    size = file.stat().st_size
    if not 0 < size <= most:
        raise ValueError(f"{what} must have 1 to {most:,} bytes, got {size:,} in {shown}; {remedy}")
    return file


def refuse_pipe(path: str | os.PathLike[str]) -> None:
    """Refuse a named pipe, whose opening waits for whoever writes to it.

    Raises:
        ValueError: it is one.
    """
    if os.path.exists(path) and S_ISFIFO(os.stat(path).st_mode):
        raise ValueError(f"path must name a file, got the pipe {path}: write it to a file first")


def read_utf8(what: str, path: str | os.PathLike[str], most: int, remedy: str) -> str:
    """The text of a file, whose size is checked before it is read.

    Args:
        what: what the file is, such as "a text".
        path: of the file.
        most: the largest size in bytes.
        remedy: what to give instead.

    Raises:
        FileNotFoundError, ValueError: in one line.
    """
    file, shown = checked_file(what, path, most, remedy), given(os.fspath(path))
    content = file.read_bytes()
    packed = next((kind for first, kind in _PACKED.items() if content.startswith(first)), None)
    if packed is not None:
        raise ValueError(f"{what} must be in UTF-8, got the {packed} file {shown}; unpack it, or save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{what} must be in UTF-8, got byte 0x{error.object[error.start]:02x} at {error.start} of {shown}; save it "
            "as UTF-8"
        ) from None


def digest_of(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file in hexadecimal; it is read in pieces."""
    digest = sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def known_digest(path: str | os.PathLike[str]) -> str:
    """`digest_of` a file, which is read once in a process, and again where its size or time of change differs."""
    found = os.stat(path)
    return _digest(os.path.abspath(path), found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=32)
def _digest(path: str, size: int, changed: int) -> str:
    return digest_of(path)


def said(error: BaseException) -> str:
    """`one_line`, and of a call of sys.exit that it is one.

    >>> said(SystemExit(3)), said(KeyError("x"))
    ('SystemExit: 3', "'x'")
    """
    return f"SystemExit: {one_line(error)}" if isinstance(error, SystemExit) else one_line(error)


def one_line(error: BaseException) -> str:
    """What an error of another package says, in one line and cut where it is long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 300 else f"{text[:300]}…"
