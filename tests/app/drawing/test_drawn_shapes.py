"""Drawings of a browser become masks: against loops over pixels from the definitions, and what is no drawing."""

import math

import numpy as np
import pytest

from limetheory.app.drawing.shapes import drawn_mask
from limetheory.app.refusals import Refused

SIZE = (12, 17)


def by_hand(inside):
    return np.array([[inside(x, y) for x in range(SIZE[1])] for y in range(SIZE[0])])


def test_a_rectangle_has_the_pixels_whose_centres_it_has_whichever_corner_was_first():
    shape = {"x0": 9.4, "y0": 7.2, "x1": 2.6, "y1": 1}
    expected = by_hand(lambda x, y: 2.6 <= x <= 9.4 and 1 <= y <= 7.2)
    assert np.array_equal(drawn_mask({"tool": "rectangle", "shape": shape, "scale": 1}, SIZE), expected)


@pytest.mark.parametrize("tool", ["lasso", "polygon"])
def test_a_triangle_has_the_pixels_on_the_inner_side_of_its_edges(tool):
    drawing = {"tool": tool, "shape": {"path": "M1.3,1.2L15.1,2.7L6.4,10.6Z"}, "scale": 1}
    corners = [(1.3, 1.2), (15.1, 2.7), (6.4, 10.6)]

    def inside(x, y):
        pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
        return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0 for (ax, ay), (bx, by) in pairs)

    assert np.array_equal(drawn_mask(drawing, SIZE), by_hand(inside))


def test_a_brush_is_as_wide_on_the_photograph_as_it_was_on_the_screen():
    drawing = {"tool": "brush", "shape": {"path": "M3,4L11,4", "line": {"width": 15}}, "scale": 3}

    def inside(x, y):
        return math.dist((x, y), (min(max(x, 3), 11), 4)) <= 2.5

    assert np.array_equal(drawn_mask(drawing, SIZE), by_hand(inside))


@pytest.mark.parametrize(
    "drawing",
    [
        None, [], {}, {"tool": "lasso"}, {"tool": "spray", "shape": {}}, {"tool": "lasso", "shape": {"path": 3}},
        {"tool": "lasso", "shape": {"path": "M1,1C2,2 3,3 4,4Z"}}, {"tool": "lasso", "shape": {"path": "M1,1L<b>Z"}},
        {"tool": "lasso", "shape": {"path": "M1,1" + "L2,2" * 200_000 + "Z"}},
        {"tool": "rectangle", "shape": {"x0": 1, "y0": 1, "x1": 2}},
        {"tool": "rectangle", "shape": {"x0": True, "y0": 1, "x1": 2, "y1": 3}},
        {"tool": "rectangle", "shape": {"x0": math.nan, "y0": 1, "x1": 2, "y1": 3}},
        {"tool": "brush", "shape": {"path": "M1,1L2,2"}, "scale": 1},
        {"tool": "brush", "shape": {"path": "M1,1L2,2", "line": {"width": 3}}, "scale": 0},
        {"tool": "brush", "shape": {"path": "M1,1L2,2", "line": {"width": -3}}, "scale": 1},
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(drawing):
    with pytest.raises(Refused, match="did not arrive whole"):
        drawn_mask(drawing, SIZE)


def test_a_drawing_beside_the_photograph_or_of_two_corners_says_what_to_do():
    with pytest.raises(Refused, match="No pixel lies in this drawing"):
        drawn_mask({"tool": "rectangle", "shape": {"x0": 40, "y0": 1, "x1": 50, "y1": 9}}, SIZE)
    with pytest.raises(Refused, match="three corners"):
        drawn_mask({"tool": "polygon", "shape": {"path": "M1,1L2,2"}}, SIZE)


def test_a_lasso_of_more_vertices_than_may_be_is_refused_with_its_number():
    path = "M1,1" + "L2,2" * 10_001 + "Z"
    with pytest.raises(ValueError, match="3 to 10,000"):
        drawn_mask({"tool": "lasso", "shape": {"path": path}}, SIZE)
