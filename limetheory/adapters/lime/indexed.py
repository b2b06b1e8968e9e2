"""A text with the places of its tokens: words, or characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from limetheory.arrays import Masks
from limetheory.text.composer import Composer


class Indexed:
    """A text in pieces, some of which are tokens.

    Attributes:
        raw: the text.
        as_list, as_np: its pieces, tokens and what stands between them, which make the text again.
        string_start: where each piece starts in the text.
        inverse_vocab: the token of each number.
        positions: with ``bow`` the pieces that are that token, a list for each; else the one piece of each token,
            an array.
        bow: whether all occurrences of a token have one number.
        mask_string: what takes the place of hidden tokens where ``bow`` is false.
    """

    def __init__(self, raw_string: str, bow: bool, mask_string: str):
        self.raw, self.bow, self.mask_string = raw_string, bow, mask_string
        self.as_list: list[str] = []
        self.inverse_vocab: list[str] = []
        self.positions: Any = []

    def _index(self, pieces: list[str], between: Callable[[str], Any]) -> None:
        """Number the tokens of the pieces in the order in which they come first."""
        self.as_list, self.as_np = pieces, np.array(pieces)
        self.string_start = np.cumsum([0, *map(len, pieces)])[: max(len(pieces), 1)]
        number: dict[str, int] = {}
        self._owner = np.full(len(pieces), -1)
        for place, piece in enumerate(pieces):
            if between(piece):
                continue
            if not (self.bow and piece in number):
                number[piece] = len(self.inverse_vocab)
                self.inverse_vocab.append(piece)
                self.positions.append([] if self.bow else place)
            self._owner[place] = number[piece]
            if self.bow:
                self.positions[number[piece]].append(place)
        if not self.bow:
            self.positions = np.array(self.positions, int)

    def raw_string(self) -> str:
        """The text."""
        return self.raw

    def num_words(self) -> int:
        """How many tokens have a number."""
        return len(self.inverse_vocab)

    def word(self, id_: int) -> str:
        """The token of a number."""
        return self.inverse_vocab[id_]

    def string_position(self, id_: int) -> np.ndarray:
        """Where the token of a number starts in the text, for each of its occurrences."""
        places = self.positions[id_]
        starts: np.ndarray = self.string_start[places if self.bow else [places]]
        return starts

    def inverse_removing(self, words_to_remove: Iterable[int]) -> str:
        """The text without the tokens of these numbers; with ``mask_string`` in their place where ``bow`` is false."""
        masks = np.ones((1, self.num_words()), bool)
        masks[0, np.array(list(words_to_remove), int)] = False
        return self.texts(masks)[0]

    def texts(self, masks: Masks) -> list[str]:
        """The text that each mask shows: (n, d) bool → n strings."""
        return self._composer(masks)

    @cached_property
    def _composer(self) -> Composer:
        places = np.flatnonzero(self._owner >= 0).tolist()
        ends = [*places[1:], len(self.as_list)]
        gaps = ["".join(self.as_list[place + 1 : end]) for place, end in zip(places, ends, strict=True)]
        start = "".join(self.as_list[: places[0]]) if places else self.raw
        shown = [self.as_list[place] + gap for place, gap in zip(places, gaps, strict=True)]
        instead = "" if self.bow else self.mask_string
        return Composer(start, shown, [instead + gap for gap in gaps], self._owner[places])


class IndexedString(Indexed):
    """A text with the places of its words.

    Args:
        raw_string: the text.
        split_expression: a regular expression of what stands between words, or a function text → list of tokens.
        bow: whether all occurrences of a word have one number, and are hidden together.
        mask_string: what takes the place of hidden words where ``bow`` is false; None is UNKWORDZ.

    Raises:
        ValueError: the function returns tokens that the text does not hold in that order.

    >>> found = IndexedString("Good, very good.")
    >>> found.inverse_vocab, found.inverse_removing([1])
    (['Good', 'very', 'good'], 'Good,  good.')
    """

    def __init__(
        self, raw_string: str, split_expression: Any = r"\W+", bow: bool = True, mask_string: str | None = None
    ):
        super().__init__(raw_string, bow, "UNKWORDZ" if mask_string is None else mask_string)
        if callable(split_expression):
            tokens = list(split_expression(raw_string))
            words = set(tokens)
            self._index(_around(raw_string, tokens), lambda piece: piece not in words)
        else:
            splitter = re.compile(f"({split_expression})|$")
            self._index(_cut(raw_string, splitter), splitter.match)


class IndexedCharacters(Indexed):
    """A text with the places of its characters.

    Args:
        raw_string: the text.
        bow: whether all occurrences of a character have one number, and are hidden together.
        mask_string: what takes the place of hidden characters where ``bow`` is false; None is the character of code 0.

    >>> IndexedCharacters("abca").positions
    [[0, 3], [1], [2]]
    """

    def __init__(self, raw_string: str, bow: bool = True, mask_string: str | None = None):
        super().__init__(raw_string, bow, chr(0) if mask_string is None else mask_string)
        self._index(list(raw_string), lambda piece: False)


def _cut(text: str, splitter: re.Pattern[str]) -> list[str]:
    """The text cut at both ends of every match, without empty pieces."""
    ends = [0, *(end for found in splitter.finditer(text) for end in found.span()), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if start < end]


def _around(text: str, tokens: list[str]) -> list[str]:
    """The tokens, and what stands between them."""
    pieces, end = [], 0
    for token in tokens:
        start = text.find(token, end)
        if start < 0:
            raise ValueError(
                f"split_expression must return tokens of the text in their order, got {token!r}, which is not in "
                f"{text[end : end + 40]!r}; return parts of the text as they are"
            )
        pieces += [text[end:start]] * (start > end) + [token]
        end = start + len(token)
    return pieces + [text[end:]] * (end < len(text))
