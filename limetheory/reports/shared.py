"""What a report that is given to others says of files: their names, and not the folders that they lie in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def name_alone(path: Any) -> Any:
    r"""The name of a file at a path of any system; what is no text stays.

    >>> name_alone("/home/ada/zebra.png"), name_alone("C:\\Users\\ada\\zebra.png"), name_alone(None)
    ('zebra.png', 'zebra.png', None)
    """
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1] if isinstance(path, str) else path


def without_folders(content: Any) -> Any:
    """A document of `limetheory explain` in which every file has its name alone.

    `limetheory explain --from` finds such a file in the working folder, or beside the document.

    >>> without_folders({"input": {"path": "/home/ada/zebra.png", "sha256": "12"}})
    {'input': {'path': 'zebra.png', 'sha256': '12'}}
    """
    if isinstance(content, list):
        return [without_folders(one) for one in content]
    if not isinstance(content, Mapping):
        return content
    is_file = "sha256" in content
    return {
        name: name_alone(one) if is_file and name == "path" else without_folders(one) for name, one in content.items()
    }
