"""Standard errors if few masks determine a coefficient, compared with naive loops, and what no mask shows."""

from dataclasses import replace

import naive
import numpy as np
import pytest
from schemes import built, masks_of, table

import limetheory as lt
from limetheory.estimation.methods import small_samples
from limetheory.estimation.methods.small_samples import CovarianceEstimate, small_sample_correction
from limetheory.estimation.methods.unbiased import influences
from limetheory.estimation.samples.sample import draw

CASES = [*naive.every(4), naive.product(1), ("ImageDesign", (3, 0.05)), ("BernoulliDesign", (3, 0.01)),
         ("ShapleyDesign", (2,)), ("ImageDesign", (1, 0.5)), ("TextDesign", (2, 0.25))]  # fmt: skip


def influence_of(case):
    """π times the slopes' rows of Σ^{-1} z̃ at every mask, (2^d, d): the limit is the mean of it times F."""
    law, weight = naive.measure(*case)
    d = len(law).bit_length() - 1
    if case[0] == "ShapleyDesign":
        x = naive.masks(d) - naive.masks(d).mean(axis=1, keepdims=True)
        rows = x @ np.linalg.pinv((x.T * law * weight) @ x)
    else:
        rows = np.column_stack([np.ones(2**d), naive.masks(d)]) @ naive.inverse_gram(d, law * weight)[:, 1:]
    return weight[:, None] * rows


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_chance_of_a_mask_is_that_of_the_sampling_law(case):
    design, (law, weight) = built(case), naive.measure(*case)
    found = design.chance(naive.masks(design.d))
    assert found == pytest.approx(law, rel=1e-10) and found.sum() == pytest.approx(1, rel=1e-12)
    assert found * design.weight(naive.masks(design.d)) == pytest.approx(law * weight, rel=1e-10)


@pytest.mark.parametrize("power", [1, 2])
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_squared_influence_is_a_sum_over_all_masks(case, power):
    wanted = naive.measure(*case)[0] ** power @ influence_of(case) ** 2
    assert built(case).squared_influence(power) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("law", ["binomial", "uniform", "exp", "comb", "comb_exp"])
def test_the_squared_influence_under_glime_s_laws(law):
    design, masks = lt.GlimeDesign(5, 0.8, law), naive.masks(5)
    drawn = masks[design.chance(masks) > 0]
    chance, influence = design.chance(drawn), design.influence(drawn, np.ones(len(drawn)))
    assert chance.sum() == pytest.approx(1, rel=1e-12)
    for power in (1, 2):
        assert design.squared_influence(power) == pytest.approx(chance**power @ influence**2, rel=1e-10)


def units_of(sample):
    width = 1 + sample.paired
    return [list(range(start, min(start + width, sample.n))) for start in range(0, sample.n, width)]


def by_loops(sample, found, influence, misfits, fitted, expected, missing):
    """Variances, degrees of freedom and masks by the rules of `small_sample_correction`, unit after unit."""
    strata = sample.stratified
    threshold = max(1e-3 * max(abs(misfits)), 1e-9 * sample.scale)
    kish, v, share, squares, fourths, visible, unseen, moves = [], [], [], [], [], [], [], []
    for h, population in enumerate(strata.population):
        units = [unit for unit in units_of(sample) if strata.number[unit[0]] == h]
        square = np.array([sum(influence[i] ** 2 for i in unit) for unit in units])
        move = np.array([sum(influence[i] * misfits[i] for i in unit) for unit in units])
        moved = (move**2).sum(axis=0) - (len(units) * move.mean(axis=0) ** 2 if sample.strata else 0)
        squares.append(square.sum(axis=0))
        fourths.append((square**2).sum(axis=0))
        visible.append((square * (abs(move) > threshold * np.sqrt(square))).sum(axis=0))
        kish.append([a**2 / b if b else 0.0 for a, b in zip(squares[-1], fourths[-1], strict=True)])
        v.append(moved)
        share.append(squares[-1] if fitted else expected)
        unseen.append(1 - sum(map(len, units)) / population)
        moves.append(move**2)
    variances, freedom, masks = [], [], []
    for j in range(sample.d):
        traces, weights = [], []
        for h in np.flatnonzero(unseen):
            prior = share[h][j] * v[h].sum() / share[h].sum() if share[h].any() else 0.0
            traces.append(unseen[h] * (kish[h][j] * v[h][j] + 5 * prior) / (kish[h][j] + 5))
            weights.append(kish[h][j] + 5 - 1)
        before = sum(unseen[h] * v[h][j] for h in np.flatnonzero(unseen))
        own = found.covariance[j, j]
        variance = sum(traces) if own == 0 else own * sum(traces) / before if before > 0 else 0.0
        if sample.ratio is None and not fitted:
            variance = max(variance + missing[j] * sum(map(sum, v)) / sum(map(sum, squares)), 0.75 * variance)
        square, fourth, seen = (sum([q[h][j] for h in np.flatnonzero(unseen)]) for q in (squares, fourths, visible))
        floor = max(3 - seen * square / fourth, 0) * fourth / square * sample.scale**2 if square else 0.0
        variances.append(max(variance, floor))
        spread = sum(t**2 / w for t, w in zip(traces, weights, strict=True))
        freedom.append(min(max(sum(traces) ** 2 / spread if spread else np.inf, 1), found.freedom[j]))
        parts = np.concatenate([unseen[h] * moves[h][:, j] for h in np.flatnonzero(unseen)])
        masks.append(parts.sum() ** 2 / (parts @ parts) if parts.any() and variance >= floor else np.inf)
    return variances, freedom, masks


