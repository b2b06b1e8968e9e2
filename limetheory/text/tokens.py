"""Where the tokens of a text are: words, characters, or what a tokenizer says."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from limetheory.arguments import refuse_class
from limetheory.functions import answer
from limetheory.given import given

Span: TypeAlias = tuple[int, int]
"""Start and end (one past the last) of a token in the text, in characters."""
Tokenizer: TypeAlias = Callable[[str], Any]
"""A text → the spans of its tokens, in a list or as a fast tokenizer of Hugging Face returns them."""

_WORD = re.compile(r"\w+")
_OFFSETS, _SPECIAL = "offset_mapping", "special_tokens_mask"


def words(text: str) -> list[Span]:
    r"""The runs of letters, digits and underscores; lime 0.2.0.1 splits at ``\\W+``, which finds the same.

    >>> words("It's good.")
    [(0, 2), (3, 4), (5, 9)]
    """
    return [found.span() for found in _WORD.finditer(text)]


def characters(text: str) -> list[Span]:
    """Each character by itself, blanks too.

    >>> characters("a b")
    [(0, 1), (1, 2), (2, 3)]
    """
    return [(place, place + 1) for place in range(len(text))]


TOKENS: Mapping[str, Tokenizer] = {"words": words, "characters": characters}
"""The tokens that `explain_text` knows by name."""


def spans_of(text: str, tokens: str | Tokenizer) -> list[Span]:
    """The spans of a text's tokens, in their order; empty ones, such as those of special tokens, are left out.

    Args:
        text: the text.
        tokens: a name of `TOKENS`; a function of the text that returns a list of (start, end), or an encoding with an
            ``offset_mapping`` or ``offsets``; or a fast tokenizer of Hugging Face's transformers or tokenizers.

    Raises:
        ValueError: an unknown name, or spans that overlap or leave the text.
        TypeError: something else, or a tokenizer that knows no offsets.

    >>> spans_of("red, blue", lambda text: [(0, 0), (5, 9), (0, 3)])
    [(0, 3), (5, 9)]
    """
    refuse_class("tokens", tokens)
    known = TOKENS.get(tokens) if isinstance(tokens, str) else _encoder(tokens)
    if known is None:
        kinds = f"{', '.join(map(repr, TOKENS))} or a function of the text that returns a list of (start, end)"
        wrong = ValueError if isinstance(tokens, str) else TypeError
        raise wrong(f"tokens must be {kinds}, got {given(tokens)}; choose one")
    found = answer("tokens", known, "text → list of (start, end)", text)
    spans = sorted(span for span in map(_span, _listed(found)) if span[0] != span[1])
    _check(spans, len(text))
    return spans


def _encoder(tokens: Any) -> Tokenizer | None:
    """What finds the spans: a tokenizer of transformers, one of tokenizers, or a function."""
    if hasattr(tokens, "is_fast"):
        if not tokens.is_fast:
            raise TypeError(
                f"a tokenizer must know the place of its tokens, got the slow {type(tokens).__name__}; load it with "
                "use_fast=True"
            )
        return lambda text: tokens(text, return_offsets_mapping=True, add_special_tokens=False)
    if not callable(tokens) and hasattr(tokens, "encode"):
        return lambda text: tokens.encode(text, add_special_tokens=False)
    return tokens if callable(tokens) else None


def _listed(answer: Any) -> list[Any]:
    """The spans of a list or of an encoding, without those of special tokens."""
    if isinstance(answer, Mapping) or hasattr(answer, _OFFSETS):
        named = answer if isinstance(answer, Mapping) else vars(answer)
        if _OFFSETS not in named:
            raise TypeError(f"an encoding must have {_OFFSETS!r}, got {', '.join(named)}; ask the tokenizer for "
                            "return_offsets_mapping=True")  # fmt: skip
        answer, special = named[_OFFSETS], named.get(_SPECIAL)
    else:
        answer, special = getattr(answer, "offsets", answer), getattr(answer, _SPECIAL, None)
    if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
        raise TypeError(
            f"a tokenizer must return a list of (start, end), got {type(answer).__name__}; return a span for each token"
        )
    spans = list(answer)
    return [span for span, left_out in zip(spans, special or [0] * len(spans), strict=False) if not left_out]


def _span(pair: Any) -> Span:
    try:
        start, end = map(operator.index, pair)
    except (TypeError, ValueError):
        raise TypeError(
            f"a tokenizer must return spans (start, end) of integers, got {given(pair)}; return places, not the tokens"
        ) from None
    return start, end


def _check(spans: list[Span], length: int) -> None:
    end = 0
    for span in spans:
        if not 0 <= span[0] < span[1] <= length:
            raise ValueError(f"spans must lie within the text's {length} characters, got {span}; count characters")
        if span[0] < end:
            raise ValueError(f"spans must not overlap, got {span} after one that ends at {end}; return each part once")
        end = span[1]
