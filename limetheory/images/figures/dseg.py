"""The picture of an explained hierarchy: the photograph, segments and coefficients at each depth, and the tree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from limetheory.explanation.bars import BARS, HEAT_COLOURS, coefficient_bars
from limetheory.images.figures.explanation import (
    heatmap,
    superpixel_borders,
    superpixel_numbers,
)
from limetheory.images.figures.hierarchy import labels_apart, node_positions
from limetheory.images.hierarchy.dseg import ExplainedSegmentation
from limetheory.images.hierarchy.granularity import SegmentTree

NUMBERED = 12
"""How many segments of each panel are numbered, those of largest |β_j| first; a convention, so that they fit."""

NAMED = 3
"""Up to how many split segments the title of a panel lists; for more it gives only how many there are."""

_NEW_BORDER = "#E69F00"
# Sizes in inches, and of the tree's circles in square points; they are conventions, chosen by eye.
_PANEL_AREA = 12.0
_PANEL_WIDTHS = 2.7, 4.8
_PANEL_HEIGHT = 4.8
_TITLE_INCHES = 0.5
_MARGIN_INCHES = 1.7
_LETTER_INCHES = 0.1
_SPACING_INCHES = 0.55
_ROW_INCHES = 0.85
_SIZES = 40.0, 500.0


def hierarchy_explanation_figure(
    explained: Sequence[ExplainedSegmentation],
    title: str,
    unit: str = "output",
    aspect: float | None = None,
    level: float = 0.95,
) -> Figure:
    """Draw the photograph, a column for each depth, and below them the tree of the segments.

    A column has the segments of its depth above their coefficients; all depths share one colour scale. Segments have
    the numbers that they have in the explanation of their depth. The borders that are new at a depth are orange. The
    panel below the photograph has the coefficients of largest absolute value at the largest depth, with intervals. In
    the tree, each segment is drawn above the parts that it was split into, with its coefficient: for an additive set
    function, the coefficients of the parts sum to it (prop:linear). Colour-blind readers can tell the colours (purple
    to orange) apart.

    Args:
        explained: what `explain_hierarchy` returns: an explanation for each depth, from coarse to fine, at least one.
        title: what is explained, such as "espresso, p = 0.90".
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
    panel = _panel_size(aspect)
    tree_inches = _ROW_INCHES * (len(explained) + 1)
    sizes = 2 * (panel[1] + _TITLE_INCHES), tree_inches
    figure = Figure(figsize=(panel[0] * (len(explained) + 1) + _MARGIN_INCHES, sum(sizes) + 0.6), layout="constrained")
    (above,), (below,) = figure.subfigures(2, 1, height_ratios=sizes, squeeze=False)
    scale = _shared_scale(explained)
    _panels(above, explained, aspect / (height / width), scale, unit, level)
    _tree(below.subplots(), explained, scale, _SPACING_INCHES / figure.get_figwidth())
    figure.suptitle(fill(title, int(figure.get_figwidth() / _LETTER_INCHES)), parse_math=False)
    return figure


def explained_tree(explained: Sequence[ExplainedSegmentation]) -> tuple[SegmentTree, np.ndarray, np.ndarray]:
    """The segments of all depths as one tree with the image as its root, and their numbers and coefficients, (nodes,).

    A segment that is not split is its own only child. The root has the number −1 and the coefficient 0.
    """
    starts = np.cumsum([1, *(one.segmentation.d for one in explained)])
    inside = [fine.segmentation.inside(coarse.segmentation) for coarse, fine in pairwise(explained)]
    above = [start + parents for start, parents in zip(starts, inside, strict=False)]
    parent = np.concatenate([[-1], np.zeros(explained[0].segmentation.d, np.intp), *above]).astype(np.intp)
    depth = np.repeat(np.arange(len(explained) + 1), [1, *(one.segmentation.d for one in explained)])
    leaves = explained[-1].segmentation.labels + starts[-2]
    tree = SegmentTree(leaves, parent, depth, np.full(len(parent), -1))
    numbers = np.concatenate([[-1], *(np.arange(one.segmentation.d) for one in explained)])
    return tree, numbers, np.concatenate([[0.0], *(one.explanation.coefficients for one in explained)])


def _panel_size(aspect: float) -> tuple[float, float]:
    """Width and height of a panel in inches: all panels have one area unless that makes them too narrow or high."""
    width = float(np.clip(np.sqrt(_PANEL_AREA / aspect), *_PANEL_WIDTHS))
    return width, min(width * aspect, _PANEL_HEIGHT)


def _shared_scale(explained: Sequence[ExplainedSegmentation]) -> Normalize:
    bound = max(float(np.abs(one.explanation.coefficients).max()) for one in explained) or 1.0
    return Normalize(-bound, bound)