def missing_of(case, sample):
    """Σ_z (share of z − law(z))² influence(z)² over all masks beyond Σ_i influence(z_i)² / n²."""
    law, influence = naive.measure(*case)[0], influence_of(case)
    index = masks_of(sample) @ (1 << np.arange(sample.d))
    shares = np.bincount(index, minlength=len(law)) / sample.n
    return (shares - law) ** 2 @ influence**2 - (influence[index] ** 2).sum(axis=0) / sample.n**2


def population_influence(case, sample):
    return influence_of(case)[masks_of(sample) @ (1 << np.arange(sample.d))] * sample.importance[:, None] / sample.n


def fitted_influence(sample):
    x = np.column_stack([np.ones(sample.n), masks_of(sample)])
    return (np.linalg.pinv((x.T * sample.weights) @ x) @ (x.T * sample.weights))[1:].T


SCHEMES = [("design", 11), ("pairs", 13), ("strata", 13), ("leverage", 12), ("strata", 7)]
FUNCTIONS = {"numbers": table(4), "one mask shows": np.eye(16)[3], "nothing shows": np.zeros(16)}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("fitted", [False, True])
@pytest.mark.parametrize("sampling, n", SCHEMES)
@pytest.mark.parametrize("case", [("ImageDesign", (4, 0.25)), ("BernoulliDesign", (4, 0.8)), ("ShapleyDesign", (4,)),
                                  ("ProductDesign", ([0.2, 0.4, 0.6, 0.9], [0.5, 1.0, 0.7, 0.2]))],
                         ids=naive.name)  # fmt: skip
def test_errors_in_small_samples_are_those_of_the_naive_loops(case, sampling, n, fitted, function):
    if case[0] == "ProductDesign" and sampling == "strata":
        return  # strata are of exchangeable designs
    design, values = built(case), FUNCTIONS[function]
    for seed in range(3):
        sample = draw(lt.SetFunction(values), design, n, np.random.default_rng(seed), sampling=sampling)
        sample = replace(sample, ratio=None) if sampling == "design" else sample
        rng = np.random.default_rng([seed, 1])
        root = rng.normal(size=(4, 4)) * (rng.random(4) < 0.8)[:, None]
        found = CovarianceEstimate(root @ root.T, rng.uniform(1, 8, 4), np.full(4, np.inf))
        influence = fitted_influence(sample) if fitted else population_influence(case, sample)
        misfits = sample.values * rng.uniform(0.5, 2, sample.n)
        blocks = [influence[:4], influence[4:6], influence[6:]]
        answer = small_sample_correction(sample, design, found, lambda blocks=blocks: blocks, misfits, fitted)
        variances, freedom, masks = by_loops(sample, found, influence, misfits, fitted,
                                             built(case).squared_influence(), missing_of(case, sample))  # fmt: skip
        assert np.diag(answer.covariance) == pytest.approx(variances, rel=1e-7, abs=1e-13)
        assert answer.freedom == pytest.approx(freedom, rel=1e-7)
        assert answer.effective_masks == pytest.approx(masks, rel=1e-9)
        assert np.linalg.eigvalsh(answer.covariance).min() > -1e-9 * max(np.diag(answer.covariance).max(), 1e-300)


