"""Regions laid down elsewhere against loops over pixels; what LIMEcraft's move and rotate do wrong is absent."""

import numpy as np
import pytest
from edit_scenes import BLOB, CORNER, HEAD, MASKS, PHOTO, H, W, bilinear, naive_opacity

from limetheory.images.edits.filling import emptied
from limetheory.images.edits.move import move
from limetheory.images.edits.opacity import box_around, centroid
from limetheory.images.edits.placement import Placement
from limetheory.images.edits.rotate import rotate
from limetheory.images.edits.scale import scale


def naive_pasted(photo, mask, back, shift, feather):
    """The photograph without the region, and over it each pixel of the region taken from where it was."""
    opaque, rows_columns = naive_opacity(mask, feather / 100 * max(mask.shape)), np.argwhere(mask)
    centre = rows_columns.sum(axis=0) / len(rows_columns)
    found, after = emptied(photo, mask, "mean", feather), np.zeros_like(mask)
    for row, column in np.ndindex(mask.shape):
        source = back @ (np.array([row, column]) - shift - centre) + centre
        share = bilinear(opaque, *source)
        for channel in range(3):
            colour = bilinear(photo[..., channel] * opaque, *source)
            found[row, column, channel] = (1 - share) * found[row, column, channel] + colour
        after[row, column] = bilinear(mask.astype(float), *source) >= 0.5 - 1e-12
    return found, after


def turn(degrees):
    angle = np.deg2rad(degrees)
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


