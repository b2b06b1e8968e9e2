"""Concepts of superpixels: planted ones are found again, and W is the sum of coefficients by concept."""

import re

import numpy as np
import pytest
from planted import COLOURS, ORDERS, model, planted
from sklearn.preprocessing import StandardScaler

import limetheory as lt


@pytest.fixture(scope="module")
def explained():
    return [planted(seed, order) for seed, order in enumerate(ORDERS)]


def test_planted_colours_are_found_and_coefficients_summed(explained):
    found = lt.image_concepts(explained, 3, rng=0)
    expected = np.zeros((4, 3))  # red, green and blue are first seen in this order
    for i, (one, order) in enumerate(zip(explained, ORDERS, strict=True)):
        for superpixel, colour in enumerate(order):
            expected[i, colour] += one.coefficients[superpixel]
    np.testing.assert_allclose(found.weights.toarray(), expected, rtol=1e-14)
    levels = [[int(name[12 + 2 * k : 14 + 2 * k], 16) / 255 for k in range(3)] for name in found.names]
    assert [name[:9] for name in found.names] == ["concept 0", "concept 1", "concept 2"]
    np.testing.assert_allclose(levels, COLOURS, atol=0.02)


def test_numbers_of_superpixels_instead_of_concepts_pick_otherwise():
    # the mutant: superpixel j of every image as feature j; here the second image repeats the concept of the first
    images = [planted(0, (0, 0, 0)), planted(1, (0, 0, 0, 0)), planted(2, (1, 1))]
    weights = np.zeros((3, 4))
    for i, one in enumerate(images):
        weights[i, : one.d] = one.coefficients
    concepts = lt.image_concepts(images, 2, 0)
    assert lt.submodular_pick(weights, 2).tolist() == [1, 0] and 2 in lt.submodular_pick(concepts, 2)
    assert lt.coverage(weights, [0, 1]) == lt.coverage(weights, [0, 1, 2])
    assert lt.coverage(concepts, [0, 1]) < lt.coverage(concepts, [0, 2]) == lt.coverage(concepts, [0, 1, 2])


def test_the_features_of_ours_are_standardised(explained):
    # scikit-learn's scaler as the oracle; unscaled, the spreads and sizes, which are small numbers, would hardly count
    table = np.concatenate([lt.superpixel_features(one) for one in explained])
    scaled = iter(StandardScaler().fit_transform(table))
    found = lt.image_concepts(explained, 6, 0)
    given = lt.image_concepts(explained, 6, 0, features=lambda one: [next(scaled) for _ in range(one.d)])
    unscaled = lt.image_concepts(explained, 6, 0, features=lt.superpixel_features)
    assert np.abs((found.weights - given.weights).toarray()).max() < 1e-15
    assert np.abs((found.weights - unscaled.weights).toarray()).max() > 1e-3


def test_a_seed_fixes_the_concepts(explained):
    first, second = (lt.image_concepts(explained, 5, rng=4) for _ in range(2))
    assert first.names == second.names and (first.weights != second.weights).nnz == 0


def test_features_of_the_user_are_taken_as_they_are(explained):
    # all superpixels to the left of the middle are one concept, whatever they look like
    def left(one):
        return (np.arange(one.d) < one.d / 2).astype(float)[:, None]

    found = lt.image_concepts(explained, 2, rng=0, features=left)
    for row, one in zip(found.weights.toarray(), explained, strict=True):
        sides = left(one)[:, 0].astype(bool)
        np.testing.assert_allclose(row, [one.coefficients[sides].sum(), one.coefficients[~sides].sum()], rtol=1e-13)


def test_features_of_a_superpixel_are_their_definitions():
    image = np.random.default_rng(0).random((5, 7, 3))
    segments = np.random.default_rng(1).integers(0, 3, (5, 7))
    one = lt.explain_image(lambda x: x.mean(axis=(1, 2, 3)), image, segments=segments, n=30, rng=0)
    found = lt.superpixel_features(one, position=True)
    for j in range(3):
        inside = segments == j
        rows, columns = np.nonzero(inside)
        expected = [*image[inside].mean(axis=0), *image[inside].std(axis=0), inside.mean(),
                    (rows.mean() + 0.5) / 5, (columns.mean() + 0.5) / 7]  # fmt: skip
        np.testing.assert_allclose(found[j], expected, rtol=1e-12)
    np.testing.assert_array_equal(lt.superpixel_features(one), found[:, :7])


