"""A masked text: x(z) keeps the tokens that a mask shows, and removes or replaces the others."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import flag, mask_rows
from limetheory.kept import keepable
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
        kept = np.take(mask_rows(masks, self.d), self.owner, axis=1)
        ways = self._parts.take(_fours(kept) + 16 * np.arange(len(self._parts) // 16))
        return ["".join(parts) for parts in ways.tolist()]

    @cached_property
    def _parts(self) -> np.ndarray:
        """What four occurrences in a row may become, 16 ways to show and hide them each: (⌈m/8⌉ × 2 × 16,) strings.

        Each occurrence comes with what follows it, and the first one with what stands before it, too.
        """
        starts, ends = self.spans.T.tolist()
        gaps = [self.text[end:start] for end, start in zip(ends, [*starts[1:], len(self.text)], strict=True)]
        found = [self.text[start:end] for start, end in zip(starts, ends, strict=True)]
        instead = "" if self.missing == REMOVE else self.missing
        ways = np.full((-(-len(gaps) // 8) * 8, 2), "", object)
        ways[: len(gaps), 0] = [instead + gap for gap in gaps]
        ways[: len(gaps), 1] = [token + gap for token, gap in zip(found, gaps, strict=True)]
        ways[0] = self.text[: starts[0]] + ways[0]
        return _side_by_side(_side_by_side(ways)).ravel()


def _side_by_side(ways: np.ndarray) -> np.ndarray:
    """The ways of two neighbours together, one after the other: (2m, w) strings → (m, w²)."""
    pairs: np.ndarray = (ways[::2, :, None] + ways[1::2, None, :]).reshape(len(ways) // 2, -1)
    return pairs


def _fours(kept: np.ndarray) -> np.ndarray:
    """Four bits in a row as a number, the first counting 8: (n, m) bool → (n, ⌈m/8⌉ × 2) int."""
    eights = np.packbits(kept, axis=1)
    return np.stack([eights >> 4, eights & 15], axis=2).reshape(len(kept), 2 * eights.shape[1])


keepable(MaskedText, "text", "spans", "missing", "positions", build=MaskedText.restored)
