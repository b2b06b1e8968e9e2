"""Masks in strata of their size: subsets are uniform, each is drawn once, and weighted sums are unbiased."""

import time
from itertools import combinations, permutations
from math import comb

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

import limetheory as lt
from limetheory.estimation.samples import strata
from limetheory.estimation.samples.allocation import size_strata
from limetheory.estimation.samples.strata import stratified_sample

SMALL = [*naive.every(4), ("SizeLawDesign", ([0.0, 1.0, 0.0, 2.0, 1e-3],)), ("ImageDesign", (5, 0.1))]
TAIL = 1e-6
"""The probability that a χ² test below fails by chance."""


@pytest.mark.slow
@given(st.lists(st.sampled_from([0.0, 1e-9, 0.1, 1.0, 7.0]), min_size=3, max_size=9), st.integers(2, 600))
def test_any_size_law_gives_whole_counts_and_positive_probabilities(masses, n):
    design = lt.SizeLawDesign([*masses, 1.0, 0.5])
    masks, _, groups = stratified_sample(design, n, np.random.default_rng(n))
    parts, sizes = size_strata(design, n), np.flatnonzero([*masses, 1.0, 0.5])
    assert sorted(np.concatenate([part.sizes for part in parts])) == sizes.tolist()
    assert len(masks) == min(n, sum(comb(design.d, int(k)) for k in sizes))
    assert groups.population.tolist() == [part.population for part in parts]
    for number, part in enumerate(parts):
        own = masks[groups.number == number]
        assert len(own) == part.n and np.isin(own.sum(axis=1), part.sizes).all()
        assert len(part.sizes) > 1 or len(np.unique(own, axis=0)) == part.n


@pytest.mark.parametrize("d", [3, 6, 10])
def test_all_masks_are_drawn_once_where_n_reaches_their_number(d):
    for n in (2**d, 2**d + 1, 3 * 2**d):
        masks, _, groups = stratified_sample(lt.ImageDesign(d, 0.1), n, np.random.default_rng(n))
        assert sorted(masks @ (1 << np.arange(d))) == list(range(2**d))
        assert not groups.undrawn_share.any() and (groups.draws == groups.population).all()


@pytest.mark.parametrize("case", SMALL, ids=naive.name)
@pytest.mark.parametrize("n", [2, 7, 9, 12, 14, 60])
def test_ratio_makes_weighted_sums_unbiased(case, n):
    # E[Σ over strata of the mean of ratio × term] = Σ_z law(z) term(z), by summing over sizes and masks.
    design, law = getattr(lt, case[0])(*case[1]), naive.measure(*case)[0]
    if not isinstance(design, lt.ExchangeableDesign):
        masks, ratio, groups = stratified_sample(design, n, np.random.default_rng(0))
        every = n >= 2**design.d  # then each mask is drawn once, and none is left
        assert groups.draws.tolist() == [min(n, 2**design.d)] and groups.undrawn_share.tolist() == [1.0 - every]
        expected = design.chance(masks) * len(masks) if every else np.ones(n)
        assert ratio == pytest.approx(expected)
        assert not every or len(np.unique(masks, axis=0)) == len(masks)
        return
    parts, masks = size_strata(design, n), naive.masks(design.d)
    terms = np.random.default_rng(n).normal(size=len(masks))

    def expectation(ratio):
        return sum(
            share / comb(design.d, int(k)) * sum(ratio(i, k) * terms[j] for j, z in enumerate(masks) if z.sum() == k)
            for i, part in enumerate(parts)
            for k, share in zip(part.sizes, part.law, strict=True)
        )

    ratios = strata.ratios_within(design, parts)
    found = expectation(lambda i, k: ratios[i, k])
    assert found == pytest.approx(law @ terms, abs=1e-12)
    doubled = expectation(lambda i, k: ratios[i, k] ** 2)
    assert len(parts) == 1 or abs(doubled - law @ terms) > 1e-4  # mutant: the ratio twice


@pytest.mark.slow
@pytest.mark.parametrize("n", [6, 11, 13])
def test_a_stratified_sample_has_the_sampling_law_on_average(n):
    # 16 means of 300 draws, each within 6 of its standard errors: false alarm < 16 × 2e-9 if they were normal.
    design, law = lt.ImageDesign(4, 0.6), naive.ImageDesign(4, 0.6)[0]
    rng, seen = np.random.default_rng(n), np.zeros((300, 16))
    for row in seen:
        masks, ratio, _ = stratified_sample(design, n, rng)
        np.add.at(row, masks @ (1 << np.arange(4)), ratio / n)
    error = seen.std(axis=0) / np.sqrt(len(seen))
    assert (np.abs(seen.mean(axis=0) - law) <= 6 * error + 1e-12).all()
    assert (error > 1e-4).any()


@pytest.mark.slow
@pytest.mark.parametrize("enumerated", [1 << 12, 0], ids=["by number", "by rejection"])
def test_distinct_subsets_are_uniform_over_all_ordered_choices(monkeypatch, enumerated):
    # χ² over the 90 ordered pairs of the 10 subsets of 2 out of 5, in 4500 draws: false alarm TAIL. Probabilities
    # that differ by two fifths up and down (the mutant, expected χ² about 720 + 89) pass with probability < 1e-12.
    monkeypatch.setattr(strata, "_ENUMERATED", enumerated)
    rng = np.random.default_rng(0)
    subsets = [sum(1 << j for j in members) for members in combinations(range(5), 2)]
    pairs = {pair: i for i, pair in enumerate(permutations(subsets, 2))}
    counts, powers = np.zeros(len(pairs)), 1 << np.arange(5)
    for _ in range(50 * len(pairs)):
        counts[pairs[tuple(strata._distinct_subsets(5, 2, 2, rng) @ powers)]] += 1
    assert ((counts - 50) ** 2 / 50).sum() < chi2.isf(TAIL, len(pairs) - 1)
    mutant = counts * np.where(np.arange(len(pairs)) % 2, 1.4, 0.6)
    assert ((mutant - 50) ** 2 / 50).sum() > chi2.isf(TAIL, len(pairs) - 1)


@pytest.mark.slow
def test_masks_come_in_an_order_that_says_nothing_about_their_stratum():
    # Position 0 holds stratum i with probability n_i / n: χ² in 800 draws, false alarm TAIL. Unshuffled masks
    # (the mutant) would always begin with the first stratum.
    design = lt.ImageDesign(6)
    shares = np.array([part.n for part in size_strata(design, 60)]) / 60
    first = [stratified_sample(design, 60, np.random.default_rng(seed))[2].number[0] for seed in range(800)]
    expected = 800 * shares
    counts = np.bincount(first, minlength=len(shares))
    assert len(shares) > 3
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(TAIL, len(shares) - 1)


@pytest.mark.parametrize("design", [lt.ImageDesign(9), lt.ProductDesign([0.2, 0.7, 0.5]), lt.TextDesign(40)])
def test_a_seed_fixes_the_masks(design):
    one, other, third = (stratified_sample(design, 60, np.random.default_rng(seed))[:2] for seed in (3, 3, 4))
    assert (one[0] == other[0]).all() and (one[1] == other[1]).all()
    assert (one[0][: len(third[0])] != third[0][: len(one[0])]).any()


@pytest.mark.slow
@pytest.mark.parametrize("d, n", [(50, 100_000), (2000, 1000), (20, 200_000)])
def test_many_masks_take_seconds(d, n):
    start = time.process_time()
    masks, _, _ = stratified_sample(lt.ImageDesign(d), n, np.random.default_rng(0))
    assert len(masks) == n
    assert time.process_time() - start < 15
