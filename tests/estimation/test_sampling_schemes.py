"""prop:parity, lem:leverage: pairs, strata and leverage draw other masks for the same limit, with honest errors."""

from dataclasses import replace
from itertools import combinations, permutations, product
from math import prod

import naive
import numpy as np
import pytest
from scipy.stats import binom, chi2

import limetheory as lt
from limetheory.estimation import sampling, strata
from limetheory.estimation.estimate import fit
from limetheory.estimation.sample import draw
from limetheory.estimation.sampling import leverage_law, leverage_sample, log_odds_of_complement
from limetheory.estimation.strata import StratifiedMasks, Stratum
from limetheory.estimation.unbiased import unbiased
from limetheory.estimation.wls import wls

METHODS = ("wls", "unbiased")
OTHERS = ("pairs", "strata", "leverage")
SMALL = [*naive.every(4), ("SizeLawDesign", ([1.0, 0.0, 3.0, 0.5],)), ("ImageDesign", (5, 0.1))]
SYMMETRIC = [("BernoulliDesign", (6, 0.5)), ("ImageDesign", (6, naive.INF)), ("ShapleyDesign", (6,)),
             ("SizeLawDesign", ([1.0, 3.0, 0.0, 3.0, 1.0],)), ("ProductDesign", ([0.5] * 4,))]  # fmt: skip
TAIL = 1e-6
"""The probability that a χ² test below fails by chance."""


def built(case):
    return getattr(lt, case[0])(*case[1])


def prescribe(monkeypatch, design, masks):
    """Make a design draw these masks."""
    monkeypatch.setattr(design, "sample", lambda n, rng: masks[:n].copy())


def table(d, seed=0):
    return np.random.default_rng(seed + d).normal(size=2**d)


def masks_of(sample):
    return np.unpackbits(sample.bits, axis=1, count=sample.d).astype(bool)


