"""`explain_image` with attributions, smooth edges and maps by pixels, and the errors of such maps."""

from dataclasses import replace

import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, attribution_limit
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.images import SoftMaskedImage, soft_masks

RNG = np.random.default_rng(5)
IMAGE = RNG.random((18, 24, 3))
LABELS = lt.segment(np.zeros((18, 24, 3)), "grid", 12)
D = 12
WHERE = {"segments": LABELS, "replacement": 0.0}


def bright(images):
    """A smooth, nonlinear function of two places, in (0, 1)."""
    return 0.1 + 0.8 * images[:, 3:9, 4:10].mean(axis=(1, 2, 3)) * images[:, 9:15, 12:20].mean(axis=(1, 2, 3))


@pytest.mark.parametrize("smoothing", [None, "gaussian", "bilinear"])
@pytest.mark.parametrize("name", ATTRIBUTIONS.own)
def test_every_attribution_is_that_of_the_set_function_under_these_masks(name, smoothing):
    row = ATTRIBUTIONS[name]
    masked = lt.MaskedImage(IMAGE, LABELS, 0.0)
    if smoothing:
        masked = SoftMaskedImage(IMAGE, soft_masks(LABELS, smoothing), 0.0, LABELS)
    with few_masks_studied():
        found = lt.explain_image(bright, IMAGE, **WHERE, n=200, rng=2, attribution=name, smoothing=smoothing)
        same = lt.estimate(lt.ModelFunction(bright, masked), row.design(D), 200, 2, row.as_method())
    np.testing.assert_allclose(found.coefficients, same.coefficients, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.standard_errors, same.standard_errors, rtol=0, atol=1e-12)
    assert found.method == same.method and repr(found.design) == repr(row.design(D))
    limit = attribution_limit(name, lt.ModelFunction(bright, masked), row.design(D))
    spread = np.where(found.standard_errors > 0, found.standard_errors, 1e-12)
    assert (np.abs(found.coefficients - limit.coefficients) < 5 * spread).all()


def test_without_attribution_and_smoothing_an_explanation_is_lime_s_to_the_last_bit():
    masked = lt.MaskedImage(IMAGE, LABELS, 0.0)
    plain = lt.explain_image(bright, IMAGE, **WHERE, n=100, rng=1)
    told = lt.explain_image(
        bright, IMAGE, **WHERE, n=100, rng=1, attribution=None, smoothing=None, sigma=None, per_pixel=False
    )
    same = lt.estimate(lt.ModelFunction(bright, masked), lt.ImageDesign(D), 100, 1)
    for one in (told, same):
        assert np.array_equal(plain.coefficients, one.coefficients)
        assert np.array_equal(plain.standard_errors, one.standard_errors)
    assert plain.map_masks is None and type(plain.masked) is lt.MaskedImage
    assert np.array_equal(plain.heatmap(), plain.coefficients[LABELS])
    lime = lt.explain_image(bright, IMAGE, **WHERE, n=100, rng=1, attribution="lime")
    np.testing.assert_allclose(lime.coefficients, plain.coefficients, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("smoothing", "per_pixel", "sigma", "of_map"),
    [
        ("gaussian", False, None, None), ("gaussian", True, None, ("gaussian", None)),
        ("gaussian", True, 1.5, ("gaussian", 1.5)), ("gaussian", "bilinear", 1.5, ("bilinear", None)),
        ("bilinear", True, None, ("bilinear", None)), ("bilinear", "gaussian", 2.0, ("gaussian", 2.0)),
        (None, "gaussian", None, ("gaussian", None)), (None, "bilinear", None, ("bilinear", None)),
    ],
)  # fmt: skip
def test_smoothing_of_the_masks_and_of_the_map_are_separate_switches(smoothing, per_pixel, sigma, of_map):
    found = lt.explain_image(bright, IMAGE, **WHERE, n=60, rng=0, smoothing=smoothing, per_pixel=per_pixel, sigma=sigma)
    if smoothing is None:
        assert type(found.masked) is lt.MaskedImage
    else:
        made = soft_masks(LABELS, smoothing, sigma if smoothing == "gaussian" else None)
        assert np.array_equal(found.masked.masks, made)
    expected = found.coefficients[LABELS]
    if of_map is not None:
        expected = sum(b * m for b, m in zip(found.coefficients, soft_masks(LABELS, *of_map), strict=True))
    np.testing.assert_allclose(found.heatmap(), expected, rtol=0, atol=1e-13)
    assert np.array_equal(found.segments, LABELS)
    assert (found.map_masks is found.masked.masks) if per_pixel is True else True