CASES = {
    "move": (move, {"right": 3 / W * 100, "down": -2 / H * 100}, np.eye(2), np.array([-2, 3])),
    "move half out": (move, {"right": 9 / W * 100}, np.eye(2), np.array([0, 9])),
    "rotate": (rotate, {"angle": 33}, turn(33), np.zeros(2)),
    "rotate by 90": (rotate, {"angle": 90}, turn(90), np.zeros(2)),
    "rotate clockwise": (rotate, {"angle": -118.5}, turn(-118.5), np.zeros(2)),
    "enlarge": (scale, {"factor": 1.7}, np.eye(2) / 1.7, np.zeros(2)),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("feather", [0, 5])
@pytest.mark.parametrize("mask", [BLOB, CORNER, HEAD], ids=["blob", "corner", "head"])
def test_a_region_is_laid_where_the_definition_says(case, feather, mask):
    function, values, back, shift = CASES[case]
    found = function(PHOTO, mask, **values, fill="mean", feather=feather)
    pixels, after = naive_pasted(PHOTO, mask, back, shift, feather)
    np.testing.assert_allclose(found.pixels, pixels, rtol=0, atol=1e-12)
    assert np.array_equal(found.mask, after)


@pytest.mark.parametrize("case", CASES)
def test_mutant_another_direction_is_told_apart(case):
    function, values, back, shift = CASES[case]
    found = function(PHOTO, BLOB, **values, fill="mean", feather=0)
    backwards = naive_pasted(PHOTO, BLOB, np.linalg.inv(back), -shift, 0)[0]
    assert np.abs(found.pixels - backwards).max() > 0.1


def test_the_centre_is_that_of_the_area_and_not_of_the_corners():
    angle_iron = np.zeros((9, 9), bool)
    angle_iron[:, :3], angle_iron[6:, :] = True, True
    places = np.argwhere(angle_iron)
    np.testing.assert_allclose(centroid(angle_iron), places.sum(axis=0) / len(places), rtol=0, atol=1e-12)
    corners = np.array([(0, 0), (0, 2), (6, 2), (6, 8), (8, 8), (8, 0)])
    assert np.abs(centroid(angle_iron) - corners.mean(axis=0)).max() > 0.3


def test_rotation_clips_no_corner_within_the_photograph():
    photo, bar = np.zeros((41, 41, 3)), np.zeros((41, 41), bool)
    bar[18:23, 4:37] = True
    photo[bar] = 1.0
    turned = rotate(photo, bar, angle=45, feather=0)
    # bilinear weights of a turned grid sum to 1 in the mean only
    assert abs(turned.pixels[..., 0].sum() / bar.sum() - 1) < 0.01
    assert abs(turned.mask.sum() / bar.sum() - 1) < 0.05
    ends = np.argwhere(turned.mask)
    assert np.ptp(ends[:, 0]) > 22 and np.ptp(ends[:, 1]) > 22


def test_four_quarter_turns_of_a_square_are_none():
    photo, square = np.full((12, 12, 3), 0.5), np.zeros((12, 12), bool)
    square[3:8, 4:9] = True
    photo[square] = np.random.default_rng(2).random((25, 3))
    found, mask = photo, square
    for turns in range(4):
        edited = rotate(found, mask, angle=90, feather=0)
        found, mask = edited.pixels, edited.mask
        assert np.array_equal(mask, square), turns
        assert np.array_equal(found[3:8, 4:9], np.rot90(photo[3:8, 4:9], turns + 1))
    assert np.array_equal(found[square], photo[square])


@pytest.mark.parametrize("right, down", [(18, 0), (-18, 15), (6, -15)])
def test_a_move_inside_the_photograph_keeps_every_pixel_of_the_region(right, down):
    found = move(PHOTO, HEAD, right=right, down=down, feather=0)
    assert found.mask.sum() == HEAD.sum()
    assert np.array_equal(found.pixels[found.mask], PHOTO[HEAD])


@pytest.mark.parametrize("shift", [(-5, -9), (5, 7), (0.5, -2.25)])
def test_opacity_keeps_its_mass_under_shifts(shift):
    wide, placement = np.pad(HEAD, 20), Placement(np.zeros(2), np.eye(2), np.array(shift))
    box = box_around(wide)
    laid = placement.placed(wide[box][..., None].astype(float), box, placement.reached(box, wide.shape))
    assert abs(laid.sum() - HEAD.sum()) < 1e-9


def test_a_smaller_region_shows_means_and_not_every_other_pixel():
    stripes = np.zeros((80, 80, 3))
    stripes[:, ::2] = 1.0
    mask = np.zeros((80, 80), bool)
    mask[10:70, 10:70] = True
    found = scale(stripes, mask, factor=0.25, feather=0)
    inner = found.pixels[36:44, 36:44]
    assert np.abs(inner - 0.5).max() < 0.05
    aliased = stripes[10:70:4, 10:70:4]
    assert np.abs(aliased - 0.5).min() == 0.5


@pytest.mark.parametrize("angle", [0.001, -0.001])
def test_without_a_soft_edge_an_edit_begins_at_the_photograph(angle):
    assert np.abs(rotate(PHOTO, BLOB, angle=angle, feather=0).pixels - PHOTO).max() < 0.001


def test_another_region_goes_along_with_what_it_shares_and_loses_what_is_covered():
    found = move(PHOTO, BLOB, right=-3 / W * 100, feather=0)
    shifted = np.zeros_like(BLOB)
    shifted[:, :-3] = BLOB[:, 3:]
    assert np.array_equal(found.mask, shifted)
    head = found.follow(HEAD)
    assert np.array_equal(head[:, :-3], HEAD[:, 3:]) and head.sum() == HEAD.sum()
    assert np.array_equal(found.follow(CORNER), CORNER & ~BLOB & ~shifted | np.roll(CORNER & BLOB, -3, axis=1))


def test_moved_out_of_the_photograph_a_region_is_gone_and_said_so():
    found = move(PHOTO, BLOB, right=100)
    assert not found.mask.any() and not found.follow(HEAD).any()
    assert np.array_equal(found.pixels, emptied(PHOTO, BLOB, "inpaint", 1.0))


@pytest.mark.parametrize("mask", [*MASKS.values(), np.ones((H, W), bool)])
@pytest.mark.parametrize("function, values", [
    (move, {"right": -60, "down": 55}), (rotate, {"angle": 77}), (scale, {"factor": 4}), (scale, {"factor": 0.1}),
])  # fmt: skip
def test_regions_that_cross_the_border_are_pasted_without_an_error(function, values, mask):
    found = function(PHOTO, mask, **values)
    assert found.pixels.shape == PHOTO.shape and found.pixels.min() >= 0 and found.pixels.max() <= 1
