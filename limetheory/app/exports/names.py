"""Names of files that a browser saves."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_LONGEST = 60  # characters of a photograph's name that are kept; a convention
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)$")  # names of devices on Windows


def file_name(photo: str, ending: str) -> str:
    """The name of a file about a photograph, of letters, digits, "-" and "_" that every system takes.

    >>> file_name("zebra at noon.png", "report.pdf"), file_name("../è<b>.jpg", "labels.png"), file_name("con", "a.txt")
    ('zebra-at-noon-report.pdf', 'b-labels.png', 'photograph-a.txt')
    """
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", PurePosixPath(photo).stem)[:_LONGEST].strip("-")
    return f"{'photograph' if not stem or _RESERVED.match(stem) else stem}-{ending}"
