"""SAM's mask generator finds the regions of a synthetic scene and their hierarchy on every device."""

import sys
from functools import partial

import numpy as np
import pytest
import segment_anything
import torch
from composed_scene import (
    COLOURS,
    IMAGE,
    TRUTHS,
    are_the_regions,
    divided,
    is_recovered,
    overlaps,
    records_of,
    scene_sam,
)

from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.generators.sam import loading as sam_loading
from limetheory.images.generators.sam import masks as sam_module
from limetheory.images.generators.sam.masks import SamMasks, clean_mask
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.distinct_masks import DistinctMasks


@pytest.mark.slow
@pytest.mark.parametrize("points_per_side", [12, 20])
def test_the_regions_of_a_scene_are_recovered(points_per_side):
    records = records_of(SamMasks(scene_sam(), points_per_side=points_per_side))
    found = np.array([record["segmentation"] for record in records])
    assert is_recovered(records), overlaps(found, TRUTHS).max(1)
    assert all(np.array_equal(mask, clean_mask(mask, 512)) for mask in found), "no islands, no holes"
    assert all(record["area"] == record["segmentation"].sum() for record in records)


@pytest.mark.slow
def test_every_image_shape_keeps_its_coordinates():
    upright = np.ascontiguousarray(IMAGE.transpose(1, 0, 2))
    found = masks_of(upright, SamMasks(scene_sam(), points_per_side=12))
    assert are_the_regions(found.transpose(0, 2, 1))


def moved(shift, coordinates, size, unmoved):
    return unmoved(coordinates, size) + shift


def swapped(coordinates, size, unmoved):
    return unmoved(coordinates, size)[..., ::-1].copy()


def shift_points(generator, change):
    transform = generator.automatic.predictor.transform
    transform.apply_coords = partial(change, unmoved=transform.apply_coords)


MUTANTS = {
    "no suppression": lambda generator: setattr(generator.automatic, "box_nms_thresh", 1.0),
    "suppression of everything": lambda generator: setattr(generator.automatic, "box_nms_thresh", 0.1),
    "no score threshold": lambda generator: setattr(generator.automatic, "pred_iou_thresh", 0.0),
    "score threshold too high": lambda generator: setattr(generator.automatic, "pred_iou_thresh", 0.98),
    "no stability threshold": lambda generator: setattr(generator.automatic, "stability_score_thresh", 0.0),
    "wrong logit threshold": lambda generator: setattr(generator.automatic.predictor.model, "mask_threshold", -15.5),
    "moved points": lambda generator: shift_points(generator, partial(moved, np.array([30.0, 0.0]))),
    "swapped coordinates": lambda generator: shift_points(generator, swapped),
    "one point": lambda generator: setattr(generator.automatic, "point_grids", [np.array([[0.35, 0.58]])]),
}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_generator_does_not_recover_them(mutant):
    generator = SamMasks(scene_sam(), points_per_side=12)
    MUTANTS[mutant](generator)
    assert not is_recovered(records_of(generator))


def test_moved_or_transposed_masks_do_not_pass():
    assert are_the_regions(TRUTHS)
    assert not are_the_regions(np.roll(TRUTHS, 12, axis=2))
    assert not are_the_regions(TRUTHS[:, ::-1])
    assert not are_the_regions(TRUTHS[[0, 1, 2, 3, 4, 4]])


@pytest.mark.slow
def test_small_regions_stay_when_told_so():
    records = records_of(SamMasks(scene_sam(), points_per_side=12, min_mask_region_area=0))
    assert not all(
        np.array_equal(record["segmentation"], clean_mask(record["segmentation"], 512)) for record in records
    )


def test_nothing_in_an_empty_scene():
    empty = np.full((30, 40, 3), COLOURS[0])
    assert masks_of(empty, SamMasks(scene_sam(), points_per_side=4)).shape == (0, 30, 40)


