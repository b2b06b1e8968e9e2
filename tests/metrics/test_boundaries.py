"""Boundary recall and precision against loops over pixels, scikit-image's boundaries, and exact small cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_map_cases import NESTED, REFUSED, each_pixel, relabelled, two_maps
from skimage.segmentation import find_boundaries

from limetheory.metrics import boundary_precision, boundary_recall
from limetheory.metrics.boundaries import boundary

TOLERANCES = st.sampled_from([0, 1, 2, 10**12])


def edges(labels):
    """The pixels with a neighbour above, below, left or right that has another label."""
    h, w = labels.shape
    steps = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    return [
        (y, x)
        for y in range(h)
        for x in range(w)
        if any(0 <= y + a < h and 0 <= x + b < w and labels[y + a, x + b] != labels[y, x] for a, b in steps)
    ]


def recall_by_loops(segments, truth, tolerance, distance=max):
    """The share of the true edge pixels with an edge pixel of the segments not farther away."""
    found, true = edges(segments), edges(truth)
    near = [any(distance(abs(y - a), abs(x - b)) <= tolerance for a, b in found) for y, x in true]
    return sum(near) / len(near) if near else 1.0


@given(two_maps(), TOLERANCES)
def test_recall_and_precision_are_those_of_loops(maps, tolerance):
    segments, truth = maps
    assert boundary_recall(segments, truth, tolerance) == pytest.approx(
        recall_by_loops(segments, truth, tolerance), abs=1e-15
    )
    assert boundary_precision(segments, truth, tolerance) == pytest.approx(
        recall_by_loops(truth, segments, tolerance), abs=1e-15
    )


def test_a_round_neighbourhood_would_be_refuted():
    # Mutant: distances along the axes added up, so that corners of the square are too far away.
    segments, truth = np.eye(5, dtype=int), np.eye(5, dtype=int)[::-1]
    expected = recall_by_loops(segments, truth, 1)
    assert boundary_recall(segments, truth, 1) == expected != recall_by_loops(segments, truth, 1, lambda a, b: a + b)


@pytest.mark.slow
@given(two_maps())
def test_the_boundary_is_that_of_scikit_image(maps):
    for labels in maps:
        np.testing.assert_array_equal(boundary(labels), find_boundaries(labels, connectivity=1, mode="thick"))


def test_small_cases_are_exact():
    truth = np.repeat([[0, 0, 0, 0, 1, 1, 1, 1]], 3, axis=0)
    shifted = np.repeat([[0, 1, 1, 1, 1, 1, 1, 1]], 3, axis=0)
    assert [boundary_recall(shifted, truth, tolerance) for tolerance in range(4)] == [0.0, 0.0, 0.5, 1.0]
    assert boundary_recall(truth, truth, 0) == boundary_precision(truth, truth, 0) == 1.0


@pytest.mark.parametrize("truth", NESTED[1:])
def test_one_segment_and_a_segment_at_each_pixel_are_the_extremes(truth):
    one = np.zeros_like(truth)
    assert boundary_recall(one, truth) == 0.0 and boundary_precision(one, truth) == 1.0
    assert boundary_recall(each_pixel(truth), truth, 0) == 1.0
    assert boundary_precision(each_pixel(truth), truth, 0) == boundary(truth).mean()
    assert boundary_recall(truth, one) == 1.0 and boundary_precision(truth, one) == 0.0


@given(two_maps(), st.integers(0, 100), TOLERANCES)
def test_the_numbers_of_segments_do_not_count(maps, seed, tolerance):
    segments, truth = maps
    expected = boundary_recall(segments, truth, tolerance)
    assert boundary_recall(relabelled(segments, seed), relabelled(truth, seed + 1), tolerance) == expected


@pytest.mark.slow
@given(two_maps(), TOLERANCES)
def test_turning_and_mirroring_both_changes_nothing(maps, tolerance):
    segments, truth = maps
    expected = boundary_recall(segments, truth, tolerance)
    for turned in (np.transpose, np.flipud, np.fliplr):
        assert boundary_recall(turned(segments), turned(truth), tolerance) == pytest.approx(expected, abs=1e-15)


@given(two_maps())
def test_recall_rises_with_the_tolerance(maps):
    found = [boundary_recall(*maps, tolerance) for tolerance in range(4)]
    assert found == sorted(found)


def test_a_finer_partition_recalls_the_boundaries_of_the_coarser_one():
    coarse, middle, fine = NESTED
    assert boundary_recall(fine, coarse, 0) == boundary_recall(middle, coarse, 0) == 1.0
    assert boundary_precision(coarse, fine, 0) == 1.0 > boundary_recall(coarse, fine, 0)


@pytest.mark.parametrize("metric", [boundary_recall, boundary_precision])
@pytest.mark.parametrize(("maps", "error", "message"), REFUSED)
def test_bad_label_maps_are_refused(metric, maps, error, message):
    with pytest.raises(error, match=message):
        metric(*maps)


@pytest.mark.parametrize(("tolerance", "error"), [(-1, ValueError), (1.5, TypeError), ("2", TypeError)])
def test_bad_tolerances_are_refused(tolerance, error):
    with pytest.raises(error, match="tolerance must be a"):
        boundary_recall([[0, 1]], [[0, 1]], tolerance)