# --- the laws and their ratios -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SMALL, ids=naive.name)
def test_a_pair_s_ratio_is_the_law_over_the_mean_of_both_laws(case, monkeypatch):
    design, law = built(case), naive.measure(*case)[0]
    first = naive.masks(design.d)[law > 0]
    prescribe(monkeypatch, design, first)
    sample = draw(lt.Additive(np.ones(design.d)), design, 2 * len(first), np.random.default_rng(0), sampling="pairs")
    masks = masks_of(sample)
    assert (masks[::2] == first).all() and (masks[1::2] == ~first).all()
    index = masks @ (1 << np.arange(design.d))
    mixture = (law + law[::-1]) / 2
    np.testing.assert_allclose(sample.ratio * mixture[index], law[index], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(sample.weights, naive.measure(*case)[1][index] * sample.ratio, rtol=1e-12)


def test_a_last_mask_without_complement_is_a_plain_draw():
    sample = draw(lt.Additive(np.ones(5)), lt.BernoulliDesign(5, 0.2), 9, np.random.default_rng(0), sampling="pairs")
    assert sample.n == 9 and sample.n_units == 5 and sample.ratio[-1] == 1 and (sample.ratio[:-1] != 1).all()


def naive_leverage(case):
    """L ℓ on every mask from the inverse Gram matrix; of the deviations alone under an efficient design."""
    law, weight = naive.measure(*case)
    d = len(law).bit_length() - 1
    if case[0] == "ShapleyDesign":
        x = naive.masks(d) - naive.masks(d).mean(axis=1, keepdims=True)
        inverse = np.linalg.pinv((x.T * law * weight) @ x)
    else:
        x = np.column_stack([np.ones(2**d), naive.masks(d)])
        inverse = naive.inverse_gram(d, law * weight)
    return law * weight * np.einsum("ij,jk,ik->i", x, inverse, x)


@pytest.mark.parametrize("case", [case for case in SMALL if case[0] != "ProductDesign"], ids=naive.name)
def test_leverage_sampling_draws_sizes_in_proportion_to_law_times_leverage(case):
    design = built(case)
    expected, sizes = naive_leverage(case), np.array(naive.sizes(design.d))
    by_size = np.array([expected[sizes == k].sum() for k in range(design.d + 1)])
    assert by_size.sum() == pytest.approx(design.d + 1 - 2 * design.efficient, rel=1e-9)
    np.testing.assert_allclose(np.exp(leverage_law(design)), by_size / by_size.sum(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", SMALL, ids=naive.name)
def test_leverage_draws_follow_their_law_and_carry_its_ratio(case):
    # χ² over the masks in 4000 draws, false alarm TAIL; the sampling law itself (the mutant) is far outside.
    design, law = built(case), naive.measure(*case)[0]
    expected = naive_leverage(case)
    expected /= expected.sum()
    masks, ratio = leverage_sample(design, 4000, np.random.default_rng(0))
    index = masks @ (1 << np.arange(design.d))
    np.testing.assert_allclose(ratio * expected[index], law[index], rtol=1e-9)
    counts, limit = np.bincount(index, minlength=len(law)), chi2.isf(TAIL, (expected > 0).sum() - 1)

    def statistic(shares):
        used = shares > 0
        assert not counts[~used].any()
        return ((counts - 4000 * shares)[used] ** 2 / (4000 * shares[used])).sum()

    assert statistic(expected) < limit
    if np.abs(expected - law).sum() > 0.2:
        assert statistic(law) > limit


def test_the_shapley_value_s_leverage_law_is_uniform_over_the_sizes():
    np.testing.assert_allclose(np.exp(leverage_law(lt.ShapleyDesign(9))), [0, *[1 / 8] * 8, 0], atol=1e-15)


# --- exactly unbiased, by averaging over all samples ---------------------------------------------------------------


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


@pytest.mark.parametrize("case, n", [(TINY[0], 7), *((case, 8) for case in TINY)])
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
    """Every mask of every size but 2, and these of size 2."""
    d, sizes = design.d, np.array(naive.sizes(design.d))
    rest = [naive.masks(d)[sizes == k] for k in range(d + 1) if k != 2]
    parts = [chosen, *rest]
    numbers = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    groups = [Stratum(np.array([2]), np.ones(1), len(chosen), 6.0)]
    groups += [Stratum(np.array([p[0].sum()]), np.ones(1), len(p), float(len(p))) for p in rest]
    masks = np.concatenate(parts)
    return StratifiedMasks(masks, numbers, strata._ratios(design, groups, numbers, masks.sum(axis=1)), groups)


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
        if design.efficient:
            inner = np.isin(by_hand.masks.sum(axis=1), [1, 2, 3])
            sizes = [2, 1, 3]
            numbers = np.array([sizes.index(k) for k in by_hand.masks[inner].sum(axis=1)])
            groups = [g for g in by_hand.strata if g.sizes[0] in sizes]
            by_hand = StratifiedMasks(by_hand.masks[inner], numbers, by_hand.ratio[inner], groups)
        monkeypatch.setattr(sampling, "stratified_masks", lambda *_, drawn=by_hand: drawn)
        samples.append(draw(lt.SetFunction(values), design, 14, np.random.default_rng(0), sampling="strata"))

    def bias(change):
        found = average((1 / len(samples), unbiased(change(sample), design)) for sample in samples)
        return np.abs(found - truth_of(values, design)).max()

    assert len(samples) == 90 and bias(lambda sample: sample) < 1e-12
    endless = np.append(np.inf, samples[0].strata.population[1:])
    assert bias(lambda sample: replace(sample, strata=replace(sample.strata, population=endless))) > 1e-4
    assert bias(lambda s: replace(s, ratio=None)) > 1e-3


# --- prop:parity ---------------------------------------------------------------------------------------------------


def even_and_odd(d):
    values = table(d)
    return lt.SetFunction((values + values[::-1]) / 2), lt.SetFunction((values - values[::-1]) / 2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", SYMMETRIC, ids=naive.name)
def test_pairs_explain_an_even_function_exactly_under_a_symmetric_design(case, method):
    design = built(case)
    even, _ = even_and_odd(design.d)
    answer = lt.estimate(even, design, 100, rng=0, method=method, sampling="pairs")
    assert np.abs(answer.coefficients).max() < 1e-12 and answer.standard_errors.max() < 1e-12
    plain = lt.estimate(even, design, 100, rng=0, method=method)
    assert np.abs(plain.coefficients).max() > 1e-2  # mutant: without complements


@pytest.mark.parametrize("method", METHODS)
def test_pairs_under_an_asymmetric_design_leave_a_part_of_an_even_function(method):
    even, _ = even_and_odd(6)
    answer = lt.estimate(even, lt.ImageDesign(6), 100, rng=0, method=method, sampling="pairs")
    assert np.abs(answer.coefficients - lt.limit(even, lt.ImageDesign(6)).coefficients).max() > 1e-3
    assert answer.standard_errors.min() > 1e-3


@pytest.mark.parametrize("case", SYMMETRIC[:4], ids=naive.name)
def test_the_even_part_leaves_the_answer_to_pairs_unchanged(case):
    design = built(case)
    even, odd = even_and_odd(design.d)
    for method in METHODS:
        both = lt.estimate(lambda z: even(z) + odd(z), design, 100, rng=0, method=method, sampling="pairs")
        alone = lt.estimate(odd, design, 100, rng=0, method=method, sampling="pairs")
        np.testing.assert_allclose(both.coefficients, alone.coefficients, atol=1e-12)
        np.testing.assert_allclose(both.covariance, alone.covariance, atol=1e-12)


# --- covariances against naive twins -------------------------------------------------------------------------------


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
    sample = drawn_sample(case, 120, "strata")
    moves, groups = moved_by(sample, [[i] for i in range(sample.n)]), sample.strata
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


def folds_by_hand(sample):
    units, seen, folds = 2 if sample.paired else 1, {}, []
    for number in sample.stratified.number:
        place = seen.get(number, 0)
        seen[number] = place + 1
        folds.append((place // units + number) % 5)
    return np.array(folds)


@pytest.mark.parametrize("scheme, n", [("pairs", 60), ("pairs", 61), ("strata", 120), ("leverage", 60)])
@pytest.mark.parametrize("case", [("ImageDesign", (7, 0.25)), ("BernoulliDesign", (7, 0.3))], ids=naive.name)
def test_the_unbiased_method_s_covariance_is_that_of_its_terms_unit_by_unit(case, scheme, n):
    sample, design = drawn_sample(case, n, scheme), built(case)
    masks, folds, groups = masks_of(sample).astype(float), folds_by_hand(sample), sample.stratified
    rows = np.column_stack([np.ones(sample.n), masks])
    inverse = naive.inverse_gram(7, np.multiply(*naive.measure(*case)))
    weight, terms = design.weight(masks > 0) * sample.importance, np.zeros((sample.n, 7))
    for k in range(5):
        inside, root = folds == k, np.sqrt(sample.weights[folds != k])
        fitted = np.linalg.lstsq(root[:, None] * rows[folds != k], root * sample.values[folds != k], rcond=None)[0]
        terms[inside] = ((weight * (sample.values - rows @ fitted))[:, None] * rows @ inverse)[inside, 1:]
    expected = np.zeros((7, 7))
    for number, population in enumerate(groups.population):
        own = groups.number == number
        left = 1 - own.sum() / population
        if left == 0:
            continue
        products, units = np.zeros((7, 7)), 0
        for k in range(5):
            cell = np.flatnonzero(own & (folds == k))
            centred = terms[cell] - terms[cell].mean(axis=0)
            if sample.paired:
                centred = np.array([centred[cell // 2 == i].sum(axis=0) for i in np.unique(cell // 2)])
            products, units = products + centred.T @ centred, units + len(centred)
        expected += left * products * units / (units - 5) / sample.n**2
    answer = unbiased(sample, design)
    np.testing.assert_allclose(answer.covariance, expected, rtol=1e-7, atol=1e-10 * np.abs(expected).max())


# --- coverage ------------------------------------------------------------------------------------------------------

REPETITIONS, LEVEL = 800, 0.95
# Two-sided 1e-7 limits of a binomial count, widened by 1.5 % for the CLT's own error at these n: coverage in
# 0.935..0.965 fails with probability < 1e-7 per coefficient. Below 0.85 it passes with probability < 1e-4, and so
# does 0.998 and more.
LOW = binom.ppf(5e-8, REPETITIONS, LEVEL - 0.015) / REPETITIONS
HIGH = binom.isf(5e-8, REPETITIONS, LEVEL + 0.015) / REPETITIONS


def coverage(F, design, n, scheme, method, change=lambda sample: sample, repetitions=REPETITIONS):
    rng, truth = np.random.default_rng(3), lt.limit(F, design).coefficients
    hits = np.zeros(design.d)
    for _ in range(repetitions):
        answer = fit(change(draw(F, design, n, rng, sampling=scheme)), design, method, 0.0)
        low, high = answer.interval(LEVEL).T
        hits += (low <= truth) & (truth <= high)
    return hits / repetitions


COVERED = [("ImageDesign", (8, 0.25)), ("BernoulliDesign", (8, 0.5)), ("ShapleyDesign", (8,))]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", OTHERS)
@pytest.mark.parametrize("case", COVERED, ids=naive.name)
def test_intervals_cover_the_limit_at_their_level(case, scheme, method):
    found = coverage(lt.SetFunction(table(8)), built(case), 140, scheme, method)
    assert ((found >= LOW) & (found <= HIGH)).all(), found


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_errors_as_of_independent_masks_are_rejected_for_pairs_and_strata(method):
    even, odd = even_and_odd(6)
    design = lt.BernoulliDesign(6)

    def independent(sample):
        return replace(sample, paired=False, strata=None)

    mixed = lt.SetFunction(even.values + 0.1 * odd.values)
    assert (coverage(odd, design, 150, "pairs", method, independent, 400) < LOW).all()
    assert (coverage(mixed, design, 150, "pairs", method, independent, 200) > HIGH).all()
    most = lt.ShapleyDesign(8), 230  # of 254 masks
    assert (coverage(lt.SetFunction(table(8)), *most, "strata", method, independent, 200) > HIGH).all()


# --- seeds, blocks, interruption, ends of the range ----------------------------------------------------------------


class Model:
    """A nonlinear function, the same to the last bit however masks are grouped; may be interrupted."""

    def __init__(self, block_size, stop_at=None):
        self.block_size, self.stop_at, self.calls, self.masks = block_size, stop_at, 0, []

    def __call__(self, masks):
        self.calls += 1
        assert len(masks) <= self.block_size
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        self.masks.append(masks.copy())
        return (np.packbits(masks[:, :8], axis=1)[:, 0] * 37 % 101).astype(float)


def equal(one, other):
    for field in ("coefficients", "covariance", "intercept", "n_evaluations", "degrees_of_freedom"):
        assert np.array_equal(getattr(one, field), getattr(other, field)), field


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", OTHERS)
@pytest.mark.parametrize("case", [("ImageDesign", (9, 0.25)), ("ShapleyDesign", (9,)), naive.product(9)],
                         ids=naive.name)  # fmt: skip
def test_the_answer_is_the_same_to_the_bit_for_every_block_size(case, scheme, method):
    if (case[0], scheme) == ("ProductDesign", "strata"):
        return
    answers = [lt.estimate(Model(size), built(case), 301, 7, method, sampling=scheme) for size in (1, 2, 7, 64, 4096)]
    for answer in answers[1:]:
        equal(answer, answers[0])
    other = lt.estimate(Model(64), built(case), 301, 8, method, sampling=scheme)
    assert (other.coefficients != answers[0].coefficients).any()


@pytest.mark.parametrize("scheme", ["pairs", "leverage"])
def test_the_answer_is_the_same_across_the_internal_block_of_4096(scheme):
    answers = [lt.estimate(Model(size), lt.ImageDesign(6), 9001, 7, sampling=scheme) for size in (999, 4096, 10_000)]
    equal(answers[0], answers[1])
    equal(answers[0], answers[2])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", ["pairs", "leverage"])
def test_an_interruption_carries_the_explanation_of_the_finished_masks(scheme, method):
    with pytest.raises(lt.Interrupted, match="interrupted after 128 evaluations") as caught:
        lt.estimate(Model(64, stop_at=3), lt.ImageDesign(6), 1000, 5, method, sampling=scheme)
    equal(caught.value.explanation, lt.estimate(Model(64), lt.ImageDesign(6), 128, 5, method, sampling=scheme))


def test_an_interruption_between_complements_drops_the_first():
    with pytest.raises(lt.Interrupted, match="after 30 evaluations") as caught:
        lt.estimate(Model(1, stop_at=32), lt.ImageDesign(6), 1000, 5, sampling="pairs")
    equal(caught.value.explanation, lt.estimate(Model(64), lt.ImageDesign(6), 30, 5, sampling="pairs"))


@pytest.mark.parametrize("method", METHODS)
def test_an_interrupted_stratified_sample_is_explained_within_its_errors(method):
    # 128 of 600 planned masks: each coefficient within 6 of its standard errors of the limit, false alarm < 1e-5 with
    # some 100 degrees of freedom. Without the ratio (the mutant) the answer is of another limit.
    design, truth = lt.ImageDesign(10), lt.limit(Model(4096), lt.ImageDesign(10)).coefficients
    with pytest.raises(lt.Interrupted) as caught:
        lt.estimate(Model(64, stop_at=3), design, 600, 5, method, sampling="strata")
    sample, answer = caught.value.sample, caught.value.explanation
    assert sample.n == answer.n_evaluations == 128 and sample.strata is None and sample.ratio.shape == (128,)
    assert (np.abs(answer.coefficients - truth) < 6 * answer.standard_errors).all()
    assert np.isfinite(answer.standard_errors).all() and answer.standard_errors.max() < 40


@pytest.mark.parametrize("n", [64, 65, 200])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", [case for case in naive.every(6) if case[0] != "ProductDesign"], ids=naive.name)
def test_strata_are_exact_with_error_zero_once_every_mask_is_drawn(case, method, n):
    design, F = built(case), Model(64)
    answer, limit = lt.estimate(F, design, n, 0, method, sampling="strata"), lt.limit(Model(4096), design)
    np.testing.assert_allclose(answer.coefficients, limit.coefficients, atol=1e-9)
    assert answer.intercept == pytest.approx(limit.intercept, abs=1e-9) and not answer.standard_errors.any()
    assert answer.n_evaluations == len(np.concatenate(F.masks)) <= 64


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scheme", OTHERS)
@pytest.mark.parametrize("case", [*naive.every(7), ("ImageDesign", (33, 0.05)), ("ImageDesign", (40, 0.25))],
                         ids=naive.name)  # fmt: skip
def test_an_additive_function_is_explained_exactly_with_error_zero(case, scheme, method):
    if (case[0], scheme) == ("ProductDesign", "strata"):
        return
    design = built(case)
    F = lt.Additive(np.arange(1.0, design.d + 1), -2.0)
    answer = lt.estimate(F, design, 16 * design.d + 41, 0, method, sampling=scheme)
    np.testing.assert_allclose(answer.coefficients, F.weights, rtol=1e-7)
    assert answer.intercept == pytest.approx(-2.0, abs=1e-6) and answer.standard_errors.max() < 1e-6


@pytest.mark.parametrize("scheme, n, method", [("pairs", 10, "wls"), ("pairs", 8, "unbiased"), ("strata", 6, "wls"),
                                               ("strata", 4, "unbiased"), ("leverage", 6, "wls")])  # fmt: skip
def test_the_fewest_masks_allowed_give_a_finite_answer(scheme, n, method):
    for seed in range(5):
        answer = lt.estimate(Model(64), lt.ImageDesign(5), n, seed, method, sampling=scheme)
        assert np.isfinite([answer.intercept, *answer.coefficients]).all()
        assert not np.isnan(answer.standard_errors).any()


@pytest.mark.parametrize("n", [10, 11, 12])
def test_no_more_pairs_than_parameters_fit_anything_and_so_tell_no_error(n):
    answer = lt.estimate(Model(64), lt.BernoulliDesign(5), n, 0, sampling="pairs")
    assert np.isinf(answer.standard_errors).all()


@pytest.mark.parametrize("scheme", OTHERS)
def test_one_superpixel_is_explained_exactly(scheme):
    for method in METHODS:
        answer = lt.estimate(lt.SetFunction([1.0, 3.0]), lt.ImageDesign(1), 40, 0, method, sampling=scheme)
        assert answer.coefficients == pytest.approx([2.0], abs=1e-12)
        assert answer.standard_errors == pytest.approx([0.0], abs=1e-7)


def test_ridge_of_pairs_and_leverage_tends_to_the_same_limit():
    # 4 standard errors of 200 means plus a bias of order 1/n; the limit without ridge (the mutant) is outside.
    design, F, rng = lt.ImageDesign(5), lt.SetFunction(table(5)), np.random.default_rng(0)
    for scheme in ("pairs", "leverage", "design"):
        answers = [lt.estimate(F, design, 1000, rng, ridge=200.0, sampling=scheme).coefficients for _ in range(200)]
        mean, error = np.mean(answers, axis=0), np.std(answers, axis=0) / np.sqrt(200)
        assert (np.abs(mean - lt.limit(F, design, ridge=0.2).coefficients) < 6 * error + 2e-3).all()
        assert (np.abs(mean - lt.limit(F, design).coefficients) > 6 * error + 2e-3).any()


class Foreign(lt.Design):
    """A design of nobody's kind."""

    d = 3
    total_mass = marginals = centred = alpha = probability = density = None
    gram = gram_inverse = condition = solve = shrink = None

    def weight(self, masks):
        return np.ones(len(masks))

    def sample(self, n, rng):
        return rng.random((n, 3)) < 0.5


@pytest.mark.parametrize("changes, words", [
    ({"sampling": "halton"}, "sampling must be one of design, pairs, strata, leverage, got 'halton'"),
    ({"sampling": "pairs", "n": 9}, "n must be at least 10, got 9; d = 5 coefficients need d pairs"),
    ({"sampling": "pairs", "n": 7, "method": "unbiased"}, "n must be at least 8, got 7"),
    ({"sampling": "pairs", "method": "adjusted"}, "method 'adjusted' chooses masks by itself, got sampling='pairs'"),
    ({"sampling": "strata", "include_original": True}, "include_original chooses masks .*use sampling 'design'"),
    ({"sampling": "strata", "design": lt.ProductDesign([0.5] * 5)}, "'strata' needs an exchangeable .* ProductDesign"),
    ({"sampling": "strata", "design": Foreign()}, "needs an exchangeable design .*got Foreign; use sampling 'pairs'"),
    ({"sampling": "pairs", "design": Foreign()}, "needs an exchangeable or a product design, got Foreign; use"),
    ({"sampling": "leverage", "design": Foreign()}, "needs an exchangeable or a product design, got Foreign"),
])  # fmt: skip
def test_refusals_are_one_line_with_the_remedy(changes, words):
    with pytest.raises(ValueError, match=words) as caught:
        lt.estimate(**{"F": Model(64), "design": lt.ImageDesign(5), "n": 50, "rng": 0, **changes})
    assert "\n" not in str(caught.value)


def test_log_odds_survive_a_size_that_is_never_drawn():
    design = lt.TextDesign(4)  # never draws the full mask
    odds = log_odds_of_complement(design, np.array([[False] * 4, [True] * 4]))
    assert odds.tolist() == [-np.inf, np.inf]
