"""Stratified masks: every size is reached, subsets are uniform, and weighted sums are unbiased."""

import time
from itertools import combinations, permutations
from math import comb, inf

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

import limetheory as lt
from limetheory.estimation import strata
from limetheory.estimation.strata import size_strata, stratified_masks

DESIGNS = {
    **{f"image, {d}, {nu}": lt.ImageDesign(d, nu) for d in (2, 5, 12, 200, 2000) for nu in (0.01, 0.25, 1.0, inf)},
    "text, 2": lt.TextDesign(2),
    "image, 1": lt.ImageDesign(1, 1.0),
    **{f"text, {d}, {nu}": lt.TextDesign(d, nu) for d in (5, 30, 2000) for nu in (0.01, 0.25, inf)},
    **{f"bernoulli, {d}, {p}": lt.BernoulliDesign(d, p) for d in (1, 4, 40, 2000) for p in (1e-6, 0.3, 1 - 1e-6)},
    **{f"shapley, {d}": lt.ShapleyDesign(d) for d in (2, 3, 7, 100, 2000)},
    **{f"glime {law}, {d}": lt.GlimeDesign(d, 0.5, law) for d in (3, 60) for law in ("binomial", "exp", "comb_exp")},
    "law that underflows": lt.ImageDesign(1100, 0.02),
    "gaps": lt.SizeLawDesign([0, 1, 0, 0, 2, 1e-9, 0, 0.5]),
    "ends": lt.SizeLawDesign([1e-12, 0, 0, 1, 0, 0, 1e12]),
}  # fmt: skip
SMALL = [*naive.every(4), ("SizeLawDesign", ([0.0, 1.0, 0.0, 2.0, 1e-3],)), ("ImageDesign", (5, 0.1))]
TAIL = 1e-6
"""The probability that a χ² test below fails by chance."""


@pytest.mark.parametrize("name", DESIGNS)
def test_every_size_with_mass_is_drawn_and_the_counts_add_up(name):
    design = DESIGNS[name]
    # The root of a sum of squares sees a size whose share is above 1e-150.
    massive = np.flatnonzero(design.size_law > 1e-150)
    masks = sum(comb(design.d, int(k)) for k in massive[:50])
    for n in (2, 3, 5, 8, 20, 100, 1000) if design.d < 1000 else (2, 100):
        parts = size_strata(design, n)
        sizes = np.concatenate([part.sizes for part in parts])
        assert set(massive) <= set(sizes) and len(set(sizes)) == len(sizes)
        assert sum(part.n for part in parts) == n or masks <= sum(part.n for part in parts) <= n
        for part in parts:
            assert (part.law > 0).all() and part.law.sum() == pytest.approx(1, abs=1e-12)
            assert part.exhausted or part.n >= 2
            assert part.n <= part.population and (len(part.sizes) == 1 or part.population == inf)


@given(st.lists(st.sampled_from([0.0, 1e-9, 0.1, 1.0, 7.0]), min_size=3, max_size=9), st.integers(2, 600))
def test_any_size_law_gives_whole_counts_and_positive_probabilities(masses, n):
    design = lt.SizeLawDesign([*masses, 1.0, 0.5])
    drawn = stratified_masks(design, n, np.random.default_rng(n))
    sizes = np.flatnonzero([*masses, 1.0, 0.5])
    assert sorted(np.concatenate([part.sizes for part in drawn.strata])) == sizes.tolist()
    assert len(drawn.masks) == min(n, sum(comb(design.d, int(k)) for k in sizes))
    for number, part in enumerate(drawn.strata):
        own = drawn.masks[drawn.stratum == number]
        assert len(own) == part.n and np.isin(own.sum(axis=1), part.sizes).all()
        assert len(part.sizes) > 1 or len(np.unique(own, axis=0)) == part.n


@pytest.mark.parametrize("d", [3, 6, 10])
def test_all_masks_are_drawn_once_where_n_reaches_their_number(d):
    for n in (2**d, 2**d + 1, 3 * 2**d):
        drawn = stratified_masks(lt.ImageDesign(d, 0.1), n, np.random.default_rng(n))
        assert sorted(drawn.masks @ (1 << np.arange(d))) == list(range(2**d))
        assert all(part.exhausted for part in drawn.strata)