def test_several_classes_of_an_image_are_one_instance(explained):
    def two(images):
        return np.stack([model(images), -2 * model(images)], axis=1)

    both = []
    for one in explained:
        options = {"segments": one.segments, "replacement": 0.5, "n": 60, "rng": 0}
        both.append([lt.explain_image(two, one.masked.image, target=target, **options) for target in (0, 1)])
    found = lt.image_concepts(both, 3, 0)
    single = lt.image_concepts([first for first, _ in both], 3, 0)
    np.testing.assert_allclose(found.weights.toarray(), -single.weights.toarray(), atol=1e-13)


def test_the_largest_superpixels_count(explained):
    found = lt.image_concepts(explained, 3, 0, largest=1).weights.toarray()
    for row, one in zip(found, explained, strict=True):
        assert row[np.flatnonzero(row)].tolist() == [one.coefficients[np.argmax(np.abs(one.coefficients))]]


def test_concepts_have_standard_errors_and_are_picked_stably(explained):
    found = lt.pick_stability(lt.image_concepts(explained, 3, 0), 2, redraws=50)
    assert found.inclusion.shape == (2,) and np.isfinite(found.coverage_interval).all()


def test_concepts_of_saved_explanations_are_the_same(explained, tmp_path):
    for i, one in enumerate(explained):
        one.save(tmp_path / str(i))
    loaded = [lt.load_explanation(tmp_path / str(i)) for i in range(len(explained))]
    new, old = lt.image_concepts(loaded, 4, 0), lt.image_concepts(explained, 4, 0)
    assert new.names == old.names and (new.weights != old.weights).nnz == 0


def test_grey_images_have_concepts():
    grey = [np.repeat(np.array([[0.1, 0.9]]), 4, axis=0), np.repeat(np.array([[0.9, 0.1]]), 4, axis=0)]
    halves = np.array([[0, 1]] * 4)
    given = [lt.explain_image(lambda x: x.reshape(len(x), -1).mean(axis=1), one, segments=halves, replacement=0.5, n=20,
                              rng=0) for one in grey]  # fmt: skip
    assert lt.image_concepts(given, 2, 0).names == ("concept 0 (#1a1a1a)", "concept 1 (#e6e6e6)")


def test_what_has_no_concepts_is_refused(explained):
    words = lt.Explanation(np.array([1.0]), 0.0, np.zeros(1), 0, names=["word"])
    with pytest.raises(TypeError, match="explanations must be of images, got Explanation; words and columns share"):
        lt.image_concepts([words], 1)
    for wrong in (0, -2):
        with pytest.raises(ValueError, match=f"n_concepts must be at least 1, got {wrong}"):
            lt.image_concepts(explained, wrong)
    same = [planted(0, (0, 1), noise=0.0), planted(0, (1, 0), noise=0.0)]
    said = "must be at most the number of superpixels that look different, 2, got 3; lower it to 2 or explain more"
    with pytest.raises(ValueError, match=said):
        lt.image_concepts(same, 3, 0)
    assert len(lt.image_concepts(same, 2, 0).names) == 2


@pytest.mark.parametrize(
    ("features", "said"),
    [
        (lambda one: np.zeros((one.d + 1, 2)), "features must have shape (4, columns), got (5, 2); one row a super"),
        (lambda one: np.zeros(one.d), "features must have shape (4, columns), got (4,); one row a superpixel"),
        (lambda one: np.full((one.d, 1), np.nan), "features must be finite, got 4 NaN or infinite"),
        (lambda one: np.zeros((one.d, one.d)), "features must be of one number of columns, got [3, 4, 5]; embed all"),
    ],
)  # fmt: skip
def test_features_of_another_shape_are_refused(explained, features, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        lt.image_concepts(explained, 1, 0, features)
