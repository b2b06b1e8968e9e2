"""Folds within strata, and what a mask counts where its fold or another one is compared with the rest."""

from dataclasses import replace

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.samples.strata import Strata
from limetheory.estimation.surrogates.cross_fitting import assigned_folds, fold_weights


def sample_of(scheme, n, d=7):
    F = lt.Additive(np.arange(d, dtype=float))
    return draw(F, lt.ImageDesign(d), n, np.random.default_rng(0), sampling=scheme)


def folds_by_hand(sample, most, fewest):
    """The fold of each mask, found by counting how many masks of its stratum are before it."""
    width, numbers = 1 + sample.paired, sample.stratified.number.tolist()
    whole = [numbers.count(i) >= size for i, size in enumerate(sample.stratified.population)]
    units = [-(-numbers.count(i) // width) for i in set(numbers) if not whole[i]]
    count = max(1, min([most, *[number // fewest for number in units]])) if units else 1
    seen, found = {}, []
    for number in numbers:
        found.append((seen.get(number, 0) // width + number) % count)
        seen[number] = seen.get(number, 0) + 1
    return found


@pytest.mark.parametrize("most, fewest", [(5, 2), (5, 1), (10, 1)])
@pytest.mark.parametrize("scheme, n", [
    ("design", 8), ("design", 61), ("pairs", 8), ("pairs", 61), ("strata", 12), ("strata", 61), ("strata", 120),
    ("strata", 128), ("leverage", 30),
])  # fmt: skip
def test_masks_are_dealt_in_turn_within_their_stratum(scheme, n, most, fewest):
    sample = sample_of(scheme, n)
    folds, groups = assigned_folds(sample, most, fewest), sample.stratified
    assert folds.tolist() == folds_by_hand(sample, most, fewest)
    for number in np.flatnonzero(groups.undrawn_share):
        units = np.bincount(folds[groups.number == number], minlength=folds.max() + 1)
        assert not folds.any() or units.min() >= fewest
        assert np.ptp(units) <= 1 + sample.paired
    if sample.paired:
        assert (folds[: n - n % 2 : 2] == folds[1::2]).all()


def test_every_mask_of_the_design_makes_one_fold():
    assert not assigned_folds(sample_of("strata", 128), 5, 1).any()


def test_residuals_of_a_stratum_of_six_masks_by_hand():
    # Four of the six masks of stratum 0 in two folds, and both of stratum 1, of six masks in all: a mask of another
    # fold counts 1/6 or 1/2, two of the fold itself (1 − 2/6) / 2, one of stratum 1 what is left, 1 − 1/2.
    groups, folds = Strata(np.array([0, 0, 0, 0, 1, 1]), np.array([6.0, 2.0])), np.array([0, 0, 1, 1, 0, 1])
    sample = replace(sample_of("design", 6), strata=groups)
    shares = 0.5 * np.array([4, 4, 4, 4, 2, 2]) / 6
    expected = [[1 / 3, 1 / 3, 1 / 6, 1 / 6, 1 / 2, 1 / 2], [1 / 6, 1 / 6, 1 / 3, 1 / 3, 1 / 2, 1 / 2]]
    assert fold_weights(sample, folds) == pytest.approx(shares * expected, abs=1e-15)
    endless = replace(sample, strata=replace(groups, population=np.full(2, np.inf)))
    expected = [[1 / 2, 1 / 2, 0, 0, 1, 0], [0, 0, 1 / 2, 1 / 2, 0, 1]]
    assert fold_weights(endless, folds) == pytest.approx(shares * expected, abs=1e-15)


@pytest.mark.parametrize("scheme, n", [("design", 40), ("pairs", 41), ("strata", 61), ("strata", 128)])
def test_a_constant_residual_counts_once_in_all(scheme, n):
    # Σ over folds and masks of the weights is 1, and that of each stratum its share of the sample.
    sample = sample_of(scheme, n)
    weights, groups = fold_weights(sample, assigned_folds(sample, 5, 1)).sum(axis=0), sample.stratified
    for number, draws in enumerate(groups.draws):
        assert weights[groups.number == number].sum() == pytest.approx(draws / n, abs=1e-14)
