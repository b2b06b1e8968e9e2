"""Composed scenes: exact regions, what every scene has, outlines, parts of photographs, and masks of the user's."""

import numpy as np
import pytest
from PIL import Image
from segment_quality_cases import SMALL, small_scenes
from skimage.measure import perimeter

from experiments.segment_quality import masks
from experiments.segment_quality.outlines import ROUGH, SMOOTH, outline
from experiments.segment_quality.photographs import SIDE, photographs, source
from experiments.segment_quality.scenes import (
    DIFFERENT,
    HIDDEN,
    OBJECTS,
    SMALLEST_REGION,
    composed,
    touching,
)
from experiments.segment_quality.settings import KINDS, Settings
from experiments.segment_quality.textures import SCALES, difference, look, part

SHAPE = (SMALL.height, SMALL.width)


@pytest.mark.slow
@pytest.mark.parametrize("case", [(kind, number) for kind in KINDS for number in range(6)])
def test_every_scene_has_what_it_must_have(case):
    scene = small_scenes()[case]
    regions, shares = np.unique(scene.truth), np.bincount(scene.truth.ravel()) / scene.truth.size
    assert scene.image.shape == (*SHAPE, 3) and scene.image.dtype == np.uint8 and scene.truth.shape == SHAPE
    assert regions.tolist() == list(range(len(scene.parts))) and OBJECTS[0] + 1 <= len(regions) <= OBJECTS[1] + 1
    assert shares.min() >= SMALLEST_REGION and len(scene.objects) == len(scene.outlines) == len(regions) - 1
    assert any(HIDDEN[0] <= share <= HIDDEN[1] for share in scene.hidden) and scene.hidden[-1] == 0
    assert len({one.photograph for one in scene.parts}) == len(regions)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_regions_that_touch_look_different(kind, monkeypatch):
    monkeypatch.setattr("experiments.segment_quality.scenes.BLUR", 0.0)
    scene = composed(photographs(None), SMALL, kind, 0)
    looks = [look(scene.image[scene.truth == region]) for region in range(len(scene.parts))]
    # levels of 8 bits move a look by less than 0.1
    assert all(difference(looks[one], looks[other]) > DIFFERENT - 0.2 for one, other in touching(scene.truth))


@pytest.mark.slow
def test_both_kinds_of_outlines_and_several_scales_occur():
    found = small_scenes().values()
    assert {kind for scene in found for kind in scene.outlines} == {SMOOTH, ROUGH}
    scales = [one.scale for scene in found for one in scene.parts]
    assert min(scales) < 0.8 and max(scales) > 1.4


@pytest.mark.slow
def test_equal_arguments_give_equal_scenes_and_other_numbers_others():
    pictures, known = photographs(None), small_scenes()["textures", 1]
    again = composed(pictures, SMALL, "textures", 1)
    assert (again.image == known.image).all() and (again.truth == known.truth).all() and again.parts == known.parts
    others = [composed(pictures, SMALL, "textures", 2), composed(pictures, SMALL, "photographs", 1)]
    others.append(composed(pictures, Settings(seed=1).small(), "textures", 1))
    assert all(len({one.image.tobytes(), known.image.tobytes()}) == (1 if one is known else 2) for one in others)


@pytest.mark.slow
def test_photographs_in_another_order_give_the_same_scene():
    pictures = dict(reversed(photographs(None).items()))
    assert (composed(pictures, SMALL, "photographs", 0).image == small_scenes()["photographs", 0].image).all()


def test_the_regions_are_exact_where_each_photograph_has_a_colour_of_its_own():
    # Without the blur a pixel has the colour of its region; the blur changes at most 2 pixels beside a border.
    colours = np.random.default_rng(0).permutation(
        np.array([[r, g, b] for r in (0, 1) for g in (0, 1) for b in (0, 1)])
    )
    pictures = {str(number): np.full((90, 120, 3), colour, float) for number, colour in enumerate(colours)}
    scene = composed(pictures, SMALL, "photographs", 0)
    painted = np.array([colours[int(one.photograph)] for one in scene.parts])[scene.truth] * 255
    wrong = np.abs(scene.image.astype(int) - painted).max(axis=2) > 2
    from scipy.ndimage import distance_transform_edt

    from limetheory.metrics.boundaries import boundary

    away = distance_transform_edt(~boundary(scene.truth))
    assert wrong.any() and away[wrong].max() <= 2


@pytest.mark.slow
@pytest.mark.parametrize("pictures", [{"a": np.zeros((50, 50, 3))}, {str(n): np.zeros((90, 120, 3)) for n in range(9)}])
def test_photographs_that_are_too_few_or_look_alike_are_refused(pictures, monkeypatch):
    monkeypatch.setattr("experiments.segment_quality.scenes.TRIES", 30)
    with pytest.raises(ValueError, match="photographs must be 7 or more that look different, got"):
        composed(pictures, SMALL, "photographs", 0)


