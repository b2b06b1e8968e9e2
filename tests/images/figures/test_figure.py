"""The figure of an explanation: borders and numbers where they belong, no warnings in any odd case."""

import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

import limetheory as lt
from limetheory.images.figures.explanation import explanation_figure
from limetheory.images.figures.superpixels import superpixel_borders, superpixel_numbers


def explanation(coefficients, errors=None, h=6):
    d = len(coefficients)
    masked = lt.MaskedImage(np.random.default_rng(0).random((h, 2 * d, 3)), np.tile(np.arange(2 * d) // 2, (h, 1)))
    errors = np.full(d, 0.1) if errors is None else np.array(errors, float)
    design = lt.ImageDesign(masked.d)
    return lt.ImageExplanation(
        np.array(coefficients, float), 0.0, errors, 99, 20.0, masked=masked, target=0, outputs=np.ones(1),
        design=design, n_masks=98,
    )  # fmt: skip


def png(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=50)
    return buffer.getvalue()


CASES = {
    "ordinary": explanation([0.3, -0.2, 0.1, 0.0]),
    "all zero": explanation([0.0, 0.0], [0.0, 0.0]),
    "undetermined": explanation([0.3, -0.2, 0.1], [np.inf] * 3),
    "partly undetermined": explanation([0.3, -0.2, 0.1], [np.inf, 0.1, 0.1]),
    "none positive": explanation([-0.3, -0.2]),
    "many": explanation(np.linspace(-1, 1, 40)),
    "tiny": explanation([1e-300, -1e-300], [0, 0], h=1),
    "huge": explanation([1e30, -1e30]),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_case_is_drawn(case):
    assert png(explanation_figure(CASES[case], case)).startswith(b"\x89PNG")


@pytest.mark.slow
def test_bars_show_the_largest_coefficients_with_their_intervals():
    found = CASES["many"]
    bars = explanation_figure(found, "").axes[1]
    largest = set(np.argsort(-np.abs(found.coefficients))[:15].tolist())
    assert {int(label.get_text()) for label in bars.get_yticklabels()} == largest
    for bar, label in zip(bars.patches, bars.get_yticklabels(), strict=True):
        assert bar.get_width() == found.coefficients[int(label.get_text())]
    segments = bars.collections[0].get_segments()
    ends = {(round(a[0], 9), round(b[0], 9)) for a, b in segments}
    assert ends == {tuple(found.interval(0.95)[j].round(9)) for j in largest}


@pytest.mark.slow
def test_undetermined_coefficients_have_hollow_bars_and_a_note():
    assert "not determined by the masks" in explanation_figure(CASES["undetermined"], "").axes[1].get_xlabel()
    assert "not determined" not in explanation_figure(CASES["ordinary"], "").axes[1].get_xlabel()


def highlighted(case, **options):
    """The title of the panel of the most positive superpixels, and which of them have their colours."""
    found = CASES[case]
    panel = explanation_figure(found, "", **options).axes[2]
    kept = (panel.images[0].get_array() == found.masked.colours).all(axis=2)
    return panel.get_title().replace("\n", " "), sorted(set(found.segments[kept].tolist()))


@pytest.mark.slow
def test_only_superpixels_that_are_significantly_positive_are_highlighted():
    said = "no superpixel is significantly positive"
    assert highlighted("ordinary") == ("the one positive superpixel, significant at 95 %", [0])
    assert highlighted("ordinary", level=0.5) == ("2 most positive superpixels, significant at 50 %", [0, 2])
    assert highlighted("ordinary", level=0.999) == (said, []) == highlighted("undetermined")
    assert highlighted("none positive") == highlighted("all zero") == (said, [])


@pytest.mark.slow
def test_a_resized_photograph_keeps_its_aspect():
    assert explanation_figure(CASES["ordinary"], "", aspect=1.5).axes[0].get_aspect() == pytest.approx(2.0)
    assert explanation_figure(CASES["ordinary"], "").axes[0].get_aspect() == 1


def test_borders_are_the_edges_between_different_superpixels():
    segments = np.random.default_rng(1).integers(0, 3, (5, 6))
    axes = Figure().subplots()
    superpixel_borders(axes, segments, "white")
    lines = axes.collections[0].get_segments()
    drawn = [edge for line in lines for edge in unit_edges(line)]
    expected = set()
    for y, x in np.ndindex(segments.shape):
        if y < 4 and segments[y, x] != segments[y + 1, x]:
            expected.add(((x - 0.5, y + 0.5), (x + 0.5, y + 0.5)))
        if x < 5 and segments[y, x] != segments[y, x + 1]:
            expected.add(((x + 0.5, y - 0.5), (x + 0.5, y + 0.5)))
    assert set(drawn) == expected and len(drawn) == len(expected)
    assert len(lines) < len(expected)


def test_a_straight_border_is_one_line():
    axes = Figure().subplots()
    superpixel_borders(axes, np.repeat([[0, 1]], 50, axis=0), "white")
    assert [line.tolist() for line in axes.collections[0].get_segments()] == [[[0.5, -0.5], [0.5, 49.5]]]


def unit_edges(line):
    """The pixel edges that make up a straight line."""
    start, end = np.asarray(line)
    steps = int(np.abs(end - start).sum())
    points = start + np.arange(steps + 1)[:, None] * np.sign(end - start)
    return [(tuple(a), tuple(b)) for a, b in zip(points[:-1].tolist(), points[1:].tolist(), strict=True)]


def test_a_number_stands_on_a_pixel_of_its_superpixel_even_on_a_ring():
    segments = np.zeros((7, 7), int)
    segments[1:6, 1:6] = 1
    segments[2:5, 2:5] = 2
    axes = Figure().subplots()
    superpixel_numbers(axes, segments, range(3))
    for text in axes.texts:
        column, row = text.get_position()
        assert segments[row, column] == int(text.get_text())


@pytest.mark.parametrize("title", ["costs $5 and $6", "$\\frac$", "<b> & ü"])
def test_a_title_is_shown_as_it_is_written(title):
    # File names and class names are no formulas: the title is as wide as the plain characters.
    figure = explanation_figure(CASES["ordinary"], title)
    shown = next(text for text in figure.texts if text.get_text().replace("\\$", "$") == title)
    plain = figure.text(0, 0, title, parse_math=False, fontproperties=shown.get_fontproperties())
    assert shown.get_window_extent().width == pytest.approx(plain.get_window_extent().width, abs=2)


def test_a_number_stands_where_its_superpixel_is_widest():
    segments = np.zeros((20, 30), int)
    segments[:12, :8] = 1
    segments[12:14, :8] = 1
    segments[12:14, 8:30] = 1
    axes = Figure().subplots()
    superpixel_numbers(axes, segments, [1])
    column, row = axes.texts[0].get_position()
    # by brute force: the distance to the nearest pixel outside, the frame included
    outside = np.argwhere(np.pad(segments != 1, 1, constant_values=True)) - 1
    inside = np.argwhere(segments == 1)
    distances = ((inside[:, None] - outside) ** 2).sum(axis=2).min(axis=1)
    assert distances[(inside == [row, column]).all(axis=1)] == distances.max()


def test_of_overlapping_numbers_the_first_is_drawn():
    segments = np.arange(100)[None].repeat(40, axis=0) // 2
    axes = Figure().subplots()
    superpixel_numbers(axes, segments, [20, 21, 19, 30])
    assert [text.get_text() for text in axes.texts] == ["20", "30"]


def sequential(half_widths, reached=True, sequence=None):
    plain = explanation([0.3, -0.2, 0.1])
    stopping = lt.Stopping(
        half_widths=np.array(half_widths), reached=reached, tolerance=0.05, level=0.9, guarantee="bounded", n_masks=98,
        sequence=sequence,
    )  # fmt: skip
    return replace(plain, stopping=stopping)


class Halved:
    """A sequence whose half-widths at another level are known."""

    means = np.array([0.3, -0.2, 0.1])

    def half_widths(self, level):
        return np.array([0.05, 0.02, 0.03]) * (1 if level == 0.9 else 2)


@pytest.mark.parametrize(("level", "times"), [(0.9, 1), (0.99, 2)])
def test_a_tolerance_is_shown_with_its_simultaneous_intervals(level, times):
    found = sequential([0.05, 0.02, 0.03], sequence=Halved())
    bars = explanation_figure(found, "", level=level).axes[1]
    wide, band = (
        {tuple(np.round([a[0], b[0]], 9)) for a, b in collection.get_segments()} for collection in bars.collections
    )
    expected = {tuple(np.round([b - times * h, b + times * h], 9))
                for b, h in zip(found.coefficients, found.stopping.half_widths, strict=True)}  # fmt: skip
    assert wide == expected
    assert band == {tuple(np.round([b - 0.05, b + 0.05], 9)) for b in found.coefficients}
    assert f"simultaneous {100 * level:g} % interval" in bars.get_xlabel()
    assert bars.get_title().endswith("every one within ±0.05 at 90 %") and "not" not in bars.get_title()


def test_a_tolerance_that_was_not_reached_or_is_exact_is_said():
    assert "not reached" in explanation_figure(sequential([0.1] * 3, False, Halved()), "").axes[1].get_title()
    assert "so exact" in explanation_figure(sequential([0.0] * 3, True, None), "").axes[1].get_title()
