"""Strata of several sizes: masks of a size without replacement, and exactly unbiased over all samples."""

from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations, permutations, product
from math import comb, prod
from types import SimpleNamespace

import naive
import numpy as np
import pytest
from schemes import built, masks_of, table
from scipy.stats import chi2

import limetheory as lt
from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.estimation.methods.unbiased import unbiased
from limetheory.estimation.samples import strata
from limetheory.estimation.samples.allocation import Stratum, size_strata
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.strata import Strata, stratified_sample
from limetheory.estimation.surrogates import along_lines, cross_fitting
from limetheory.estimation.surrogates.families import LINEAR
from limetheory.estimation.surrogates.lines import linear

MASKS, SIZES, VALUES = naive.masks(3), naive.masks(3).sum(axis=1), table(3)
EXACT = 1e-11
SCARCE = [(("TextDesign", (3, 0.5)), 5)]
"""Strata as the library has them, in which a size may be drawn more often than it has masks."""
ENOUGH = [(("ImageDesign", (3, 0.8)), 5), (("ShapleyDesign", (3,)), 3), (("TextDesign", (3, 0.5)), 4),
          (("SizeLawDesign", ((0.0, 3.0, 2.0, 1.0),)), 4)]  # fmt: skip
"""Sizes 1 and 2 share three draws, and the others are exhausted."""
FEW = ("ImageDesign", (3, 0.8)), 3
"""Sizes 0, 1 and 2 share two draws, so that the empty mask may come twice."""


def parts_of(case, n):
    """The strata of the library, or those that the lists above have."""
    design = built(case)
    if (case, n) in SCARCE:
        return size_strata(design, n)
    sizes = np.array([0, 1, 2] if (case, n) == FEW else [1, 2])
    law = np.exp(design.log_law)
    alone = [k for k in np.flatnonzero(law) if k not in sizes]
    return [*(Stratum(np.array([k]), np.ones(1), 1, 1.0) for k in alone),
            Stratum(sizes, law[sizes] / law[sizes].sum(), n - len(alone), np.inf)]  # fmt: skip


def ids(case):
    return naive.name(case) if isinstance(case, tuple) else str(case)


def shared(parts):
    return next(part for part in parts if len(part.sizes) > 1)


@pytest.mark.parametrize("case", [*naive.exchangeable(8), ("ShapleyDesign", (8,)), ("GlimeDesign", (8, 0.5)),
                                  ("GlimeDesign", (6, 1.0, "exp")), ("ImageDesign", (8, 0.25)),
                                  ("BernoulliDesign", (12, 0.01))], ids=naive.name)  # fmt: skip
def test_masks_of_a_size_are_distinct_as_long_as_there_are_enough(case):
    design, several = built(case), 0
    for n in (4, 7, 9, 12, 14, 20, 40, 150):
        masks, _, groups = stratified_sample(design, n, np.random.default_rng(n))
        number = masks @ (1 << np.arange(design.d))
        for size, times in Counter(masks.sum(axis=1).tolist()).items():
            if size in groups.repeated:  # more of them might be drawn than there are
                continue
            counts = Counter(number[masks.sum(axis=1) == size].tolist()).values()
            assert len(counts) == min(times, comb(design.d, size))
            assert max(counts) - min(counts) <= (max(counts) > 1 and times % comb(design.d, size) > 0)
            several += np.isinf(groups.population[groups.of_size[size]]) and times > 1
        assert groups.sizes.tolist() == masks.sum(axis=1).tolist()
    assert several > 0


def test_draws_with_replacement_repeat_masks(monkeypatch):
    def repeats():
        masks = stratified_sample(lt.ImageDesign(8), 60, np.random.default_rng(0))[0]
        own = masks[masks.sum(axis=1) == 6]
        return len(own) - len(np.unique(own, axis=0))

    assert not repeats()

    def with_replacement(d, size, n, rng):
        return strata._subsets(d, np.full(n, size), rng)

    monkeypatch.setattr(strata, "_distinct_subsets", with_replacement)  # mutant: as each stratum was drawn before
    assert repeats()


@pytest.mark.parametrize("case", [*naive.exchangeable(3), ("BernoulliDesign", (5, 0.99)),
                                  *naive.exchangeable(8), ("GlimeDesign", (8, 0.5)), ("BernoulliDesign", (12, 0.05)),
                                  ("SizeLawDesign", ([1e-9, 1.0, 1.0, 1e-9],))], ids=naive.name)  # fmt: skip
