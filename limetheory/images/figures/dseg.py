"""The picture of an explained hierarchy: segments, coefficients and intervals at each depth, photograph and tree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, SubFigure

from limetheory.explanation.bars import UNIT, coefficient_bars, panel_title
from limetheory.figure_text import fitted
from limetheory.images.figures.explained_tree import draw_tree, tree_inches
from limetheory.images.figures.heat import heatmap
from limetheory.images.figures.layout import BARS_HEIGHT, BARS_WIDTH, COLOUR_BAR, TITLE, WIDE, Size, picture_size
from limetheory.images.figures.outlines import colour_bar
from limetheory.images.figures.superpixels import superpixel_borders, superpixel_numbers
from limetheory.images.hierarchy.dseg import ExplainedSegmentation

NUMBERED = 12
"""How many segments of each panel are named, those of largest |β_j| first; a convention, so that they fit."""

NAMED = 3
"""Up to how many split segments the title of a panel lists; for more it gives only how many there are."""

_NEW_BORDER = "#E69F00"
# In inches and points; conventions, chosen by eye.
_AREA, _WIDEST, _TALLEST = 13.0, 10.0, 4.8
_PHOTOGRAPH = 3.4
_POINTS = 12.0
_EDGE = 0.3  # inches that a title at the figure's edge keeps free; a convention


def hierarchy_explanation_figure(
    explained: Sequence[ExplainedSegmentation],
    title: str,
    unit: str = UNIT,
    aspect: float | None = None,
    level: float = 0.95,
) -> Figure:
    """Draw a block for each depth, and after them the photograph and the tree of the segments.

    A block has the segments of its depth, their coefficients as a heat map, and the largest of these with their
    intervals; all depths share one colour scale. Segments keep their names from depth to depth: the parts of 3 are 3.1,
    3.2, and so on. The borders that are new at a depth are orange. In the tree, each segment is drawn above the parts
    that it was split into, with its coefficient: for an additive set function, the coefficients of the parts sum to it
    (prop:linear). Colour-blind readers can tell the colours (purple to orange) apart.

    Args:
        explained: what `explain_hierarchy` returns: an explanation for each depth, from coarse to fine, at least one.
        title: what is explained, such as "espresso, p = 0.90"; it is broken and cut where it is long.
        unit: the unit of the coefficients, such as "probability".
        aspect: height over width of the photograph before it was resized; None keeps the image's own.
        level: the level of the intervals, in (0, 1).

    Raises:
        ValueError: if there is no explanation.
    """
    if not explained:
        raise ValueError("explained must hold at least one depth, got none: pass what explain_hierarchy returns")
    height, width = explained[0].explanation.segments.shape
    aspect = aspect or height / width
    figure, blocks, last = _blocks(picture_size(aspect, _AREA, _WIDEST, _TALLEST), aspect, len(explained))
    scale, stretch = _shared_scale(explained), aspect / (height / width)
    for number, block in enumerate(blocks, start=1):
        _depth(block, explained[:number], scale, stretch, unit, level)
    _photograph_and_tree(last, explained, scale, aspect, unit)
    _counted_title(figure, explained, title)
    return figure


def _blocks(size: Size, aspect: float, depths: int) -> tuple[Figure, list[SubFigure], SubFigure]:
    """The figure, a part of it for each depth, and one for photograph and tree."""
    across = size.column + COLOUR_BAR if aspect < WIDE else 2 * size.column + COLOUR_BAR
    high = 2 * (size.height + 1.5 * TITLE) if aspect < WIDE else size.height + 1.5 * TITLE
    block = across + BARS_WIDTH, max(high, BARS_HEIGHT + TITLE)
    below = tree_inches(depths) + (_photograph_size(aspect).height + TITLE) * (aspect < WIDE)
    figure = Figure(figsize=(block[0], depths * block[1] + below + 2 * TITLE), layout="constrained")
    (above,), (last,) = figure.subfigures(2, 1, height_ratios=[depths * block[1], below], squeeze=False)
    return figure, list(above.subfigures(depths, 1, squeeze=False)[:, 0]), last


def _depth(
    block: SubFigure,
    explained: Sequence[ExplainedSegmentation],
    scale: Normalize,
    stretch: float,
    unit: str,
    level: float,
) -> None:
    """The segments, heat map and bars of the last of these depths."""
    found, number = explained[-1].explanation, len(explained)
    aspect = stretch * found.segments.shape[0] / found.segments.shape[1]
    size = picture_size(aspect, _AREA, _WIDEST, _TALLEST)
    segments, heat, bars = _panels(block, size, aspect < WIDE)
    _partition(segments, explained, size)
    shown = heatmap(heat, found, scale, NUMBERED, size)
    panel_title(heat, f"depth {number}: coefficient of each segment", size.column)
    colour_bar(shown, heat, unit, size)
    for axes in (segments, heat):
        axes.set_aspect(stretch)
        axes.set_axis_off()
    coefficient_bars(bars, found, level, "segment", unit)
    panel_title(bars, f"depth {number}: {bars.get_title()}", BARS_WIDTH - 1)


def _panels(block: SubFigure, size: Size, wide: bool) -> tuple[Axes, Axes, Axes]:
    """The panels for segments, heat map and bars; the first two of a wide photograph below each other."""
    if not wide:
        widths = size.column, size.column + COLOUR_BAR, BARS_WIDTH
        segments, heat, bars = block.subplots(1, 3, width_ratios=widths)
        return segments, heat, bars
    grid = block.add_gridspec(2, 2, width_ratios=[size.column + COLOUR_BAR, BARS_WIDTH])
    segments, heat, bars = (block.add_subplot(part) for part in (grid[0, 0], grid[1, 0], grid[:, 1]))
    return segments, heat, bars


def _partition(axes: Axes, explained: Sequence[ExplainedSegmentation], size: Size) -> None:
    found, number = explained[-1].explanation, len(explained)
    axes.imshow(0.4 + 0.6 * found.masked.colours)
    superpixel_borders(axes, found.segments, "white", 2.6)
    superpixel_borders(axes, found.segments, "black" if number == 1 else _NEW_BORDER, 1.3)
    split = ""
    if number > 1:
        superpixel_borders(axes, explained[-2].explanation.segments, "black", 1.3)
        split = f"\n{_split(explained[-2], explained[-1])} of depth {number - 1} split (orange)"
    order = np.argsort(-np.abs(found.coefficients))[:NUMBERED]
    superpixel_numbers(axes, found.segments, order, found.names, size)
    panel_title(axes, f"depth {number}: {found.d} segments{split}", size.column - _EDGE)


def _split(coarser: ExplainedSegmentation, finer: ExplainedSegmentation) -> str:
    divided = np.flatnonzero(np.bincount(finer.segmentation.inside(coarser.segmentation)) > 1)
    names = coarser.explanation.names or ()
    return " and ".join(names[j] for j in divided.tolist()) if len(divided) <= NAMED else f"{len(divided)} segments"


def _shared_scale(explained: Sequence[ExplainedSegmentation]) -> Normalize:
    bound = max(float(np.abs(one.explanation.coefficients).max()) for one in explained) or 1.0
    return Normalize(-bound, bound)


def _photograph_size(aspect: float) -> Size:
    return picture_size(aspect, _AREA, _WIDEST if aspect < WIDE else _PHOTOGRAPH, _PHOTOGRAPH)


def _photograph_and_tree(
    part: SubFigure, explained: Sequence[ExplainedSegmentation], scale: Normalize, aspect: float, unit: str
) -> None:
    """The photograph above the tree where it is wide, else to the left of it."""
    size, image = _photograph_size(aspect), explained[0].explanation.masked.colours
    inches, drawn = part.get_figure(root=True).get_size_inches()[0], tree_inches(len(explained))
    if aspect < WIDE:
        photograph, tree = part.subplots(2, 1, height_ratios=[size.height + TITLE, drawn])
    else:
        photograph, tree = part.subplots(1, 2, width_ratios=[size.column, inches - size.column])
        inches -= size.column
    photograph.imshow(image)
    photograph.set_aspect(aspect / (image.shape[0] / image.shape[1]))
    photograph.set_axis_off()
    photograph.set_title("photograph", fontsize=10)
    draw_tree(tree, explained, scale, float(inches), unit)


def _counted_title(figure: Figure, explained: Sequence[ExplainedSegmentation], title: str) -> None:
    """The title, with the evaluations of all depths together."""
    evaluations = sum(one.explanation.n_evaluations for one in explained)
    counted = "" if len(explained) == 1 else f"\n{len(explained)} depths, {evaluations} evaluations in all"
    figure.suptitle(fitted(title, figure.get_figwidth() - 0.4, _POINTS) + counted, fontsize=_POINTS, parse_math=False)
