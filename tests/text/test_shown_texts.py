"""Texts in colours: in HTML every character is escaped, in terminals no control character comes through."""

import io
from html.parser import HTMLParser

import numpy as np
import pytest
from rich.console import Console

import limetheory as lt
from limetheory.text.html import page
from limetheory.text.shading import shaded

HOSTILE = "<script>alert('x')</script> good & \"bad\" \x1b[31m\x07 <img src=x onerror=alert(1)> good"


def answer(text=HOSTILE, **options):
    def score(texts):
        return [0.3 + 0.2 * ("good" in text) - 0.1 * ("bad" in text) for text in texts]

    return lt.explain_text(score, text, n=300, rng=0, **options)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.spans = [], "", {}

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open = dict(attributes)

    def handle_data(self, data):
        self.text += data
        if self.tags and self.tags[-1] == "span":
            self.spans.setdefault(data, self.open)


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def test_html_has_the_text_escaped():
    found = read(answer().to_html())
    assert set(found.tags) <= {"div", "p", "br", "b", "span"} and HOSTILE in found.text


def test_a_model_with_one_output_has_no_class():
    assert "class" not in read(answer().to_html()).text
    two = lt.explain_text(lambda texts: [[0.4, 0.6]] * len(texts), "good bad", n=50, rng=0)
    assert "class 1, output 0.6" in read(two.to_html()).text


def test_the_pieces_are_the_whole_text():
    assert "".join(piece.text for piece in shaded(answer(), 0.95)) == HOSTILE


def test_colours_have_the_sign_and_dots_are_where_the_interval_contains_zero():
    found = answer()
    spans = read(found.to_html()).spans
    good, bad, script = (spans[word]["style"] for word in ("good", "bad", "script"))
    assert "dotted" not in good and "dotted" not in bad
    assert "background: #c66e24" not in script and good != bad
    kinds = {piece.text: piece for piece in shaded(found, 0.95) if piece.part is not None}
    assert kinds["good"].positive and not kinds["bad"].positive and kinds["good"].strength == 1
    assert 0.3 < kinds["bad"].strength < 0.7 and f"{found.coefficients[kinds['bad'].part]:+.3g}" in kinds["bad"].note


def test_what_is_uncertain_is_dotted():
    noisy = np.random.default_rng(0).normal(size=1 << 6)

    def model(texts):
        return [noisy[sum((c in text) << i for i, c in enumerate("abcdef"))] for text in texts]

    found = lt.explain_text(model, "a b c d e f", n=24, rng=1)
    inside = (found.interval() * [[1, -1]] < 0).all(axis=1)
    spans = read(found.to_html()).spans
    assert 0 < inside.sum() and all(("dotted" in spans[word]["style"]) == inside[j] for j, word in enumerate("abcdef"))


def test_a_page_is_complete_and_escaped():
    text = page(answer(), "<title>", 0.95)
    assert text.startswith("<!doctype html>") and "<title>&lt;title&gt;</title>" in text and "<script>" not in text


def test_terminals_get_colours_and_no_control_characters():
    screen = io.StringIO()
    Console(file=screen, force_terminal=True, color_system="truecolor", width=200).print(answer())
    shown = screen.getvalue()
    assert "\x07" not in shown and "\x1b[31m" not in shown.replace("\x1b[31;", "") and "good" in shown
    assert "48;2;" in shown


def test_terminals_get_no_characters_that_turn_the_direction_or_end_a_line():
    steering = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0x9B, 0x0D)))
    screen = io.StringIO()
    Console(file=screen, force_terminal=True, width=200).print(answer(f"good {steering} שלום bad"))
    assert not set(steering) & set(screen.getvalue()) and "שלום" in screen.getvalue()


def test_notebooks_show_the_text():
    assert "good" in answer()._repr_html_() and answer()._repr_html_() == answer().to_html(0.95)


@pytest.mark.parametrize("text", ["good", "bad bad"])
def test_texts_whose_coefficients_are_all_alike_are_shown(text):
    assert text.split()[0] in answer(text).to_html()
