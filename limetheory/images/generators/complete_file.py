"""A file that appears under its name only when it is complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from limetheory.part_files import part_file


@contextmanager
def complete_file(file: Path) -> Iterator[IO[bytes]]:
    """Open a new file for writing that appears under its name only when the block has ended without an error."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with part_file(file) as (partial, stream):
        yield stream
        stream.close()
        os.replace(partial, file)
