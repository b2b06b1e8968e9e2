"""Masks follow the sampling law, and depend on the generator alone.

Chi-square tests at 1e-6: each has false-alarm probability 1e-6; the mutants beside them are rejected.
"""

import naive
import numpy as np
import pytest
from scipy.stats import chi2

import limetheory as lt

CASES = naive.every(5)
LARGE = [("ImageDesign", (33, 0.25)), ("TextDesign", (33, 0.25)), ("ShapleyDesign", (33,))]
LARGE += [("SizeLawDesign", ([k % 3 for k in range(34)],))]
N = 20_000


def p_value(cells: np.ndarray, law: np.ndarray) -> float:
    """Chi-square test that the cells are drawn from the law; a cell of probability 0 must stay empty."""
    counts, expected = np.bincount(cells, minlength=len(law)), len(cells) * law
    if counts[law == 0].any():
        return 0.0
    order = np.argsort(expected)
    group = np.floor(np.cumsum(expected[order]) / 10).astype(int)  # pool cells to about 10 expected draws
    observed, predicted = np.bincount(group, counts[order]), np.bincount(group, expected[order])
    kept = predicted > 5
    statistic = ((observed - predicted)[kept] ** 2 / predicted[kept]).sum()
    return float(chi2.sf(statistic, max(kept.sum() - 1, 1)))


def index(masks: np.ndarray) -> np.ndarray:
    return masks @ (1 << np.arange(masks.shape[1]))


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_every_mask_has_its_probability(case):
    masks = getattr(lt, case[0])(*case[1]).sample(N, np.random.default_rng(3))
    law = naive.measure(*case)[0]
    assert p_value(index(masks), law) > 1e-6
    coupled = masks.copy()  # mutant: the first two superpixels fall together more often than they should
    coupled[::4, 0] = coupled[::4, 1]
    assert p_value(index(coupled), law) < 1e-6


@pytest.mark.parametrize("case", LARGE, ids=naive.name)
def test_sizes_follow_their_law(case):
    design = getattr(lt, case[0])(*case[1])
    masks, law = design.sample(N, np.random.default_rng(4)), np.exp(design.log_law)
    assert p_value(masks.sum(axis=1), law) > 1e-6
    masks[:, 0] = True  # mutant: one superpixel is always kept
    assert p_value(masks.sum(axis=1), law) < 1e-6


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_blocks_drawn_in_turn_are_one_long_draw(case):
    design = getattr(lt, case[0])(*case[1])
    rng = np.random.default_rng(5)
    blocks = np.concatenate([design.sample(n, rng) for n in (1, 7, 0, 64, 3)])
    whole = design.sample(75, np.random.default_rng(5))
    assert blocks.dtype == whole.dtype == bool and (blocks == whole).all()
