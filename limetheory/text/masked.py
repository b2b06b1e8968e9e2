"""A masked text: x(z) keeps the tokens that a mask shows, and removes or replaces the others."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import flag, mask_rows
from limetheory.kept import keepable
from limetheory.text.composer import Composer
from limetheory.text.strings import string
from limetheory.text.tokens import Span, Tokenizer, spans_of

REMOVE = "remove"
"""The value of ``missing`` that leaves hidden tokens out."""


class MaskedText:
    """x(z), the text with only those tokens j for which z_j = 1 (THEORY section 6; Ribeiro et al. 2016).

    What stands between the tokens stays. Equal tokens are one part, which is shown or hidden everywhere in the text,
    unless their positions are told apart.

    Args:
        text: ξ.
        tokens: "words", "characters" or a tokenizer, see `spans_of`.
        missing: "remove", or a string that takes the place of each hidden token, such as a model's mask token.
        positions: whether every occurrence of a token is a part of its own.

    Attributes:
        text, missing, positions: as above.
        spans: start and end of each occurrence of a token in the text, (m, 2) int.
        owner: the part of each occurrence, (m,) integers 0..d−1 in the order of their first occurrence.

    Raises:
        ValueError: a text without any token.
        TypeError: text or ``missing`` are no strings.

    >>> masked = MaskedText("good, very good", missing="[MASK]")
    >>> masked.tokens, masked.compose(np.array([[True, False], [False, True]]))
    (('good', 'very'), ['good, [MASK] good', '[MASK], very [MASK]'])
    """

    def __init__(
        self,
        text: str,
        tokens: str | Tokenizer = "words",
        missing: str = REMOVE,
        positions: bool = False,
    ):
        self.text, self.missing = string("text", text), string("missing", missing, "give 'remove' or a mask token")
        self.positions = flag("positions", positions)
        self._place(spans_of(self.text, tokens))

    @classmethod
    def restored(cls, text: str, spans: np.ndarray, missing: str, positions: bool) -> MaskedText:
        """The masked text with these spans, which another one had."""
        return cls(text, lambda _: spans.tolist(), missing, positions)

    def _place(self, spans: list[Span]) -> None:
        if not spans:
            shown = repr(self.text) if len(self.text) <= 40 else f"{self.text[:40]!r}…"
            raise ValueError(f"a text must have at least one token, got none in {shown}; use tokens='characters', or "
                             "another text")  # fmt: skip
        self.spans = np.array(spans)
        found = [self.text[start:end] for start, end in spans]
        if self.positions:
            self.tokens, self.owner = tuple(found), np.arange(len(found))
            return
        number = {token: place for place, token in enumerate(dict.fromkeys(found))}
        self.tokens, self.owner = tuple(number), np.array([number[token] for token in found])

    @property
    def d(self) -> int:
        """Number of parts: distinct tokens, or occurrences where positions are told apart."""
        return len(self.tokens)

    def compose(self, masks: Any) -> list[str]:
        """x(z) for each mask: (n, d) bool → n texts."""
        return self._composer(mask_rows(masks, self.d))

    @cached_property
    def _composer(self) -> Composer:
        starts, ends = self.spans.T.tolist()
        gaps = [self.text[end:start] for end, start in zip(ends, [*starts[1:], len(self.text)], strict=True)]
        found = [self.text[start:end] for start, end in zip(starts, ends, strict=True)]
        instead = "" if self.missing == REMOVE else self.missing
        shown = [token + gap for token, gap in zip(found, gaps, strict=True)]
        return Composer(self.text[: starts[0]], shown, [instead + gap for gap in gaps], self.owner)


keepable(MaskedText, "text", "spans", "missing", "positions", build=MaskedText.restored)
