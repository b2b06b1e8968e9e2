"""Explaining a hierarchy from coarse to fine."""

import warnings
from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pytest

import limetheory as lt
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import InterruptedHierarchy, divisible, explain_hierarchy

SIDE = 40
ROW, COLUMN = np.mgrid[:SIDE, :SIDE]
MASKS = np.stack([COLUMN < 20, COLUMN >= 20, (COLUMN < 20) & (ROW < 20), (COLUMN < 20) & (ROW >= 20),
                  (COLUMN >= 20) & (ROW < 15), (COLUMN < 20) & (ROW < 8)])  # fmt: skip
IMAGE = np.random.default_rng(0).uniform(0.3, 1.0, (SIDE, SIDE, 3))
WEIGHTS = np.where(COLUMN < 20, np.where(ROW < 20, 4.0, 2.0), 1.0) / SIDE**2


def linear(images):
    return np.tensordot(images[..., 0], WEIGHTS, axes=2)


def levels(**changes):
    options = {"depth": 3, "top_k": 1, "replacement": 0.0, "n": 60, "rng": 0} | changes
    return explain_hierarchy(linear, IMAGE, containment_tree(MASKS), **options)


def test_each_depth_splits_the_segment_of_largest_coefficient_only():
    first, second, third = levels()
    assert (first.segmentation.d, second.segmentation.d, third.segmentation.d) == (2, 3, 4)
    for coarse, fine in ((first, second), (second, third)):
        inside = fine.segmentation.inside(coarse.segmentation)
        split = np.flatnonzero(np.bincount(inside) > 1)
        assert split.tolist() == [np.abs(coarse.explanation.coefficients).argmax()]


