"""Features of regions and Ward's rule, against slow versions of their definitions; the depths that are found."""

from itertools import pairwise

import numpy as np
import pytest
from counted_backbone import CountedColours
from skimage.color import rgb2lab

from limetheory.images.generators.dino.levels import BANDS, found_levels
from limetheory.images.generators.dino.patch_features import (
    SAME_COLOUR,
    SPREAD,
    between,
    patch_features,
    region_features,
)
from limetheory.images.generators.dino.region_tree import COLOUR_WEIGHT, feature_tree

RNG = np.random.default_rng(0)
PHOTO = RNG.random((24, 32, 3))
PATCHES = RNG.normal(size=(5, 6, 7))


def of_region(inside, lab, spread=SPREAD, same=SAME_COLOUR):
    """The feature of one region, from the definition, patch by patch."""
    rows, columns = PATCHES.shape[:2]
    share = np.zeros((rows, columns))
    for y, x in zip(*np.nonzero(inside), strict=True):
        row, column = (y + 0.5) * rows / 24 - 0.5, (x + 0.5) * columns / 32 - 0.5
        row, column = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        for r in range(rows):
            for c in range(columns):
                share[r, c] += max(0, 1 - abs(row - r)) * max(0, 1 - abs(column - c)) / inside.sum()
    total = np.zeros(PATCHES.shape[2])
    colour = lab[inside].mean(axis=0)
    for r in range(rows):
        for c in range(columns):
            near = (blur(rows, r, spread)[:, None] * blur(columns, c, spread) * share).sum()
            alike = np.exp(-((colour - patch_colour(lab, r, c)) ** 2).sum() / (2 * same**2)) + 1e-9
            total += near * alike * PATCHES[r, c]
    return total / np.linalg.norm(total)


def blur(size, place, spread):
    """Gaussian weights of the patches along an axis, at most four deviations away, mirrored at the ends."""
    weights = np.zeros(size)
    offsets = np.arange(-int(4 * spread + 0.5), int(4 * spread + 0.5) + 1)
    law = np.exp(-(offsets**2) / (2 * spread**2))
    for offset, weight in zip(offsets, law / law.sum(), strict=True):
        mirrored = (place + offset) % (2 * size)
        weights[min(mirrored, 2 * size - 1 - mirrored)] += weight
    return weights


def patch_colour(lab, r, c):
    """The mean over the area of a patch, in which pixels count by their part."""
    parts = []
    for place, size, patches in ((r, 24, 5), (c, 32, 6)):
        low, high = place * size / patches, (place + 1) * size / patches
        parts.append(np.clip(np.minimum(np.arange(size) + 1, high) - np.maximum(np.arange(size), low), 0, 1))
    weight = parts[0][:, None] * parts[1]
    return (weight[..., None] * lab).sum(axis=(0, 1)) / weight.sum()


