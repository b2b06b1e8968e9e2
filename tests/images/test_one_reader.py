"""Every public function that takes an image reads it alike; the list of these functions is complete."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
import torch
from counted_backbone import CountedColours
from other_image_arguments import OTHERS
from PIL import Image

import limetheory
import limetheory as lt
from limetheory.images import (
    SEGMENTERS,
    PatchMaskedImage,
    RandomMaskedImage,
    Region,
    Regions,
    SoftMaskedImage,
    explain_hierarchy,
    masks_of,
    objects_at,
    replacement_image,
    rise_map,
    soft_masks,
)
from limetheory.images.figures.hierarchy import hierarchy_figure
from limetheory.images.generators.dino.masks import DinoMaskGenerator, dino_tree
from limetheory.images.generators.higra.masks import HigraMaskGenerator, HigraPredictor, RegionTree, higra_tree
from limetheory.images.masked import with_channels
from limetheory.inspection import StabilityPlan, image_stability_test
from limetheory.metrics import explained_variation, noisy, sensitivity
from limetheory.networks import Backbone
from limetheory.pictures import as_pixels, image_levels

H, W = 8, 9
BLOCKS = np.random.default_rng(0).integers(0, 246, (4, 3, 3), dtype=np.uint8)
UINT8 = BLOCKS.repeat(2, axis=0).repeat(3, axis=1) + np.random.default_rng(1).integers(0, 10, (H, W, 3), dtype=np.uint8)
UINT8[0, 0], UINT8[-1, -1] = 0, 255
FLOAT = UINT8 / 255
LABELS = np.add.outer(np.arange(H) // 4 * 2, np.arange(W) // 5)
WEIGHTS = np.random.default_rng(1).normal(size=(H, W, 3))


def linear(images):
    return np.tensordot(np.asarray(images), WEIGHTS, 3) + images.mean(axis=(1, 2, 3)) ** 2


class Network(torch.nn.Module):
    """Two classes of a small smooth function of the pixels."""

    def forward(self, images):
        mean = (images * torch.as_tensor(WEIGHTS.transpose(2, 0, 1), dtype=images.dtype)).sum(dim=(1, 2, 3))
        return torch.stack([mean, mean**2], dim=1)


class Cells(Backbone):
    """A backbone of single pixels, of which images are prepared."""

    def __init__(self):
        super().__init__("cells", 1, 3, [0.5] * 3, [0.5] * 3, 100)

    def _rows(self, batches):
        raise NotImplementedError


COLOURS = CountedColours()
MAP = rise_map(linear, FLOAT, n=30, cells=2, rng=0)


def tree_of(image):
    return RegionTree.of(image).segment_tree((2, 3))


def predictor(image, order="RGB"):
    answers = HigraPredictor()
    answers.set_image(image, order)
    return answers.predict([[4, 4]], [1])[1]


def regions():
    return Regions((H, W), [Region("left", LABELS % 2 == 0, 3)], 4)


READERS = {
    "pictures.as_image": lt.as_image,
    "pictures.as_pixels": as_pixels,
    "pictures.image_levels": image_levels,
    "images.segmentation.segment.segment": lambda image: lt.segment(image, "slic", 6),
    "images.masked.with_channels": with_channels,
    "images.masked.MaskedImage": lambda image: lt.MaskedImage(image, LABELS, "blur").compose(lt.all_masks(4)),
    "images.replacement.replacement_image": lambda image: replacement_image(image, LABELS),
    "images.explain.explain_image": lambda image: (
        lt.explain_image(linear, image, segments=LABELS, n=30, rng=0).coefficients
    ),
    "images.patches.masked.PatchMaskedImage": lambda image: PatchMaskedImage(image, LABELS).compose(lt.all_masks(4)),
    "networks.vit.backbone.Backbone.prepare": lambda image: Cells().prepare(image, 9),
    "images.soft.masked.SoftMaskedImage": lambda image: SoftMaskedImage(
        image, soft_masks(LABELS), "blur", LABELS
    ).compose(lt.all_masks(4)),
    "images.random.masked.RandomMaskedImage": lambda image: RandomMaskedImage(image, LABELS).compose(lt.all_masks(4)),
    "images.rise.explain.rise_map": lambda image: rise_map(linear, image, n=30, cells=2, rng=0).values,
    "images.pixel_map.PixelMap.plot": lambda image: np.asarray(MAP.plot(image).axes[0].images[1].get_array()),
    "images.hierarchy.dseg.explain_hierarchy": lambda image: (
        explain_hierarchy(linear, image, tree_of(FLOAT), depth=1, n=30, rng=0)[0].explanation.coefficients
    ),
    "gradients.superpixel_integrated_gradients": lambda image: (
        lt.superpixel_integrated_gradients(Network(), image, LABELS, target=1, steps=4).coefficients
    ),
    "images.generators.mask_generators.masks_of": lambda image: masks_of(image, cache=False, levels=(2, 4)),
    "images.generators.higra.masks.higra_tree": lambda image: higra_tree(image, (2, 4)).leaves,
    "images.generators.higra.masks.HigraMaskGenerator.generate": lambda image: [
        record["stability_score"] for record in HigraMaskGenerator((2, 4)).generate(image)
    ],
    "images.generators.higra.predictor.RegionPredictor.set_image": predictor,
    "images.generators.dino.masks.dino_tree": lambda image: dino_tree(image, (2, 4), backbone=COLOURS).leaves,
    "images.generators.dino.masks.DinoMaskGenerator.generate": lambda image: [
        record["stability_score"] for record in DinoMaskGenerator((2, 4), backbone=COLOURS).generate(image)
    ],
    "images.generators.higra.region_tree.RegionTree.of": lambda image: RegionTree.of(image).scale,
    "images.figures.hierarchy.hierarchy_figure": lambda image: np.asarray(
        hierarchy_figure(image, tree_of(FLOAT), "title").axes[0].images[0].get_array()
    ),
    "images.regions.regions.Regions.partition": lambda image: regions().partition(image).labels,
    "images.regions.regions.Regions.split": lambda image: regions().split("left", 3, image).owner,
    "images.regions.objects.objects_at": lambda image: objects_at(image, [(4, 4)], predictor="higra").scores,
    "metrics.consistency.noisy": noisy,
    "metrics.variation.explained_variation": lambda image: explained_variation(image, LABELS),
    "inspection.stability.image_stability_test": lambda image: (
        image_stability_test(linear, image, segments=LABELS, plan=StabilityPlan(seeds=2, n=20))
        .explanations[0]
        .coefficients
    ),
    "metrics.infidelity.sensitivity": lambda image: sensitivity(lambda x: (x**2).mean(axis=(0, 1)), image),
}
BATCHES = {
    "fitted.pixels.LinearPixels.__call__": lt.LinearPixels(WEIGHTS),
    "fitted.pixels.ShapeDetector.__call__": lt.ShapeDetector(FLOAT > 0.9, 0.1),
    "fitted.detectors.ShapeDetectors.__call__": lt.ShapeDetectors([lt.ShapeDetector(FLOAT > 0.8, 0.1)]),
    "fitted.detectors.ConvolutionalDetector.__call__": lt.ConvolutionalDetector(np.ones((2, 2, 3), bool), 0.1),
}


def takes_an_image(function):
    function = function.__init__ if inspect.isclass(function) else function
    return inspect.isfunction(function) and {"image", "images"} & set(inspect.signature(function).parameters)


def functions_of_images():
    """Every public function, class and method of the package with an argument ``image`` or ``images``.

    The methods of `segment` are left out: they get what `segment` has read.
    """
    methods = [row.function for row in SEGMENTERS.own.values()]
    for module in pkgutil.walk_packages(limetheory.__path__, "limetheory."):
        if module.name.startswith(("limetheory.cli", "limetheory.verification")):
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            if name.startswith("_") or getattr(found, "__module__", None) != module.name or not callable(found):
                continue
            if found in methods:
                continue
            named = {name: found} | {
                f"{name}.{key}": getattr(method, "__func__", method)
                for key, method in (vars(found) if inspect.isclass(found) else {}).items()
                if key == "__call__" or not key.startswith("_")
            }
            for qualified, function in named.items():
                if takes_an_image(function):
                    yield f"{module.name.removeprefix('limetheory.')}.{qualified}"


@pytest.mark.slow
def test_the_list_of_functions_that_take_an_image_is_complete():
    listed = {*READERS, *BATCHES, *OTHERS} - {"pictures.as_image"}  # its argument is called array
    assert set(functions_of_images()) == listed


def alike(function, one, other):
    return np.array_equal(function(one), function(other))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("same", [
    UINT8, UINT8.astype(np.uint16) * 257, FLOAT, Image.fromarray(UINT8), torch.as_tensor(FLOAT),
    torch.as_tensor(FLOAT).requires_grad_(), FLOAT.tolist(),
], ids=["uint8", "uint16", "float", "Pillow", "tensor", "tensor with gradients", "list"])  # fmt: skip
def test_levels_of_every_type_give_the_answer_of_floats(name, same):
    assert alike(READERS[name], same, FLOAT)


@pytest.mark.parametrize("name", READERS)
def test_mutant_other_pixel_values_give_another_answer(name):
    """Other pixel values must give another answer, since otherwise the tests above could not fail."""
    if name == "metrics.infidelity.sensitivity":
        assert not alike(READERS[name], FLOAT**2, FLOAT)
        return
    other = READERS[name](np.random.default_rng(9).random((H, W, 3)) ** 4)
    assert not np.array_equal(other, READERS[name](FLOAT))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("overshoot", [1e-7, 9e-7])
def test_an_overshoot_of_a_millionth_is_clipped(name, overshoot):
    clean = FLOAT.copy()
    clean[0, 0], clean[0, 1] = 0.0, 1.0
    assert alike(READERS[name], np.where(clean == 1, 1 + overshoot, np.where(clean == 0, -overshoot, clean)), clean)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (FLOAT * 255, ValueError, r"\[0, 1\], got values from 0 to 255: divide by the level that is white, .* / 255"),
        (FLOAT * 16, ValueError, r"from 0 to 16: divide by the .*white, .* / 255, or by the largest here, .* / 16; np"),
        ((FLOAT - 0.45) / 0.22, ValueError, r"from -2.04545455 to 2.5: if it is normalised, undo that and put"),
        (FLOAT * 2 - 1, ValueError, r"got values from -1 to 1: if it is normalised, .* mean and std into the model"),
        (FLOAT * (1 + 2e-6), ValueError, r"got values from 0 to 1.000002: .*np.clip it to \[0, 1\]"),
        (np.where(FLOAT > 0.9, np.nan, FLOAT), ValueError, "must be finite, got [0-9]+ NaN or infinite"),
        (np.where(FLOAT > 0.9, np.inf, FLOAT), ValueError, "must be finite, got [0-9]+ NaN or infinite"),
        (UINT8.astype(int), TypeError, r"must be uint8, uint16, bool or float, got int64 from 0 to 255: divide"),
        (UINT8 * 1j, TypeError, "got complex128"),
        (UINT8.astype(str), TypeError, "must be uint8, uint16, bool or float, got <U"),
        (np.ma.array(FLOAT, mask=FLOAT > 0.9), TypeError, r"got a masked array; fill it with .filled\(level\)"),
        ([[0.0, 1.0], [0.5]], TypeError, "rows differ in shape; give rows of one shape"),
        (np.zeros(5), ValueError, r"image must have shape .*, got \(5,\)"),
        (np.zeros((0, 4, 3)), ValueError, r"image must have .*, got \(0, 4, 3\)"),
        (np.zeros((2, H, W, 3)), ValueError, r"image must have shape .*, got \(2, 8, 9, 3\)"),
        (np.zeros((3, 20, 30)), ValueError, r"got .*\(3, 20, 30\): .*image.transpose\(1, 2, 0\)"),
        (None, (TypeError, ValueError), "image must"),
        ("photo.png", (TypeError, ValueError, FileNotFoundError), "must"),
    ],
    ids=["0 to 255", "0 to 16", "normalised", "-1 to 1", "overshoot", "NaN", "inf", "int64", "complex", "strings",
         "masked", "ragged", "one axis", "no pixels", "four axes", "channels first", "None", "path"],
)  # fmt: skip
def test_other_images_are_refused_in_one_line(name, image, error, message):
    with pytest.raises(error, match=message) as said:
        READERS[name](image)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("name", BATCHES)
def test_batches_of_pixel_models_are_read_alike(name):
    batch = np.stack([UINT8, UINT8[::-1], UINT8 // 8])
    expected = BATCHES[name](batch / 255)
    assert len(set(expected.tolist())) > 1
    for same in (batch, batch.astype(np.uint16) * 257, torch.as_tensor(batch / 255)):
        assert np.array_equal(BATCHES[name](same), expected)
    for bad, error in ((batch.astype(int), TypeError), (np.where(batch > 9, np.nan, 0.5), ValueError)):
        with pytest.raises(error, match="images must be"):
            BATCHES[name](bad)


def test_the_remedy_for_normalised_images_gives_the_same_explanation():
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])

    def trained_on_normalised(images):
        return np.tensordot(images, WEIGHTS, 3)

    def with_its_normalisation(images):
        return trained_on_normalised((images - mean) / std)

    with pytest.raises(ValueError, match="put mean and std into the model"):
        lt.explain_image(trained_on_normalised, (FLOAT - mean) / std, segments=LABELS)
    found = lt.explain_image(with_its_normalisation, FLOAT, segments=LABELS, replacement=0.0, n=60, rng=0)
    expected = np.bincount(LABELS.ravel(), (FLOAT * WEIGHTS / std).sum(axis=2).ravel())
    np.testing.assert_allclose(found.coefficients, expected, rtol=0, atol=1e-11)


def test_grey_pictures_and_opacity():
    grey = UINT8[..., 0]
    assert noisy(grey, 0.0).tolist() == (grey / 255).tolist()
    opaque = np.dstack([UINT8, np.full((H, W), 51, np.uint8)])
    assert np.array_equal(noisy(opaque, 0.0), lt.as_image(opaque))
    many = np.random.default_rng(3).random((H, W, 5))
    assert np.array_equal(noisy(many, 0.0), many) and as_pixels(many[..., :1]).shape == (H, W, 1)


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGBA", "RGB"])
def test_bgr_is_the_reverse_of_the_colours_in_every_mode(mode):
    picture = Image.fromarray(UINT8).convert(mode)
    colours = lt.as_image(picture)
    assert np.array_equal(predictor(picture, "BGR"), predictor(colours[..., ::-1]))
    with_opacity = np.dstack([UINT8[..., ::-1], np.full((H, W), 255, np.uint8)])
    assert np.array_equal(predictor(with_opacity, "BGR"), predictor(UINT8))


@pytest.mark.parametrize("mode", ["P", "RGBA", "L"])
def test_a_pillow_replacement_is_read_as_its_file(mode):
    picture = Image.fromarray(UINT8[::-1].copy()).convert(mode)
    found = replacement_image(FLOAT, LABELS, picture)
    assert np.array_equal(found, lt.as_image(picture))
    if mode == "L":
        assert np.array_equal(replacement_image(FLOAT[..., 0], LABELS, picture), lt.as_image(picture)[..., 0])
    else:
        with pytest.raises(ValueError, match=r"must have the image's shape \(8, 9\), got \(8, 9, 3\)"):
            replacement_image(FLOAT[..., 0], LABELS, picture)
