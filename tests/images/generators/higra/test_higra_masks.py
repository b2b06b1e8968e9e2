"""The Higra hierarchy is a deterministic partition at every depth; its generator has the interface of SAM's."""

from __future__ import annotations

import inspect
import sys
import time

import numpy as np
import pytest
import segment_anything
from photographs import IMAGES, overlap, scene
from skimage import data

from limetheory.images.generators.higra.masks import HigraMaskGenerator, HigraPredictor, RegionTree, higra_tree
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.segmentation.segment import segment


@pytest.mark.slow
@pytest.mark.parametrize("name", IMAGES)
def test_every_depth_is_a_partition_inside_the_one_before_and_the_same_again(name):
    tree, again = higra_tree(IMAGES[name]), higra_tree(IMAGES[name])
    assert (tree.leaves == again.leaves).all() and (tree.parent == again.parent).all()
    coarser = np.zeros_like(tree.leaves)
    least = 0.0035 * tree.leaves.size
    for depth, most in zip((1, 2, 3, 4), (10, 25, 60, 150), strict=True):
        labels = tree.partition(depth)
        assert labels.shape == IMAGES[name].shape[:2]
        sizes = np.bincount(labels.ravel())
        assert (sizes > 0).all() and len(sizes) <= most
        assert name in ("pixel", "blank") or (sizes >= least).all()
        assert np.unique(np.stack([labels.ravel(), coarser.ravel()]), axis=1).shape[1] == len(sizes)
        coarser = labels


@pytest.mark.slow
def test_photographs_are_cut_into_the_numbers_asked_for_and_blank_ones_are_not():
    for name in ("coffee", "cat", "grey"):
        assert [len(higra_tree(IMAGES[name]).nodes(depth)) for depth in (1, 2)] == [10, 25]
    assert higra_tree(IMAGES["blank"]).partition(1).max() == 0


@pytest.mark.slow
def test_the_first_depth_follows_the_colours_better_than_as_many_slic_superpixels():
    for name in ("coffee", "cat"):
        image = IMAGES[name] / 255
        errors = []
        for labels in (higra_tree(image).partition(1), segment(image, "slic", 10)):
            means = [np.bincount(labels.ravel(), image[..., c].ravel()) / np.bincount(labels.ravel()) for c in range(3)]
            errors.append(((np.stack(means, axis=1)[labels] - image) ** 2).sum())
        assert errors[0] < 0.75 * errors[1]


@pytest.mark.slow
def test_large_images_are_reduced_and_small_ones_are_quick():
    large = np.kron(IMAGES["cat"][::2, ::2], np.ones((8, 8, 1), np.uint8))
    assert higra_tree(large).partition(2).shape == large.shape[:2]
    image = np.concatenate([data.coffee()] * 2)[:480, :600]
    start = time.process_time()
    higra_tree(image)
    assert time.process_time() - start < 2


def test_regions_form_a_binary_tree_with_increasing_scales():
    regions = RegionTree.of(IMAGES["cat"])
    own = np.arange(len(regions.parent) - 1)
    assert (regions.parent[:-1] > own).all() and (np.bincount(regions.parent[:-1])[regions.n_leaves :] == 2).all()
    assert (regions.scale[regions.parent] >= regions.scale).all()
    assert ((regions.persistence >= 0) & (regions.persistence <= 1)).all()
    assert regions.area[-1] == IMAGES["cat"][..., 0].size
    for region in (0, regions.n_leaves, len(own)):
        assert regions.mask(region).sum() == regions.area[region]


def test_the_generator_has_the_objects_of_a_scene_among_its_masks():
    image, objects = scene()
    masks = [record["segmentation"] for record in HigraMaskGenerator(levels=(2, 3, 4, 10)).generate(image)]
    assert min(max(overlap(mask, thing) for mask in masks) for thing in objects) > 0.95


@pytest.mark.slow
def test_the_records_are_those_of_segment_anything():
    records = HigraMaskGenerator().generate(IMAGES["cat"])
    assert len(records) > 50
    areas = [record["area"] for record in records]
    assert areas == sorted(areas, reverse=True)
    for record in records:
        mask, (x, y, width, height) = record["segmentation"], record["bbox"]
        assert mask.dtype == bool and mask.shape == IMAGES["cat"].shape[:2] and mask.sum() == record["area"]
        assert mask[y : y + height, x : x + width].sum() == record["area"]
        assert mask[y].any() and mask[y + height - 1].any() and mask[:, x].any() and mask[:, x + width - 1].any()
        ((column, row),) = record["point_coords"]
        assert mask[int(row), int(column)]
        assert 0 <= record["stability_score"] == record["predicted_iou"] <= 1
        assert record["crop_box"] == [0, 0, 451, 300]


@pytest.mark.slow
def test_the_masks_bring_back_the_first_depth():
    masks = [record["segmentation"] for record in HigraMaskGenerator().generate(IMAGES["coffee"])]
    one, other = containment_tree(masks).partition(1), higra_tree(IMAGES["coffee"]).partition(1)
    assert np.unique(np.stack([one.ravel(), other.ravel()]), axis=1).shape[1] == one.max() + 1 == other.max() + 1


@pytest.mark.slow
def test_a_stability_threshold_drops_masks_and_blank_images_have_none():
    everything = HigraMaskGenerator().generate(IMAGES["cat"])
    stable = HigraMaskGenerator(stability_score_thresh=0.4).generate(IMAGES["cat"])
    assert [r["area"] for r in stable] == [r["area"] for r in everything if r["stability_score"] >= 0.4]
    assert 0 < len(stable) < len(everything)
    assert HigraMaskGenerator().generate(IMAGES["blank"]) == []


def test_bad_arguments():
    for action, message in [
        (lambda: higra_tree(IMAGES["cat"], levels=()), "levels must be increasing"),
        (lambda: higra_tree(IMAGES["cat"], levels=(9, 9)), "levels must be increasing"),
        (lambda: higra_tree(IMAGES["cat"], levels=(1, 9)), "levels must be at least 2, got 1"),
        (lambda: higra_tree(IMAGES["cat"], min_percent=100), "min_percent must be"),
        (lambda: HigraMaskGenerator(stability_score_thresh=2), "stability_score_thresh must be"),
        (lambda: HigraPredictor().set_image(IMAGES["cat"], "HSV"), "image_format must be one of RGB, BGR"),
    ]:
        with pytest.raises(ValueError, match=message):
            action()


def test_without_higra_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "higra", None)
    with pytest.raises(
        ValueError, match=r"^segmenters 'dseg' and 'higra' need Higra, got none: .*'limetheory\[dseg\]'$"
    ):
        higra_tree(IMAGES["cat"])


def test_the_interface_is_that_of_segment_anything():
    theirs = inspect.signature(segment_anything.SamAutomaticMaskGenerator.generate).parameters
    assert list(theirs) == list(inspect.signature(HigraMaskGenerator.generate).parameters)