@pytest.mark.slow
def test_the_features_of_regions_are_those_of_the_definition_and_of_no_other_colour_scale():
    smooth = np.kron(RNG.random((4, 4, 3)), np.ones((6, 8, 1)))
    lab, regions = rgb2lab(smooth), np.add.outer(np.arange(24) // 8 * 4, np.arange(32) // 8)
    colours = np.stack([lab[regions == one].mean(axis=0) for one in range(12)])
    found = region_features(PATCHES, regions, colours, lab)
    slow = np.stack([of_region(regions == one, lab) for one in range(12)])
    np.testing.assert_allclose(found, slow, rtol=0, atol=1e-9)
    other = np.stack([of_region(regions == one, lab, same=30.0) for one in range(12)])
    assert np.abs(found - other).max() > 0.01, "mutant"


def test_patch_features_have_mean_zero_and_are_those_of_the_backbone():
    counted_colours = CountedColours()
    found = patch_features(PHOTO, counted_colours)
    (raw,) = counted_colours(counted_colours.prepare(PHOTO)).patches
    np.testing.assert_allclose(found.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(found[0, 0] - found[1, 2], raw[0, 0] - raw[1, 2], atol=1e-5)


@pytest.mark.parametrize("size, patches", [(7, 3), (3, 7), (1, 4), (5, 1)])
def test_between_interpolates_a_line_exactly(size, patches):
    first, second, share = between(size, patches)
    line = np.arange(patches) + 0.5  # the centres of the patches
    value = line[first] * (1 - share) + line[second] * share
    expected = np.clip((np.arange(size) + 0.5) * patches / size, 0.5, patches - 0.5)
    np.testing.assert_allclose(value, expected, atol=1e-12)


@pytest.mark.slow
def test_the_cuts_are_those_of_wards_rule_by_brute_force():
    regions = feature_tree(PHOTO, PATCHES, 0.0)
    lab, finest = rgb2lab(PHOTO), regions.leaves
    n = finest.max() + 1
    colours = np.stack([lab[finest == one].mean(axis=0) for one in range(n)])
    described = np.hstack([region_features(PATCHES, finest, colours, lab), COLOUR_WEIGHT / 100 * colours])
    unions = wards(described, np.bincount(finest.ravel()), touching(finest))
    tried = 0
    for least in np.quantile([scale for *_, scale in unions], [0.5, 0.9, 0.97]):
        group = joined(n, [(one, other) for one, other, scale in unions if scale <= least])
        k = len(set(group))
        found = regions.segment_tree((k,)).partition(1)
        pairs = np.unique(np.stack([found.ravel(), np.array(group)[finest].ravel()]), axis=1)
        tried += pairs.shape[1] == k == found.max() + 1
    assert tried == 3


def touching(finest):
    pairs = set()
    for one, other in ((finest[1:], finest[:-1]), (finest[:, 1:], finest[:, :-1])):
        pairs |= {frozenset(pair) for pair in zip(one.ravel().tolist(), other.ravel().tolist(), strict=True)}
    return {pair for pair in pairs if len(pair) == 2}


def wards(described, areas, pairs):
    """Greedy unions (one, other, scale) of neighbours; a scale is at least that of the parts."""
    clusters = {i: (described[i], float(areas[i]), 0.0, i) for i in range(len(areas))}
    pairs, unions = set(pairs), []
    while pairs:
        best, scale = min(((pair, increase(*(clusters[i] for i in pair))) for pair in pairs), key=lambda one: one[1])
        one, other = sorted(best)
        (mean, size, low, name), (mean2, size2, low2, name2) = clusters[one], clusters[other]
        scale = max(scale, low, low2)
        unions.append((name, name2, scale))
        clusters[one] = ((size * mean + size2 * mean2) / (size + size2), size + size2, scale, name)
        pairs = {frozenset(one if i == other else i for i in pair) for pair in pairs if pair != best}
        pairs = {pair for pair in pairs if len(pair) == 2}
    return unions


def increase(one, other):
    return one[1] * other[1] / (one[1] + other[1]) * ((one[0] - other[0]) ** 2).sum()


def joined(n, pairs):
    group = list(range(n))
    for one, other in pairs:
        old, new = group[other], group[one]
        group = [new if i == old else i for i in group]
    return group


PLANTED = (12, 30, 75, 150)


def falling(planted, finest=300):
    """Scales that fall as 1 / segments, by a tenth more behind the planted numbers of segments."""
    unions, scale = [], 1.0
    for k in range(2, finest + 1):  # k segments are left before the union of this scale
        unions.append(scale)
        scale *= (1 - 1 / k) * (0.9 if k in planted else 1)
    return np.concatenate([np.zeros(finest), unions[::-1]])


@pytest.mark.parametrize("planted", [(4, 13, 31, 76), (7, 20, 50, 120), PLANTED])
def test_planted_gaps_are_the_levels_that_are_found(planted):
    assert found_levels(falling(planted)) == planted


def test_mutant_a_gap_that_does_not_count_the_segments_prefers_few():
    unions = falling(PLANTED)[300:]
    ratios = {k: unions[300 - k] / unions[299 - k] for k in range(4, 13)}
    assert max(ratios, key=ratios.get) == 4 != PLANTED[0]


@pytest.mark.parametrize("finest, depths", [(1, 1), (2, 1), (4, 1), (5, 1), (14, 2), (40, 3), (80, 4)])
def test_levels_increase_and_stay_in_their_bands(finest, depths):
    found = found_levels(np.concatenate([np.zeros(finest), np.sort(RNG.random(finest - 1))]))
    assert len(found) == depths and all(a < b for a, b in pairwise(found))
    if finest > 4:
        assert all(least <= k <= most for k, (least, most) in zip(found, BANDS, strict=False))
