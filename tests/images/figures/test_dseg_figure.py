"""The picture of a hierarchy's explanations: one colour scale, readable labels, and segments over their parts."""

from functools import cache

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex

import limetheory as lt
from limetheory.images.figures.dseg import hierarchy_explanation_figure
from limetheory.images.figures.explained_tree import explained_tree
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import ExplainedSegmentation, explain_hierarchy
from tests.images.hierarchy.test_hierarchy import ellipses

SIDE = 60
TREE = containment_tree(ellipses(40, SIDE))
IMAGE = np.random.default_rng(0).uniform(0.2, 1.0, (SIDE, SIDE, 3))
WEIGHTS = np.random.default_rng(1).normal(size=(SIDE, SIDE)) / SIDE**2


@cache
def explained_depths(depth=2, **changes):
    options = {"replacement": 0.0, "n": 200, "rng": 0, "top_k": 2} | changes
    return explain_hierarchy(lambda images: images[..., 0].reshape(-1, SIDE**2) @ WEIGHTS.ravel(), IMAGE, TREE,
                             depth=depth, **options)  # fmt: skip


def drawn(*arguments, **options):
    figure = hierarchy_explanation_figure(*arguments, **options)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return figure, canvas


def titled(figure, beginning):
    return [axes for axes in figure.axes if axes.get_title().replace("\n", " ").startswith(beginning)]


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "aspect"), [(1, 0.4), (1, 1.9), (2, 1.0), (3, 0.4), (3, 1.9)])
def test_titles_and_labels_do_not_overlap(depth, aspect):
    explained = explained_depths(depth)
    figure, canvas = drawn(explained, "cost $5 of a photograph with a long name.jpg: class, 0.9", "logit", aspect)
    assert len(titled(figure, "photograph")) == 1
    for number, one in enumerate(explained, start=1):
        partition, heat = (
            titled(figure, f"depth {number}: {one.segmentation.d} segments")[0],
            titled(figure, f"depth {number}: coefficient of each segment")[0],
        )
        assert partition.get_aspect() == heat.get_aspect() == pytest.approx(aspect)
    texts = [axes.title for axes in figure.axes] + [figure.texts[0]] + list(figure.axes[-1].texts)
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    assert len(boxes) > 10
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i]), texts[i].get_text()
        assert box.x0 >= 0 and box.x1 <= canvas.get_width_height()[0]


@pytest.mark.slow
def test_all_depths_share_one_symmetric_colour_scale_with_its_unit():
    explained = explained_depths(3)
    figure, _ = drawn(explained, "", "logit")
    largest = max(np.abs(one.explanation.coefficients).max() for one in explained)
    for number, one in enumerate(explained, start=1):
        heat, _ = titled(figure, f"depth {number}: coefficient of")[0].images
        assert heat.get_clim() == (-largest, largest)
        np.testing.assert_array_equal(heat.get_array(), one.explanation.heatmap())
    assert [axes.get_ylabel() for axes in figure.axes].count("coefficient (logit)") == len(explained)


@pytest.mark.slow
def test_every_depth_has_its_intervals_and_all_evaluations_are_counted():
    explained = explained_depths(2)
    figure, _ = drawn(explained, "espresso")
    for number, one in enumerate(explained, start=1):
        (bars,) = [axes for axes in titled(figure, f"depth {number}: ") if axes.get_ylabel() == "segment"]
        found, order = one.explanation, np.argsort(-np.abs(one.explanation.coefficients))[:15]
        ends = {(round(a[0], 9), round(b[0], 9)) for a, b in bars.collections[0].get_segments()}
        assert ends == {tuple(row) for row in found.interval()[order].round(9).tolist()}
        assert [label.get_text() for label in bars.get_yticklabels()] == [found.names[j] for j in order[::-1]]
    total = sum(one.explanation.n_evaluations for one in explained)
    assert figure.get_suptitle() == f"espresso\n2 depths, {total} evaluations in all"


@pytest.mark.slow
def test_new_borders_are_orange_and_only_where_a_segment_was_split():
    coarse, fine = explained_depths(2)
    figure, _ = drawn([coarse, fine], "")
    _, finer, coarser = titled(figure, f"depth 2: {fine.segmentation.d}")[0].collections
    assert to_hex(finer.get_colors()[0]) == "#e69f00" and to_hex(coarser.get_colors()[0]) == "#000000"

    def edges(labels):
        return (labels[1:] != labels[:-1]).sum() + (labels[:, 1:] != labels[:, :-1]).sum()

    def length(lines):
        return sum(np.abs(line[1] - line[0]).sum() for line in lines.get_segments())

    assert length(finer) == edges(fine.segmentation.labels)
    assert length(coarser) == edges(coarse.segmentation.labels) < length(finer)


@pytest.mark.slow
def test_the_split_segments_are_named_or_counted(monkeypatch):
    coarse, fine = explained_depths(2, top_k=3)
    outer, inner = coarse.segmentation.labels, fine.segmentation.labels
    parts = [len(np.unique(inner[outer == j])) for j in range(coarse.segmentation.d)]
    first, second, third = (j for j, count in enumerate(parts) if count > 1)

    def title():
        return titled(drawn([coarse, fine], "")[0], f"depth 2: {fine.segmentation.d}")[0].get_title().split("\n")[1]

    assert title() == f"{first} and {second} and {third} of depth 1 split (orange)"
    monkeypatch.setattr("limetheory.images.figures.dseg.NAMED", 2)
    assert title() == "3 segments of depth 1 split (orange)"


def test_the_tree_holds_each_segment_over_its_parts():
    explained = explained_depths(3)
    tree, names, coefficients = explained_tree(explained)
    assert len(names) == 1 + sum(one.segmentation.d for one in explained)
    for depth, one in enumerate(explained, start=1):
        nodes = np.flatnonzero(tree.depths == depth)
        assert [names[node] for node in nodes] == list(one.explanation.names)
        np.testing.assert_array_equal(tree.area[nodes], one.segmentation.area)
        np.testing.assert_array_equal(coefficients[nodes], one.explanation.coefficients)
        if depth > 1:
            above = explained[depth - 2].segmentation.labels
            for node, number in zip(nodes, range(one.segmentation.d), strict=True):
                (parent,) = np.unique(above[one.segmentation.labels == number])
                assert names[tree.parent[node]] == explained[depth - 2].explanation.names[parent]
                assert tree.depths[tree.parent[node]] == depth - 1


def with_coefficients(one, values):
    found = one.explanation
    numbers = {name: getattr(found, name) for name in ("masked", "target", "outputs", "design", "n_masks")}
    d = one.segmentation.d
    explanation = lt.ImageExplanation(np.full(d, values), 0.0, np.full(d, np.inf), 9, **numbers)
    return ExplainedSegmentation(one.segmentation, explanation)


@pytest.fixture(scope="module")
def panels():
    """How many panels two depths have."""
    return len(drawn(explained_depths(2), "")[0].axes)


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.0, 1e-300, 1e30, -2.0])
def test_odd_coefficients_are_drawn(value, panels):
    figure, _ = drawn([with_coefficients(one, value) for one in explained_depths(2)], "")
    assert len(figure.axes) == panels


def test_no_depth_is_refused():
    with pytest.raises(ValueError, match="at least one depth, got none: pass what explain_hierarchy returns"):
        hierarchy_explanation_figure([], "")
