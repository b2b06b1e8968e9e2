"""The folder for what can be made or downloaded again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def cache_home() -> Path:
    """Return the folder for what can be made or downloaded again: masks and checkpoints.

    ``$XDG_CACHE_HOME/limetheory`` where that is set to an absolute path, else the system's own place.
    """
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if chosen.is_absolute():
        return chosen / "limetheory"
    places = {"win32": "AppData/Local", "darwin": "Library/Caches"}
    return Path.home() / places.get(sys.platform, ".cache") / "limetheory"
