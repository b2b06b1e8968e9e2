"""Titles that fit their figure, of letters that its font has."""

from __future__ import annotations

import warnings

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from limetheory.figure_text import drawable, fitted, in_letters

TITLES = {
    "short": "coffee.png: espresso, probability 0.8781",
    "Chinese": "写真の説明.jpg: espresso",
    "emoji": "🦊🎉 fox.png",
    "one long word": "x" * 250 + ".png",
    "wide letters": "W" * 120,
    "many words": "holiday in the mountains " * 12,
    "control": "a\x1b[31m\n\u202eb",
    "formula": "$\\frac$ costs $5",
    "empty": "",
}


def drawn(text, inches, points):
    """The width of a title in inches as matplotlib draws it, and what it warns of."""
    figure = Figure(figsize=(40, 10), dpi=100)
    title = figure.text(0, 0.5, text, fontsize=points, parse_math=False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        FigureCanvasAgg(figure).draw()
        return title.get_window_extent().width / 100, [str(one.message) for one in said]


@pytest.mark.parametrize("name", TITLES)
@pytest.mark.parametrize(("inches", "points"), [(2.6, 10), (6, 12), (14, 12)])
def test_a_title_fits_and_its_font_has_every_letter(name, inches, points):
    text = fitted(TITLES[name], inches, points)
    width, said = drawn(text, inches, points)
    assert width <= 1.03 * inches and not said
    assert len(text.split("\n")) <= 3 * len(TITLES[name].split("\n"))


def test_as_they_are_they_would_not():
    assert drawn(TITLES["one long word"], 6, 12)[0] > 6
    assert any("Glyph" in one for one in drawn("写", 6, 12)[1])


def test_what_is_cut_keeps_its_beginning_and_its_end():
    text = fitted("begin " + "x" * 900 + ".png", 5, 10).replace("\n", "")
    assert text.startswith("begin") and text.endswith("x.png") and text.count("…") == 1
    assert fitted("short", 5) == "short" and fitted("a b", 5) == "a b"


def test_a_font_that_has_the_letters_is_asked_first(monkeypatch):
    assert drawable("é ж 写") == "é ж \\u5199"
    monkeypatch.setattr("limetheory.figure_text._letters", lambda families: range(0x110000))
    assert drawable("写") == "写"
    assert in_letters("a写", {ord("a")}) == "a\\u5199"


@pytest.mark.parametrize("inches", [0.9, 1.2, 1.5])
def test_a_number_stays_with_its_per_cent(inches):
    lines = fitted("significant at 95 % and at 99 %", inches, 10, 9).split("\n")
    assert len(lines) > 1 and not any(line.startswith("%") for line in lines)
    assert " ".join(lines) == "significant at 95 % and at 99 %"
