"""Where tokens are: against lime's own splitting, and for what tokenizers return."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lime.lime_text import IndexedString

from limetheory.text.tokens import characters, spans_of, words


def texts_of(text, spans):
    return [text[start:end] for start, end in spans]


@pytest.mark.slow
@given(st.text(max_size=40))
def test_words_are_those_of_lime(text):
    own = texts_of(text, words(text))
    lime = IndexedString(text, bow=False)
    assert own == [lime.word(i) for i in range(lime.num_words())]


@pytest.mark.slow
@given(st.text(max_size=40))
def test_characters_are_the_whole_text(text):
    assert "".join(texts_of(text, characters(text))) == text


@pytest.mark.parametrize(
    "text", ["naïve café", "שלום עולם", "नमस्ते", "👍 good 👎", "a\x00b\x1b[31m", "<b>bold</b>", "日本語のテキスト"]
)
def test_any_script_is_split_as_lime_splits_it(text):
    lime = IndexedString(text, bow=False)
    assert texts_of(text, words(text)) == [lime.word(i) for i in range(lime.num_words())]


class FastTokenizer:
    """As transformers' fast tokenizers: blanks part tokens, and special ones have empty spans."""

    is_fast = True

    def __call__(self, text, return_offsets_mapping=False, add_special_tokens=True):
        assert return_offsets_mapping and not add_special_tokens
        return {"input_ids": [1, 2], "offset_mapping": [(0, 3), (4, 8)]}


ENCODINGS = {
    "a list": lambda text: [(0, 3), (4, 8)],
    "out of order": lambda text: [[4, 8], [0, 3]],
    "empty spans": lambda text: [(0, 0), (0, 3), (4, 8), (8, 8)],
    "a mapping": lambda text: {"offset_mapping": [(0, 3), (4, 8)]},
    "special tokens": lambda text: {
        "offset_mapping": [(3, 4), (0, 3), (4, 8)],
        "special_tokens_mask": [1, 0, 0],
    },
    "an encoding": lambda text: SimpleNamespace(offsets=[(0, 3), (4, 8)], special_tokens_mask=[0, 0]),
    "a fast tokenizer": FastTokenizer(),
    "a tokenizer with encode": SimpleNamespace(
        encode=lambda text, add_special_tokens: SimpleNamespace(offsets=[(0, 3), (4, 8)])
    ),
}


@pytest.mark.parametrize("tokens", ENCODINGS.values(), ids=ENCODINGS)
def test_what_a_tokenizer_returns_is_read(tokens):
    assert spans_of("red blue", tokens) == [(0, 3), (4, 8)]


@pytest.mark.parametrize(
    ("tokens", "kind", "message"),
    [
        ("word", ValueError, "tokens must be 'words', 'characters' or a function .*, got 'word'; choose one"),
        (3, TypeError, "tokens must be .*, got 3; choose one"),
        (dict, TypeError, "got the class dict"),
        (lambda text: text.split(), TypeError, "spans .* of integers, got 'red'; return places, not the tokens"),
        (lambda text: None, TypeError, r"a list of \(start, end\), got NoneType"),
        (lambda text: {"input_ids": [1]}, TypeError, "must have 'offset_mapping', got input_ids; ask"),
        (lambda text: [(0, 9)], ValueError, r"within the text's 8 characters, got \(0, 9\)"),
        (lambda text: [(3, 0)], ValueError, r"within the text's 8 characters, got \(3, 0\)"),
        (lambda text: [(0, 3), (2, 5)], ValueError, r"must not overlap, got \(2, 5\) after one that ends at 3"),
        (SimpleNamespace(is_fast=False), TypeError, "slow SimpleNamespace; load it with use_fast=True"),
    ],
)
def test_other_tokenizers_are_refused_in_one_line(tokens, kind, message):
    with pytest.raises(kind, match=message) as refused:
        spans_of("red blue", tokens)
    assert "\n" not in str(refused.value)
