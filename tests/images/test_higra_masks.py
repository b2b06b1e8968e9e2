"""The Higra hierarchy is a deterministic partition at every depth; its generator and predictor speak SAM's language."""

from __future__ import annotations

import inspect
import sys
import time

import numpy as np
import pytest
from skimage import data

from limetheory.images.hierarchy import containment_tree
from limetheory.images.higra_masks import HigraMaskGenerator, HigraPredictor, RegionTree, higra_tree
from limetheory.images.segmentation import segment

pytest.importorskip("higra")

NOISE = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
IMAGES = {
    "coffee": data.coffee()[::2, ::2],
    "cat": data.chelsea(),
    "grey": data.camera()[::3, ::3],
    "blank": np.full((40, 50, 3), 0.5),
    "noise": NOISE,
    "pixel": NOISE[:1, :1],
    "row": NOISE[:1, :9],
    "column": NOISE[:5, :1],
    "2 x 2": NOISE[:2, :2],
    "3 x 2": NOISE[:3, :2],
}


def scene() -> tuple[np.ndarray, list[np.ndarray]]:
    """A disc with a square in it, beside a bar, on a plain ground; noisy. The image and its objects."""
    y, x = np.mgrid[:120, :160]
    disc = (y - 60) ** 2 + (x - 50) ** 2 < 40**2
    square = (abs(y - 60) < 15) & (abs(x - 50) < 15)
    bar = (abs(y - 60) < 50) & (abs(x - 125) < 12)
    image = np.full((120, 160, 3), 60.0)
    for mask, colour in [(disc, (200, 60, 40)), (square, (230, 150, 60)), (bar, (40, 90, 220))]:
        image[mask] = colour
    image += np.random.default_rng(1).normal(0, 6, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8), [disc, square, bar]


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.fixture(scope="module")
def predictor() -> HigraPredictor:
    predictor = HigraPredictor()
    predictor.set_image(scene()[0])
    return predictor


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


def test_photographs_are_cut_into_the_numbers_asked_for_and_blank_ones_are_not():
    for name in ("coffee", "cat", "grey"):
        assert [len(higra_tree(IMAGES[name]).nodes(depth)) for depth in (1, 2)] == [10, 25]
    assert higra_tree(IMAGES["blank"]).partition(1).max() == 0


def test_the_first_depth_follows_the_colours_better_than_as_many_slic_superpixels():
    for name in ("coffee", "cat"):
        image = IMAGES[name] / 255
        errors = []
        for labels in (higra_tree(image).partition(1), segment(image, "slic", 10)):
            means = [np.bincount(labels.ravel(), image[..., c].ravel()) / np.bincount(labels.ravel()) for c in range(3)]
            errors.append(((np.stack(means, axis=1)[labels] - image) ** 2).sum())
        assert errors[0] < 0.75 * errors[1]


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
    assert ((regions.stability >= 0) & (regions.stability <= 1)).all()
    assert regions.area[-1] == IMAGES["cat"][..., 0].size
    for region in (0, regions.n_leaves, len(own)):
        assert regions.mask(region).sum() == regions.area[region]


def test_the_generator_has_the_objects_of_a_scene_among_its_masks():
    image, objects = scene()
    masks = [record["segmentation"] for record in HigraMaskGenerator(levels=(2, 3, 4, 10)).generate(image)]
    assert min(max(overlap(mask, thing) for mask in masks) for thing in objects) > 0.95


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


def test_the_masks_bring_back_the_first_depth():
    masks = [record["segmentation"] for record in HigraMaskGenerator().generate(IMAGES["coffee"])]
    one, other = containment_tree(masks).partition(1), higra_tree(IMAGES["coffee"]).partition(1)
    assert np.unique(np.stack([one.ravel(), other.ravel()]), axis=1).shape[1] == one.max() + 1 == other.max() + 1


def test_a_stability_threshold_drops_masks_and_blank_images_have_none():
    everything = HigraMaskGenerator().generate(IMAGES["cat"])
    stable = HigraMaskGenerator(stability_score_thresh=0.4).generate(IMAGES["cat"])
    assert [r["area"] for r in stable] == [r["area"] for r in everything if r["stability_score"] >= 0.4]
    assert 0 < len(stable) < len(everything)
    assert HigraMaskGenerator().generate(IMAGES["blank"]) == []


