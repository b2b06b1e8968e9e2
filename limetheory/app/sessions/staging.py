"""A session that is made beside another one and takes its place as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limetheory.app.sessions.folders import told_when_full
from limetheory.app.sessions.session import Session


@contextmanager
def staged(session: Session) -> Iterator[Session]:
    """An empty session that takes the place of a session when the ``with`` block ends without an error.

    Args:
        session: of the browser, which keeps its files until then.

    Raises:
        Refused: there is no room for one more session.
    """
    session.begin()
    with told_when_full():
        folder = Path(tempfile.mkdtemp(prefix=".opened-", dir=session.folder.parent))
    try:
        yield session.beside(folder)
        with session.turn:
            _exchange(folder, session.folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exchange(new: Path, place: Path) -> None:
    """Put a folder at a place; the one of before is removed."""
    old = Path(tempfile.mkdtemp(prefix=".closed-", dir=place.parent))
    os.rename(place, old / "of")
    os.rename(new, place)
    shutil.rmtree(old, ignore_errors=True)
