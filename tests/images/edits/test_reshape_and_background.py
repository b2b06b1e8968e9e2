"""The lens that swells or shrinks a region, and the background behind one."""

import numpy as np
import pytest
from edit_scenes import BLOB, CORNER, HEAD, MASKS, PHOTO, H, W, bilinear, naive_layer, naive_opacity

from limetheory.images.edits.replace_background import replace_background
from limetheory.images.edits.reshape import REACH, Lens, reshape


def naive_source(mask, size, row, column):
    """Where a pixel looks, by the formula; None where it stays."""
    places = np.argwhere(mask)
    centre = places.sum(axis=0) / len(places)
    radius = REACH * max(1.0, max(np.hypot(*(place - centre)) for place in places))
    away = np.array([row, column]) - centre
    share = np.hypot(*away) / radius
    for one, at, side in zip(away, centre, mask.shape, strict=True):
        end = side - 1 - at if one > 0 else at
        share = max(share, abs(one) / max(end, 0.5))
    return None if share >= 1 else centre + away * (1 + (1 / size - 1) * (1 - share**2) ** 2)


@pytest.mark.parametrize("size", [0.6, 0.85, 1.3, 2.0])
@pytest.mark.parametrize("name", MASKS)
def test_the_lens_is_the_formula(size, name):
    mask = MASKS[name]
    found, expected, region = reshape(PHOTO, mask, size), PHOTO.copy(), mask.copy()
    for row, column in np.ndindex(mask.shape):
        source = naive_source(mask, size, row, column)
        if source is not None:
            assert (source >= -1e-9).all() and (source <= np.array(mask.shape) - 1 + 1e-9).all()
            expected[row, column] = [bilinear(PHOTO[..., channel], *source) for channel in range(3)]
            region[row, column] = bilinear(mask.astype(float), *source) >= 0.5
    np.testing.assert_allclose(found.pixels, expected, rtol=0, atol=1e-9)
    assert np.array_equal(found.mask, region)
    assert np.abs(reshape(PHOTO, mask, size * 1.01 if size < 2 else 1.98).pixels - expected).max() > 1e-3


@pytest.mark.parametrize("size", [0.6, 2.0])
def test_the_lens_neither_folds_nor_steps(size):
    mask = np.zeros((200, 240), bool)
    mask[60:130, 80:180] = True
    lens = Lens.of(mask, size)
    rows, columns = lens.places
    assert (np.diff(rows, axis=0) > 0).all() and (np.diff(columns, axis=1) > 0).all()
    own = np.stack(np.meshgrid(*(np.arange(one.start, one.stop) for one in lens.box), indexing="ij"))
    assert np.abs(lens.places - own)[:, ~lens.inside].max() < 1e-9
    steps = [np.abs(np.diff(lens.places - own, axis=axis)).max() for axis in (1, 2)]
    assert max(steps) < 1.1  # LIMEcraft's power map jumps by many pixels at the edge of the region


def test_a_swollen_region_grows_and_a_shrunk_one_loses_pixels():
    wide = np.pad(BLOB, 10)
    photo = np.zeros((*wide.shape, 3))
    areas = [reshape(photo, wide, size).mask.sum() for size in (0.6, 0.8, 1, 1.5, 2)]
    assert areas == sorted(areas) and len(set(areas)) == 5


def test_another_region_under_the_lens_goes_along():
    found = reshape(PHOTO, BLOB, 2)
    assert np.array_equal(found.follow(BLOB), found.mask)
    assert found.follow(HEAD).sum() > HEAD.sum() and (found.follow(HEAD) <= found.mask).all()


BACKGROUNDS = {
    "colour": np.broadcast_to([0.1, 0.9, 0.4], PHOTO.shape),
    "mean": np.broadcast_to(np.mean([PHOTO[tuple(one)] for one in np.argwhere(~BLOB)], axis=0), PHOTO.shape),
}


@pytest.mark.parametrize("name", BACKGROUNDS)
@pytest.mark.parametrize("feather", [0, 5])
def test_the_background_is_replaced_behind_a_soft_edge(name, feather):
    found = replace_background(PHOTO, BLOB, name, red=0.1, green=0.9, blue=0.4, feather=feather)
    expected = naive_layer(BACKGROUNDS[name], PHOTO, naive_opacity(BLOB, feather / 100 * W))
    np.testing.assert_allclose(found.pixels, expected, rtol=0, atol=1e-12)
    assert found.mask is BLOB and np.array_equal(found.follow(CORNER), CORNER & BLOB)
    assert np.array_equal(found.follow(HEAD), HEAD)


def test_a_blurred_background_has_nothing_of_the_region():
    other = np.where(BLOB[..., None], 1 - PHOTO, PHOTO)
    one, two = (replace_background(photo, BLOB, "blur", feather=0).pixels for photo in (PHOTO, other))
    assert np.array_equal(one[~BLOB], two[~BLOB]) and np.array_equal(one[BLOB], PHOTO[BLOB])
    assert one[~BLOB].std() < 0.8 * PHOTO[~BLOB].std()


def test_behind_the_whole_photograph_there_is_nothing():
    assert np.array_equal(replace_background(PHOTO, np.ones((H, W), bool)).pixels, PHOTO)