def test_errors_of_the_map_are_those_of_its_covariance():
    found = lt.explain_image(bright, IMAGE, **WHERE, n=200, rng=0, smoothing="gaussian", per_pixel=True)
    pixels, masks = found.pixel_map(), found.map_masks.reshape(D, -1)
    np.testing.assert_allclose(
        pixels.standard_errors.ravel() ** 2, np.diag(masks.T @ found.covariance @ masks), rtol=1e-9, atol=0
    )
    assert np.array_equal(pixels.values, found.heatmap()) and pixels.target == found.target
    assert pixels.n_evaluations == found.n_evaluations
    assert pixels.degrees_of_freedom[4, 4] == found.degrees_of_freedom[found.map_masks[:, 4, 4] > 0].min()
    naive = masks.T @ found.standard_errors
    assert (pixels.standard_errors.ravel() < naive).any()  # a mutant that adds errors up is rejected


def test_the_map_of_superpixels_has_the_intervals_of_the_coefficients():
    found = lt.explain_image(bright, IMAGE, **WHERE, n=200, rng=0)
    pixels = found.pixel_map()
    np.testing.assert_allclose(pixels.interval(0.9), found.interval(0.9)[LABELS], rtol=0, atol=1e-12)
    together = found.simultaneous_interval(0.9)[LABELS]
    np.testing.assert_allclose(pixels.simultaneous_interval(0.9), together, rtol=0, atol=0.03 * np.ptp(together))
    row, column = pixels.largest
    assert pixels.values[row, column] == found.coefficients.max()


@pytest.mark.slow
def test_maps_of_pixels_cover_their_limit():
    """All pixels at once, and the largest: 500 maps of 120 masks, 5 binomial standard errors allowed."""
    soft = SoftMaskedImage(IMAGE, soft_masks(LABELS), 0.0, LABELS)
    function, runs = lt.ModelFunction(bright, soft), 500
    limit = lt.limit(function, lt.BernoulliDesign(D))
    truth, covered, largest = np.tensordot(limit.coefficients, soft.masks, 1), 0, 0
    shape = lt.explain_image(bright, IMAGE, **WHERE, n=30, rng=0, smoothing="gaussian", per_pixel=True)
    for seed in range(runs):
        drawn = lt.estimate(function, lt.BernoulliDesign(D), 120, seed)
        found = replace(shape, **{name: getattr(drawn, name) for name in drawn.__dataclass_fields__}).pixel_map()
        low, high = np.moveaxis(found.simultaneous_interval(), 2, 0)
        covered += ((low <= truth) & (truth <= high)).all()
        first, last = found.maximum_interval()
        largest += first <= truth.max() <= last
    error = np.sqrt(0.95 * 0.05 / runs)
    assert abs(covered / runs - 0.95) < 5 * error and largest / runs > 0.95 - 5 * error


@pytest.mark.slow
def test_a_tolerance_holds_for_the_map_too():
    options = {"tolerance": 0.05, "bounds": (0, 1), "n_max": 20_000, "rng": 0}
    found = lt.explain_image(bright, IMAGE, **WHERE, smoothing="gaussian", per_pixel=True, **options)
    low, high = np.moveaxis(found.pixel_map().simultaneous_interval(), 2, 0)
    assert found.stopping.reached and (high - low).max() <= 2 * 0.05 + 1e-12
    half = found.simultaneous_interval()[:, 1] - found.coefficients
    np.testing.assert_allclose((high - low) / 2, np.tensordot(half, found.map_masks, 1), rtol=0, atol=1e-12)
    soft = SoftMaskedImage(IMAGE, soft_masks(LABELS), 0.0, LABELS)
    limit = lt.limit(lt.ModelFunction(bright, soft), lt.ImageDesign(D)).coefficients
    truth = np.tensordot(limit, found.map_masks, 1)
    assert ((low <= truth) & (truth <= high)).all()


