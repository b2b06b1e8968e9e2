"""prop:linear and prop:leaf from pixels to superpixels, against evaluation of the pixel model itself."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt

LEVELS = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
THRESHOLDS = st.sampled_from([-0.5, 0.0, 0.25, 0.5, 0.6, 1.0])


@st.composite
def masked_images(draw):
    h, w = draw(st.integers(1, 3)), draw(st.integers(2, 4))
    shape = draw(st.sampled_from([(h, w), (h, w, 3)]))
    labels = draw(arrays(int, (h, w), elements=st.integers(1, 4)).filter(lambda a: np.ptp(a) > 0))
    replacements = st.one_of(st.just("mean"), LEVELS, arrays(float, shape, elements=LEVELS))
    return lt.MaskedImage(draw(arrays(float, shape, elements=LEVELS)), labels, draw(replacements))


def brute(model, masked):
    """F on all 2^d masks, from composed images."""
    return model(masked.compose(naive.masks(masked.d)))


def detected(image, shape, threshold):
    return float(all(image[tuple(u)] > threshold for u in np.argwhere(shape)))


@pytest.mark.slow
@given(st.data())
def test_prop_linear_set_function_is_the_pixel_model_on_every_mask(data):
    masked = data.draw(masked_images())
    weights = data.draw(arrays(float, masked.image.shape, elements=st.floats(-4, 4)))
    model = lt.LinearPixels(weights, data.draw(st.floats(-4, 4)))
    F = lt.set_function(model, masked)
    assert isinstance(F, lt.Additive)
    images = masked.compose(naive.masks(masked.d))
    by_hand = [model.intercept + sum((weights * image).ravel().tolist()) for image in images]
    np.testing.assert_allclose(model(images), by_hand, rtol=0, atol=1e-12)
    np.testing.assert_allclose(F(naive.masks(masked.d)), by_hand, rtol=0, atol=1e-12)


@pytest.mark.slow
@given(st.data())
def test_prop_leaf_set_function_is_the_pixel_model_on_every_mask(data):
    masked = data.draw(masked_images())
    shape = data.draw(arrays(bool, masked.image.shape))
    model = lt.ShapeDetector(shape, data.draw(THRESHOLDS))
    F = lt.set_function(model, masked)
    assert isinstance(F, lt.Leaf)
    images = masked.compose(naive.masks(masked.d))
    by_hand = [detected(image, shape, model.threshold) for image in images]
    assert model(images).tolist() == by_hand
    assert F(naive.masks(masked.d)).tolist() == by_hand


CASES = {
    "never detected": ([[0.1, 0.9, 0.9]], [[0.2, 0.9, 0.9]], [], [], 0.0),
    "on only": ([[0.9, 0.9, 0.9]], [[0.2, 0.9, 0.1]], [0, 2], [], 1.0),
    "off where only the replacement is bright": ([[0.1, 0.9, 0.9]], [[0.9, 0.9, 0.1]], [2], [0], 1.0),
    "constant one": ([[0.9, 0.9, 0.9]], [[0.8, 0.8, 0.8]], [], [], 1.0),
    "at the threshold is not above it": ([[0.5, 0.9, 0.9]], [[0.6, 0.9, 0.9]], [], [0], 1.0),
}


@pytest.mark.parametrize("case", CASES)
def test_prop_leaf_case(case):
    image, replacement, on, off, value = CASES[case]
    masked = lt.MaskedImage(np.array(image), np.array([[0, 1, 2]]), np.array(replacement))
    leaf = lt.set_function(lt.ShapeDetector(np.ones((1, 3), bool), 0.5), masked)
    if value:
        assert (leaf.on, leaf.off) == (on, off)
    assert leaf.value == value
    assert leaf(naive.masks(3)).tolist() == brute(lt.ShapeDetector(np.ones((1, 3), bool), 0.5), masked).tolist()


def test_prop_leaf_contradiction_inside_one_superpixel_is_zero():
    masked = lt.MaskedImage(np.array([[0.9, 0.1, 0.5]]), np.array([[0, 0, 1]]), np.array([[0.1, 0.9, 0.5]]))
    model = lt.ShapeDetector([[True, True, False]], 0.5)
    assert lt.set_function(model, masked).value == 0.0
    assert brute(model, masked).tolist() == [0.0] * 4
    assert not lt.limit(lt.set_function(model, masked), lt.ImageDesign(2)).coefficients.any()


def test_prop_leaf_the_simplified_rule_of_the_theory_sheet_is_refuted():
    # Mutant: "0 if some ξ_u ≤ τ" misses ξ_u ≤ τ < ξ̄_u, where switching off makes the detector fire.
    masked = lt.MaskedImage(np.array([[0.2, 0.9]]), np.array([[0, 1]]), 0.6)
    model = lt.ShapeDetector([[True, True]], 0.5)
    simplified = [0.0] * 4 if (masked.image[model.shape] <= 0.5).any() else None
    assert brute(model, masked).tolist() == [1.0, 0.0, 1.0, 0.0] != simplified
    assert lt.limit(lt.set_function(model, masked), lt.ImageDesign(2)).coefficients == pytest.approx([-1, 0], abs=1e-12)


@pytest.mark.parametrize("case", naive.every(4), ids=naive.name)
def test_limits_from_pixels_are_those_of_enumerating_the_pixel_callable(case):
    design, rng = getattr(lt, case[0])(*case[1]), np.random.default_rng(2)
    image, other = rng.random((2, 5, 6, 3))
    labels = np.arange(30).reshape(5, 6) % 4
    masked = lt.MaskedImage(image, labels, other)
    shape = np.zeros((5, 6, 3), bool)
    shape[0, 0, 0] = shape[1, 1, 1] = shape[3, 3, 2] = True
    # shown and replaced above the threshold in different superpixels, so that the leaf is not trivial
    masked.image[shape], masked.replacement[shape] = [0.9, 0.9, 0.1], [0.1, 0.9, 0.9]
    for model in (lt.LinearPixels(rng.normal(size=image.shape), 0.3), lt.ShapeDetector(shape, 0.5)):
        closed = lt.limit(lt.set_function(model, masked), design)
        plain = lt.limit(lambda masks, model=model: model(masked.compose(masks)), design)
        assert np.abs(closed.coefficients).max() > 0.01
        np.testing.assert_allclose(closed.coefficients, plain.coefficients, rtol=0, atol=1e-12)
        assert closed.intercept == pytest.approx(plain.intercept, abs=1e-12)


def test_prop_linear_limit_is_the_same_for_every_design():
    rng = np.random.default_rng(3)
    image, weights = rng.random((6, 6)), rng.normal(size=(6, 6))
    labels = rng.integers(0, 5, (6, 6))
    masked = lt.MaskedImage(image, labels, "blur")
    change = weights * (image - masked.replacement)
    expected = [change[labels == j].sum() for j in range(5)]
    for name, args in naive.every(5):
        found = lt.limit(lt.set_function(lt.LinearPixels(weights), masked), getattr(lt, name)(*args))
        np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dark", [0, 1, 2, 3])
def test_prop_3_of_garreau_and_mardaoui_under_mean_replacement(dark):
    # d superpixels of two pixels; the bright pixel of each is in S; `dark` of them have a mean below τ.
    d, tau = 5, 0.6
    image = np.array([[0.9, 0.1 if j < dark else 0.9] for j in range(d)])
    labels = np.repeat(np.arange(d)[:, None], 2, axis=1)
    shape = np.zeros((d, 2), bool)
    shape[: dark + 1, 0] = True
    found = lt.limit(lt.set_function(lt.ShapeDetector(shape, tau), lt.MaskedImage(image, labels)), lt.ImageDesign(d))
    size = naive.precise("ImageDesign", (d, 0.25))
    _, border, diagonal, beside = size.gram_inverse_entries()
    p, a = dark, size.alpha(dark)
    more = size.alpha(p + 1)
    inside = border * a + diagonal * a + (p - 1) * beside * a + (d - p) * beside * more
    outside = border * a + diagonal * more + p * beside * a + (d - p - 1) * beside * more
    expected = [float(inside if j < p else outside) for j in range(d)]
    np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-11)


def test_prop_3_is_zero_when_a_pixel_of_the_shape_is_dark_under_a_dark_mean():
    masked = lt.MaskedImage(np.array([[0.1, 0.2], [0.9, 0.9]]), np.array([[0, 0], [1, 1]]))
    leaf = lt.set_function(lt.ShapeDetector([[True, False], [True, False]], 0.5), masked)
    assert not lt.limit(leaf, lt.ImageDesign(2)).coefficients.any()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lt.LinearPixels(np.zeros((2, 2))), r"weights must have the image's shape \(2, 2, 3\), got \(2, 2\)"),
        (lt.ShapeDetector(np.zeros((3, 2), bool), 0.5), r"shape must have the image's shape \(2, 2, 3\)"),
    ],
)
def test_a_pixel_model_of_another_shape_is_refused(model, message):
    with pytest.raises(ValueError, match=message):
        lt.set_function(model, lt.MaskedImage(np.zeros((2, 2, 3)), np.array([[0, 1], [0, 1]])))


def test_a_shape_of_numbers_is_refused():
    with pytest.raises(TypeError, match="shape must be a bool array, True on S, got int"):
        lt.ShapeDetector([[0, 1]], 0.5)


@pytest.mark.parametrize("threshold", [np.nan, np.inf])
def test_a_threshold_that_is_not_finite_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold must be finite"):
        lt.ShapeDetector([[True]], threshold)
