"""Masks from drawings against exact rational arithmetic, pixel by pixel."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from drawings import places
from hypothesis import given
from hypothesis import strategies as st

from limetheory.images.regions import brush_mask, drawn, polygon_mask, rectangle_mask

SHAPE = (8, 9)


def exact(places):
    return [(Fraction(x), Fraction(y)) for x, y in places]


def crosses_to_the_left(x, y, one, other):
    (x0, y0), (x1, y1) = sorted([one, other], key=lambda place: place[1])
    return y0 <= y < y1 and x0 + (y - y0) * (x1 - x0) / (y1 - y0) <= x


def naive_polygon(shape, vertices):
    """The definition: an odd number of edges crosses the ray to the left."""
    corners, inside = exact(vertices), np.zeros(shape, bool)
    for y, x in np.ndindex(shape):
        edges = zip(corners, [*corners[1:], corners[0]], strict=True)
        inside[y, x] = sum(crosses_to_the_left(x, y, one, other) for one, other in edges) % 2
    return inside


def squared_distance(x, y, start, end):
    (x0, y0), (x1, y1) = start, end
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length if length else Fraction(0)
    along = min(max(along, Fraction(0)), Fraction(1))
    return (x - x0 - along * (x1 - x0)) ** 2 + (y - y0 - along * (y1 - y0)) ** 2


def naive_brush(shape, path, width):
    """The definition: a centre is at most half a width away from a step."""
    corners, inside = exact(path), np.zeros(shape, bool)
    steps = list(pairwise(corners)) or [(corners[0], corners[0])]
    for y, x in np.ndindex(shape):
        inside[y, x] = min(squared_distance(x, y, *step) for step in steps) <= (Fraction(width) / 2) ** 2
    return inside


@pytest.mark.slow
@given(st.lists(places, min_size=3, max_size=8))
def test_a_polygon_is_that_of_its_definition(vertices):
    assert np.array_equal(polygon_mask(SHAPE, vertices), naive_polygon(SHAPE, vertices))


@pytest.mark.slow
@given(st.lists(places, min_size=1, max_size=5), st.integers(1, 40))
def test_a_brush_is_that_of_its_definition(path, quarters):
    assert np.array_equal(brush_mask(SHAPE, path, quarters / 4), naive_brush(SHAPE, path, quarters / 4))


@given(places, places)
def test_a_rectangle_has_the_centres_between_its_corners(corner, opposite):
    (x0, x1), (y0, y1) = sorted([corner[0], opposite[0]]), sorted([corner[1], opposite[1]])
    expected = [[x0 <= x <= x1 and y0 <= y <= y1 for x in range(SHAPE[1])] for y in range(SHAPE[0])]
    assert rectangle_mask(SHAPE, corner, opposite).tolist() == expected


@pytest.mark.slow
@given(st.lists(places, min_size=3, max_size=3), places)
def test_three_triangles_of_a_point_cover_each_centre_as_often_as_their_triangle(corners, point):
    triangles = [[corners[k], corners[(k + 1) % 3], point] for k in range(3)]
    parity = np.sum([polygon_mask(SHAPE, triangle) for triangle in triangles], axis=0) % 2
    assert np.array_equal(parity == 1, polygon_mask(SHAPE, corners))


def test_a_path_that_crosses_itself_has_a_hole():
    star = [(5, 0), (8, 9), (0, 3), (10, 3), (2, 9)]
    assert not polygon_mask((10, 11), star)[5, 5] and polygon_mask((10, 11), star)[1, 5]


@pytest.mark.parametrize("seed", range(5))
def test_drawings_through_centres_of_pixels_are_those_of_their_definitions(seed):
    vertices = np.random.default_rng(seed).integers(-2, 11, (6, 2)).tolist()
    assert np.array_equal(polygon_mask(SHAPE, vertices), naive_polygon(SHAPE, vertices))
    assert np.array_equal(brush_mask(SHAPE, vertices, 2), naive_brush(SHAPE, vertices, 2))


def test_a_brush_that_rests_draws_a_dot():
    assert brush_mask((3, 3), [(1, 1), (1, 1)], 2).astype(int).tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]


def test_mutants_of_the_rule_are_found():
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    closed = rectangle_mask(SHAPE, (0, 0), (4, 4))  # with its right and lower border
    assert not np.array_equal(polygon_mask(SHAPE, square), closed)
    slope, later = [(0, 0), (9, 3), (9, 0)], [(0, 0), (9, 2.984375), (9, 0)]  # with and without (3, 1) on its edge
    assert polygon_mask(SHAPE, slope)[1, 3] and not polygon_mask(SHAPE, later)[1, 3]
    assert not np.array_equal(brush_mask(SHAPE, [(5, 5)], 5), rectangle_mask(SHAPE, (2.5, 2.5), (7.5, 7.5)))


def test_many_edges_are_crossed_in_parts(monkeypatch):
    rng = np.random.default_rng(0)
    vertices = rng.integers(-8, 60, (200, 2)) / 4
    whole = polygon_mask(SHAPE, vertices)
    monkeypatch.setattr(drawn, "_CROSSINGS", 50)
    assert np.array_equal(polygon_mask(SHAPE, vertices), whole) and whole.any()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: polygon_mask(SHAPE, [(0, 0), (1, 1)]), r"^vertices must be places \(x, y\), 3 to 10,000 .* \(2, 2\)"),
    (lambda: polygon_mask(SHAPE, np.zeros((10_001, 2))), r"got shape \(10001, 2\)"),
    (lambda: polygon_mask(SHAPE, np.zeros((3, 3))), r"got shape \(3, 3\)"),
    (lambda: polygon_mask(SHAPE, [(0, 0), (1, np.nan), (1, 1)]), "vertices must be finite, got 1 NaN"),
    (lambda: polygon_mask(SHAPE, [(0, 0), (1e9, 0), (1, 1)]), r"^vertices must be within 1e\+06 pixels, got 1e\+09"),
    (lambda: polygon_mask((10**5, 10**5), [(0, 0), (1, 0), (1, 1)]), "^h × w must be at most 67,108,864"),
    (lambda: brush_mask(SHAPE, [], 1), "^path must be places"),
    (lambda: brush_mask(SHAPE, [(0, 0)], 0), "^width must be above 0"),
    (lambda: brush_mask((4000, 4000), np.zeros((9000, 2)), 4000), "^pixels that the brush passes must be at most"),
    (lambda: rectangle_mask(SHAPE, (0, np.inf), (1, 1)), "corner must be finite"),
])  # fmt: skip
def test_other_drawings_are_refused_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as said:
        call()
    assert "\n" not in str(said.value)
