"""The tree of an explained hierarchy: each segment above the parts that it was split into, with its coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from limetheory.explanation.bars import HEAT_COLOURS, panel_title
from limetheory.figure_text import drawable
from limetheory.images.figures.hierarchy import labels_apart, node_positions
from limetheory.images.hierarchy.dseg import ExplainedSegmentation
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.shown_numbers import Column

# In inches, and of the circles in square points; conventions, chosen by eye.
_SPACING, _ROW = 0.6, 0.85
_SIZES = 40.0, 500.0


def tree_inches(depths: int) -> float:
    """How high the drawing of a tree is."""
    return _ROW * (depths + 1)


def explained_tree(explained: Sequence[ExplainedSegmentation]) -> tuple[SegmentTree, list[str], np.ndarray]:
    """The segments of all depths as one tree with the image as its root, and their names and coefficients, (nodes,).

    A segment that is not split is its own only child. The root has no name and the coefficient 0.
    """
    starts = np.cumsum([1, *(one.segmentation.d for one in explained)])
    inside = [fine.segmentation.inside(coarse.segmentation) for coarse, fine in pairwise(explained)]
    above = [start + parents for start, parents in zip(starts, inside, strict=False)]
    parent = np.concatenate([[-1], np.zeros(explained[0].segmentation.d, np.intp), *above]).astype(np.intp)
    depth = np.repeat(np.arange(len(explained) + 1), [1, *(one.segmentation.d for one in explained)])
    leaves = explained[-1].segmentation.labels + starts[-2]
    tree = SegmentTree(leaves, parent, depth, np.full(len(parent), -1))
    names = ["", *(name for one in explained for name in one.explanation.names or ())]
    return tree, names, np.concatenate([[0.0], *(one.explanation.coefficients for one in explained)])


def draw_tree(
    axes: Axes, explained: Sequence[ExplainedSegmentation], scale: Normalize, inches: float, unit: str
) -> None:
    """Draw the tree; where nodes are too close to one another, those of the largest coefficients have their labels.

    Args:
        axes: where to draw.
        explained: from coarse to fine.
        scale: of the colours.
        inches: the width of the drawing.
        unit: of the coefficients.
    """
    tree, names, coefficients = explained_tree(explained)
    positions = node_positions(tree, len(explained))
    lines = [positions[[node, tree.parent[node]]] for node in range(1, len(names))]
    axes.add_collection(LineCollection(lines, colors="0.6", linewidths=0.8, zorder=1))
    sizes = np.clip(_SIZES[1] * tree.area / tree.area[0], *_SIZES)
    colours = ScalarMappable(scale, HEAT_COLOURS).to_rgba(coefficients)
    axes.scatter(positions[:, 0], positions[:, 1], s=sizes, c=colours, edgecolors="black", linewidths=0.6, zorder=3)
    order, column = np.argsort(-np.abs(coefficients), kind="stable"), _two_digits(coefficients)
    for node in labels_apart(tree, positions, [int(node) for node in order if node], _SPACING / inches):
        axes.annotate(f"{drawable(names[node])}\n{column.signed(coefficients[node])}", positions[node],
                      (0, -3 - np.sqrt(sizes[node]) / 2), textcoords="offset points", fontsize=7, ha="center", va="top",
                      linespacing=1.0, zorder=2, bbox={"facecolor": "white", "lw": 0, "pad": 0.5},
                      parse_math=False)  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(-len(explained) - 0.75, 0.35), xticks=[])
    axes.set_yticks(range(0, -len(explained) - 1, -1), ["image", *(f"depth {n}" for n in range(1, len(explained) + 1))])
    axes.tick_params(length=0, labelsize=9)
    axes.spines[:].set_visible(False)
    said = f"segments above their parts, with name and coefficient ({unit}); the circle grows with the segment"
    panel_title(axes, said, inches - 1)


def _two_digits(coefficients: np.ndarray) -> Column:
    """Two significant digits of the largest number, and as many decimals of the others."""
    return Column(coefficients, np.abs(coefficients).max(keepdims=True), digits=2)