def test_the_empty_and_the_full_mask_are_always_drawn_where_they_have_mass(case):
    design = built(case)
    law = np.exp(design.log_law)
    for n in (6, 7, 8, 9, 10, 14, 20, 60):  # with fewer than six, four are not left for the other sizes
        parts = size_strata(design, n)
        for size in np.flatnonzero(law[[0, -1]] > 0) * design.d:
            own = next(part for part in parts if size in part.sizes)
            assert own.sizes.tolist() == [size] and own.n == own.population == 1


@cache
def every_sample(case, n, ordered):
    """All samples of d = 3 in strata of which one has several sizes, with their probabilities.

    The sizes of its masks are independent. Of each size all choices without replacement are equally likely; masks of a
    size that may be drawn more often than it has masks are independent too.

    Args:
        case: the exchangeable design.
        n: how many masks.
        ordered: whether two samples differ that have the same masks in another order.
    """
    design, found = built(case), Counter()
    parts = parts_of(case, n)
    several = shared(parts)
    fixed = [np.flatnonzero(part.sizes[0] == SIZES) for part in parts if part is not several]
    law = naive.measure(*case)[0]
    sequences = Counter()
    for sizes in product(several.sizes.tolist(), repeat=several.n):
        chance = prod(several.law[several.sizes.tolist().index(k)] for k in sizes)
        sequences[sizes if ordered else tuple(sorted(sizes))] += chance
    for sizes, chance in sequences.items():
        choices = [list(choices_of(k, times, ordered, several.n)) for k, times in Counter(sizes).items()]
        for chosen in product(*choices):
            queues = {k: list(one) for k, one in zip(Counter(sizes), chosen, strict=True)}
            index = [queues[k].pop(0) for k in sizes]
            found[tuple(index if ordered else sorted(index))] += chance / prod(map(len, choices))
    return [(chance, sample_of(design, law, parts, fixed, index, n)) for index, chance in found.items()]


def choices_of(size, times, ordered, most):
    members = np.flatnonzero(size == SIZES).tolist()
    if len(members) < most:
        return product(members, repeat=times)
    return (permutations if ordered else combinations)(members, times)


def sample_of(design, law, parts, fixed, chosen, n):
    """The masks of the strata of one size in their order, and then those chosen from the other stratum."""
    several = shared(parts)
    number = [i for i, part in enumerate(parts) if part is not several for _ in range(part.n)]
    number = np.array([*number, *[parts.index(several)] * several.n])
    index = np.concatenate([*fixed, np.array(chosen, int)]).astype(int)
    draw_of = {k: share / comb(3, k) for k, share in zip(several.sizes.tolist(), several.law, strict=True)}
    draw_of |= {int(part.sizes[0]): 1 / comb(3, int(part.sizes[0])) for part in parts if part is not several}
    share = np.array([part.n for part in parts])[number] / n
    ratio = law[index] / (share * [draw_of[k] for k in SIZES[index]])
    of_size = np.full(4, -1)
    for i, part in enumerate(parts):
        of_size[part.sizes] = i
    sample = Sample.of(MASKS[index], design.weight(MASKS[index]) * ratio, VALUES[index])
    scarce = [int(k) for part in parts if len(part.sizes) > 1 for k in part.sizes if 1 < comb(3, int(k)) < part.n]
    known = Strata(number, np.array([part.population for part in parts]), of_size, SIZES[index], scarce)
    return replace(sample, ratio=ratio, strata=known, ends=(VALUES[0], VALUES[-1]) if design.efficient else None)


@pytest.mark.slow
@pytest.mark.parametrize("case, n", SCARCE, ids=ids)
def test_every_sample_is_what_the_library_draws(case, n):
    # Masks, ratios and strata are the same, and χ² of 500 draws is exceeded with probability 1e-6.
    probability, ratios, design = Counter(), {}, built(case)
    for chance, sample in every_sample(case, n, False):
        index = masks_of(sample) @ (1 << np.arange(3))
        probability[tuple(sorted(index.tolist()))] += chance
        ratios |= dict(zip(index.tolist(), sample.ratio.tolist(), strict=True))
    assert sum(probability.values()) == pytest.approx(1, rel=1e-12)
    drawn, rng = Counter(), np.random.default_rng(0)
    for _ in range(500):
        masks, ratio, groups = stratified_sample(design, n, rng)
        index = masks @ (1 << np.arange(3))
        drawn[tuple(sorted(index.tolist()))] += 1
    assert ratio == pytest.approx([ratios[i] for i in index.tolist()], rel=1e-12)
    assert groups.cell_population.tolist() == [1, np.inf, np.inf, 1]
    assert set(drawn) <= set(probability)
    statistic = sum((drawn[key] - 500 * p) ** 2 / (500 * p) for key, p in probability.items())
    assert statistic < chi2.isf(1e-6, len(probability) - 1)


