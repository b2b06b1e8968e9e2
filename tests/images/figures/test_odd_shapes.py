"""Figures of photographs of every shape: nothing overlaps, colours are those of the colour bar, numbers have units."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg

import limetheory as lt
from limetheory.explanation.bars import HEAT_COLOURS, coefficient_bars
from limetheory.images.figures.classes import image_classes_figure
from limetheory.images.figures.explanation import explanation_figure

NAME = "a photograph with a very long name, " * 6 + "写真.png: espresso, probability 0.8781"


def explanation(pixels=0.5, errors=0.05, d=16, names=None):
    """Of a photograph of one brightness, cut into a grid."""
    masked = lt.MaskedImage(np.full((40, 40, 3), pixels), lt.segment(np.zeros((40, 40, 3)), "grid", d), replacement=0.3)
    values = np.linspace(-0.2, 0.4, d)
    return lt.ImageExplanation(
        values, 0.0, np.full(d, errors), 99, masked=masked, target=0, outputs=np.ones(1), design=lt.ImageDesign(d),
        n_masks=98, names=names,
    )  # fmt: skip


def boxes(figure):
    """The places of all titles, labels and numbers at axes that are seen."""
    FigureCanvasAgg(figure).draw()
    texts = [figure._suptitle] if figure._suptitle is not None else []
    for axes in figure.axes:
        texts.append(axes.title)
        if axes.axison:
            texts += [axes.xaxis.label, axes.yaxis.label, *_seen(axes.xaxis), *_seen(axes.yaxis)]
    found = [(one.get_text(), one.get_window_extent()) for one in texts if one.get_text() and one.get_visible()]
    return [(text, box) for text, box in found if box.width and box.height]


def _seen(axis):
    """The labels of the ticks within the limits of an axis."""
    low, high = sorted(axis.get_view_interval())
    return [
        tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high and tick.label1.get_visible()
    ]


def overlapping(figure):
    """The pairs of texts that overlap, and those that stand out of the figure."""
    placed = boxes(figure)
    width, height = figure.get_size_inches() * figure.dpi
    pairs = [(a, b) for i, (a, box) in enumerate(placed) for b, other in placed[:i] if _inside(box).overlaps(other)]
    return pairs, [text for text, box in placed if box.x0 < -1 or box.x1 > width + 1 or box.y1 > height + 1]


def _inside(box):
    return box.expanded(0.9, 0.8)


@pytest.mark.slow
@pytest.mark.parametrize("aspect", [1 / 15, 0.4, 1.0, 2.0, 15.0])
def test_no_text_overlaps_another_or_leaves_the_figure(aspect):
    assert overlapping(explanation_figure(explanation(), NAME, aspect, unit="probability")) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("aspect", [1 / 15, 0.4, 1.0, 15.0])
@pytest.mark.parametrize("d", [6, 16])
def test_nor_does_the_title_of_a_panel_without_a_superpixel(aspect, d):
    assert overlapping(explanation_figure(explanation(errors=9.0, d=d), NAME, aspect, unit="redness")) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("aspect", [1 / 15, 1.0, 8.0])
def test_nor_do_the_figures_of_several_classes(aspect):
    found = [explanation(), explanation(errors=0.3)]
    assert overlapping(image_classes_figure(found, [NAME, "cup"], aspect, 0.95)) == ([], [])


@pytest.mark.slow
def test_bars_keep_their_shape_whatever_the_photograph_has():
    for aspect in (1 / 15, 1.0, 15.0):
        figure = explanation_figure(explanation(), "", aspect)
        FigureCanvasAgg(figure).draw()
        width, height = figure.axes[1].get_window_extent().size / figure.dpi
        assert width > 2.5 and height > 2.2


@pytest.mark.parametrize("pixels", [0.0, 0.5, 1.0])
def test_the_colours_are_those_of_the_colour_bar_whatever_the_photograph_s_darkness(pixels):
    found = explanation(pixels)
    heat = explanation_figure(found, "").axes[0]
    colours, lines = heat.images
    expected = colormaps[HEAT_COLOURS](0.5 + found.heatmap() / 0.8)
    np.testing.assert_allclose(colours.to_rgba(colours.get_array()), expected, atol=1 / 255)
    assert colours.get_alpha() is None and not lines.get_array()[..., 3].any()


def test_outlines_are_drawn_where_the_brightness_changes_and_nowhere_else():
    from dataclasses import replace

    found = explanation()
    found.masked.image[:, 20:] = 0.9
    lines = explanation_figure(replace(found), "").axes[0].images[1].get_array()[..., 3]
    assert (lines[:, 19:21] > 0.3).all() and not lines[:, :15].any() and not lines[:, 25:].any()


def test_every_axis_and_colour_bar_has_its_unit():
    figure = explanation_figure(explanation(), "", unit="logit")
    assert figure.axes[1].get_xlabel() == "coefficient (logit) with 95 % interval"
    assert figure.axes[1].get_ylabel() == "superpixel" and figure.axes[3].get_ylabel() == "coefficient (logit)"
    assert explanation_figure(explanation(), "").axes[3].get_ylabel() == "coefficient (output)"


def test_exact_results_have_no_interval():
    axes = explanation_figure(explanation(errors=0.0), "").axes[1]
    assert axes.get_xlabel() == "coefficient (output), exact"
    assert not any(len(one.get_segments()) for one in axes.collections)


def test_of_several_some_may_be_exact():
    from matplotlib.figure import Figure

    axes, errors = Figure().subplots(), np.array([0.0, 0.1, np.inf])
    coefficient_bars(axes, lt.Explanation(np.ones(3), 0.0, errors, 9), 0.95, "part")
    assert "(without a line: exact)" in axes.get_xlabel() and "(hollow:" in axes.get_xlabel()
    assert len(axes.collections[0].get_segments()) == 1


def test_names_of_superpixels_stand_on_the_map_and_long_ones_are_cut():
    names = [f"region {j} of the photograph" for j in range(16)]
    heat = explanation_figure(explanation(names=names), "").axes[0]
    assert heat.texts and all(text.get_text() == "region 1…" or text.get_text()[-1] == "…" for text in heat.texts)