@pytest.mark.slow
@pytest.mark.parametrize("layers", [1, 2])
def test_nothing_in_an_empty_scene_of_several_crops(layers):
    empty = np.full((30, 40, 3), COLOURS[0])
    generator = SamMasks(scene_sam(), points_per_side=4, crop_n_layers=layers)
    assert generator.generate(empty) == [] and masks_of(empty, generator).shape == (0, 30, 40)


@pytest.mark.slow
def test_crops_without_masks_leave_those_of_the_others():
    generator = SamMasks(scene_sam(), points_per_side=12, crop_n_layers=1)
    own = segment_anything.SamAutomaticMaskGenerator(
        scene_sam(), 12, crop_n_layers=1, min_mask_region_area=0, pred_iou_thresh=0.88
    )
    generator.min_mask_region_area = 0
    found, expected = generator.generate(IMAGE), own.generate(IMAGE)
    assert len(found) == len(expected) > 0
    for one, other in zip(found, expected, strict=True):
        assert one["crop_box"] == other["crop_box"] and np.array_equal(one["segmentation"], other["segmentation"])


@pytest.mark.slow
def test_opencv_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert is_recovered(records_of(SamMasks(scene_sam(), points_per_side=12)))


@pytest.mark.slow
def test_out_of_memory_halves_the_batch_and_says_so_once():
    sam = scene_sam()
    whole = masks_of(IMAGE, SamMasks(sam, points_per_side=6))
    sam.mask_decoder.room = 10
    generator = SamMasks(sam, points_per_side=6)
    with pytest.warns(RuntimeWarning, match=r"out of memory with 64 points per batch: SAM goes on with fewer") as said:
        found = masks_of(IMAGE, generator)
        assert np.array_equal(found, whole) and generator.points_per_batch == 8
        sam.mask_decoder.room = 3
        assert np.array_equal(masks_of(IMAGE, generator), whole) and generator.points_per_batch == 2
    assert len(said) == 1, "a second image says no more"


def test_no_room_for_one_point():
    sam = scene_sam()
    sam.mask_decoder.room = 0
    with (
        pytest.warns(RuntimeWarning, match="with 4 points per batch"),
        pytest.raises(ValueError, match=r"room for SAM and one point at a time, got out of memory on a 300 x 400"),
    ):
        masks_of(IMAGE, SamMasks(sam, points_per_batch=4))


def test_other_errors_pass_through():
    sam = scene_sam()
    sam.mask_decoder.palette = sam.mask_decoder.palette[:, :2]
    with pytest.raises(RuntimeError, match="must match the size"):
        masks_of(IMAGE, SamMasks(sam))


def test_large_images_take_fewer_points_per_batch(monkeypatch):
    monkeypatch.setattr(sam_module, "_LOGIT_BYTES", 5 * 3 * 4 * 300 * 400)
    sam = scene_sam()
    sam.mask_decoder.room = 5
    assert len(records_of(SamMasks(sam, points_per_side=6))) > 3


PLACES = [("cpu", "float32"), ("cpu", "bfloat16")] + [
    pytest.param("cuda", precision, marks=pytest.mark.gpu) for precision in sam_loading.PRECISIONS
]


def placed(device, precision):
    dtype = sam_loading.PRECISIONS[precision]
    return sam_loading._placed(scene_sam(), torch.device(device), dtype, "vit_b")


@pytest.mark.slow
@pytest.mark.parametrize(("device", "precision"), PLACES)
def test_the_scene_on_every_device_and_in_half_precision(device, precision):
    sam = placed(device, precision)
    assert is_recovered(records_of(SamMasks(sam, points_per_side=12)))
    assert sam.image_encoder.seen == sam_loading.PRECISIONS[precision]
    assert sam.mask_decoder.palette.device.type == device


@pytest.mark.gpu
def test_a_gpu_without_room_gets_smaller_batches():
    sam = placed("cuda", "float16")
    sam.mask_decoder.room = 10
    generator = SamMasks(sam, points_per_side=12)
    with pytest.warns(RuntimeWarning) as said:
        records = generator.generate(IMAGE)
    assert is_recovered(records) and generator.points_per_batch == 8
    assert ["points per batch: SAM goes on with fewer" in str(warning.message) for warning in said] == [True]


