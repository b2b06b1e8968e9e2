"""How strongly each occurrence of a token is coloured, and whether its sign is certain, for every front end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from limetheory.explanation.headings import interval_name
from limetheory.text.explanation import TextExplanation

POSITIVE, NEGATIVE = (179, 88, 6), (84, 39, 136)
"""Orange and violet, which the colour-blind tell apart; those of the pictures of images."""


@dataclass(frozen=True)
class Shaded:
    """A piece of the text: an occurrence of a token with the number of its part, or what stands between, with None.

    Attributes:
        text: the piece.
        part: the coefficient it belongs to.
        strength: |coefficient| over the largest one, in [0, 1].
        positive: the sign of the coefficient.
        certain: whether the interval leaves out 0.
        note: the coefficient and its interval in words.
    """

    text: str
    part: int | None = None
    strength: float = 0.0
    positive: bool = True
    certain: bool = False
    note: str = ""

    @property
    def colour(self) -> tuple[int, int, int]:
        """Of the background, red, green and blue in 0..255: from white to the colour of the sign."""
        end = np.array(POSITIVE if self.positive else NEGATIVE)
        red, green, blue = np.rint(255 + self.strength * 0.75 * (end - 255.0)).astype(int).tolist()
        return red, green, blue


def shaded(found: TextExplanation, level: float) -> Iterator[Shaded]:
    """The pieces of the text in their order, all characters once."""
    largest = float(np.abs(found.coefficients).max()) or 1.0
    ends = found.asked_interval(level)
    certain = (ends[:, 0] > 0) | (ends[:, 1] < 0)
    start = 0
    for (first, last), part in zip(found.masked.spans.tolist(), found.masked.owner.tolist(), strict=True):
        if first > start:
            yield Shaded(found.text[start:first])
        value, (low, high) = float(found.coefficients[part]), ends[part]
        yield Shaded(
            found.text[first:last], part, abs(value) / largest, value >= 0, bool(certain[part]),
            f"{value:+.3g} ({low:+.3g} … {high:+.3g})",
        )  # fmt: skip
        start = last
    if start < len(found.text):
        yield Shaded(found.text[start:])


def heading(found: TextExplanation, level: float) -> str:
    """What is explained, in one line."""
    of_class = "" if len(found.outputs) == 1 else f"class {found.target_name}, "
    return (
        f"{of_class}output {found.outputs[found.target]:.3g}; {found.n_evaluations} evaluations, "
        f"{interval_name(found.stopping, level)}s"
    )