def test_what_is_not_determined_has_no_finite_error():
    found = lt.explain_image(bright, IMAGE, **WHERE, n=60, rng=0, smoothing="gaussian", sigma=1.0, per_pixel=True)
    errors, covariance = found.standard_errors.copy(), found.covariance.copy()
    errors[3], covariance[3], covariance[:, 3], covariance[3, 3] = np.inf, 0, 0, np.inf
    pixels = replace(found, standard_errors=errors, covariance=covariance).pixel_map()
    assert np.array_equal(np.isinf(pixels.standard_errors), found.map_masks[3] > 0)
    assert np.isinf(pixels.maximum_interval()[1]) and np.isfinite(pixels.maximum_interval()[0])
    without = replace(found, standard_errors=errors, covariance=None).pixel_map()
    assert np.array_equal(np.isinf(without.standard_errors), found.map_masks[3] > 0)
    assert (without.standard_errors >= pixels.standard_errors - 1e-15).all()


def test_nothing_random_has_no_width():
    found = lt.explain_image(
        bright, IMAGE, **WHERE, attribution="ciu", smoothing="gaussian", per_pixel=True
    ).pixel_map()
    assert not found.standard_errors.any()
    assert found.maximum_interval().tolist() == [found.values.max()] * 2 and found.maximum_region().sum() == 1


def test_several_targets_have_a_map_each_from_the_same_masks():
    both = lt.explain_image(
        lambda images: np.stack([bright(images), 1 - bright(images)], axis=1), IMAGE, **WHERE, n=60, rng=0,
        target=[0, 1], attribution="rise", smoothing="gaussian", per_pixel=True,
    )  # fmt: skip
    np.testing.assert_allclose(both[0].heatmap(), 1 - both[1].heatmap(), rtol=0, atol=1e-12)
    assert both[0].map_masks is both[1].map_masks


REFUSED = {
    "unknown attribution": ({"attribution": "gradcam"}, ValueError, "attribution must be one of rise, .* 'gradcam'"),
    "tolerance": ({"attribution": "rise", "tolerance": 0.1}, ValueError, "a tolerance is for LIME's coefficients, got"),
    "method besides": (
        {"attribution": "rise", "method": "unbiased"}, ValueError, "by itself, got method='unbiased' besides"
    ),
    "ridge": ({"attribution": "rise", "ridge": 1.0}, ValueError, "method 'rise' takes no ridge"),
    "original": ({"attribution": "ols", "include_original": True}, ValueError, "takes no include_original"),
    "too few": ({"attribution": "ols", "n": 9}, ValueError, "n must be at least 13, got 9"),
    "rows that are not drawn": (
        {"attribution": "ciu", "design": lt.BernoulliDesign, "n": 14}, ValueError, "attribution 'ciu'",
    ),
    "smoothing": ({"smoothing": "box"}, ValueError, "smoothing must be one of gaussian, bilinear, got 'box'"),
    "per_pixel": ({"per_pixel": "box"}, ValueError, "per_pixel must be one of gaussian, bilinear, got 'box'; or True"),
    "per_pixel of nothing": ({"per_pixel": True}, ValueError, "per_pixel smooths the map as the masks"),
    "sigma of nothing": ({"sigma": 2.0}, ValueError, "sigma is for a gaussian smoothing, got 2.0 without one"),
    "sigma of bilinear": ({"sigma": 2.0, "smoothing": "bilinear"}, ValueError, "sigma is for a gaussian smoothing"),
    "sigma": ({"sigma": -1, "smoothing": "gaussian"}, ValueError, "sigma must be above 0, got -1"),
    "no grid": (
        {"segments": np.eye(18, 24, dtype=int), "smoothing": "bilinear"}, ValueError, "needs the cells of a grid",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_together_is_refused_before_anything_is_evaluated(case):
    options, error, message = REFUSED[case]
    calls = []

    def counted(images):
        calls.append(len(images))
        return bright(images)

    with pytest.raises(error, match=message) as said:
        lt.explain_image(counted, IMAGE, **{**WHERE, "n": 60, "rng": 0, **options} if "tolerance" not in options
                         else {**WHERE, **options})  # fmt: skip
    assert sum(calls) <= 1 and "\n" not in str(said.value)
