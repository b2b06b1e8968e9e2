"""The picture of a hierarchy of segments: the photograph, its partitions, and the tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from limetheory import arguments
from limetheory.images.figures.superpixels import superpixel_borders, superpixel_numbers
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.pictures import as_image

NUMBERED = 12
"""How many segments of each partition are numbered, the largest ones first; a convention, so that they fit."""

# The least distance of two labels in inches, and sizes of circles in square points: conventions, chosen by eye.
_SPACING_INCHES = 0.48
_SIZES = 30.0, 700.0


def hierarchy_figure(
    image: Any, tree: SegmentTree, title: str, depths: Sequence[int] = (1, 2, 3), aspect: float | None = None
) -> Figure:
    """Draw the photograph and its partitions in the upper row, and below them the tree to the largest depth shown.

    The numbers are those of the tree's nodes, in the partitions and in the tree. The area of a node increases with that
    of its segment; its colour is its depth (cividis, which is safe for colour-blind readers). Where nodes are too close
    to one another some have no label.

    Args:
        image: anything that `as_image` takes, of the shape of ``tree.leaves``.
        tree: the hierarchy, see `containment_tree` and `higra_tree`.
        title: what is shown.
        depths: the depths to show, at least 1; those larger than the tree's are left out.
        aspect: height over width of the photograph before it was resized; None keeps the image's own.

    Raises:
        ValueError: an image of another size, or no depths.

    >>> row = np.arange(60)[None].repeat(40, axis=0)
    >>> from limetheory.images.hierarchy.containment import containment_tree
    >>> tree = containment_tree([row < 30, row < 12, row >= 30])
    >>> figure = hierarchy_figure(np.zeros((40, 60)), tree, "two halves")
    >>> [axes.get_title() for axes in figure.axes][:3]
    ['photograph', 'depth 1: 2 segments', 'depth 2: 3 segments']
    """
    pixels = _pixels(image, tree)
    shown = _depths(depths, tree)
    figure = Figure(figsize=(4.2 * (len(shown) + 1), 7.6), layout="constrained")
    (above,), (below,) = figure.subfigures(2, 1, squeeze=False)
    panels = above.subplots(1, len(shown) + 1)
    _photograph(panels[0], pixels)
    for axes, depth in zip(panels[1:], shown, strict=True):
        _partition(axes, pixels, tree, depth)
    for axes in panels:
        axes.set_aspect((aspect or pixels.shape[0] / pixels.shape[1]) / (pixels.shape[0] / pixels.shape[1]))
        axes.set_axis_off()
    _tree(below.subplots(), tree, shown[-1], _SPACING_INCHES / figure.get_figwidth())
    figure.suptitle(title, parse_math=False)
    return figure


def node_positions(tree: SegmentTree, depth: int) -> np.ndarray:
    """Where to draw the nodes up to a depth: (nodes, 2) of x in [0, 1] and −depth, NaN for deeper nodes.

    The leaves of the drawn tree are equally spaced, every other node is in the middle of its children.

    >>> row = np.arange(60)[None]
    >>> from limetheory.images.hierarchy.containment import containment_tree
    >>> node_positions(containment_tree([row < 30, row < 12, row >= 30]), 1).tolist()
    [[0.5, 0.0], [0.25, -1.0], [0.75, -1.0], [nan, nan], [nan, nan]]
    """
    positions = np.full((len(tree.parent), 2), np.nan)
    drawn = tree.depths <= depth
    below = [[child for child in children if drawn[child]] for children in tree.children]
    leaves = [node for node in _depth_first(below) if not below[node]]
    positions[leaves, 0] = (np.arange(len(leaves)) + 0.5) / len(leaves)
    for node in np.flatnonzero(drawn)[::-1]:
        if below[node]:
            positions[node, 0] = positions[below[node], 0].mean()
    positions[drawn, 1] = -tree.depths[drawn]
    return positions


def labels_apart(tree: SegmentTree, positions: np.ndarray, order: Sequence[int], spacing: float) -> list[int]:
    """The nodes, in this order of preference, whose labels are at least ``spacing`` apart within their depth."""
    labelled: list[int] = []
    for node in order:
        beside = [other for other in labelled if tree.depths[other] == tree.depths[node]]
        if all(abs(positions[other, 0] - positions[node, 0]) >= spacing for other in beside):
            labelled.append(node)
    return labelled


def _depth_first(children: list[list[int]]) -> list[int]:
    order, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += reversed(children[node])
    return order


def _photograph(axes: Axes, pixels: np.ndarray) -> None:
    axes.imshow(pixels)
    axes.set_title("photograph", fontsize=10)


def _partition(axes: Axes, pixels: np.ndarray, tree: SegmentTree, depth: int) -> None:
    nodes = tree.nodes(depth)
    segments = nodes[tree.partition(depth)]
    axes.imshow(0.45 + 0.55 * pixels)
    superpixel_borders(axes, segments, "white", 2.4)
    superpixel_borders(axes, segments, "black", 0.9)
    largest = nodes[np.argsort(-tree.area[nodes], kind="stable")[:NUMBERED]]
    superpixel_numbers(axes, segments, largest.tolist())
    axes.set_title(f"depth {depth}: {len(nodes)} segment{'s' if len(nodes) > 1 else ''}", fontsize=10)


def _tree(axes: Axes, tree: SegmentTree, depth: int, spacing: float) -> None:
    positions = node_positions(tree, depth)
    drawn = np.flatnonzero(tree.depths <= depth)
    lines = [positions[[node, tree.parent[node]]] for node in drawn[1:]]
    axes.add_collection(LineCollection(lines, colors="0.6", linewidths=0.8, zorder=1))
    share = tree.area[drawn] / tree.area[0]
    sizes = np.clip(_SIZES[1] * share, *_SIZES)
    axes.scatter(positions[drawn, 0], positions[drawn, 1], s=sizes, c=tree.depths[drawn], cmap="cividis",
                 vmin=0, vmax=depth + 1, edgecolors="black", linewidths=0.6, zorder=3)  # fmt: skip
    radii = dict(zip(drawn.tolist(), np.sqrt(sizes) / 2, strict=True))
    largest = drawn[np.argsort(-tree.area[drawn], kind="stable")].tolist()
    for node in labels_apart(tree, positions, largest, spacing):
        axes.annotate(f"{node}\n{_percent(tree.area[node] / tree.area[0])}", positions[node], (0, -3 - radii[node]),
                      textcoords="offset points", fontsize=7, ha="center", va="top", linespacing=1.0, zorder=2,
                      bbox={"facecolor": "white", "lw": 0, "pad": 0.5})  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(-depth - 0.75, 0.35), xticks=[])
    axes.set_yticks(range(0, -depth - 1, -1), ["image", *(f"depth {number}" for number in range(1, depth + 1))])
    axes.tick_params(length=0, labelsize=9)
    axes.spines[:].set_visible(False)
    axes.set_title("the tree: number and share of the image of each segment", fontsize=10)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def _pixels(image: Any, tree: SegmentTree) -> np.ndarray:
    pixels = as_image(image)
    if pixels.shape[:2] != tree.leaves.shape:
        raise ValueError(
            f"image must have the tree's shape {tree.leaves.shape}, got {pixels.shape[:2]}: "
            "make the masks on that same image"
        )
    return pixels


def _depths(depths: Sequence[int], tree: SegmentTree) -> list[int]:
    asked = sorted({arguments.integer("depths", depth, 1) for depth in depths})
    if not asked:
        raise ValueError("depths must hold at least one depth, got none: try (1, 2)")
    return [depth for depth in asked if depth <= tree.depth] or asked[:1]
