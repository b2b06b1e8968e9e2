"""Undersegmentation error and achievable accuracy against sums over sets of pixels, and exact small cases."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_map_cases import NESTED, REFUSED, each_pixel, relabelled, two_maps

from limetheory.metrics import achievable_segmentation_accuracy, undersegmentation_error

METRICS = [undersegmentation_error, achievable_segmentation_accuracy]


def parts(labels):
    """The sets of pixels of a label map."""
    flat = np.ravel(labels)
    return [set(np.flatnonzero(flat == label).tolist()) for label in np.unique(flat)]


def error_by_sets(segments, truth, whole=False):
    """Σ_G Σ_S min(|S ∩ G|, |S ∖ G|) / N; with ``whole``, |S ∖ G| of all segments that meet G."""
    total = 0
    for region, segment in product(parts(truth), parts(segments)):
        if region & segment:
            total += len(segment - region) if whole else min(len(segment & region), len(segment - region))
    return Fraction(total, np.size(truth))


def accuracy_by_sets(segments, truth):
    """Σ_S max_G |S ∩ G| / N."""
    largest = sum(max(len(segment & region) for region in parts(truth)) for segment in parts(segments))
    return Fraction(largest, np.size(truth))


@given(two_maps())
def test_they_are_the_sums_over_sets(maps):
    assert undersegmentation_error(*maps) == pytest.approx(float(error_by_sets(*maps)), abs=1e-15)
    assert achievable_segmentation_accuracy(*maps) == pytest.approx(float(accuracy_by_sets(*maps)), abs=1e-15)


def test_counting_all_that_a_segment_has_outside_would_be_refuted():
    # Mutant: the error of Levinshtein et al. 2009, which punishes a segment for all of its pixels outside a region.
    segments, truth = [[0, 0, 0, 0, 1]], [[0, 1, 1, 1, 1]]
    assert undersegmentation_error(segments, truth) == 0.4 == float(error_by_sets(segments, truth))
    assert error_by_sets(segments, truth, whole=True) == Fraction(4, 5)


@given(two_maps())
def test_both_lie_between_0_and_1_and_bound_each_other(maps):
    error, accuracy = (metric(*maps) for metric in METRICS)
    assert 0 <= error <= 1 and 0 < accuracy <= 1
    # the pixels that whole segments label wrongly are the smaller parts of the divided segments, or fewer
    assert 1 - accuracy <= error + 1e-15
    assert (error == 0) == (accuracy == 1)


@given(two_maps(labels=2))
def test_with_two_regions_the_error_counts_each_wrong_pixel_twice(maps):
    assert undersegmentation_error(*maps) == pytest.approx(2 * (1 - achievable_segmentation_accuracy(*maps)), abs=1e-15)


@pytest.mark.parametrize("truth", NESTED)
def test_one_segment_and_a_segment_at_each_pixel_are_the_extremes(truth):
    one, shares = np.zeros_like(truth), np.bincount(truth.ravel()) / truth.size
    assert achievable_segmentation_accuracy(each_pixel(truth), truth) == 1.0
    assert undersegmentation_error(each_pixel(truth), truth) == 0.0
    assert achievable_segmentation_accuracy(one, truth) == pytest.approx(shares.max(), abs=1e-15)
    assert undersegmentation_error(one, truth) == pytest.approx(np.minimum(shares, 1 - shares).sum(), abs=1e-15)


@given(two_maps(), st.integers(0, 100))
def test_the_numbers_of_segments_do_not_count(maps, seed):
    other = [relabelled(labels, seed + place) for place, labels in enumerate(maps)]
    for metric in METRICS:
        assert metric(*other) == pytest.approx(metric(*maps), abs=1e-15)


def test_a_finer_partition_is_perfect_and_a_coarser_one_is_not():
    coarse, middle, fine = NESTED
    assert [metric(fine, coarse) for metric in METRICS] == [metric(fine, middle) for metric in METRICS] == [0.0, 1.0]
    assert undersegmentation_error(coarse, fine) > 0 and achievable_segmentation_accuracy(coarse, fine) < 1


@given(two_maps(), st.integers(0, 2**32))
def test_cutting_segments_further_makes_nothing_worse(maps, seed):
    segments, truth = maps
    finer = 2 * segments + np.random.default_rng(seed).integers(0, 2, segments.shape)
    assert achievable_segmentation_accuracy(finer, truth) >= achievable_segmentation_accuracy(segments, truth)
    assert undersegmentation_error(finer, truth) <= undersegmentation_error(segments, truth) + 1e-15


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(("maps", "error", "message"), REFUSED)
def test_bad_label_maps_are_refused(metric, maps, error, message):
    with pytest.raises(error, match=message):
        metric(*maps)


def test_many_labels_take_little_memory():
    # a table of all pairs of 300 × 400 segments and as many regions would have 1.4e10 entries
    labels = each_pixel(np.zeros((300, 400), int))
    assert [metric(labels, labels) for metric in METRICS] == [0.0, 1.0]
