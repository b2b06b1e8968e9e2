"""Covariances under pairs, strata and leverage: naive twins, and how often intervals cover the limit."""

from dataclasses import replace
from math import comb

import naive
import numpy as np
import pytest
from pooled_coverage import departs
from schemes import METHODS, OTHERS, built, even_and_odd, masks_of, table
from scipy.stats import binom

import limetheory as lt
from limetheory.estimation import METHODS as TABLE
from limetheory.estimation.methods.copies import PopulationHat
from limetheory.estimation.methods.unbiased import unbiased
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import draw


def refit(masks, weights, values, ends):
    """Weighted least squares by lstsq, under the constraint where there are ends: the slopes."""
    root = np.sqrt(weights)
    if ends is None:
        x = np.column_stack([np.ones(len(masks)), masks])
        return np.linalg.lstsq(root[:, None] * x, root * values, rcond=None)[0][1:]
    empty, full = ends
    last = masks[:, -1].astype(float)
    x, targets = masks[:, :-1] - last[:, None], values - empty - last * (full - empty)
    free = np.linalg.lstsq(root[:, None] * x, root * targets, rcond=None)[0]
    return np.append(free, full - empty - free.sum())


def drawn_sample(case, n, scheme):
    design = built(case)
    return draw(lt.SetFunction(table(design.d)), design, n, np.random.default_rng(1), sampling=scheme)


def moved_by(sample, groups):
    """By how much the fit moves when a group of masks is left out."""
    masks = masks_of(sample).astype(float)
    whole = refit(masks, sample.weights, sample.values, sample.ends)
    kept = [np.isin(np.arange(sample.n), group, invert=True) for group in groups]
    return np.array([whole - refit(masks[k], sample.weights[k], sample.values[k], sample.ends) for k in kept])


def without_replacement_within_sizes(moves, sample):
    """Deviations from the mean of a size, times √(1 − share drawn), where a stratum has several sizes."""
    found, sizes = moves.copy(), masks_of(sample).sum(axis=1)
    for number in np.flatnonzero(np.isinf(sample.stratified.population)) if sample.strata else ():
        for size in np.unique(sizes[sample.strata.number == number]):
            own = sizes == size
            if size in sample.strata.repeated:
                continue
            left = np.sqrt(max(1 - own.sum() / comb(sample.d, int(size)), 0))
            found[own] = moves[own].mean(axis=0) + left * (moves[own] - moves[own].mean(axis=0))
    return found


TWINS = [("ImageDesign", (5, 0.25)), ("BernoulliDesign", (5, 0.3)), ("ShapleyDesign", (5,))]


@pytest.mark.parametrize("n", [60, 61])
@pytest.mark.parametrize("case", TWINS, ids=naive.name)
def test_wls_of_pairs_has_the_covariance_of_leaving_out_each_pair(case, n):
    sample = drawn_sample(case, n, "pairs")
    moves = moved_by(sample, [range(i, min(i + 2, n)) for i in range(0, n, 2)])
    expected, answer = moves.T @ moves, wls(sample)
    np.testing.assert_allclose(answer.covariance, expected, rtol=1e-7, atol=1e-10 * np.abs(expected).max())
    weights = [sample.weights[i : i + 2].sum() for i in range(0, n, 2)]
    parameters = 4 if sample.ends else 6
    assert answer.degrees_of_freedom == pytest.approx(np.sum(weights) ** 2 / np.square(weights).sum() - parameters)
    assert np.abs(wls(replace(sample, paired=False)).covariance - expected).max() > 1e-2 * np.abs(expected).max()


@pytest.mark.parametrize("case", [("ImageDesign", (8, 0.25)), ("ShapleyDesign", (8,))], ids=naive.name)
def test_wls_of_strata_has_the_covariance_of_moves_within_them(case):
    sample = drawn_sample(case, 200, "strata")
    moves, groups = moved_by(sample, [[i] for i in range(sample.n)]), sample.strata
    moves = without_replacement_within_sizes(moves, sample)
    expected, traces = np.zeros((8, 8)), []
    for number, population in enumerate(groups.population):
        own = groups.number == number
        left = 1 - own.sum() / population
        if left > 0:
            expected += left * own.sum() * np.cov(moves[own].T, ddof=1)
            traces.append((left * own.sum() * np.trace(np.cov(moves[own].T)), own.sum() - 1))
    assert len(traces) > 2 and len(traces) < len(groups.population)
    answer = wls(sample)
    np.testing.assert_allclose(answer.covariance, expected, rtol=1e-7, atol=1e-10 * np.abs(expected).max())
    satterthwaite = sum(t for t, _ in traces) ** 2 / sum(t**2 / m for t, m in traces)
    kish = sample.weights.sum() ** 2 / (sample.weights**2).sum() - (7 if sample.ends else 9)
    assert answer.degrees_of_freedom == pytest.approx(min(satterthwaite, kish))
    assert wls(replace(sample, strata=None)).covariance[0, 0] > 1.05 * expected[0, 0]


