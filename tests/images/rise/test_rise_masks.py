"""The masks of RISE against the recipe of the paper, one mask after the other."""

import numpy as np
import pytest
from skimage.transform import resize

from limetheory.images import rise_masks
from limetheory.images.rise.masks import RiseDraws, RiseLaw


def from_the_paper(grid, shift, shape):
    """Upsample a grid by bilinear interpolation to one cell more each way, and crop it (Petsiuk et al. 2018, 3.2)."""
    cells = len(grid)
    down, across = (int(np.ceil(size / cells)) for size in shape)
    size = ((cells + 1) * down, (cells + 1) * across)
    large = resize(grid.astype(float), size, order=1, mode="reflect", anti_aliasing=False)
    return large[shift[0] : shift[0] + shape[0], shift[1] : shift[1] + shape[1]]


@pytest.mark.parametrize(("cells", "shape"), [(7, (28, 28)), (3, (10, 25)), (2, (5, 2)), (6, (6, 13))])
def test_each_mask_is_an_upsampled_grid_that_is_cropped(cells, shape):
    law = RiseLaw(cells, shape, 0.4)
    draws = law.draw(40, np.random.default_rng(0))
    masks = law.masks(draws)
    assert masks.shape == (40, *shape)
    for mask, grid, shift in zip(masks, draws.grids, draws.shifts, strict=True):
        np.testing.assert_allclose(mask, from_the_paper(grid, shift, shape), rtol=0, atol=1e-13)


def test_mutant_another_shift_is_rejected():
    law = RiseLaw(4, (20, 20))
    draws = law.draw(5, np.random.default_rng(0))
    moved = law.masks(RiseDraws(draws.grids, (draws.shifts + 1) % 5))
    assert all(np.abs(one - two).max() > 0.1 for one, two in zip(law.masks(draws), moved, strict=True))


def test_shifts_and_cells_are_uniform_and_independent():
    law = RiseLaw(3, (15, 9), 0.3)
    draws = law.draw(60_000, np.random.default_rng(1))
    assert law.cell == (5, 3)
    counts = np.bincount(draws.shifts @ [3, 1], minlength=15)
    assert len(counts) == 15 and np.abs(counts - 4000).max() < 5 * 63.3  # 5 standard errors
    assert np.abs(draws.grids.mean(axis=0) - 0.3).max() < 5 * 0.00187
    pairs = draws.grids.reshape(len(draws.grids), -1).astype(float)
    assert np.abs(np.cov(pairs.T) - 0.21 * np.eye(9)).max() < 0.006


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_the_mean_of_a_mask_is_p_at_every_pixel(p):
    masks = rise_masks(20_000, 4, (12, 10), p, rng=2)
    slack = 5 * np.sqrt(p * (1 - p) / 20_000)
    assert np.abs(masks.mean(axis=0) - p).max() < slack and masks.min() >= 0 and masks.max() <= 1


def test_a_seed_gives_the_same_masks_and_another_other_ones():
    assert np.array_equal(rise_masks(3, 4, (8, 8), rng=5), rise_masks(3, 4, (8, 8), rng=np.random.default_rng(5)))
    assert not np.array_equal(rise_masks(3, 4, (8, 8), rng=5), rise_masks(3, 4, (8, 8), rng=6))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 4, (8, 8)), ValueError, "n must be at least 1, got 0"),
        ((5, 1, (8, 8)), ValueError, "cells must be at least 2, got 1"),
        ((5, 9, (8, 12)), ValueError, r"cells must be at most min\(h, w\), 8, got 9; take fewer"),
        ((5, 4.0, (8, 8)), TypeError, "cells must be an integer, got 4.0; write 4"),
        ((5, 4, 8), TypeError, r"shape must be a pair \(h, w\), got 8"),
        ((5, 4, (8, 8), 0), ValueError, "p must be above 0 and below 1, got 0; masks that all show the same"),
        ((5, 4, (8, 8), 1.0), ValueError, "p must be above 0 and below 1, got 1.0"),
        ((5, 4, (8, 8), 0.5, "seed"), TypeError, "rng must be None"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(arguments, error, message):
    with pytest.raises(error, match=message) as said:
        rise_masks(*arguments)
    assert "\n" not in str(said.value)
