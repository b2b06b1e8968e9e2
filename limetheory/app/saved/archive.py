"""Zip archives whose parts are stored as they are, so that nothing in one is larger than the file itself."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Mapping

from limetheory.app.saved.refused import not_saved

MOST_MEMBERS = 64
"""Parts of an archive; a convention."""

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_MOST_DIRECTORY = 256 * MOST_MEMBERS  # bytes of the list of parts, which is read before they are counted
_ENCRYPTED = 0x1


def written(members: Mapping[str, bytes]) -> bytes:
    """An archive of these parts; equal parts give equal bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, part in members.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return content.getvalue()


def read(content: bytes, known: Collection[str]) -> dict[str, bytes]:
    """The parts of an archive of anyone's.

    Args:
        content: its bytes.
        known: the names that parts may have.

    Raises:
        Refused: another file, a part of another name, one that is there twice, packed or encrypted, or damaged.

    >>> read(written({"a.json": b"1"}), ["a.json"])
    {'a.json': b'1'}
    """
    _check_directory(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            _check_members(infos, known, len(content))
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, struct.error):
        raise not_saved("it is damaged") from None


def _check_directory(content: bytes) -> None:
    """Refuse a list of parts that is longer than any of ours, before it is read."""
    end = content[-22:]
    if len(end) < 22 or not end.startswith(_END):
        raise not_saved("it is no archive, or not whole")
    (size,) = struct.unpack("<I", end[12:16])
    if size > _MOST_DIRECTORY or content[-42:-38] == _END_64:
        raise not_saved("it has too many parts")


def _check_members(infos: Collection[zipfile.ZipInfo], known: Collection[str], size: int) -> None:
    names = [info.filename for info in infos]
    if len(names) > MOST_MEMBERS or len(set(names)) < len(names):
        raise not_saved("it has too many parts, or one of them twice")
    if not set(names) <= set(known):
        raise not_saved("it has parts of other names")
    stored = all(one.compress_type == zipfile.ZIP_STORED and one.file_size == one.compress_size for one in infos)
    if not stored or any(one.flag_bits & _ENCRYPTED for one in infos) or sum(one.file_size for one in infos) > size:
        raise not_saved("its parts are packed")
