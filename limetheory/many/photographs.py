"""Explains photographs by the names of their files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from limetheory.images.answer import answered
from limetheory.images.explanation import ImageExplanation
from limetheory.images.question import Question
from limetheory.many.sources import NetworkSource
from limetheory.pictures import load_image


@dataclass(frozen=True)
class Photographs:
    """Explains the photograph of a file, named in a folder."""

    folder: Path
    network: NetworkSource
    question: Question

    def __call__(self, name: str, seed: int) -> list[ImageExplanation]:
        """The explanation of each class that is asked about."""
        network = self.network.load()
        answers = answered(network, load_image(self.folder / name), replace(self.question, seed=seed))
        if answers[-1].interrupted:
            raise KeyboardInterrupt
        return [answer.finest for answer in answers]

    def class_name(self, target: int) -> str:
        """The name of a class of the network."""
        return str(self.network.load().class_name(target))
