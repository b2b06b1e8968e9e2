"""prop:or from pixels to superpixels: several shapes, shifted shapes, and every case of a pixel."""

import re
from itertools import product

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt

LEVELS = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
LABELS = np.arange(16).reshape(4, 4) // 8 * 2 + np.arange(16).reshape(4, 4) % 4 // 2


def fires(image, shape, threshold):
    return all(image[tuple(u)] > threshold for u in np.argwhere(shape))


@st.composite
def masked_images(draw, shape=(4, 4)):
    image, other = (draw(arrays(float, shape, elements=LEVELS)) for _ in range(2))
    return lt.MaskedImage(image, LABELS, draw(st.sampled_from(["mean", 0.6, other])))


def same_as_enumeration(F, values, design):
    closed, table = lt.limit(F, design), lt.limit(lt.SetFunction(values), design)
    np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12)
    assert closed.intercept == pytest.approx(table.intercept, abs=1e-12)


COMBINED = {
    "any": lambda fired, weights: float(any(fired)),
    "all": lambda fired, weights: float(all(fired)),
    "max": lambda fired, weights: max(w * f for w, f in zip(weights, fired, strict=True)),
    "sum": lambda fired, weights: sum(w * f for w, f in zip(weights, fired, strict=True)),
}


@pytest.mark.slow
@given(st.data(), masked_images(), st.sampled_from(list(COMBINED)), st.sampled_from(naive.every(4)))
def test_prop_or_of_several_shapes_is_their_pixel_model_on_every_mask(data, masked, combine, case):
    shapes = data.draw(st.lists(arrays(bool, (4, 4)), min_size=1, max_size=4))
    thresholds = [data.draw(st.sampled_from([0.1, 0.3, 0.5])) for _ in shapes]
    weights = [data.draw(st.sampled_from([1.0, 2.0, -1.5, 0.0])) for _ in shapes]
    detectors = [lt.ShapeDetector(s, t) for s, t in zip(shapes, thresholds, strict=True)]
    model = lt.ShapeDetectors(detectors, combine, weights if combine in ("max", "sum") else None)
    images = masked.compose(naive.masks(4))
    fired = [[fires(x, s, t) for s, t in zip(shapes, thresholds, strict=True)] for x in images]
    by_hand = [COMBINED[combine](each, weights) for each in fired]
    F = lt.set_function(model, masked)
    assert model(images).tolist() == by_hand and F(naive.masks(4)).tolist() == by_hand
    same_as_enumeration(F, by_hand, getattr(lt, case[0])(*case[1]))


@pytest.mark.slow
@given(masked_images(), arrays(bool, st.sampled_from([(1, 2), (2, 2), (3, 2), (4, 4)])).filter(np.any),
       st.sampled_from([1, 2]), st.sampled_from(naive.every(4)))  # fmt: skip
def test_prop_or_over_positions_is_any_of_the_shifted_shapes(masked, pattern, stride, case):
    model = lt.ConvolutionalDetector(pattern, 0.4, stride)
    h, w = pattern.shape
    shapes = []
    for top, left in product(range(0, 5 - h, stride), range(0, 5 - w, stride)):
        shapes.append(np.zeros((4, 4), bool))
        shapes[-1][top : top + h, left : left + w] = pattern
    images = masked.compose(naive.masks(4))
    by_hand = [float(any(fires(x, s, 0.4) for s in shapes)) for x in images]
    F = lt.set_function(model, masked)
    assert model(images).tolist() == by_hand and F(naive.masks(4)).tolist() == by_hand
    same_as_enumeration(F, by_hand, getattr(lt, case[0])(*case[1]))


@pytest.mark.slow
@given(masked_images((4, 4, 3)), arrays(bool, (2, 2, 3)).filter(np.any))
def test_a_colour_pattern_moves_over_the_places_and_not_over_the_channels(masked, pattern):
    model = lt.ConvolutionalDetector(pattern, 0.4)
    images = masked.compose(naive.masks(4))
    corners = list(product(range(3), range(3)))
    by_hand = [float(any(fires(x[i : i + 2, j : j + 2], pattern, 0.4) for i, j in corners)) for x in images]
    assert model(images).tolist() == by_hand and lt.set_function(model, masked)(naive.masks(4)).tolist() == by_hand


