"""Overlap with an object's mask, and the largest that segments allow, against all choices of segments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_map_cases import NESTED, each_pixel

from limetheory.metrics import achievable_overlap, mask_overlap
from tests.composed_scene import TRUTHS


def overlap_by_sets(shown, segments, region):
    """|covered ∩ region| / |covered ∪ region|."""
    numbers = sorted(np.unique(segments).tolist())
    covered = {at for at, label in enumerate(np.ravel(segments).tolist()) if shown[numbers.index(label)]}
    inside = set(np.flatnonzero(region).tolist())
    return len(covered & inside) / len(covered | inside)


@st.composite
def cases(draw):
    """Segments, an object's mask with at least one pixel, and a choice of segments."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    segments, region = rng.integers(0, 6, shape) * 3, rng.random(shape) < 0.4
    region[rng.integers(shape[0]), rng.integers(shape[1])] = True
    return segments, region, rng.random(len(np.unique(segments))) < 0.5


@given(cases())
def test_the_overlap_is_that_of_sets_of_pixels(case):
    segments, region, shown = case
    expected = overlap_by_sets(shown, segments, region)
    assert mask_overlap(shown, segments, region) == pytest.approx(expected, abs=1e-15)


@given(cases())
def test_no_choice_of_segments_has_a_larger_overlap_and_one_has_it(case):
    segments, region, shown = case
    choices = (np.arange(1 << len(shown))[:, None] >> np.arange(len(shown))) & 1 == 1
    best = max(overlap_by_sets(choice, segments, region) for choice in choices)
    assert achievable_overlap(segments, region) == pytest.approx(best, abs=1e-15)


def test_taking_every_segment_that_lies_mostly_inside_would_be_refuted():
    # Mutant: the segments with more than half of their pixels inside, here one of three.
    segments, region = np.array([[0, 1, 1, 1]]), np.array([[True, True, False, False]])
    mostly = np.bincount(segments.ravel(), weights=region.ravel()) > np.bincount(segments.ravel()) / 2
    assert mask_overlap(mostly, segments, region) == 0.5 == achievable_overlap(segments, region)
    region = np.array([[False, True, False, False]])
    assert achievable_overlap(segments, region) == pytest.approx(1 / 3)


def test_objects_of_a_scene_are_met_exactly_by_the_segments_of_their_depth():
    finest, whole = NESTED[2], TRUTHS[:, ::5, ::5]
    for region in whole:
        inside = np.array([region[finest == label].all() for label in range(finest.max() + 1)])
        assert mask_overlap(inside, finest, region) == achievable_overlap(finest, region) == 1.0
    assert achievable_overlap(NESTED[0], whole[1]) < 1


def test_one_segment_and_a_segment_at_each_pixel_are_the_extremes():
    region = np.array([[True, False], [False, False]])
    assert (
        achievable_overlap(np.zeros((2, 2), int), region) == 0.25
        and achievable_overlap(each_pixel(region), region) == 1
    )
    assert mask_overlap([False], np.zeros((2, 2), int), region) == 0.0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            ([True], [[0, 1]], [[True, False]]),
            ValueError,
            r"shown must have shape \(2,\), got \(1,\); one entry a segment",
        ),
        (
            ([True, False], [[0, 1]], [[True], [False]]),
            ValueError,
            r"segments and region must be \(h, w\), both of the",
        ),
        (([True, False], [[0, 1]], [[False, False]]), ValueError, "region must have a pixel, got an empty one"),
        (([True, False], [[0, 1]], [[0.5, 0.1]]), ValueError, "region must be True and False"),
        (([0.5, 0.2], [[0, 1]], [[True, False]]), ValueError, "shown must be True and False"),
        (([True, False], [[0, -1]], [[True, False]]), ValueError, "labels must be >= 0"),
        (([True, False], [[0.0, 1.0]], [[True, False]]), TypeError, "labels must be integers"),
    ],
)
def test_bad_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        mask_overlap(*arguments)
    if not message.startswith("shown"):
        with pytest.raises(error, match=message):
            achievable_overlap(*arguments[1:])