def bias(samples, method, design):
    limit = lt.limit(lt.SetFunction(VALUES), design)
    answers = [(chance, method(sample)) for chance, sample in samples]
    found = sum(chance * np.append(a.intercept, a.coefficients) for chance, a in answers)
    return np.abs(found - np.append(limit.intercept, limit.coefficients)).max()


@pytest.mark.slow
@pytest.mark.parametrize("case, n", [*ENOUGH, *SCARCE], ids=ids)
def test_unbiased_has_the_limit_as_its_mean_over_all_samples(case, n):
    design, samples = built(case), every_sample(case, n, False)
    assert bias(samples, lambda sample: unbiased(sample, design), design) < EXACT


def test_unbiased_does_not_depend_on_the_order_of_the_masks():
    sample = every_sample(*ENOUGH[0], False)[10][1]
    order, groups = np.random.default_rng(0).permutation(sample.n), sample.strata
    other = replace(sample, bits=sample.bits[order], weights=sample.weights[order], values=sample.values[order],
                    ratio=sample.ratio[order],
                    strata=replace(groups, number=groups.number[order], sizes=groups.sizes[order]))  # fmt: skip
    one, two = (unbiased(each, lt.ImageDesign(3, 0.8)) for each in (sample, other))
    assert two.coefficients == pytest.approx(one.coefficients, abs=1e-13)
    assert two.standard_errors == pytest.approx(one.standard_errors, rel=1e-10)


LEARNERS = {"lines without each mask": lambda *_: LINEAR,
            "the line through the other folds": lambda *_: SimpleNamespace(fit=linear)}  # fmt: skip


def adjusted_bias(case, n, learner):
    def method(sample):
        return cross_fitted(sample, design, np.random.default_rng(0), LEARNERS[learner])

    design = built(case)
    return bias(every_sample(case, n, True), method, design)


@pytest.mark.slow
@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("case, n", [ENOUGH[2], FEW], ids=ids)
def test_adjusted_has_the_limit_as_its_mean_over_all_samples(case, n, learner):
    assert adjusted_bias(case, n, learner) < EXACT


def as_if_endless(strata):
    return np.full(4, np.inf)


def with_shares_of_the_stratum(sample, own, itself=True):
    """`residual_weights`, but that each size of a stratum counts alike, however many of the masks have it."""
    groups = sample.stratified
    cells = len(groups.cell_population)
    mine = np.bincount(groups.cell[own], minlength=cells)[groups.cell]
    of_stratum = np.bincount(groups.number[own], minlength=len(groups.population))[groups.number]
    draws = np.bincount(groups.cell, minlength=cells)[groups.cell]
    share = np.where(of_stratum > 0, mine / np.maximum(of_stratum, 1), draws / groups.draws[groups.number])
    known, new = RESIDUAL_WEIGHTS(sample, own, itself)
    alone = groups.share / groups.cell_population[groups.cell] * (itself | ~own)
    return np.divide(known, share, out=alone, where=share > 0), new


RESIDUAL_WEIGHTS = cross_fitting.residual_weights
MUTANTS = {
    "known residuals count 1/∞": [(Strata, "cell_population", property(as_if_endless))],
    "shares of the whole stratum": [(module, "residual_weights", with_shares_of_the_stratum)
                                    for module in (along_lines, cross_fitting)],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_mean_over_all_samples_rejects(mutant, monkeypatch):
    for change in MUTANTS[mutant]:
        monkeypatch.setattr(*change)
    (case, n), design = FEW, built(FEW[0])
    assert bias(every_sample(case, n, False), lambda sample: unbiased(sample, design), design) > 1e-4
    assert adjusted_bias(*ENOUGH[2], "lines without each mask") > 1e-4
