"""prop:unbiased under every sampling scheme: exactly, by averaging over all samples."""

from dataclasses import replace
from itertools import combinations, permutations, product
from math import prod

import naive
import numpy as np
import pytest
from schemes import built, naive_leverage, prescribe, table

import limetheory as lt
from limetheory.estimation.methods.unbiased import unbiased
from limetheory.estimation.samples import sampling
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.samples.strata import Strata


def average(answers):
    return sum(share * np.append(a.intercept, a.coefficients) for share, a in answers)


def truth_of(values, design):
    limit = lt.limit(lt.SetFunction(values), design)
    return np.append(limit.intercept, limit.coefficients)


def all_draws(law, n):
    """Every sequence of n masks with its probability."""
    used = np.flatnonzero(law)
    return ((list(rows), prod(law[list(rows)])) for rows in product(used, repeat=n))


TINY = [("BernoulliDesign", (2, 0.3)), ("ImageDesign", (2, 0.25)), ("TextDesign", (2, 0.25)),
        ("ProductDesign", ([0.2, 0.6], [0.5, 1.0]))]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case, n", [(TINY[0], 7), (TINY[1], 8), (TINY[3], 8)])
def test_pairs_are_exactly_unbiased_and_neither_without_ratio_nor_with_a_pair_in_two_folds(case, n, monkeypatch):
    design, (law, _), values = built(case), naive.measure(*case), table(2)
    masks, truth, samples = naive.masks(2), truth_of(values, design), []
    for rows, share in all_draws(law, 4):
        prescribe(monkeypatch, design, masks[rows])
        samples.append((share, draw(lt.SetFunction(values), design, n, np.random.default_rng(0), sampling="pairs")))

    def bias(change, method=unbiased):
        found = average((share, method(change(sample), design)) for share, sample in samples)
        return np.abs(found - truth).max()

    assert bias(lambda sample: sample) < 1e-12
    assert bias(lambda sample: replace(sample, paired=False)) > 1e-3
    if case[0] != "ImageDesign":
        assert bias(lambda sample: replace(sample, ratio=None)) > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("case", [("BernoulliDesign", (2, 0.3)), ("ImageDesign", (2, 0.25))], ids=naive.name)
def test_leverage_sampling_is_exactly_unbiased_and_not_without_its_ratio(case, monkeypatch):
    design, values, q = built(case), table(2), naive_leverage(case) / 3
    samples = []
    for rows, share in all_draws(q, 4):
        monkeypatch.setattr(lt.ExchangeableDesign, "sample", lambda *_, rows=rows: naive.masks(2)[rows])
        samples.append((share, draw(lt.SetFunction(values), design, 4, np.random.default_rng(0), sampling="leverage")))
    truth = truth_of(values, design)
    assert np.abs(average((share, unbiased(s, design)) for share, s in samples) - truth).max() < 1e-12
    plain = average((share, unbiased(replace(s, ratio=None), design)) for share, s in samples)
    assert np.abs(plain - truth).max() > 1e-2


def stratified_by_hand(design, chosen):
    """These masks of size 2, and every mask of every other size with mass: masks, ratios, strata."""
    sizes, law = np.array(naive.sizes(design.d)), np.exp(design.log_law)
    others = [k for k in np.flatnonzero(law) if k != 2]
    parts = [chosen, *[naive.masks(design.d)[sizes == k] for k in others]]
    draws, masks = np.array([len(part) for part in parts]), np.concatenate(parts)
    number = np.repeat(np.arange(len(parts)), draws)
    ratio = law[masks.sum(axis=1)] / (draws / draws.sum())[number]
    of_size = np.full(design.d + 1, -1)
    of_size[[2, *others]] = np.arange(len(parts))
    return masks, ratio, Strata(number, np.append(6.0, draws[1:]), of_size)


@pytest.mark.slow
@pytest.mark.parametrize("case", [("ImageDesign", (4, 0.25)), ("BernoulliDesign", (4, 0.4)), ("ShapleyDesign", (4,))],
                         ids=naive.name)  # fmt: skip
def test_strata_without_replacement_are_exactly_unbiased_and_not_as_draws_with_replacement(case, monkeypatch):
    design, values, samples = built(case), table(4), []
    subsets = [np.isin(np.arange(4), pair) for pair in combinations(range(4), 2)]
    for one, other in permutations(combinations(range(6), 2), 2):  # 4 of the 6 masks of size 2, two in each fold
        if set(one) & set(other):
            continue
        chosen = [one[0], other[0], one[1], other[1]]
        by_hand = stratified_by_hand(design, np.array([subsets[i] for i in chosen]))
        monkeypatch.setattr(sampling, "stratified_sample", lambda *_, drawn=by_hand: drawn)
        samples.append(draw(lt.SetFunction(values), design, 14, np.random.default_rng(0), sampling="strata"))

    def bias(change):
        found = average((1 / len(samples), unbiased(change(sample), design)) for sample in samples)
        return np.abs(found - truth_of(values, design)).max()

    assert len(samples) == 90 and bias(lambda sample: sample) < 1e-12
    endless = np.append(np.inf, samples[0].strata.population[1:])
    assert bias(lambda sample: replace(sample, strata=replace(sample.strata, population=endless))) > 1e-4
    assert bias(lambda s: replace(s, ratio=None)) > 1e-3
