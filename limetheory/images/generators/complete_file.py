"""A file that appears under its name only when it is complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4


@contextmanager
def complete_file(file: Path) -> Iterator[IO[bytes]]:
    """Open a new file for writing that appears under its name only when the block has ended without an error."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{uuid4().hex}.part")
    try:
        with open(partial, "xb") as stream:
            yield stream
        os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)