@pytest.mark.parametrize("case", SMALL, ids=naive.name)
@pytest.mark.parametrize("n", [2, 7, 9, 12, 14, 60])
def test_ratio_makes_weighted_sums_unbiased(case, n):
    # E[Σ over strata of the mean of ratio × term] = Σ_z law(z) term(z), by summing over sizes and masks.
    design, law = getattr(lt, case[0])(*case[1]), naive.measure(*case)[0]
    if not isinstance(design, lt.ExchangeableDesign):
        drawn = stratified_masks(design, n, np.random.default_rng(0))
        assert (drawn.ratio == 1).all() and len(drawn.strata) == 1
        return
    parts, masks = size_strata(design, n), naive.masks(design.d)
    terms = np.random.default_rng(n).normal(size=len(masks))

    def expectation(ratio):
        return sum(
            share / comb(design.d, int(k)) * sum(ratio(i, k) * terms[j] for j, z in enumerate(masks) if z.sum() == k)
            for i, part in enumerate(parts)
            for k, share in zip(part.sizes, part.law, strict=True)
        )

    found = expectation(lambda i, k: strata._ratios(design, parts, np.array([i]), np.array([k]))[0])
    assert found == pytest.approx(law @ terms, abs=1e-12)
    doubled = expectation(lambda i, k: strata._ratios(design, parts, np.array([i]), np.array([k]))[0] ** 2)
    assert len(parts) == 1 or abs(doubled - law @ terms) > 1e-3  # mutant: the ratio twice


@pytest.mark.parametrize("n", [6, 11, 13])
def test_a_stratified_sample_has_the_sampling_law_on_average(n):
    # 16 means of 700 draws, each within 6 of its standard errors: false alarm < 16 × 2e-9 if they were normal.
    design, law = lt.ImageDesign(4, 0.6), naive.ImageDesign(4, 0.6)[0]
    rng, seen = np.random.default_rng(n), np.zeros((700, 16))
    for row in seen:
        drawn = stratified_masks(design, n, rng)
        sizes = np.array([part.n for part in drawn.strata])[drawn.stratum]
        np.add.at(row, drawn.masks @ (1 << np.arange(4)), drawn.ratio / sizes)
    error = seen.std(axis=0) / np.sqrt(len(seen))
    assert (np.abs(seen.mean(axis=0) - law) <= 6 * error + 1e-12).all()
    assert (error > 1e-4).any()


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


def test_masks_come_in_an_order_that_says_nothing_about_their_stratum():
    # Position 0 holds stratum i with probability n_i / n: χ² in 800 draws, false alarm TAIL. Unshuffled masks
    # (the mutant) would always begin with the first stratum.
    design = lt.ImageDesign(6)
    shares = np.array([part.n for part in size_strata(design, 40)]) / 40
    first = [stratified_masks(design, 40, np.random.default_rng(seed)).stratum[0] for seed in range(800)]
    expected = 800 * shares
    counts = np.bincount(first, minlength=len(shares))
    assert len(shares) > 3
    assert ((counts - expected) ** 2 / expected).sum() < chi2.isf(TAIL, len(shares) - 1)


@pytest.mark.parametrize("design", [lt.ImageDesign(9), lt.ProductDesign([0.2, 0.7, 0.5]), lt.TextDesign(40)])
def test_a_seed_fixes_the_masks(design):
    one, other, third = (stratified_masks(design, 60, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert (one.masks == other.masks).all() and (one.ratio == other.ratio).all()
    assert (one.masks[: len(third.masks)] != third.masks[: len(one.masks)]).any()


@pytest.mark.parametrize("d, n", [(50, 100_000), (2000, 1000), (20, 200_000)])
def test_many_masks_take_seconds(d, n):
    start = time.process_time()
    drawn = stratified_masks(lt.ImageDesign(d), n, np.random.default_rng(0))
    assert len(drawn.masks) == n
    assert time.process_time() - start < 15


def test_more_masks_go_where_the_terms_are_large():
    # For F = 1 the terms' root mean square over masks of size k, from the definition by sums over all masks.
    design, (law, weight) = lt.ImageDesign(8), naive.ImageDesign(8)
    rows = np.column_stack([np.ones(256), naive.masks(8)])
    inverse = naive.inverse_gram(8, law * weight)
    mean = (law * weight / (law @ weight)) @ rows[:, 1:]
    slopes = weight[:, None] * (rows @ inverse)[:, 1:]
    level = weight / (law @ weight)
    sizes, score = rows[:, 1:].sum(axis=1), law * np.sqrt(level**2 + (slopes**2).sum(axis=1))
    wanted = [score[sizes == k].sum() for k in range(9)]
    assert 0 < mean[0] < 1
    assert strata._scores(design) == pytest.approx(wanted, rel=1e-9)