def told(**options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        levels(**options)
    return sum(issubclass(one.category, lt.FewMasksWarning) for one in caught)


def test_few_masks_are_told_of_once_for_all_depths_of_each_answer(monkeypatch):
    assert [told(n=14), told(n=14)] == [1, 1]
    monkeypatch.setattr("limetheory.images.hierarchy.dseg.few_masks_told_once", nullcontext)
    assert told(n=14) > 1


def test_prop_linear_a_coefficient_is_the_sum_of_its_parts():
    first, second, third = levels()
    for coarse, fine in ((first, second), (second, third), (first, third)):
        assert np.abs(coarse.consistency(fine).gaps).max() < 1e-12


def test_the_explanation_at_the_largest_depth_is_that_of_explain_image():
    last = levels()[-1]
    alone = lt.explain_image(linear, IMAGE, segments=last.segmentation.labels, replacement=0.0, n=60, rng=0)
    np.testing.assert_array_equal(last.explanation.coefficients, alone.coefficients)


def test_it_ends_where_nothing_can_be_split():
    assert len(levels(depth=9, top_k=9)) == 3 and len(levels(depth=1)) == 1


def test_segments_without_parts_do_not_end_it_while_others_have_some():
    # The brightest segment of the tree is soon one without parts, which is never split in place of others.
    found = levels(depth=9, top_k=1)
    assert not divisible(found[-1].segmentation).any()
    assert found[-1].segmentation.d == len(np.unique(containment_tree(MASKS).leaves))
    for coarse, fine in pairwise(found):
        split = np.flatnonzero(np.bincount(fine.segmentation.inside(coarse.segmentation)) > 1)
        sizes = np.where(divisible(coarse.segmentation), np.abs(coarse.explanation.coefficients), -1)
        assert split.tolist() == [sizes.argmax()]


def test_depth_1_has_the_number_of_segments_asked_for():
    for n_segments in (2, 3, 4):
        assert levels(n_segments=n_segments, depth=1)[0].segmentation.d == n_segments
    first, second = levels(n_segments=3, depth=2)
    assert np.abs(first.consistency(second).gaps).max() < 1e-12


def product(images):
    """The brightness of the left half times that of the right, so that segments interact."""
    left, right = images[:, :, :20, 0].mean(axis=(1, 2)), images[:, :, 20:, 0].mean(axis=(1, 2))
    return left * right


def test_prop_linear_fails_for_interactions_and_the_gap_is_that_of_the_limits():
    coarse, fine = explain_hierarchy(product, IMAGE, containment_tree(MASKS), replacement=0.0, n=4000, rng=0)
    exact = []
    for level in (coarse, fine):
        d = level.segmentation.d
        masked = lt.MaskedImage(IMAGE, level.segmentation.labels, 0.0)
        values = product(masked.compose(lt.all_masks(d)))
        exact.append(lt.limit(lt.SetFunction(values), lt.ImageDesign(d)).coefficients)
    gaps = coarse.segmentation.consistency(exact[0], fine.segmentation, exact[1]).gaps
    assert np.abs(gaps).max() > 0.005
    assert (np.abs(coarse.consistency(fine).gaps - gaps) <= coarse.gap_half_widths(fine, 0.9999)).all()


@pytest.mark.slow
def test_gap_half_widths_cover_repeated_gaps_and_those_of_the_parent_alone_do_not():
    tree, options = containment_tree(MASKS), {"replacement": 0.0, "n": 60}
    runs = [explain_hierarchy(product, IMAGE, tree, rng=seed, **options) for seed in range(80)]
    gaps = np.array([coarse.consistency(fine).gaps for coarse, fine in runs])
    reach = np.array([coarse.gap_half_widths(fine) for coarse, fine in runs])
    mutant = np.array([np.diff(coarse.explanation.interval(), axis=1)[:, 0] / 2 for coarse, _ in runs])
    missed = np.abs(gaps - gaps.mean(axis=0)) > reach
    # At 5 % or less, more than 12 of 80 misses have a chance below 3e-4.
    assert missed.sum(axis=0).max() <= 12
    assert (np.abs(gaps - gaps.mean(axis=0)) > mutant).sum(axis=0).max() > 12


def test_same_replacement_tells_a_constant_from_means():
    first, second = levels(depth=2)
    assert first.same_replacement(second)
    first, second = levels(depth=2, replacement="mean")
    assert not first.same_replacement(second)


def stopping(after):
    """A linear model that is interrupted after more than ``after`` images."""
    seen = 0

    def model(images):
        nonlocal seen
        seen += len(images)
        if seen > after:
            raise KeyboardInterrupt
        return linear(images)

    return model


def interrupted(after):
    options = {"depth": 3, "top_k": 1, "replacement": 0.0, "n": 60, "rng": 0, "batch_size": 2}
    with pytest.raises(InterruptedHierarchy) as caught:
        explain_hierarchy(stopping(after), IMAGE, containment_tree(MASKS), **options)
    return caught.value


def test_ctrl_c_keeps_the_finished_depths():
    first, second, _ = levels(batch_size=2)
    one, two = first.explanation.n_evaluations, second.explanation.n_evaluations
    stopped = interrupted(one)
    assert (len(stopped.explained_depths), stopped.partial, stopped.masks) == (1, False, 0)
    np.testing.assert_array_equal(stopped.explained_depths[0].explanation.coefficients, first.explanation.coefficients)
    stopped = interrupted(one + two + 18)
    assert len(stopped.explained_depths) == 3 and stopped.partial and 5 <= stopped.masks < 60
    assert "interrupted at depth 3 after" in str(stopped)
    np.testing.assert_array_equal(stopped.explained_depths[1].explanation.coefficients, second.explanation.coefficients)
    assert interrupted(0).explained_depths == []


@pytest.mark.parametrize("changes, rule", [
    ({"depth": 0}, "depth must be at least 1"),
    ({"top_k": 0}, "top_k must be"),
    ({"target": [0, 0]}, r"target must be one class for a hierarchy, got \[0, 0\]; explain one after the other"),
])  # fmt: skip
def test_no_depth_and_nothing_to_split_are_refused(changes, rule):
    with pytest.raises(ValueError, match=rule):
        levels(**changes)
