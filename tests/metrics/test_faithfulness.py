"""Checks by class, against loops over composed images."""

import naive
import numpy as np
import pytest
from scenes import photo, predictions

import limetheory as lt
from limetheory.metrics import Predictions, area_fractions, deletion, kept_area_preservation, preservation, size

D = 5


def top_class(model, masked, mask):
    image = masked.replacement.copy()
    for j in range(masked.d):
        if mask[j]:
            image[masked.segments == j] = masked.image[masked.segments == j]
    return int(model(image[None])[0].argmax())


@pytest.mark.parametrize("replacement", [0.0, "mean", "blur", 0.7])
@pytest.mark.parametrize("seed", [0, 3])
def test_preservation_and_deletion_by_the_loop(replacement, seed):
    found, model = predictions(D, seed, replacement)
    masked, original = photo(D, seed, replacement), found.original
    for mask in naive.masks(D):
        assert preservation(found, mask) == (top_class(model, masked, mask) == original)
        assert deletion(found, mask) == (top_class(model, masked, ~mask) != original)
        assert preservation(found, mask, 1) == (top_class(model, masked, mask) == 1)


def test_the_full_image_preserves_its_class_and_no_hidden_segment_deletes_it():
    found, _ = predictions(D)
    outcomes = [preservation(found, mask) for mask in naive.masks(D)]
    assert len(set(outcomes)) == 2
    assert preservation(found, np.ones(D, bool)) and not deletion(found, np.zeros(D, bool))


def test_the_original_class_is_that_of_the_image_and_not_the_target():
    masked = photo(D)
    first, _ = predictions(D)
    other = Predictions(lt.ModelFunction(predictions(D)[1], masked, (first.original + 1) % 3))
    assert other.original == first.original != other.target
    assert [preservation(other, m) for m in naive.masks(D)] == [preservation(first, m) for m in naive.masks(D)]


def nearest_prefix(order, fractions, area):
    sums = [sum(fractions[order[: k + 1]]) for k in range(len(order))]
    return order[: 1 + min(range(len(order)), key=lambda k: (round(abs(sums[k] - area), 12), k))]


@pytest.mark.parametrize("seed", range(4))
def test_kept_area_by_the_loop(seed):
    found, model = predictions(8, seed)
    masked, fractions = photo(8, seed), area_fractions(photo(8, seed).segments)
    c = np.random.default_rng(seed).normal(size=8)
    kept = nearest_prefix(np.argsort(-c), fractions, 0.2)
    mask = np.isin(np.arange(8), kept)
    answer = kept_area_preservation(found, c, 0.2, 0.03)
    assert answer.preserved == (top_class(model, masked, mask) == found.original)
    assert answer.area == pytest.approx(fractions[kept].sum(), abs=1e-14)
    miss = abs(fractions[kept].sum() - 0.2)
    assert answer.within == (miss <= 0.03)
    assert [kept_area_preservation(found, c, 0.2, miss + e).within for e in (1e-9, -1e-9)] == [1, 0] or miss < 1e-9


def test_kept_area_averages_ties_and_ignores_the_numbering():
    found, _ = predictions(4)
    sizes = area_fractions(photo(4).segments)
    answer = kept_area_preservation(found, [0.0, 1.0, 0.0, 1.0], 0.3)
    assert answer.area == pytest.approx((sizes[1] + sizes[3]) / 2)
    assert answer.preserved == np.mean([preservation(found, np.arange(4) == j) for j in (1, 3)])


def test_a_background_photo_is_a_replacement():
    masked = photo(4)
    ocean = np.random.default_rng(9).random(masked.image.shape)
    found, model = predictions(4, 0, ocean)
    mask = np.array([True, False, False, True])
    image = np.where(mask[masked.segments], masked.image, ocean)
    assert found.classes(mask[None])[0] == model(image[None])[0].argmax()


@pytest.mark.parametrize("labels", [[[0, 0, 1, 0]], [[1, 1, 2, 1]], [[3, 3, 9, 3]], [[False, False, True, False]]])
def test_area_fractions_have_one_entry_a_segment_wherever_the_labels_start(labels):
    assert area_fractions(labels).tolist() == [0.75, 0.25]
    assert size([False, True], labels) == 0.25
    row = lt.MaskedImage(np.array([[0.1, 0.2, 0.9, 0.3]]), np.array(labels))
    assert len(area_fractions(labels)) == row.d


@pytest.mark.parametrize("labels, error", [
    ([[0.0, 1.0]], TypeError), ([[np.nan, 1.0]], TypeError), ([[-1, 0]], ValueError), ([0, 1], ValueError),
    ([["a", "b"]], TypeError),
])  # fmt: skip
def test_other_labels_are_refused(labels, error):
    with pytest.raises(error, match="labels must "):
        area_fractions(labels)


def test_a_class_that_the_model_does_not_have_is_refused():
    found, _ = predictions(4)
    for rule in (preservation, deletion):
        for original, error in ((3, ValueError), (-1, ValueError), (1.0, TypeError), ("cat", TypeError)):
            with pytest.raises(error, match="original must be"):
                rule(found, np.ones(4, bool), original)


def test_area_fractions_add_up():
    assert area_fractions(photo(4).segments).tolist() == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize("bad", [[True, False], [0.5] * 5])
def test_shown_must_be_bool_of_the_right_length(bad):
    found, _ = predictions(D)
    for check in (preservation, deletion):
        with pytest.raises(TypeError, match="shown must be an array without gaps, got a masked array; fill it"):
            check(found, np.ma.array([True] * D, mask=[True, *[False] * (D - 1)]))
        with pytest.raises(ValueError, match=r"shown must (have shape \(5,\)|be True and False, 0 and 1)"):
            check(found, bad)


def test_kept_area_errors():
    found, _ = predictions(D)
    with pytest.raises(ValueError, match=r"area must be above 0 and below 1, got 10; write 0\.1"):
        kept_area_preservation(found, np.ones(D), 10)
    with pytest.raises(ValueError, match="coefficients must be 5"):
        kept_area_preservation(found, [1.0])