def values_are_all_zero(F, design, n, seed):
    return not F(masks_of(draw(F, design, n, np.random.default_rng(seed)))).any()


@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_a_detector_that_no_mask_shows_has_intervals_that_hold_its_limit(method, monkeypatch):
    # AND of five of eight superpixels: none of 24 masks shows it with probability (31/32)^24 = 0.47.
    F, design = lt.Leaf(8, on=tuple(range(5))), lt.BernoulliDesign(8, 0.5)
    truth = lt.limit(F, design).coefficients
    seeds = [seed for seed in range(30) if values_are_all_zero(F, design, 24, seed)]
    assert len(seeds) >= 5
    for seed in seeds:
        low, high = lt.estimate(F, design, 24, seed, method).interval().T
        assert ((low <= truth) & (truth <= high)).all()
    monkeypatch.setattr(small_samples, "RULE_OF_THREE", 0.0)  # mutant: no misfit seen is certainty
    blind = lt.estimate(F, design, 24, seeds[0], method)
    assert blind.standard_errors.max() < 1e-12 and (np.abs(blind.coefficients - truth) > 0.05).sum() == 5


def floor_of(sample, influence, scale):
    square = np.array([sum(influence[i] ** 2 for i in unit) for unit in units_of(sample)])
    return np.sqrt(3 * (square**2).sum(axis=0) / square.sum(axis=0)) * scale


@pytest.mark.parametrize("method", ["wls", "unbiased"])
@pytest.mark.parametrize("sampling", ["design", "pairs", "leverage"])
def test_additive_functions_have_the_floor_of_the_rule_of_three(method, sampling):
    slopes = np.array([1.0, -2.0, 0.5, 0.0, *np.ones(6)])
    design, F = lt.BernoulliDesign(10, 0.4), lt.Additive(slopes, 3.0)
    for n, seed in [(40, 0), (51, 1), (200, 2)]:
        sample = draw(F, design, n, np.random.default_rng(seed), sampling=sampling)
        influence = fitted_influence(sample) if method == "wls" else np.concatenate([*influences(sample, design)])
        answer = lt.estimate(F, design, n, seed, method, sampling=sampling)
        assert answer.coefficients == pytest.approx(slopes, abs=1e-10)
        assert answer.standard_errors == pytest.approx(floor_of(sample, influence, np.ptp(sample.values)), rel=1e-6)


@pytest.mark.parametrize("method", ["wls", "unbiased"])
@pytest.mark.parametrize("sampling", ["design", "pairs", "leverage"])
def test_the_floor_falls_like_one_over_n(method, sampling):
    # Under Bernoulli(1/2) the squares of all influences are (2/n)². In a fit of m units the inverse Gram matrix is that
    # of a Wishart law: larger by d / m, with relative standard errors of √(2/m), of which three are allowed.
    design, F = lt.BernoulliDesign(14, 0.5), lt.Additive([1.0, -2.0, 0.5, *np.zeros(11)])
    units = 2 if sampling == "pairs" else 1
    for n in (400, 4000):
        errors = lt.estimate(F, design, n, 0, method, sampling=sampling).standard_errors
        allowed = 15 * units / n + 3 * np.sqrt(2 * units / n)
        assert n * errors == pytest.approx(np.full(14, np.sqrt(3 * 4 * units) * 3.5), rel=allowed)


@pytest.mark.parametrize("method", ["wls", "unbiased"])
@pytest.mark.parametrize("design, n", [(lt.BernoulliDesign(3, 0.3), 8), (lt.ShapleyDesign(3), 6)], ids=repr)
def test_where_all_masks_are_drawn_no_misfit_is_unseen(design, n, method):
    for F in (lt.Additive([1.0, -2.0, 0.5]), lt.SetFunction(table(3))):
        answer = lt.estimate(F, design, n, 0, method, sampling="strata")
        assert answer.standard_errors.max() == 0
        assert answer.coefficients == pytest.approx(lt.limit(F, design).coefficients, abs=1e-10)