def as_drawn(sample, design, found, *arguments, **options):
    """Standard errors without the terms that `small_sample_correction` adds."""
    return found


def unit_of(sample):
    """The masks of each mask's unit, itself or the pair, (n, n) bool."""
    unit = np.arange(sample.n) // (1 + sample.paired)
    return unit[:, None] == unit


@pytest.mark.parametrize("scheme, n", [("pairs", 60), ("pairs", 61), ("strata", 120), ("leverage", 60)])
@pytest.mark.parametrize("case", [("ImageDesign", (7, 0.25)), ("BernoulliDesign", (7, 0.3))], ids=naive.name)
def test_the_unbiased_method_s_covariance_is_that_of_its_terms_unit_by_unit(case, scheme, n, monkeypatch):
    monkeypatch.setattr("limetheory.estimation.methods.unbiased.small_sample_correction", as_drawn)
    monkeypatch.setattr(PopulationHat, "population_residuals", lambda _, residuals: residuals)
    sample, design = drawn_sample(case, n, scheme), built(case)
    masks, groups, units = masks_of(sample).astype(float), sample.stratified, unit_of(sample)
    rows, root = np.column_stack([np.ones(sample.n), masks]), np.sqrt(sample.weights)
    inverse = naive.inverse_gram(7, np.multiply(*naive.measure(*case)))
    weight, terms = design.weight(masks > 0) * sample.importance, np.zeros((sample.n, 7))
    same = (masks[:, None] == masks).all(axis=2)
    for i in range(sample.n):
        left = []
        for out in (units[i], (same @ units[i]) > 0):
            fit = np.linalg.lstsq(root[~out, None] * rows[~out], root[~out] * sample.values[~out], rcond=None)[0]
            left.append(sample.values[i] - rows[i] @ fit)
        misfit = left[1] if sample.paired else max(left, key=abs)
        terms[i] = (weight[i] * misfit * rows[i] @ inverse)[1:]
    expected, terms = np.zeros((7, 7)), without_replacement_within_sizes(terms, sample)
    for number, population in enumerate(groups.population):
        own = np.flatnonzero(groups.number == number)
        left_share = 1 - len(own) / population
        if left_share == 0:
            continue
        moves = terms[own] - (terms[own].mean(axis=0) if sample.strata else 0)
        if sample.paired:
            moves = np.add.reduceat(moves, np.arange(0, len(moves), 2))
        correction = len(moves) / (len(moves) - 1) if sample.strata else 1
        expected += left_share * moves.T @ moves * correction / sample.n**2
    answer = unbiased(sample, design)
    np.testing.assert_allclose(answer.covariance, expected, rtol=1e-6, atol=1e-9 * np.abs(expected).max())


# --- coverage ------------------------------------------------------------------------------------------------------

REPETITIONS, LEVEL = 200, 0.95
# Coverage of all coefficients together must be within 5.5 standard errors of 0.935..0.965, 1.5 % being the CLT's own
# error at these n, and that of each at least the 5e-8 limit of a binomial count of 0.935: a false alarm has probability
# < 1e-7. Half the standard errors, 0.67, pass the limit with probability < 1e-6; intervals that always hold are found.
LOW = binom.ppf(5e-8, REPETITIONS, LEVEL - 0.015) / REPETITIONS


def coverage(F, design, n, scheme, method, change=lambda sample: sample, repetitions=REPETITIONS):
    rng, truth = np.random.default_rng(3), lt.limit(F, design).coefficients
    hits = np.zeros((repetitions, design.d), bool)
    for hit in hits:
        answer = TABLE[method].function(change(draw(F, design, n, rng, sampling=scheme)), design, 0.0)
        low, high = answer.interval(LEVEL).T
        hit[:] = (low <= truth) & (truth <= high)
    return hits


COVERED = [("ImageDesign", (8, 0.25)), ("BernoulliDesign", (8, 0.5)), ("ShapleyDesign", (8,))]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", OTHERS)
@pytest.mark.parametrize("case", COVERED, ids=naive.name)
def test_intervals_cover_the_limit_at_their_level(case, scheme, method):
    found = coverage(lt.SetFunction(table(8)), built(case), 140, scheme, method)
    assert departs(found, LEVEL, 0.015) < 5.5 and (found.mean(axis=0) >= LOW).all(), found.mean(axis=0)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_errors_as_of_independent_masks_are_rejected_for_pairs_and_strata(method):
    even, odd = even_and_odd(6)
    design = lt.BernoulliDesign(6)

    def independent(sample):
        return replace(sample, paired=False, strata=None)

    mixed = lt.SetFunction(even.values + 0.1 * odd.values)
    found = coverage(odd, design, 150, "pairs", method, independent)
    assert found.mean() < LEVEL and departs(found, LEVEL, 0.015) > 5.5
    for case in ((mixed, design, 150, "pairs"), (lt.SetFunction(table(8)), lt.ShapleyDesign(8), 230, "strata")):
        found = coverage(*case, method, independent, 100)  # of the 254 masks in strata 230
        assert found.mean() > LEVEL and departs(found, LEVEL, 0.015) > 5.5