def _panels(
    figure: SubFigure,
    explained: Sequence[ExplainedSegmentation],
    stretch: float,
    scale: Normalize,
    unit: str,
    level: float,
) -> None:
    panels = figure.subplots(2, len(explained) + 1)
    image = explained[0].explanation.masked.colours
    panels[0, 0].imshow(image)
    panels[0, 0].set_title("photograph", fontsize=10)
    _largest(panels[1, 0], explained, level)
    panels[1, 0].set_box_aspect(stretch * image.shape[0] / image.shape[1])
    for number, (one, coarser) in enumerate(zip(explained, [None, *explained[:-1]], strict=True), start=1):
        _partition(panels[0, number], one, coarser, number)
        heatmap(panels[1, number], one.explanation, scale, NUMBERED)
        panels[1, number].set_title(f"depth {number}: coefficient of each segment", fontsize=10)
    for axes in [*panels[0], *panels[1, 1:]]:
        axes.set_aspect(stretch)
        axes.set_axis_off()
    colours = ScalarMappable(scale, HEAT_COLOURS)
    figure.colorbar(colours, ax=panels[1, 1:].tolist(), shrink=0.9, label=f"coefficient ({unit})")


def _partition(axes: Axes, finer: ExplainedSegmentation, coarser: ExplainedSegmentation | None, number: int) -> None:
    found = finer.explanation
    axes.imshow(0.4 + 0.6 * found.masked.colours)
    superpixel_borders(axes, found.segments, "white", 2.6)
    superpixel_borders(axes, found.segments, "black" if coarser is None else _NEW_BORDER, 1.3)
    if coarser is not None:
        superpixel_borders(axes, coarser.explanation.segments, "black", 1.3)
    superpixel_numbers(axes, found.segments, np.argsort(-np.abs(found.coefficients))[:NUMBERED])
    split = "" if coarser is None else f"\n{_split(coarser, finer)} of depth {number - 1} split (orange)"
    axes.set_title(f"depth {number}: {found.d} segments{split}", fontsize=10)


def _split(coarser: ExplainedSegmentation, finer: ExplainedSegmentation) -> str:
    divided = np.flatnonzero(np.bincount(finer.segmentation.inside(coarser.segmentation)) > 1)
    return " and ".join(map(str, divided)) if len(divided) <= NAMED else f"{len(divided)} segments"


def _largest(axes: Axes, explained: Sequence[ExplainedSegmentation], level: float) -> None:
    found = explained[-1].explanation
    coefficient_bars(axes, found, level, "segment")
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.set_title(f"depth {len(explained)}: largest {min(BARS, found.d)} of {found.d} coefficients", fontsize=10)


def _tree(axes: Axes, explained: Sequence[ExplainedSegmentation], scale: Normalize, spacing: float) -> None:
    tree, numbers, coefficients = explained_tree(explained)
    positions = node_positions(tree, len(explained))
    lines = [positions[[node, tree.parent[node]]] for node in range(1, len(numbers))]
    axes.add_collection(LineCollection(lines, colors="0.6", linewidths=0.8, zorder=1))
    sizes = np.clip(_SIZES[1] * tree.area / tree.area[0], *_SIZES)
    colours = ScalarMappable(scale, HEAT_COLOURS).to_rgba(coefficients)
    axes.scatter(positions[:, 0], positions[:, 1], s=sizes, c=colours, edgecolors="black", linewidths=0.6, zorder=3)
    order, digits = np.argsort(-np.abs(coefficients), kind="stable"), _digits(np.abs(coefficients).max())
    for node in labels_apart(tree, positions, [int(node) for node in order if node], spacing):
        axes.annotate(f"{numbers[node]}\n{coefficients[node]:{digits}}", positions[node],
                      (0, -3 - np.sqrt(sizes[node]) / 2), textcoords="offset points", fontsize=7, ha="center", va="top",
                      linespacing=1.0, zorder=2, bbox={"facecolor": "white", "lw": 0, "pad": 0.5})  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(-len(explained) - 0.75, 0.35), xticks=[])
    axes.set_yticks(range(0, -len(explained) - 1, -1), ["image", *(f"depth {n}" for n in range(1, len(explained) + 1))])
    axes.tick_params(length=0, labelsize=9)
    axes.spines[:].set_visible(False)
    axes.set_title(
        "segments above their parts, with number and coefficient; the circle grows with the segment", fontsize=10
    )


def _digits(largest: float) -> str:
    """The format that shows two significant digits of the largest number, and as many decimals of the others."""
    return f"+.{max(0, 1 - int(np.floor(np.log10(largest))))}f" if 1e-4 <= largest < 1e4 else "+.1e"