# The hierarchy behind the masks. ------------------------------------------------------------------------------


def stack(labels):
    return labels == np.unique(labels)[:, None, None]


def follows(tree, depth):
    """Check that the partition at a depth is the true one: equally many segments, and a mean IoU of at least 0.9."""
    return are_the_regions(stack(tree.partition(depth)), stack(divided(depth)))


@pytest.fixture(scope="module")
def scene_masks():
    return masks_of(IMAGE, SamMasks(scene_sam(), points_per_side=12))


@pytest.mark.slow
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_the_hierarchy_of_the_masks_is_that_of_the_scene(scene_masks, depth):
    # reach 0, because the ground truth gives nothing of the background to what is near
    tree = containment_tree(scene_masks, fill_distance=0, shape=IMAGE.shape[:2])
    assert tree.depth == 3 and follows(tree, depth)
    for other in {1, 2, 3} - {depth}:
        assert not are_the_regions(stack(tree.partition(depth)), stack(divided(other)))


def outermost(masks):
    """Parents as in the public implementation: the largest of the masks that contain more than half."""
    shared = (masks.members.multiply(masks.counts).tocsr() @ masks.members.T).toarray()
    holds = (2 * shared > masks.areas) & (masks.areas[:, None] > masks.areas)
    return np.where(holds.any(axis=0), holds.argmax(axis=0), -1)  # the masks come largest first


BROKEN_MASKS = {
    "moved": lambda masks: np.roll(masks, 12, axis=2),
    "without the wholes": lambda masks: masks[masks.sum(axis=(1, 2)) < 20_000],
    "without a part": lambda masks: masks[np.arange(len(masks)) != np.argsort(masks.sum(axis=(1, 2)))[2]],
}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", BROKEN_MASKS)
def test_broken_masks_do_not_give_the_hierarchy(scene_masks, mutant):
    tree = containment_tree(BROKEN_MASKS[mutant](scene_masks), fill_distance=0)
    assert not follows(tree, 2)


def test_outermost_parents_do_not_give_the_hierarchy(scene_masks, monkeypatch):
    monkeypatch.setattr(DistinctMasks, "parents", property(outermost))
    tree = containment_tree(scene_masks, fill_distance=0)
    assert follows(tree, 1) and not follows(tree, 2)


@pytest.mark.slow
def test_generator_equals_that_of_the_package():
    options = {"points_per_side": 12, "min_mask_region_area": 512}
    theirs = segment_anything.SamAutomaticMaskGenerator(scene_sam(), **options).generate(IMAGE)
    ours = SamMasks(scene_sam(), **options).generate(IMAGE)
    assert len(theirs) == len(ours) == len(TRUTHS)
    for one, other in zip(theirs, ours, strict=True):
        assert np.array_equal(one["segmentation"], other["segmentation"])
        assert (one["area"], one["bbox"]) == (other["area"], other["bbox"])


def test_generator_refusals():
    sam = scene_sam()
    with pytest.raises(TypeError, match=r"takes points_per_side, .*, got 'iou'; correct its name"):
        SamMasks(sam, iou=0.5)
    with pytest.raises(TypeError, match=r"got 'output_mode'"):
        SamMasks(sam, output_mode="coco_rle")
    with pytest.raises(ValueError, match=r"points_per_side must be at least 1, got 0"):
        SamMasks(sam, points_per_side=0)
    with pytest.raises(TypeError, match=r"SAM's image must be a uint8 array, got float64"):
        SamMasks(sam).generate(IMAGE / 255)
    with pytest.raises(ValueError, match=r"SAM's image must have shape \(h, w, 3\), got \(300, 400\)"):
        SamMasks(sam).generate(IMAGE[..., 0])
