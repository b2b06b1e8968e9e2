"""What a hole shows: diffusion against a dense solution, blur and mean against loops; and the edits that need it."""

from itertools import product

import numpy as np
import pytest
from edit_scenes import BLOB, CORNER, HEAD, MASKS, PHOTO, naive_layer, naive_opacity

from limetheory.images.edits import diffusion, filling
from limetheory.images.edits.diffusion import diffused
from limetheory.images.edits.filling import FILLS, emptied
from limetheory.images.edits.remove import remove


def neighbours(row, column, shape):
    for i, j in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
        if 0 <= i < shape[0] and 0 <= j < shape[1]:
            yield i, j


def dense_solution(colours, hole):
    """Laplace's equation, one row of a dense matrix for each unknown pixel."""
    places = [tuple(place) for place in np.argwhere(hole)]
    matrix, right = np.zeros((len(places), len(places))), np.zeros((len(places), colours.shape[2]))
    for number, place in enumerate(places):
        for other in neighbours(*place, hole.shape):
            matrix[number, number] += 1
            if hole[other]:
                matrix[number, places.index(other)] -= 1
            else:
                right[number] += colours[other]
    found = colours.copy()
    found[hole] = np.linalg.solve(matrix, right)
    return found


@pytest.mark.parametrize("hole", MASKS.values(), ids=MASKS)
def test_diffusion_solves_laplaces_equation(hole):
    np.testing.assert_allclose(diffused(PHOTO, hole), dense_solution(PHOTO, hole), rtol=0, atol=1e-12)


def test_mutant_the_mean_of_the_border_is_no_solution():
    assert np.abs(FILLS["mean"](PHOTO, BLOB) - dense_solution(PHOTO, BLOB))[BLOB].max() > 0.05


def smooth_scene():
    rows, columns = np.mgrid[:120, :150] / 100
    hole = (rows - 0.6) ** 2 + (columns - 0.7) ** 2 < 0.16
    return np.stack([rows * 0.5, columns * 0.4, np.sin(4 * rows) * 0.3 + 0.5], axis=2), hole


def test_a_large_hole_is_close_to_the_solution_and_between_the_levels_around_it(monkeypatch):
    photo, hole = smooth_scene()
    exact = diffused(photo, hole)
    monkeypatch.setattr(diffusion, "DIRECT", 300)
    found = diffused(photo, hole)
    assert np.array_equal(found[~hole], photo[~hole]) and not np.array_equal(found, exact)
    assert np.sqrt(((found - exact)[hole] ** 2).mean()) < 2 / 255
    ring = photo[~hole]
    assert (found >= ring.min(axis=(0))).all() and (found <= ring.max(axis=(0))).all()
    monkeypatch.setattr(diffusion, "_SWEEPS", 0)
    assert np.abs(diffused(photo, hole) - exact).max() > np.abs(found - exact).max()


def test_a_linear_ramp_is_filled_as_it_was():
    photo, hole = smooth_scene()
    assert np.count_nonzero(hole) < diffusion.DIRECT
    np.testing.assert_allclose(diffused(photo, hole)[..., :2], photo[..., :2], rtol=0, atol=1e-12)


@pytest.mark.parametrize("hole", MASKS.values(), ids=MASKS)
def test_blur_is_a_gaussian_mean_of_what_is_known(hole):
    known = np.argwhere(~hole)
    sigma = max(min(np.hypot(*(place - one)) for one in known) for place in np.argwhere(hole)) / 2
    reach, found = int(4 * sigma + 0.5), FILLS["blur"](PHOTO, hole)
    for row, column in np.argwhere(hole):
        near = [one for one in known if np.abs(one - [row, column]).max() <= reach]
        weights = [np.exp(-((one - [row, column]) ** 2).sum() / (2 * sigma**2)) for one in near]
        expected = np.average([PHOTO[tuple(one)] for one in near], axis=0, weights=weights)
        np.testing.assert_allclose(found[row, column], expected, rtol=0, atol=1e-12)


def test_mean_is_that_of_the_rectangle_around_the_hole():
    found = emptied(PHOTO, HEAD, "mean", 0)
    rows, columns = np.nonzero(HEAD)
    margin = 3  # two pixels, and 2 % of 17 of them, rounded up
    near = [
        PHOTO[place]
        for place in product(range(14), range(17))
        if not HEAD[place]
        and rows.min() - margin <= place[0] <= rows.max() + margin
        and columns.min() - margin <= place[1] <= columns.max() + margin
    ]
    np.testing.assert_allclose(found[HEAD], np.mean(near, axis=0)[None].repeat(HEAD.sum(), axis=0), atol=1e-12)


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("feather", [0, 5])
def test_a_filled_hole_does_not_depend_on_what_was_in_it(fill, feather):
    opaque = np.minimum(1, 2 * naive_opacity(BLOB, feather / 100 * 17))
    covered, ring = opaque == 1, (opaque > 0) & (opaque < 1)
    other = np.where(covered[..., None], 1 - PHOTO, PHOTO)
    one, two = (remove(photo, BLOB, fill=fill, feather=feather) for photo in (PHOTO, other))
    np.testing.assert_allclose(one.pixels, two.pixels, rtol=0, atol=1e-12)
    assert ring.any() == (feather > 0) and np.array_equal(one.pixels[opaque == 0], PHOTO[opaque == 0])
    behind = FILLS["inpaint"](PHOTO, opaque > 0)
    if fill == "inpaint":
        np.testing.assert_allclose(one.pixels, naive_layer(PHOTO, behind, opaque), rtol=0, atol=1e-12)


@pytest.mark.parametrize("fill", FILLS)
def test_the_whole_photograph_as_a_hole_shows_its_mean_colour(fill):
    found = remove(PHOTO, np.ones_like(BLOB), fill=fill)
    np.testing.assert_allclose(found.pixels, np.broadcast_to(PHOTO.mean(axis=(0, 1)), PHOTO.shape), atol=1e-12)


def test_a_removed_region_takes_what_others_share_with_it():
    found = remove(PHOTO, BLOB)
    assert not found.mask.any() and not found.follow(HEAD).any()
    assert np.array_equal(found.follow(CORNER), CORNER & ~BLOB)


@pytest.mark.parametrize("fill", FILLS)
def test_a_hole_that_is_filled_again_is_computed_once_and_another_one_anew(fill, monkeypatch):
    seen, own = [], FILLS[fill]
    monkeypatch.setitem(FILLS, fill, lambda *asked: seen.append(asked) or own(*asked))
    filling._filled.cache_clear()
    first = emptied(PHOTO, BLOB, fill, 1.0)
    assert emptied(PHOTO.copy(), BLOB.copy(), fill, 1.0).tobytes() == first.tobytes() and len(seen) == 1
    others = [(np.clip(PHOTO + 0.01, 0, 1), BLOB), (PHOTO, HEAD), (PHOTO, CORNER)]
    for number, (photo, mask) in enumerate(others, 2):
        found = emptied(photo, mask, fill, 1.0)
        assert len(seen) == number
        filling._filled.cache_clear()
        assert emptied(photo, mask, fill, 1.0).tobytes() == found.tobytes()
        seen.pop()
    filling._filled.cache_clear()
