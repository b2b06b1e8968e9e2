"""Archives of skops: models of scikit-learn and its relatives, of which only trusted types are made."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.packages import needed
from limetheory.stored_models.trust import MOST_BYTES, Trust

_MOST_MEMBERS = 100_000
_SHOWN = 10
_REMEDY = "save the model again with skops.io.dump"


def read_skops(path: Path, trust: Trust) -> Any:
    """The model of an archive that holds only types that skops trusts, and those that the caller does.

    Raises:
        ValueError: other types, which are listed, or a file that is damaged or too large.
        ImportError: skops is not installed.
    """
    skops = needed("skops.io", "a .skops model", "files")
    _check_members(path)
    try:
        unknown = [one for one in skops.get_untrusted_types(file=path) if one not in trust.types]
    except Exception as error:
        raise _unreadable(path, error) from None
    if unknown:
        raise ValueError(_untrusted(path, unknown, trust.types))
    try:
        return skops.load(path, trusted=list(trust.types))
    except Exception as error:
        raise _unreadable(path, error) from None


def _untrusted(path: Path, unknown: Sequence[str], trusted: Sequence[str]) -> str:
    listed = ", ".join(unknown[:_SHOWN]) + (f", … ({len(unknown)})" if len(unknown) > _SHOWN else "")
    options = " ".join(f"--trust {one}" for one in [*trusted, *unknown])
    return (
        f"a .skops model must hold trusted types only, got {listed} in {given(str(path))}; if you know these types and "
        f"trust them, add {options}"
    )


def _check_members(path: Path) -> None:
    """Refuse what is no archive, or unpacks to more than is allowed, or has arrays larger than their members."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            total = sum(info.file_size for info in infos)
            if len(infos) > _MOST_MEMBERS or total > MOST_BYTES:
                raise ValueError(f"{len(infos):,} members of {total:,} bytes, more than {MOST_BYTES:,} at most")
            for info in infos:
                if info.filename.endswith(".npy"):
                    _check_array(archive, info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, TokenError) as error:
        raise _unreadable(path, error) from None


def _check_array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    with archive.open(info) as member:
        head = io.BytesIO(member.read(1 << 16))
    version = np.lib.format.read_magic(head)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(head)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize > info.file_size:
        raise ValueError(f"an array of {shape} {dtype} in {info.file_size} bytes")


def _unreadable(path: Path, error: Exception) -> ValueError:
    return ValueError(
        f"a .skops model must be an archive that skops.io.dump wrote, got {given(str(path))} ({one_line(error)}); "
        f"{_REMEDY}"
    )
