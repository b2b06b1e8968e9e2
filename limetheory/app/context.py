"""`Context`: what every panel of the page works with."""

from __future__ import annotations

import os
from dataclasses import dataclass

from limetheory.app.examples import Example
from limetheory.app.inputs.known import TABLE, TEXT, Known
from limetheory.app.jobs.queue import JobQueue
from limetheory.app.settings import Settings
from limetheory.app.worker.client import Worker
from limetheory.app.worker.messages import ModelFacts


@dataclass(frozen=True)
class Context:
    """What every panel of the page works with.

    Attributes:
        settings: of the command line.
        worker: the process of the model.
        queue: of the jobs.
        examples: photographs that are offered.
        model: what is known of the model.
        known: what is known of the models of texts and rows; None on a page of photographs alone.
    """

    settings: Settings
    worker: Worker
    queue: JobQueue
    examples: tuple[Example, ...]
    model: ModelFacts
    known: Known | None = None

    @property
    def commanded(self) -> bool:
        """Whether `limetheory explain` takes the model of photographs, which a function is not."""
        return ":" not in self.settings.source.model

    @property
    def model_names(self) -> dict[str, str]:
        """The names of the models by the kind of their input, without folders."""
        others = {} if self.known is None else {name: self.known.source(name).model for name in (TEXT, TABLE)}
        return {"photo": self.model.name, **{name: os.path.basename(model) for name, model in others.items()}}
