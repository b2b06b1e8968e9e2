"""Curves: closed forms for additive functions, loops for others, ties, and steps of pixels."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import CHECK, Counted, photo, predictions, table

import limetheory as lt
from limetheory.metrics import (
    Predictions,
    area_fractions,
    curve,
    deletion_auc,
    incremental_deletion,
    incremental_deletion_sum,
    insertion_auc,
    lif,
    mif,
    pixelwise,
    srg,
)

WHOLE = st.lists(st.integers(-8, 8).map(float), min_size=1, max_size=7)


def value(F, kept, d):
    return float(F(np.isin(np.arange(d), list(kept))[None])[0])


def path(F, order, d, insert=False):
    """F after each of the moves in this order, by a loop."""
    moved = [set(order[:k]) for k in range(d + 1)]
    return [value(F, m if insert else set(range(d)) - m, d) for m in moved]


def trapezoid(xs, ys):
    return sum((xs[k + 1] - xs[k]) * (ys[k] + ys[k + 1]) / 2 for k in range(len(xs) - 1))


def tied_orders(scores):
    d = len(scores)
    return [o for o in permutations(range(d)) if all(scores[o[k]] >= scores[o[k + 1]] for k in range(d - 1))]


@pytest.mark.slow
@given(WHOLE)
def test_additive_deletion_curve_is_the_sum_of_what_is_left(c):
    ranked = sorted(c, reverse=True)
    expected = [[k / len(c), sum(ranked[k:])] for k in range(len(c) + 1)]
    np.testing.assert_allclose(curve(lt.Additive(c), c, draws=100).points, expected, atol=1e-12)


@pytest.mark.slow
@given(WHOLE)
def test_additive_areas_in_closed_form(c):
    d, ranked = len(c), np.sort(c)[::-1]
    # The k-th removed counts for k − 1/2 of d steps; the k-th inserted for d − k + 1/2.
    k = np.arange(1, d + 1)
    F = lt.Additive(c)
    assert deletion_auc(F, c, draws=100) == pytest.approx(float(ranked @ (k - 0.5)) / d, abs=1e-12)
    assert insertion_auc(F, c, draws=100) == pytest.approx(float(ranked @ (d - k + 0.5)) / d, abs=1e-12)


@pytest.mark.parametrize("insert", [False, True])
@pytest.mark.parametrize("sized", [False, True])
@pytest.mark.parametrize("scores", [[0.3, -1.0, 0.7, 0.1], [0.5, 0.5, -1.0, 0.5], [0.0] * 4, [1.0, 2.0, 2.0, 1.0]])
def test_area_is_the_mean_over_all_tie_breaking_orders(insert, sized, scores):
    F, sizes = table(4), np.array([0.1, 0.2, 0.3, 0.4])
    widths = sizes if sized else np.full(4, 0.25)
    areas = [trapezoid(np.cumsum([0, *widths[list(o)]]), path(F, o, 4, insert)) for o in tied_orders(scores)]
    score = insertion_auc if insert else deletion_auc
    found = score(F, scores, sizes=sizes if sized else None, draws=100)
    assert found == pytest.approx(np.mean(areas), abs=1e-12)
    if len(areas) > 1:  # the first order by position, what the public codes take, is another number
        assert abs(areas[0] - found) > 1e-3


@pytest.mark.parametrize("score", [deletion_auc, insertion_auc, mif, lif, srg])
def test_numbering_equal_coefficients_otherwise_changes_nothing(score):
    F, scores = table(6, 3), np.array([0.2, 0.2, -1.0, 0.2, 0.7, -1.0])
    order = np.array([3, 0, 5, 1, 4, 2])
    renamed = lt.SetFunction([F(np.array([[i >> j & 1 for j in np.argsort(order)]], bool))[0] for i in range(64)])
    assert score(renamed, scores[order]) == pytest.approx(score(F, scores), abs=1e-12)
    # Swapping two segments of equal scores in F alone is the same statement; swapping others is not.
    swap = np.array([1, 0, 2, 3, 4, 5]), np.array([2, 1, 0, 3, 4, 5])
    same, other = (lt.SetFunction([F(np.array([[i >> j & 1 for j in s]], bool))[0] for i in range(64)]) for s in swap)
    assert score(same, scores) == pytest.approx(score(F, scores), abs=1e-12)
    assert abs(score(other, scores) - score(F, scores)) > 1e-3


@pytest.mark.parametrize("steps", [2, 3, 10, None])
def test_mif_and_lif_are_plain_means_over_the_steps(steps):
    d, F, scores = 7, table(7), np.random.default_rng(1).permutation(7) / 7
    counts = range(d + 1) if steps is None else sorted({k * d // (steps - 1) for k in range(steps)})
    down = np.argsort(-scores).tolist()
    most = np.mean([path(F, down, d)[k] for k in counts])
    least = np.mean([path(F, down[::-1], d)[k] for k in counts])
    assert mif(F, scores, steps=steps) == pytest.approx(most, abs=1e-12)
    assert lif(F, scores, steps=steps) == pytest.approx(least, abs=1e-12)
    assert srg(F, scores, steps=steps) == pytest.approx(least - most, abs=1e-12)


def test_normalised_scores_do_not_depend_on_the_scale():
    F, scores = table(5), np.arange(5.0)
    other = lt.SetFunction(3 * F.values - 7)
    for score in (deletion_auc, insertion_auc, mif, lif, srg):
        assert score(other, scores, normalise=True) == pytest.approx(score(F, scores, normalise=True), abs=1e-12)
        assert abs(score(other, scores) - score(F, scores)) > 0.1
    first, last = F.values[-1], F.values[0]
    assert mif(F, scores, normalise=True) == pytest.approx((mif(F, scores) - last) / (first - last))


def test_a_function_that_does_not_move_has_no_normalised_score():
    assert np.isnan(deletion_auc(lt.SetFunction([1.0] * 8), np.arange(3.0), normalise=True))


def test_good_orders_score_better_in_every_direction():
    c = np.array([3.0, 1.0, -2.0, 0.5])
    F = lt.Additive(c)
    assert deletion_auc(F, c) < deletion_auc(F, -c) and insertion_auc(F, c) > insertion_auc(F, -c)
    assert mif(F, c) < mif(F, -c) and lif(F, c) > lif(F, -c) and srg(F, c) > 0 > srg(F, -c)


def test_inserting_is_deleting_the_least_first_backwards():
    F, scores = table(6), np.arange(6.0) % 4
    inserted, least = curve(F, scores, True).points[:, 1], curve(F, -scores).points[:, 1]
    np.testing.assert_allclose(inserted, least[::-1], atol=1e-12)


def test_pixel_steps_are_those_of_the_loop():
    masked = photo(3)
    model = Counted(masked.image.size)
    F = lt.ModelFunction(model, pixelwise(masked), 0)
    heat = np.random.default_rng(2).permutation(masked.image.size) / 1.0
    down = np.argsort(-heat)
    images = []
    for k in (0, 6, 12, 18):
        image = masked.image.ravel().copy()
        image[down[:k]] = 0.0
        images.append(image)
    expected = model(np.array(images)[:, None])[:, 0]
    np.testing.assert_allclose(curve(F, heat, steps=4).points[:, 1], expected, atol=1e-14)
    assert mif(F, heat, steps=4) == pytest.approx(expected.mean())


def test_a_segment_map_and_its_pixels_agree_where_the_steps_meet():
    masked = lt.MaskedImage(np.random.default_rng(0).random((4, 6)), np.arange(24).reshape(4, 6) // 6, 0.0)
    model, heat = Counted(24), np.array([0.3, -0.2, 0.9, 0.1])
    segments = curve(lt.ModelFunction(model, masked, 1), heat)
    pixels = curve(lt.ModelFunction(model, pixelwise(masked), 1), heat[masked.segments].ravel(), steps=5)
    np.testing.assert_allclose(segments.points, pixels.points, atol=1e-14)


def test_evaluations_are_the_distinct_masks():
    found, model = predictions(9)
    srg(found, np.arange(9.0), steps=None)
    assert len(model.seen) == 2 + 8 + 8 + CHECK
    found, model = predictions(9)
    deletion_auc(found, np.zeros(9), draws=3)
    assert len(model.seen) <= 2 + 3 * 8 + CHECK


def naive_incremental(model, masked, order, until, original):
    fractions, confidence = [0.0], []
    shares = area_fractions(masked.segments)
    kept = list(range(masked.d))
    for j in [None, *order]:
        if j is not None:
            kept.remove(j)
            fractions.append(fractions[-1] + shares[j])
        image = np.where(np.isin(masked.segments, kept), masked.image, masked.replacement)
        row = model(image[None])[0]
        confidence.append(row[original] if row.argmax() == original else 0.0)
    return trapezoid([min(x, until) for x in fractions], confidence) / (until * confidence[0]), fractions, confidence


@pytest.mark.parametrize("until", [0.15, 0.5, 1.0])
@pytest.mark.parametrize("scores", [[0.3, -1.0, 0.7, 0.1, 0.0], [0.5, 0.5, -1.0, 0.5, 0.2]])
def test_incremental_deletion_by_the_loop(until, scores):
    found, model = predictions(5, 1)
    masked = photo(5, 1)
    sizes = area_fractions(masked.segments)
    all_found = [naive_incremental(model, masked, o, until, found.original) for o in tied_orders(scores)]
    expected = np.mean([row[0] for row in all_found])
    assert incremental_deletion(found, scores, sizes, until=until, draws=100) == pytest.approx(expected, abs=1e-12)
    sums = []
    for _, x, p in all_found:
        terms = [(1 - x[k]) * p[k] for k in range(1, 6) if 1 - x[k - 1] >= 1 - until - 1e-12]
        sums.append(sum(terms))
    answer = incremental_deletion_sum(found, scores, sizes, left=1 - until, draws=100)
    assert answer == pytest.approx(np.mean(sums), abs=1e-12)


def test_incremental_deletion_is_one_where_nothing_changes_and_the_public_sum_grows_with_the_segments():
    areas, sums = [], []
    for d in (4, 40):
        masked = lt.MaskedImage(np.full((1, 40), 0.5), np.arange(40)[None] * d // 40, 0.0)
        still = Predictions(lt.ModelFunction(lambda images: np.tile([0.2, 0.8], (len(images), 1)), masked))
        c, sizes = np.arange(float(d)), np.full(d, 1 / d)
        areas.append(incremental_deletion(still, c, sizes, until=0.5))
        sums.append(incremental_deletion_sum(still, c, sizes, left=0.5))
    assert areas == pytest.approx([1.0, 1.0]) and sums[1] > 5 * sums[0]


def test_incremental_deletion_does_not_evaluate_beyond_its_end():
    found, model = predictions(20)
    sizes = area_fractions(photo(20).segments)
    incremental_deletion(found, -np.arange(20.0), sizes, until=0.15)
    assert len(model.seen) == 1 + CHECK + np.searchsorted(np.cumsum(sizes), 0.15) + 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda F, P: deletion_auc(F, np.arange(3.0)), "same d"),
        (lambda F, P: deletion_auc(F, np.arange(4.0), sizes=[1.0]), "sizes must be 4 numbers"),
        (lambda F, P: deletion_auc(F, np.arange(4.0), sizes=[1.0, 1.0, 1.0, -1.0]), "sizes must be 4 numbers"),
        (lambda F, P: deletion_auc(F, [1.0, np.inf, 0.0, 0.0]), "must be finite"),
        (lambda F, P: incremental_deletion(P, np.arange(4.0), np.ones(4), until=15), "write 0.15 for 15 %"),
        (lambda F, P: incremental_deletion(P, np.arange(3.0), np.ones(3)), "same d"),
    ],
)
def test_bad_arguments_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(table(4), predictions(4)[0])


def test_incremental_deletion_needs_probabilities():
    logits = Predictions(lt.ModelFunction(lambda images: images[:, 0, :2] - 2, photo(3)))
    with pytest.raises(ValueError, match="softmax"):
        incremental_deletion(logits, np.arange(3.0), np.ones(3))


@pytest.mark.parametrize("metric", [mif, lif, srg, deletion_auc, insertion_auc])
def test_scores_of_another_number_of_segments_are_refused_in_their_own_words(metric):
    with pytest.raises(ValueError, match="model and scores must have the same d, got 2 and 3; give scores with d=2"):
        metric(lt.Additive([3.0, 1.0]), [3.0, 1.0, 2.0])
