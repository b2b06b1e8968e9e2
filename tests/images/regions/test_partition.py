"""What every partition has, whatever is drawn and whichever segmenter cuts."""

import numpy as np
import pytest
from drawings import drawings, photographs
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.data import astronaut

from limetheory.images import SEGMENTERS, compact
from limetheory.images.regions import Partition, Region, Regions, polygon_mask
from limetheory.images.regions.partition import distinct

PHOTO = astronaut()[::4, ::4] / 255


def broken_rules(regions, partition):
    """The rules of a partition that do not hold, from their definitions pixel by pixel."""
    owner = np.full(regions.shape, -1)
    for (y, x), _ in np.ndenumerate(owner):
        owner[y, x] = max((k for k, region in enumerate(regions.regions) if region.mask[y, x]), default=-1)
    wanted = [region.superpixels for region in regions.regions] + [regions.outside]
    counts = np.bincount(partition.owners % (len(regions.regions) + 1), minlength=len(wanted))
    pixels = [np.count_nonzero(owner == k) for k in [*range(len(regions.regions)), -1]]
    rules = {
        "shape": partition.labels.shape == regions.shape,
        "without gaps": np.unique(partition.labels).tolist() == list(range(partition.d)),
        "no border crossed": np.array_equal(partition.owners[partition.labels], owner),
        "at most its number": (counts <= wanted).all(),
        "some where there are pixels": ((counts > 0) == (np.array(pixels) > 0)).all(),
        "in order": partition.owners.tolist() == sorted(partition.owners.tolist(), key=lambda k: (k < 0, k)),
        "own names": len(set(partition.names)) == partition.d,
        "covered": regions.covered == tuple(
            name for name, area in zip(regions.names, pixels, strict=False) if not area
        ),
    }  # fmt: skip
    return [name for name, holds in rules.items() if not holds]


@pytest.mark.slow
@settings(max_examples=150)
@given(st.data())
def test_every_drawing_gives_a_partition(data):
    regions = data.draw(drawings())
    partition = regions.partition(data.draw(photographs(regions.shape)))
    assert broken_rules(regions, partition) == []


@pytest.mark.slow
@settings(max_examples=50)
@given(st.data())
def test_whole_regions_are_one_superpixel_each_and_the_outside_stays(data):
    regions = data.draw(drawings(segmenters=("grid",)))
    partition = regions.partition(data.draw(photographs(regions.shape)))
    whole = partition.whole
    ones = Regions(regions.shape, [region.with_superpixels(1) for region in regions.regions], regions.outside, "grid")
    assert broken_rules(ones, whole) == []
    outside = partition.owners[partition.labels] < 0
    same = np.unique(np.stack([partition.labels[outside], whole.labels[outside]]), axis=1)
    assert same.shape[1] == np.count_nonzero(partition.owners < 0) == np.count_nonzero(whole.owners < 0)


def test_mutants_of_a_partition_are_found():
    regions = Regions((4, 6), [Region("left", np.arange(24).reshape(4, 6) % 6 < 2, 2)], 3, "grid")
    good = regions.partition(np.zeros((4, 6, 3)))
    assert broken_rules(regions, good) == []
    gap = Partition(np.where(good.labels == 1, 2, good.labels), good.owners, good.regions)
    crossing = Partition(np.roll(good.labels, 1, axis=1), good.owners, good.regions)
    more = Partition(np.arange(24).reshape(4, 6), regions.owner.ravel(), good.regions)
    swapped = Partition(4 - good.labels, good.owners[::-1], good.regions)
    assert broken_rules(regions, gap) == ["without gaps", "no border crossed"]
    assert "no border crossed" in broken_rules(regions, crossing)
    assert "at most its number" in broken_rules(regions, more)
    assert broken_rules(regions, swapped) == ["in order"]


@pytest.mark.parametrize("segmenter", ["slic", "grid", "watershed"])
@pytest.mark.parametrize("number", [1, 2, 7, 30])
def test_a_segmenter_with_a_number_gives_each_region_its_own(segmenter, number):
    lasso = polygon_mask((128, 128), [(40, 5), (110, 30), (90, 120), (60, 70), (20, 100)])
    disc = polygon_mask((128, 128), [(70, 40), (100, 40), (100, 70), (70, 70)])
    regions = Regions((128, 128), [Region("a", lasso, number), Region("b", disc, 3)], 12, segmenter)
    partition = regions.partition(PHOTO)
    assert np.bincount(partition.owners + 1).tolist() == [12, number, 3]
    areas = np.bincount(partition.labels.ravel())
    mean = np.array([np.count_nonzero(regions.owner == k) for k in (-1, 0, 1)]) / [12, number, 3]
    assert (areas >= 0.25 * mean[partition.owners + 1]).all()


@pytest.mark.parametrize("segmenter", ["quickshift", "felzenszwalb"])
def test_a_segmenter_without_a_number_gives_no_slivers_and_at_most_the_number(segmenter):
    box = np.zeros((128, 128), bool)
    box[20:100, 30:90] = True
    partition = Regions((128, 128), [Region("box", box, 8)], 20, segmenter).partition(PHOTO)
    inside, outside = (partition.owners >= 0), (partition.owners < 0)
    areas = np.bincount(partition.labels.ravel())
    assert 1 < inside.sum() <= 8 and 1 < outside.sum() <= 20
    assert areas[inside].min() >= 0.25 * box.sum() / 8 and areas[outside].min() >= 0.25 * (~box).sum() / 20


def test_more_pieces_than_superpixels_join_the_nearest_large_one():
    mask = np.zeros((9, 20), bool)
    mask[2:7, 1:6], mask[2:7, 12:18], mask[0, 0], mask[8, 19] = True, True, True, True
    partition = Regions((9, 20), [Region("two", mask, 2)], 1, "grid").partition(np.zeros((9, 20, 3)))
    assert partition.labels[4, 3] == partition.labels[0, 0] != partition.labels[4, 14] == partition.labels[8, 19]
    assert partition.names == ("two 1", "two 2", "outside")


def test_a_partition_is_the_same_again_and_of_every_type_of_image():
    regions = Regions((128, 128), [Region("a", PHOTO.mean(axis=2) > 0.6, 5)], 20)
    once = regions.partition(PHOTO)
    assert np.array_equal(once.labels, regions.partition((PHOTO * 255).round().astype(np.uint8)).labels)
    assert np.array_equal(compact(once.labels), once.labels) and once.labels.dtype == np.intp


def test_another_packages_segmenter_cuts_too(monkeypatch):
    def halves(image):
        return np.repeat([[0], [5]], [1, len(image) - 1], axis=0).repeat(image.shape[1], axis=1)

    row = type(SEGMENTERS["grid"])("halves", halves)
    monkeypatch.setattr(SEGMENTERS, "own", {**SEGMENTERS.own, "halves": row})
    partition = Regions((4, 6), (), 9, "halves").partition(np.zeros((4, 6, 3)))
    assert partition.labels[:, 0].tolist() == [0, 1, 1, 1] and partition.d == 2


def test_names_are_told_apart():
    column = np.arange(6)[None].repeat(4, axis=0)
    regions = Regions((4, 6), [Region("a 1", column == 0), Region("a", column < 3, 2)], 1, "grid").raised("a 1")
    assert regions.partition(np.zeros((4, 6, 3))).names == ("a 1", "a 2", "a 1 (2)", "outside")
    assert distinct(["outside", "outside (2)", "outside"]) == ("outside", "outside (2)", "outside (3)")
