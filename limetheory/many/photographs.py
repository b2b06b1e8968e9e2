"""Explains photographs by the names of their files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from limetheory.images.answer import answered
from limetheory.images.explanation import ImageExplanation
from limetheory.images.loading import load_image
from limetheory.images.question import Question
from limetheory.many.sources import NetworkSource


@dataclass(frozen=True)
class Photographs:
    """Explains the photograph of a file, named in a folder."""

    folder: Path
    network: NetworkSource
    question: Question

    def __call__(self, name: str, seed: int) -> ImageExplanation:
        """The explanation, at the largest depth."""
        network = self.network.load()
        answer = answered(network, load_image(self.folder / name), replace(self.question, seed=seed))
        if answer.interrupted:
            raise KeyboardInterrupt
        return answer.finest

    def class_name(self, target: int) -> str:
        """The name of a class of the network."""
        return str(self.network.load().class_name(target))
