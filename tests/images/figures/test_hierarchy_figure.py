"""The picture shows each depth once, numbers nodes alike in partitions and tree, and keeps its labels apart."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from limetheory.images.figures.hierarchy import hierarchy_figure, node_positions
from limetheory.images.hierarchy.containment import containment_tree
from tests.images.hierarchy.test_hierarchy import ellipses

TREE = containment_tree(ellipses(40, 120))
IMAGE = np.full((120, 120, 3), 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("depths", [(1,), (1, 2), (1, 2, 3)])
def test_panels_and_labels(depths):
    figure = hierarchy_figure(IMAGE, TREE, "cost $5", depths)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1:-1] == [f"depth {depth}: {len(TREE.nodes(depth))} segments" for depth in depths]
    boxes = [text.get_window_extent() for text in figure.axes[-1].texts]
    assert len(boxes) > 5
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert box.x0 >= 0 and box.x1 <= canvas.get_width_height()[0] and box.y0 >= 0


def test_nodes_stand_over_their_children_and_apart():
    positions = node_positions(TREE, 2)
    drawn = TREE.depths <= 2
    assert np.isnan(positions[~drawn]).all() and np.isfinite(positions[drawn]).all()
    for node, children in enumerate(TREE.children):
        shown = [child for child in children if drawn[child]]
        if drawn[node] and shown:
            assert positions[node, 0] == pytest.approx(positions[shown, 0].mean())
    for level in (1, 2):
        assert len(np.unique(positions[TREE.depths == level, 0])) == (TREE.depths == level).sum()


def test_the_aspect_of_the_photograph_is_kept():
    figure = hierarchy_figure(IMAGE, TREE, "", (1,), aspect=0.5)
    assert figure.axes[0].get_aspect() == 0.5


@pytest.mark.slow
def test_a_tree_of_one_segment_and_depths_beyond_the_tree():
    alone = containment_tree(np.ones((1, 20, 20), bool))
    figure = hierarchy_figure(np.zeros((20, 20)), alone, "one")
    FigureCanvasAgg(figure).draw()
    assert figure.axes[1].get_title() == "depth 1: 1 segment"
    assert len(hierarchy_figure(IMAGE, TREE, "", (1, 99)).axes) == 3


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"tree's shape \(120, 120\), got \(9, 9\)"):
        hierarchy_figure(np.zeros((9, 9)), TREE, "")
    with pytest.raises(ValueError, match="at least one depth, got none"):
        hierarchy_figure(IMAGE, TREE, "", ())
    with pytest.raises(ValueError, match="depths must be at least 1, got 0"):
        hierarchy_figure(IMAGE, TREE, "", (0, 1))
