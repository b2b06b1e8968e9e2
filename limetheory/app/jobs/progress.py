"""`Progress`: how far a job has come, as the page shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Progress:
    """How far a job has come.

    Attributes:
        text: in words.
        done, total: how many of how many; a total of 0 is not known yet.
        version: of the newest answer in the session, which grows.
    """

    text: str
    done: int = 0
    total: int = 0
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        """The numbers and the words for the browser."""
        return asdict(self)
