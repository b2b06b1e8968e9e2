"""An image under soft masks against its formula written pixel by pixel, in NumPy and in torch."""

import naive
import numpy as np
import pytest
import torch
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeRegressor

import limetheory as lt
from limetheory.images import SoftMaskedImage, soft_masks
from limetheory.images.soft import bands
from limetheory.images.torch.evaluator import TorchEvaluator

RNG = np.random.default_rng(3)
IMAGE = RNG.random((20, 27, 3))
LABELS = lt.segment(np.zeros((20, 27, 3)), "grid", 6)
SOFT = SoftMaskedImage(IMAGE, soft_masks(LABELS, "gaussian", 1.5), 0.25, LABELS)
KEEP = naive.masks(SOFT.d)


def blended(image, replacement, masks, keep):
    """x(z) = ξ̄ + Σ_j z_j M_j (ξ − ξ̄), pixel by pixel."""
    found = np.empty((len(keep), *image.shape))
    for i, z in enumerate(keep):
        for y, x in np.ndindex(image.shape[:2]):
            shown = sum(mask[y, x] for mask, kept in zip(masks, z, strict=True) if kept)
            found[i, y, x] = replacement[y, x] + shown * (image[y, x] - replacement[y, x])
    return found


BLENDED = blended(IMAGE, SOFT.replacement, SOFT.masks, KEEP)


def test_images_are_blended_by_the_sum_of_the_masks_that_are_shown():
    np.testing.assert_allclose(SOFT.compose(KEEP), BLENDED, rtol=0, atol=1e-14)


@pytest.mark.parametrize("shape", [(20, 27), (20, 27, 5), (20, 27, 2)], ids=["grey", "five channels", "two channels"])
def test_images_of_any_number_of_channels(shape):
    image = np.random.default_rng(1).random(shape)
    soft = SoftMaskedImage(image, SOFT.masks, "blur", LABELS)
    expected = blended(image, soft.replacement, soft.masks, KEEP[:9])
    np.testing.assert_allclose(soft.compose(KEEP[:9]), expected, rtol=0, atol=1e-14)
    assert soft.colours.shape == (20, 27, 3)


@pytest.mark.parametrize("pixels", [1, 100, 10_000], ids=["row by row", "in bands", "at once"])
def test_bands_of_any_height_give_the_same_images(pixels):
    other = SoftMaskedImage(IMAGE, SOFT.masks, 0.25, LABELS)
    vars(other)["bands"] = bands.Bands.of(other.masks, pixels)
    assert len(other.bands.bands) == {1: 20, 100: 7, 10_000: 1}[pixels]
    np.testing.assert_allclose(other.compose(KEEP), BLENDED, rtol=0, atol=1e-14)


def test_masks_that_vanish_on_a_band_are_left_out_of_it():
    crisp = bands.Bands.of(soft_masks(LABELS, None), pixels=27)
    assert [len(one.masks) for one in crisp.bands] == [3] * 20 and len(crisp.order) == 60
    assert [len(one.masks) for one in bands.Bands.of(SOFT.masks, pixels=27).bands][8:12] == [6] * 4


def test_all_shown_is_the_image_and_none_its_replacement_to_the_last_bit():
    ends = SOFT.compose([[True] * 6, [False] * 6])
    assert np.array_equal(ends[0], IMAGE) and np.array_equal(ends[1], SOFT.replacement)


def test_an_image_does_not_depend_on_the_others_of_its_batch():
    alone = np.concatenate([SOFT.compose(one[None]) for one in KEEP])
    np.testing.assert_allclose(SOFT.compose(KEEP), alone, rtol=0, atol=1e-15)


def test_masks_of_zero_and_one_are_a_masked_image():
    crisp = lt.MaskedImage(IMAGE, LABELS, 0.25)
    soft = SoftMaskedImage(IMAGE, soft_masks(LABELS, None), 0.25)
    assert np.array_equal(soft.segments, crisp.segments)
    np.testing.assert_allclose(soft.compose(KEEP), crisp.compose(KEEP), rtol=0, atol=1e-15)


class Smooth(torch.nn.Module):
    """Two smooth outputs of an image, one of them of one pixel."""

    def forward(self, images):
        return torch.stack([images.mean(dim=(1, 2, 3)).sin(), images[:, 1, 4, 9] ** 2], dim=1)


@pytest.mark.parametrize(("kind", "slack"), [(torch.float64, 1e-14), (torch.float32, 3e-7), (torch.bfloat16, 8e-3)])
def test_torch_composes_the_same_images(kind, slack):
    module = Smooth()
    module.register_buffer("like", torch.zeros(1, dtype=kind))
    evaluator = TorchEvaluator(module, SOFT)
    with torch.inference_mode():
        images = evaluator.compose(KEEP)
    assert images.dtype == kind
    np.testing.assert_allclose(images.permute(0, 2, 3, 1).double().numpy(), BLENDED, rtol=0, atol=slack)
    exact = torch.as_tensor(IMAGE, dtype=kind).permute(2, 0, 1)
    assert torch.equal(images[-1], exact) and torch.equal(images[0], torch.full_like(exact, 0.25))


def test_a_module_and_a_callable_have_the_same_set_function():
    def as_numpy(images):
        return np.stack([np.sin(images.mean(axis=(1, 2, 3))), images[:, 4, 9, 1] ** 2], axis=1)

    for target in (0, 1):
        module, plain = lt.ModelFunction(Smooth(), SOFT, target), lt.ModelFunction(as_numpy, SOFT, target)
        expected = as_numpy(BLENDED)[:, target]
        np.testing.assert_allclose(plain(KEEP), expected, rtol=0, atol=1e-14)
        np.testing.assert_allclose(module(KEEP), expected, rtol=0, atol=1e-6)


