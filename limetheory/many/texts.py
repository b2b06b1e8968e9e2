"""Explains texts."""

from __future__ import annotations

from dataclasses import dataclass

from limetheory.explaining.several_targets import each_once
from limetheory.many.sources import ModelSource
from limetheory.text.explanation import TextExplanation
from limetheory.text.question import TextQuestion


@dataclass(frozen=True)
class Texts:
    """Explains a text."""

    model: ModelSource
    question: TextQuestion

    def __call__(self, text: str, seed: int) -> list[TextExplanation]:
        """The explanation of each class that is asked about."""
        return each_once(self.question.explained(self.model.load().predict, text, seed))
