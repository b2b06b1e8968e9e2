"""Masked texts against lime's own indexed strings, and their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lime.lime_text import IndexedCharacters, IndexedString

from limetheory.text import MaskedText

SENTENCES = st.lists(st.sampled_from(["good", "Good", "bad", "the", "plot", "a"]), min_size=1, max_size=12).map(
    " ".join
)


def some_masks(d, n=20):
    return np.random.default_rng(0).random((n, d)) < 0.5


@pytest.mark.slow
@given(SENTENCES, st.sampled_from(["", "  ", "!?\n"]))
def test_hiding_removes_all_occurrences_as_lime_does(text, end):
    text = end + text + end
    masked, lime = MaskedText(text), IndexedString(text)
    masks = some_masks(masked.d)
    assert masked.tokens == tuple(lime.inverse_vocab)
    assert masked.compose(masks) == [lime.inverse_removing(np.flatnonzero(~mask)) for mask in masks]


@pytest.mark.slow
@given(SENTENCES)
def test_positions_are_replaced_as_lime_does(text):
    masked, lime = MaskedText(text, missing="UNKWORDZ", positions=True), IndexedString(text, bow=False)
    masks = some_masks(masked.d)
    assert masked.tokens == tuple(lime.inverse_vocab)
    assert masked.compose(masks) == [lime.inverse_removing(np.flatnonzero(~mask)) for mask in masks]


@pytest.mark.slow
@given(st.text(min_size=1, max_size=20))
def test_characters_are_hidden_as_lime_does(text):
    masked, lime = MaskedText(text, "characters"), IndexedCharacters(text)
    # NumPy's strings, in which lime keeps its characters, lose what ends in NUL
    if "\x00" not in text:
        masks = some_masks(masked.d)
        assert masked.compose(masks) == [lime.inverse_removing(np.flatnonzero(~mask)) for mask in masks]


@pytest.mark.slow
@given(st.text(min_size=1, max_size=30).filter(lambda text: any(c.isalnum() for c in text)))
def test_all_tokens_give_the_text_itself(text):
    masked = MaskedText(text)
    assert masked.compose(np.ones((1, masked.d), bool)) == [text]


def test_tokens_of_any_tokenizer_are_hidden_at_their_places():
    masked = MaskedText("don't do it", lambda text: [(0, 2), (2, 5), (6, 8)], missing="_")
    assert masked.tokens == ("do", "n't") and masked.owner.tolist() == [0, 1, 0]
    assert masked.compose(np.array([[False, True]])) == ["_n't _ it"]


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"text": ""}, ValueError, "at least one token, got none in ''; use tokens='characters', or another text"),
        ({"text": "?! " * 40}, ValueError, r"got none in '.{40}'…; use tokens='characters'"),
        (
            {"text": b"good"},
            TypeError,
            r"text must be a string, got bytes; decode them, such as text.decode\('utf-8'\)",
        ),
        ({"text": ["good"]}, TypeError, "text must be a string, got list; give one text"),
        ({"text": "good", "missing": None}, TypeError, "missing must be a string, got NoneType"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(arguments, kind, message):
    with pytest.raises(kind, match=message) as refused:
        MaskedText(**arguments)
    assert "\n" not in str(refused.value)


@pytest.mark.slow
def test_a_long_text_is_composed_once_for_each_mask():
    text = " ".join(f"word{i % 5000}" for i in range(100_000))
    masked = MaskedText(text)
    assert masked.d == 5000 and len(masked.spans) == 100_000
    hidden = masked.compose(np.zeros((1, masked.d), bool))[0]
    assert hidden == " " * 99_999


@pytest.mark.parametrize("m", [1, 3, 4, 5, 8, 9, 16, 23])
@pytest.mark.parametrize("missing", ["remove", "[MASK]"])
def test_every_way_to_hide_positions_is_written_piece_by_piece(m, missing):
    words = [f"w{i}é\U0001f600" for i in range(m)]
    masked = MaskedText("¿" + ", ".join(words) + "!\n", missing=missing, positions=True)
    instead = "" if missing == "remove" else missing
    masks = np.random.default_rng(m).random((64, masked.d)) < 0.5
    tokens = ["".join(one) for one in masked.tokens]
    gaps = np.diff(np.append(masked.spans.ravel()[1:], len(masked.text)))[::2]
    ends = masked.spans[:, 1]
    pieces = [masked.text[end : end + gap] for end, gap in zip(ends, gaps, strict=True)]
    for mask, found in zip(masks, masked.compose(masks), strict=True):
        shown = [token if kept else instead for token, kept in zip(tokens, mask, strict=True)]
        assert found == "¿" + "".join(word + gap for word, gap in zip(shown, pieces, strict=True))


def test_no_masks_give_no_texts():
    assert MaskedText("a b").compose(np.empty((0, 2), bool)) == []


def test_missing_is_refused_with_what_it_may_be():
    with pytest.raises(TypeError, match="missing must be a string, got NoneType; give 'remove' or a mask token"):
        MaskedText("good", missing=None)
