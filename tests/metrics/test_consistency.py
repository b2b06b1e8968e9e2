"""Noise, and stability from repetitions and from theory."""

import naive
import numpy as np
import pytest
from scenes import photo, predictions, table

import limetheory as lt
from limetheory.metrics import (
    expected_deviation,
    interval_width,
    noise_deletion,
    noise_preservation,
    noisy,
    preservation,
    repetition_deviation,
)


def test_noise_has_the_stated_deviation_and_stays_in_range():
    # 40,000 levels: the sample sd of normals is within 5/√(80,000) = 1.8 % of the true one, up to 6e-7.
    image = np.full((200, 200), 0.5)
    assert np.std(noisy(image) - image) == pytest.approx(5 / 255, rel=0.018)
    assert not np.std(noisy(image, 5.2 / 255) - image) == pytest.approx(5 / 255, rel=0.018)
    white = noisy(np.ones((20, 20)), 0.5, 3)
    assert white.max() == 1 and white.min() >= 0 and (image == 0.5).all()


def test_noise_is_seeded():
    image = np.full((3, 4, 3), 0.5)
    assert np.array_equal(noisy(image, rng=1), noisy(image, rng=1))
    assert not np.array_equal(noisy(image, rng=1), noisy(image, rng=2))


def test_the_class_is_that_of_the_clean_image():
    found, _ = predictions(5)
    for clean in range(3):
        for mask in naive.masks(5):
            assert noise_preservation(found, mask, clean) == (found.classes(mask[None])[0] == clean)
            assert noise_deletion(found, mask, clean) == (found.classes(~mask[None])[0] != clean)
    other = (found.original + 1) % 3
    outcomes = [(noise_preservation(found, m, other), preservation(found, m)) for m in naive.masks(5)]
    assert (True, False) in outcomes


def test_stability_by_the_loop():
    c = np.random.default_rng(0).normal(size=(8, 3))
    deviations = []
    for j in range(3):
        mean = sum(c[:, j]) / 8
        deviations.append((sum((x - mean) ** 2 for x in c[:, j]) / 7) ** 0.5)
    assert repetition_deviation(c) == pytest.approx(sum(deviations) / 3, rel=1e-12)
    relative = repetition_deviation(c, relative=True)
    assert repetition_deviation(5 * c, relative=True) == pytest.approx(relative, rel=1e-12)
    assert repetition_deviation(5 * c) == pytest.approx(5 * repetition_deviation(c), rel=1e-12)


def test_no_relative_stability_around_zero():
    assert np.isnan(repetition_deviation([[1.0, -1.0], [-1.0, 1.0]], relative=True))


@pytest.mark.slow
def test_theory_and_repetition_agree():
    # 300 repetitions of n = 400, d = 5: a sample sd has relative error 1/√600, the mean of 5 at most 4.1 %; 4 of those
    # plus 5 % for O(1/n) is 21 %. A forgotten √2 (41 %) is rejected.
    F, design = table(5), lt.ImageDesign(5)
    runs = [lt.estimate(F, design, 400, seed) for seed in range(300)]
    repeated = repetition_deviation(np.array([run.coefficients for run in runs]))
    assert np.mean([expected_deviation(run) for run in runs]) == pytest.approx(repeated, rel=0.21)
    assert not repeated * np.sqrt(2) == pytest.approx(repeated, rel=0.21)


def test_an_explained_photo_has_an_expected_stability():
    masked = photo(4)
    explanation = lt.explain_image(lambda images: images[:, :5, :5].mean(axis=(1, 2, 3)) ** 2, masked.image,
                                   segments=masked.segments, n=50, rng=0)  # fmt: skip
    assert expected_deviation(explanation) == pytest.approx(explanation.standard_errors.mean())
    assert expected_deviation(explanation, relative=True) > expected_deviation(explanation)


def test_the_width_is_that_of_the_intervals_and_falls_with_the_root_of_n():
    F, design = table(5), lt.ImageDesign(5)
    few, many = (lt.estimate(F, design, n, 0) for n in (500, 8000))
    widths = [high - low for low, high in few.interval(0.9)]
    assert interval_width(few, 0.9) == pytest.approx(sum(widths) / 5, rel=1e-12)
    assert interval_width(few, 0.9) < interval_width(few)
    scale = np.sqrt(np.mean(few.coefficients**2))
    assert interval_width(few, relative=True) == pytest.approx(interval_width(few) / scale, rel=1e-12)
    assert interval_width(few) / interval_width(many) == pytest.approx(4, rel=0.2)
    assert interval_width(lt.limit(F, design)) == 0.0


def test_the_width_is_infinite_where_the_masks_do_not_determine_a_coefficient():
    answer = lt.Explanation(np.array([1.0, 0.0]), 0.0, np.array([np.inf, 0.1]), 3)
    assert interval_width(answer) == interval_width(answer, relative=True) == np.inf
    assert np.isnan(interval_width(lt.Explanation(np.zeros(2), 0.0, np.ones(2), 3), relative=True))


@pytest.mark.parametrize("bad", [[1.0, 2.0], [[1.0, 2.0]], [[1.0], [np.nan]], np.ones((2, 0))])
def test_stability_needs_two_repetitions(bad):
    with pytest.raises(ValueError, match="R >= 2"):
        repetition_deviation(bad)


def test_stability_of_what_are_no_numbers():
    for bad in ([["1", "2"], ["3", "4"]], np.array([[1j], [2.0]]), [[1.0], [1.0, 2.0]]):
        with pytest.raises(TypeError, match="coefficients must be numbers"):
            repetition_deviation(bad)


def test_negative_noise():
    with pytest.raises(ValueError, match="deviation must be at least 0"):
        noisy(np.full((2, 2), 0.5), -1)
