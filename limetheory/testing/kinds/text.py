"""Explainers of texts: a text of d distinct words, and a model that reads off which of them are there."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from limetheory.designs import Design, TextDesign
from limetheory.testing.kinds.kind import Kind, scores

_WORDS = (
    "rivers", "carry", "small", "boats", "toward", "open", "water", "while", "birds", "follow", "every", "turn",
)  # fmt: skip


class TextKind(Kind):
    """``explain(predict, text, n, rng)`` → a coefficient for each distinct word, in the order of first appearance.

    ``predict`` takes a list of b texts and returns (b, 2); class 0 is explained. A word counts as shown where the text
    still has it. The first word stands at the end of the text once more: it is hidden and shown in both places.
    """

    form = "explain(predict, text, n, rng)"

    def design(self, d: int) -> Design:
        """`TextDesign`."""
        return TextDesign(d)

    def question(self, F: Any, d: int, **variant: Any) -> tuple[Any, ...]:
        """The model and the text."""
        words = tuple(f"{_WORDS[j % len(_WORDS)]}{j // len(_WORDS) or ''}" for j in range(d))

        def predict(texts: Any) -> np.ndarray:
            if isinstance(texts, str):
                raise ValueError("predict takes a list of texts, got one text; put it into a list")
            found = [set(re.findall(r"\w+", text)) for text in texts]
            masks = np.array([[word in shown for word in words] for shown in found], bool).reshape(len(found), d)
            return scores(F, masks)

        return predict, f"{' '.join(words)}, {words[0]}."