@pytest.mark.parametrize("method", ["wls", "unbiased"])
@pytest.mark.parametrize("sampling", ["design", "pairs", "leverage"])
def test_where_independent_draws_show_all_masks_no_misfit_is_unseen(method, sampling):
    answer = lt.estimate(lt.Additive([1.0, 2.0]), lt.BernoulliDesign(2, 0.5), 40, 0, method, sampling=sampling)
    assert answer.standard_errors.max() < 1e-12


@pytest.mark.slow
def test_identical_draws_do_not_look_perfect():
    # All five draws of {1} or {2} are the same with probability 1/16: F there says nothing of the other mask.
    F, design, same = lt.SetFunction([0.0, 0.7, 0.2, 1.0]), lt.ShapleyDesign(2), []
    truth = lt.limit(F, design).coefficients
    for seed in range(200):
        if len(np.unique(masks_of(draw(F, design, 5, np.random.default_rng(seed))), axis=0)) == 1:
            same.append(lt.estimate(F, design, 5, seed))
    assert len(same) >= 3
    for answer in same:
        low, high = answer.interval().T
        assert ((low <= truth) & (truth <= high)).all() and answer.standard_errors.min() > 0.05


def as_found(sample, design, found, *_, **__):
    return found


@pytest.mark.parametrize("method", ["wls", "unbiased"])
@pytest.mark.parametrize("sampling", ["design", "pairs", "strata", "leverage"])
@pytest.mark.parametrize("design", [lt.GlimeDesign(6, 0.6), lt.ImageDesign(6, 0.1), lt.ShapleyDesign(6)], ids=repr)
def test_degrees_of_freedom_are_never_above_those_of_the_sandwich(design, sampling, method, monkeypatch):
    F = lt.SetFunction(table(6))

    def found():
        return [lt.estimate(F, design, n, n, method, sampling=sampling) for n in (12, 20, 40)]

    answers = found()
    for module in ("wls", "unbiased"):
        monkeypatch.setattr(f"limetheory.estimation.methods.{module}.small_sample_correction", as_found)
    for answer, plain in zip(answers, found(), strict=True):
        assert np.shape(answer.degrees_of_freedom) == (6,) and np.ptp(plain.degrees_of_freedom) == 0
        assert (answer.degrees_of_freedom <= plain.degrees_of_freedom).all()
        assert (answer.degrees_of_freedom >= 1).all()


def test_few_masks_that_carry_a_coefficient_leave_it_few_degrees_of_freedom():
    # GLIME at σ = 0.5 drops a superpixel with probability 0.018, so that of 400 masks about 7 carry its coefficient;
    # with the prior's weight of 5 masks it has about 11 degrees of freedom, where the sandwich counts 391.
    F, design = lt.SetFunction(table(8)), lt.GlimeDesign(8, 0.5)
    answer = lt.estimate(F, design, 400, 0, "unbiased")
    carrying = (~masks_of(draw(F, design, 400, np.random.default_rng(0)))).sum(axis=0)
    assert answer.degrees_of_freedom == pytest.approx(carrying + small_samples.PRIOR_MASKS - 1, rel=0.1)
    assert answer.degrees_of_freedom.max() < 25


def test_a_complement_without_weight_shows_no_misfit():
    # Under this law the complements of pairs have weights of 1e-31. Their misfits counted as shown, and where no other
    # mask had one, standard errors were 5e-15 at errors of 0.016.
    design, F = lt.GlimeDesign(20, 0.5, "exp"), lt.Leaf(20, on=(0, 1, 2))
    truth = lt.limit(F, design).coefficients
    answer = lt.estimate(F, design, 840, 2, sampling="pairs")
    errors = np.abs(answer.coefficients - truth)
    assert errors.max() > 0.01 and np.isfinite(answer.standard_errors).any()
    assert (answer.standard_errors > 0.3 * errors).all()


@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_misfits_that_cancel_within_each_pair_leave_the_rule_of_three(method):
    # An interaction of two cancels within a pair, and one of ten is shown by two of 1,024 masks. Misfits were counted
    # mask by mask, so that standard errors were 1e-16 at errors of 0.002 where no pair showed the second.
    F, design = lt.WeightedSum([lt.Leaf(10, on=(0, 1)), lt.Leaf(10, on=tuple(range(10)))]), lt.BernoulliDesign(10)
    truth = lt.limit(F, design).coefficients
    for seed in range(20):
        low, high = lt.estimate(F, design, 200, seed, method, sampling="pairs").interval().T
        assert ((low <= truth) & (truth <= high)).all()