@pytest.mark.parametrize("image", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("replaced", [0.2, 0.5, 0.8])
def test_prop_3_every_case_of_a_pixel_and_its_replacement(image, replaced):
    # The pixel's indicator under x(z): (image > τ, replacement > τ) → constant 1, z_j, 1 − z_j, constant 0; τ = ½.
    masked = lt.MaskedImage(np.array([[image, 0.9]]), np.array([[0, 1]]), np.array([[replaced, 0.9]]))
    F = lt.set_function(lt.ShapeDetector([[True, True]], 0.5), masked)
    expected = {(True, True): [1, 1], (True, False): [0, 1], (False, True): [1, 0], (False, False): [0, 0]}
    assert F(naive.masks(2))[:2].tolist() == expected[image > 0.5, replaced > 0.5]
    slope = {(True, False): 1.0, (False, True): -1.0}.get((image > 0.5, replaced > 0.5), 0.0)
    for name, args in naive.every(2):
        found = lt.limit(F, getattr(lt, name)(*args)).coefficients
        np.testing.assert_allclose(found, [slope, 0], rtol=0, atol=1e-12)


def test_a_superpixel_whose_replacement_is_the_original_has_coefficient_zero():
    rng = np.random.default_rng(0)
    image = rng.uniform(0.6, 1, (4, 4))
    other = np.where(LABELS == 2, image, 0.1)
    masked = lt.MaskedImage(image, LABELS, other)
    F = lt.set_function(lt.ConvolutionalDetector(np.ones((2, 3), bool), 0.5), masked)
    for design in (lt.ProductDesign([0.3] * 4), lt.BernoulliDesign(4, 0.3), lt.ShapleyDesign(4)):
        found = lt.limit(F, design).coefficients
        assert found[2] == pytest.approx(0, abs=1e-15) and found[0] > 0.01


def test_a_detector_over_a_large_image_collapses_to_few_leaves():
    side, cell = 96, 12
    labels = np.arange(side)[:, None] // cell * (side // cell) + np.arange(side) // cell
    masked = lt.MaskedImage(np.ones((side, side)), labels, 0.0)
    F = lt.set_function(lt.ConvolutionalDetector(np.ones((5, 5), bool), 0.5), masked)
    assert len(F.leaves) == 8 * 8 + 2 * 8 * 7 + 7 * 7
    found = lt.limit(F, lt.ImageDesign(64)).coefficients
    alone = lt.limit(lt.any_of([lt.Leaf(64, on=(j,)) for j in range(64)]), lt.ImageDesign(64)).coefficients
    np.testing.assert_allclose(found, alone, rtol=0, atol=1e-15)


def detector(shape=(2, 2)):
    return lt.ShapeDetector(np.ones(shape, bool), 0.5)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([],), TypeError, "detectors must be one or more ShapeDetector, got"),
        (([1],), TypeError, "detectors must be one or more ShapeDetector"),
        (([detector()], "either"), ValueError, "combine must be one of any, all, max, sum, got 'either'"),
        (([detector()], "any", [1.0]), ValueError, "weights must be left out with combine='any'"),
        (([detector()], "max", [1.0, 2.0]), ValueError, "weights must have 1 entries, got 2"),
    ],
)
def test_shape_detectors_refuse(arguments, error, message):
    with pytest.raises(error, match=message):
        lt.ShapeDetectors(*arguments)


@pytest.mark.parametrize("pattern", [[[1, 0]], [[False]], [True], np.ones((1, 1, 1, 1), bool)])
def test_a_pattern_that_detects_nothing_is_refused(pattern):
    with pytest.raises(TypeError, match="pattern must be a bool array"):
        lt.ConvolutionalDetector(pattern, 0.5)


def test_a_pattern_or_shape_that_does_not_fit_the_image_is_refused():
    masked = lt.MaskedImage(np.zeros((4, 4)), LABELS)
    for pattern in (np.ones((5, 1), bool), np.ones((1, 5), bool)):
        with pytest.raises(ValueError, match=r"pattern must fit the image of shape \(4, 4\), got"):
            lt.set_function(lt.ConvolutionalDetector(pattern, 0.5), masked)
    with pytest.raises(ValueError, match=r"shape must have the image's shape \(4, 4\), got \(2, 2\)"):
        lt.set_function(lt.ShapeDetectors([detector()]), masked)


def test_a_grey_pattern_on_a_colour_image_is_refused_and_a_colour_pattern_on_a_grey_one():
    for image, shape in (((4, 4, 3), (2, 2)), ((4, 4), (2, 2, 3))):
        message = f"an entry for each channel of the image of shape {image}, got a pattern of shape {shape}; repeat it"
        with pytest.raises(ValueError, match=re.escape(message)):
            lt.set_function(
                lt.ConvolutionalDetector(np.ones(shape, bool), 0.5), lt.MaskedImage(np.zeros(image), LABELS)
            )


def test_nested_shape_detectors_are_refused_with_the_remedy():
    with pytest.raises(TypeError, match=r"for nested ones combine their set functions with .*any_of and all_of"):
        lt.ShapeDetectors([lt.ShapeDetectors([detector()])])


def test_the_remedy_for_nested_detectors_works():
    masked = lt.MaskedImage(np.ones((4, 4)), LABELS, 0.0)
    halves = [np.arange(16).reshape(4, 4) < 8, np.arange(16).reshape(4, 4) >= 8]
    either = lt.set_function(lt.ShapeDetectors([lt.ShapeDetector(half, 0.5) for half in halves]), masked)
    corner = lt.set_function(lt.ShapeDetector(np.eye(4, dtype=bool) & halves[0], 0.5), masked)
    images = masked.compose(naive.masks(4))
    by_hand = [float((fires(x, halves[0], 0.5) or fires(x, halves[1], 0.5)) and x[0, 0] > 0.5 and x[1, 1] > 0.5)
               for x in images]  # fmt: skip
    assert lt.all_of([either, corner])(naive.masks(4)).tolist() == by_hand
    assert 0 < sum(by_hand) < 16


@pytest.mark.parametrize(
    "model",
    [
        lt.LinearPixels(np.ones((4, 4))), detector((4, 4)), lt.ShapeDetectors([detector((4, 4))]),
        lt.ConvolutionalDetector([[True, True]], 0.5),
    ],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
@pytest.mark.parametrize("d", [4, 30])
def test_a_model_of_pixels_that_is_asked_about_masks_names_set_function(model, d):
    with pytest.raises(ValueError, match=rf"images must have shape .*, got \(16, {d}\); .* set_function\(model, "):
        lt.limit(model, lt.ImageDesign(d))