def test_a_click_gives_the_nested_objects_that_hold_it(predictor):
    _, (disc, square, _) = scene()
    masks, scores, logits = predictor.predict(np.array([[50, 60]]), np.array([1]))
    assert masks.shape == (3, 120, 160) and masks.dtype == bool and scores.shape == (3,) and logits is None
    assert masks[:, 60, 50].all()
    assert (masks[0] <= masks[1]).all() and (masks[1] <= masks[2]).all()
    assert max(overlap(mask, square) for mask in masks) > 0.95
    assert max(overlap(mask, disc | square) for mask in masks) > 0.95
    single, score, _ = predictor.predict(np.array([[50, 60]]), np.array([1]), multimask_output=False)
    assert single.shape == (1, 120, 160) and score == scores.max()


@pytest.mark.parametrize("name", IMAGES)
def test_every_click_is_inside_its_masks(name):
    predictor = HigraPredictor()
    predictor.set_image(IMAGES[name])
    height, width = IMAGES[name].shape[:2]
    for x, y in {(0, 0), (width - 1, height - 1), (width // 2, height // 3)}:
        masks, scores, _ = predictor.predict(np.array([[x, y]]), np.array([1]))
        assert masks[:, y, x].all() and ((scores >= 0) & (scores <= 1)).all()


def test_clicks_outside_are_excluded(predictor):
    _, (disc, square, bar) = scene()
    masks, _, _ = predictor.predict(np.array([[50, 60], [50, 30]]), np.array([1, 0]))
    assert masks[:, 60, 50].all() and not masks[:, 30, 50].any()
    masks, _, _ = predictor.predict(np.array([[50, 30], [125, 60], [5, 5]]), np.array([1, 1, 0]))
    assert masks[:, 30, 50].all() and masks[:, 60, 125].all() and not masks[:, 5, 5].any()
    assert max(overlap(mask, disc | square | bar) for mask in masks) > 0.85


def test_a_box_finds_what_fills_it(predictor):
    _, (_, _, bar) = scene()
    masks, scores, _ = predictor.predict(box=np.array([114, 11, 136, 109]))
    assert overlap(masks[int(scores.argmax())], bar) > 0.95
    masks, scores, _ = predictor.predict(np.array([[125, 60]]), np.array([1]), box=np.array([114, 11, 136, 109]))
    assert overlap(masks[int(scores.argmax())], bar) > 0.95 and masks[:, 60, 125].all()


def test_the_predictor_knows_whether_it_has_an_image():
    predictor = HigraPredictor()
    assert not predictor.is_image_set
    with pytest.raises(ValueError, match="an image must be set before predict"):
        predictor.predict(np.array([[0, 0]]), np.array([1]))
    predictor.set_image(IMAGES["noise"], "BGR")
    assert predictor.is_image_set and predictor.original_size == (60, 80)
    predictor.reset_image()
    assert not predictor.is_image_set and predictor.original_size is None


def test_bad_clicks(predictor):
    for arguments, message in [
        ({}, "point_labels must hold a 1 unless there is a box"),
        ({"point_coords": [[5, 5]], "point_labels": [0]}, "got none: click inside the object"),
        ({"point_coords": [[5, 5]]}, "must come together"),
        ({"point_coords": [5, 5], "point_labels": [1]}, r"point_coords must be \(n, 2\)"),
        ({"point_coords": [[5, 5]], "point_labels": [2]}, "0 or 1"),
        ({"point_coords": [[160, 5]], "point_labels": [1]}, "inside the 160 × 120 image"),
        ({"point_coords": [[np.nan, 5]], "point_labels": [1]}, "inside the 160 × 120 image"),
        ({"point_coords": [[5, 5], [5, 5]], "point_labels": [1, 0]}, "different regions, got both in one"),
        ({"box": [5, 5, 5, 9]}, "x0 < x1"),
        ({"box": [500, 500, 600, 600]}, "box must meet the 160 × 120 image"),
        ({"point_coords": [[5, 5]], "point_labels": [1], "mask_input": np.zeros((1, 2, 2))}, "mask_input must be None"),
    ]:
        with pytest.raises(ValueError, match=message):
            predictor.predict(**arguments)


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
    with pytest.raises(ValueError, match=r"Higra, got none: pip install limetheory\[dseg\]$"):
        higra_tree(IMAGES["cat"])


def test_the_interfaces_are_those_of_segment_anything():
    sam = pytest.importorskip("segment_anything")
    theirs = list(inspect.signature(sam.SamPredictor.predict).parameters)
    ours = list(inspect.signature(HigraPredictor.predict).parameters)
    assert theirs[: len(ours)] == ours
    generate = sam.SamAutomaticMaskGenerator.generate
    assert list(inspect.signature(generate).parameters) == list(
        inspect.signature(HigraMaskGenerator.generate).parameters
    )
