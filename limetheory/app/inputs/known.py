"""`Known`: what the page knows of its models of texts and rows, asked for once."""

from __future__ import annotations

import threading

from limetheory.app.refusals import Refused
from limetheory.app.settings import Settings
from limetheory.app.worker.client import Worker
from limetheory.app.worker.messages import Done, Task
from limetheory.app.worker.stored import StoredFacts, StoredSource

TEXT, TABLE = "text", "table"


class Known:
    """What the page knows of its models of texts and rows.

    Args:
        worker: the model's process, which is asked when something is first needed.
        settings: with the models.
    """

    def __init__(self, worker: Worker, settings: Settings):
        self._worker = worker
        self._sources = {TEXT: settings.text, TABLE: settings.table}
        self._found: dict[str, StoredFacts | Refused] = {}
        self._locks = {name: threading.Lock() for name in self._sources}

    def source(self, name: str) -> StoredSource:
        """Where the model of texts, "text", or of rows, "table", comes from."""
        return self._sources[name]

    def facts(self, name: str) -> StoredFacts:
        """What is known of the model of texts, "text", or of rows, "table".

        Raises:
            Refused: it cannot be used; it is not asked again.
        """
        with self._locks[name]:
            if name not in self._found:
                self._found[name] = self._asked(name)
            found = self._found[name]
        if isinstance(found, Refused):
            raise found
        return found

    def prepare(self) -> None:
        """Ask for both, so that the page need not wait for them."""
        for name in self._sources:
            try:
                self.facts(name)
            except Refused:
                continue  # its tab says why

    def _asked(self, name: str) -> StoredFacts | Refused:
        try:
            told = list(self._worker.results(Task(f"{name} facts", {"source": self._sources[name]}), lambda: False))
        except Refused as refused:
            return refused
        found: StoredFacts = next(one.value for one in told if isinstance(one, Done))
        return found