def test_no_layers_are_shared_under_soft_masks():
    layers = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(900, 1))
    function = lt.ModelFunction(layers, SOFT)
    function(KEEP)
    assert function.evaluator.shared is None


def test_a_linear_model_has_the_limit_of_the_blended_difference():
    """prop:soft: β_j = Σ_u λ_u M_j(u) (ξ_u − ξ̄_u) for every design."""
    weights = RNG.normal(size=IMAGE.shape)
    model = lt.LinearPixels(weights, 0.3)
    form = lt.set_function(model, SOFT)
    assert isinstance(form, lt.Additive)
    np.testing.assert_allclose(form(KEEP), 0.3 + (BLENDED * weights).sum(axis=(1, 2, 3)), rtol=0, atol=1e-11)
    by_hand = [(weights * mask[..., None] * (IMAGE - SOFT.replacement)).sum() for mask in SOFT.masks]
    for design in (lt.ImageDesign(6), lt.ShapleyDesign(6), lt.BernoulliDesign(6, 0.3)):
        np.testing.assert_allclose(lt.limit(form, design).coefficients, by_hand, rtol=0, atol=1e-11)
        asked = lt.limit(lt.ModelFunction(model, SOFT), design).coefficients
        np.testing.assert_allclose(asked, by_hand, rtol=0, atol=1e-11)


def _fitted():
    rows = RNG.random((60, 540))
    answers = rows[:, 13] > 0.5
    shape = np.zeros((20, 27), bool)
    shape[4, 5] = shape[12, 20] = True
    detector = lt.ShapeDetector(shape, 0.4)
    return {
        "tree": lt.TreeModel(DecisionTreeRegressor(max_depth=3).fit(rows, answers)),
        "kernel machine": lt.KernelMachine(SVR().fit(rows, answers)),
        "expansion": lt.RBFExpansion(rows[:5], np.ones(5), 0.1),
        "detector": detector,
        "detectors": lt.ShapeDetectors([detector]),
        "convolution": lt.ConvolutionalDetector(np.ones((2, 2), bool), 0.4),
    }


@pytest.mark.parametrize("name", _fitted())
def test_other_closed_forms_are_left_for_the_model_itself(name):
    """A pixel of several superpixels is no literal of one: the model is asked, and its limit found by enumeration."""
    model = _fitted()[name]
    grey = SoftMaskedImage(IMAGE[..., 0], SOFT.masks, 0.1, LABELS)
    function = lt.set_function(model, grey)
    assert isinstance(function, lt.ModelFunction)
    images = blended(grey.image, grey.replacement, grey.masks, KEEP)
    np.testing.assert_allclose(function(KEEP), model(images).reshape(len(KEEP)), rtol=0, atol=1e-12)
    table = lt.SetFunction(model(images).reshape(len(KEEP)))
    found = [lt.limit(one, lt.ImageDesign(6)).coefficients for one in (function, table)]
    np.testing.assert_allclose(*found, rtol=0, atol=1e-12)


HALVES = np.stack([np.full((2, 2), 0.5), np.full((2, 2), 0.5)])
REFUSED = {
    "too little": (HALVES * 0.9, {}, ValueError, r"must sum to 1 at every pixel, got sums from 0.9 to 0.9; divide by"),
    "a gap": (HALVES * [[1, 1], [1, 0]], {}, ValueError, "got sums from 0 to 1; .*give pixels of no mask one of their"),
    "negative": (np.stack([HALVES[0] - 1, HALVES[0] + 1]), {}, ValueError, "must be at least 0, got -0.5; clip them"),
    "NaN": (HALVES * np.nan, {}, ValueError, "masks must be finite, got 8 NaN"),
    "of another size": (np.full((2, 2, 3), 0.5), {}, ValueError, r"must have shape \(d, 2, 2\) .*, got \(2, 2, 3\)"),
    "one": (np.ones((1, 2, 2)), {}, ValueError, "with d at least 2, got"),
    "flat": (np.ones((2, 2)), {}, ValueError, r"got \(2, 2\); limetheory.images.soft_masks makes them"),
    "text": ("gaussian", {}, TypeError, "masks must be numbers"),
    "never the largest": (HALVES, {}, ValueError, "segments must be given .*, got none with mask 1; give a label map"),
    "other labels": (HALVES, {"segments": [[0, 1], [2, 2]]}, ValueError, "one label for each of the 2 .*, got 3"),
    "labels of another size": (HALVES, {"segments": [[0, 1]]}, ValueError, "must have the image's shape"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_partition_of_unity_is_refused_in_one_line(case):
    masks, options, error, message = REFUSED[case]
    with pytest.raises(error, match=message) as said:
        SoftMaskedImage(np.eye(2), masks, 0.5, **options)
    assert "\n" not in str(said.value)


def test_masks_in_float32_are_divided_by_their_sum():
    masks = SOFT.masks.astype(np.float32)
    assert 1e-8 < np.abs(masks.sum(axis=0, dtype=float) - 1).max() < 1e-6
    found = SoftMaskedImage(IMAGE, masks, 0.25, LABELS)
    np.testing.assert_allclose(found.masks.sum(axis=0), 1, rtol=0, atol=1e-15)
    masks[0] = 0
    assert found.masks[0].any()


def test_a_replacement_that_hides_nothing_is_said():
    with pytest.warns(UserWarning, match="replacement of a masked image must differ"):
        SoftMaskedImage(np.full((2, 2), 0.5), HALVES, 0.5, [[0, 1], [0, 1]])
