"""The document of an answer, which repeats it on the command line."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from limetheory.app.worker.messages import ModelSource
from limetheory.backends import TORCH
from limetheory.explaining.repeat import document
from limetheory.explaining.source import Source
from limetheory.images.answer import Answer
from limetheory.images.question import Question
from limetheory.images.record import recorded
from limetheory.images.repeat import Network, repeatable


def document_of(
    photo: Path, name: str, model: ModelSource, question: Question, answer: Answer, said: list[str]
) -> dict[str, Any]:
    """The JSON of `limetheory explain` about a photograph, with file names in the place of this machine's paths.

    Args:
        photo: its file.
        name: what its person calls it.
        model: where the network comes from.
        question: what was asked.
        answer: what was answered.
        said: the warnings on the way.
    """
    network = Network(
        model=model.model, output=answer.network.output, precision=answer.network.precision,
        weights=None if model.weights is None else _weights(model.weights), backend=_backend(answer.network),
    )  # fmt: skip
    repeat = repeatable(replace(Source.of_file(photo), path=name), network, question, [answer])
    return document([recorded(name, question, answer, said)], repeat, several=False)


def _backend(network: Any) -> str:
    """What ran a network; a function runs itself, as torch's networks do by default."""
    return TORCH if network.running is None else str(network.running.name)


@lru_cache(maxsize=4)
def _weights(path: str) -> Source:
    """The file of weights, whose digest takes seconds."""
    return replace(Source.of_file(path), path=Path(path).name)