def test_an_outline_is_one_piece_around_its_centre_and_rough_ones_are_longer():
    rough, smooth = (
        [outline(np.random.default_rng(seed), (200, 200), (100, 100), 40, kind) for seed in range(20)]
        for kind in (ROUGH, SMOOTH)
    )
    assert all(one[100, 100] for one in rough + smooth)
    compact = [[perimeter(one) ** 2 / one.sum() for one in kind] for kind in (smooth, rough)]
    assert np.median(compact[1]) > 1.5 * np.median(compact[0])


def test_an_outline_without_harmonics_is_an_ellipse(monkeypatch):
    monkeypatch.setitem(
        outline.__globals__["HARMONICS"], SMOOTH, outline.__globals__["HARMONICS"][SMOOTH]._replace(size=0)
    )
    area = outline(np.random.default_rng(0), (200, 200), (100, 100), 40, SMOOTH).sum()
    assert area == pytest.approx(np.pi * 40**2, rel=0.01)


@pytest.mark.parametrize("uniform", [True, False])
def test_a_part_comes_from_the_place_and_scale_that_it_names(uniform):
    y, x = np.mgrid[:200, :300]
    photograph = np.stack([x / 300, y / 200, 0 * x], axis=2)
    pixels, found = part(np.random.default_rng(3), photograph, "ramp", (40, 60), uniform)
    assert pixels.shape == (40, 60, 3) and SCALES[0] * 0.9 < found.scale < SCALES[1] * 1.1
    np.testing.assert_allclose(pixels[0, 0, :2] * [300, 200], [found.left, found.top], atol=3)


def test_a_small_photograph_is_enlarged_and_a_uniform_patch_is_mirrored():
    photograph = np.random.default_rng(0).random((30, 30, 3))
    assert part(np.random.default_rng(0), photograph, "small", (90, 60), False)[1].scale == pytest.approx(3, rel=0.05)
    large = np.random.default_rng(0).random((400, 400, 3))
    filled, _ = part(np.random.default_rng(1), large, "large", (300, 300), True)
    assert filled.shape == (300, 300, 3)


@pytest.mark.slow
def test_the_most_uniform_patch_is_taken():
    photograph = np.full((200, 400, 3), 0.5)
    photograph[:, :200] = np.random.default_rng(0).random((200, 1, 3)) * np.linspace(0, 1, 200)[:, None]
    places = [part(np.random.default_rng(seed), photograph, "half", (60, 60), True)[1].left for seed in range(10)]
    assert min(places) >= 200


def test_photographs_are_those_of_scikit_image_or_of_a_folder(tmp_path):
    assert len(photographs(None)) >= OBJECTS[1] + 1 and source(None) == "scikit-image"
    Image.fromarray(np.zeros((900, 1400, 3), np.uint8)).save(tmp_path / "one.png")
    found = photographs(tmp_path)
    assert list(found) == ["one.png"] and found["one.png"].shape[1] == SIDE and source(tmp_path) == tmp_path.name


def test_regions_that_touch_are_neighbours_in_rows_or_columns():
    assert touching(np.array([[0, 0, 1], [2, 2, 1]])) == [(0, 1), (0, 2), (1, 2)]
    assert touching(np.zeros((2, 2), int)) == []


def paired(folder, mask, image=None):
    Image.fromarray(np.zeros((4, 6, 3), np.uint8) if image is None else image).save(folder / "a.png")
    Image.fromarray(mask).save(folder / "a_mask.png")
    return masks.pairs(folder)


def test_a_mask_has_a_region_for_each_colour_also_in_an_opacity_channel(tmp_path):
    mask = np.zeros((4, 6, 3), np.uint8)
    mask[:, 2:4], mask[:, 4:] = (255, 0, 0), (0, 255, 0)
    (pair,) = paired(tmp_path, mask)
    pixels, truth = masks.read(*pair)
    assert pixels.shape == (4, 6, 3) and truth[0].tolist() == [0, 0, 2, 2, 1, 1]
    opacity = np.zeros((4, 6, 4), np.uint8)
    opacity[:2, :, 3] = 255
    assert masks.read(*paired(tmp_path, opacity)[0])[1][:, 0].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((5, 6, 3), np.uint8), r"its image's size \(4, 6\), got \(5, 6\)"),
        (np.zeros((4, 6, 3), np.uint8), "a colour for each region, 2 to 64 of them, got 1"),
    ],
)
def test_masks_that_do_not_fit_are_refused(tmp_path, mask, message):
    with pytest.raises(ValueError, match=message):
        masks.read(*paired(tmp_path, mask)[0])


def test_a_mask_with_smoothed_edges_is_refused(tmp_path):
    grey = np.repeat(np.arange(100, dtype=np.uint8).reshape(10, 10)[..., None], 3, axis=2)
    with pytest.raises(ValueError, match=r"got 100 in .*a_mask\.png; save it as PNG, without smoothed edges"):
        masks.read(*paired(tmp_path, grey, grey)[0])


def test_a_folder_without_pairs_is_refused(tmp_path):
    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(tmp_path / "alone.png")
    with pytest.raises(ValueError, match=r"images NAME\.png and masks NAME_mask\.png, got .* with none"):
        masks.pairs(tmp_path)
