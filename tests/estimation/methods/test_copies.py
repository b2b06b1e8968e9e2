"""Equal masks of a sample, and the leverage that a mask has in the population's fit."""

import math
from dataclasses import replace

import naive
import numpy as np
import pytest
import scipy.linalg
from schemes import built, naive_leverage

import limetheory as lt
from limetheory.estimation.methods.copies import (
    PopulationHat,
    distinct_degrees,
    exhausts_support,
    hat_of_complements,
    population_leverage,
)
from limetheory.estimation.methods.leave_one_out import LeaveOneOut
from limetheory.estimation.methods.linear_models import Free
from limetheory.estimation.samples.sample import Sample

CASES = [*naive.every(4), ("ShapleyDesign", (2,)), ("ImageDesign", (1, 0.5)), ("ImageDesign", (3, 0.05)),
         ("BernoulliDesign", (3, 0.01)), ("ProductDesign", ([0.99, 0.02],))]  # fmt: skip


def hat_diagonal(law, weight):
    """The diagonal of the hat matrix of weighted least squares on all masks with mass, row after row by QR."""
    d, root = len(law).bit_length() - 1, np.sqrt(law * weight)
    left, _ = np.linalg.qr(root[:, None] * np.column_stack([np.ones(2**d), naive.masks(d)]))
    return (left**2).sum(axis=1)


def glime(d, sigma, law):
    sizes = np.array(naive.sizes(d))
    weight = np.exp(sizes / sigma**2)
    if law != "binomial":
        weight[-1] = 0.0
    if law == "exp":
        weight = weight / [math.comb(d, k) for k in sizes]
    return weight / weight.sum(), np.ones(2**d)


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_population_s_leverage_is_that_of_the_fit_to_all_masks(case):
    design = built(case)
    found = population_leverage(design, naive.masks(design.d))
    assert found == pytest.approx(naive_leverage(case), rel=1e-9, abs=1e-12)
    assert found.sum() == pytest.approx(design.d - 1 if design.efficient else design.d + 1, rel=1e-10)
    assert (found <= 1 + 1e-12).all()
    if not design.efficient:
        assert found == pytest.approx(hat_diagonal(*naive.measure(*case)), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("law", ["binomial", "exp", "comb_exp"])
def test_the_population_s_leverage_under_glime_s_laws(law):
    found = population_leverage(lt.GlimeDesign(4, 0.7, law), naive.masks(4))
    assert found == pytest.approx(hat_diagonal(*glime(4, 0.7, law)), rel=1e-7, abs=1e-12)


def test_no_masks_have_no_leverage():
    assert population_leverage(lt.ImageDesign(3), np.zeros((0, 3), bool)).shape == (0,)


def sample_of(index, paired=False, d=3):
    masks = naive.masks(d)[index]
    return replace(Sample.of(masks, np.ones(len(masks)), np.arange(len(masks))), paired=paired)


def population_residuals(sample, design, residuals, penalty=0.0):
    return PopulationHat(sample, design, penalty).population_residuals(residuals)


def variance_residuals(sample, design, without):
    return PopulationHat(sample, design).variance_residuals(without)


def without_units(residuals, balanced=None):
    residuals = np.asarray(residuals, float)
    balanced = np.full(len(residuals), np.inf) if balanced is None else np.asarray(balanced, float)
    return LeaveOneOut(residuals, balanced)


def test_copies_are_found_and_summed_up():
    index = [5, 0, 5, 7, 0, 5]
    same = sample_of(index).copies
    assert same.total(np.array([1.0, 10, 2, 100, 20, 4])).tolist() == [7, 30, 7, 100, 30, 7]
    assert np.array_equal(sample_of(index).masks[same.first][same.number], naive.masks(3)[index])
    assert len(same.first) == 3


@pytest.mark.parametrize("case", [("BernoulliDesign", (3, 0.3)), ("ShapleyDesign", (3,)), naive.product(3)],
                         ids=naive.name)  # fmt: skip
def test_what_is_left_of_residuals_of_masks_that_come_one_by_one(case):
    index = [1, 2, 1, 4, 6, 1, 5, 6]
    sample, h = sample_of(index), naive_leverage(case)[index]
    several = np.array([index.count(i) > 1 for i in index])
    residuals = np.arange(1.0, 9.0)
    arguments = sample, built(case), residuals
    assert population_residuals(*arguments) / residuals == pytest.approx(np.where(several, 1 - h, 1), abs=1e-12)
    expected = np.where(several, 1 - h, np.sqrt(1 - h))
    found = variance_residuals(sample, built(case), without_units(residuals))
    assert found / residuals == pytest.approx(expected, abs=1e-9)
    smaller = variance_residuals(sample, built(case), without_units(residuals, balanced=0.9 * expected * residuals))
    assert smaller / residuals == pytest.approx(0.9 * expected, abs=1e-9)


def hat_matrix(case):
    """X (Xᵀ W X)^{-1} Xᵀ W of the fit to all masks, under the efficiency constraint where the design has it."""
    law, weight = naive.measure(*case)
    d, w = len(law).bit_length() - 1, law * weight
    masks = naive.masks(d).astype(float)
    x = np.column_stack([np.ones(2**d), masks])
    if case[0] == "ShapleyDesign":
        x = (masks - masks.mean(axis=1, keepdims=True))[:, :-1]
    root = np.sqrt(w)
    return (x @ np.linalg.pinv(root[:, None] * x, rcond=1e-9)) * root


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_hat_matrix_of_complements_is_that_of_the_fit_to_all_masks(case):
    design = built(case)
    found = hat_of_complements(design, naive.masks(design.d))
    assert found == pytest.approx(np.diag(hat_matrix(case)[:, ::-1]), rel=1e-7, abs=1e-10)


@pytest.mark.parametrize("case", [("BernoulliDesign", (3, 0.3)), ("ShapleyDesign", (3,)), naive.product(3)],
                         ids=naive.name)  # fmt: skip
def test_what_is_left_of_residuals_of_pairs(case):
    index, hat = [1, 6, 2, 5, 6, 1, 3], hat_matrix(case)
    sample, residuals = sample_of(index, paired=True), np.array([1.0, -2.0, 3.0, 4.0, 0.5, 2.0, 1.0])
    of_pair = np.eye(2) - hat[np.ix_([1, 6], [1, 6])]
    expected = [*of_pair @ [1, -2], 3, 4, *(of_pair @ [2, 0.5])[::-1], 1]
    arguments = sample, built(case), residuals
    assert population_residuals(*arguments) == pytest.approx(expected, abs=1e-12)
    assert variance_residuals(sample, built(case), without_units(residuals)) == pytest.approx(expected, abs=1e-12)


def test_the_smaller_residuals_of_a_pair_are_taken_as_a_whole():
    index = [1, 6, 2, 5]
    sample, residuals = sample_of(index, paired=True), np.array([3.0, 0.0, 1.0, 1.0])
    without = without_units(residuals, balanced=[2.0, 1.0, 0.0, 2])
    found = variance_residuals(sample, lt.BernoulliDesign(3, 0.3), without)
    assert found.tolist() == [2.0, 1.0, 1.0, 1.0]


def drawn(paired, copies):
    rng = np.random.default_rng(3)
    masks = rng.random((21, 4)) < 0.6
    if paired:
        masks[1::2] = ~masks[: len(masks) - 1 : 2]
    if copies:
        masks[8:10] = masks[2:4]
    sample = Sample.of(masks, rng.random(21) + 0.2, rng.normal(size=21))
    return replace(sample, paired=paired)


def hat_root(sample, units):
    """W^{-1/2} (I − H)^{-1/2} W^{1/2} e unit by unit, H the unit's block of the hat matrix, copies added up."""
    x, w = np.column_stack([np.ones(sample.n), sample.masks]), sample.weights
    inverse = np.linalg.inv(x.T @ (w[:, None] * x))
    e = sample.values - x @ inverse @ x.T @ (w * sample.values)
    total = np.array([w[(sample.masks == row).all(axis=1)].sum() for row in sample.masks])
    found = np.empty(sample.n)
    for unit in units:
        root = np.sqrt(total[unit])
        hat = root[:, None] * (x[unit] @ inverse @ x[unit].T) * root
        found[unit] = scipy.linalg.inv(scipy.linalg.sqrtm(np.eye(len(unit)) - hat)).real @ (root * e[unit]) / root
    return found


@pytest.mark.parametrize("copies", [False, True])
def test_balanced_residuals_are_hc2_of_masks_and_cr2_of_pairs(copies):
    for paired in (False, True):
        sample = drawn(paired, copies)
        if copies and not paired:
            assert sample.copies.repeated
        units = [[i, i + 1] for i in range(0, 20, 2)] + [[20]] if paired else [[i] for i in range(21)]
        found = Free.of(sample).fit(sample)[0].without_copies.balanced
        assert found == pytest.approx(hat_root(sample, units), rel=1e-9)


def test_balanced_squares_of_values_without_pattern_are_right_on_average():
    # E[e e'] = I − H for independent values of variance 1, so that E[balanced²] = 1 exactly, mask by mask.
    rng, n = np.random.default_rng(0), 12
    masks = np.unique(rng.random((40, 6)) < 0.5, axis=0)[:n]
    samples = [Sample.of(masks, np.ones(n), unit) for unit in np.eye(n)]
    columns = [Free.of(sample).fit(sample)[0].without_copies.balanced for sample in samples]
    assert (np.stack(columns, axis=1) ** 2).sum(axis=1) == pytest.approx(np.ones(n), rel=1e-10)


def test_values_without_pattern_have_the_right_variance_on_average_over_a_sample_of_all_masks():
    # Independent values of variance 1 at every mask: E[e²] = 1 − h, so that e²/(1 − h) is right, and e²/(1 − h)², which
    # `population_residuals` make of residuals that left the mask out, is too large where a mask occurs once.
    design, masks = lt.BernoulliDesign(3, 0.5), naive.masks(3)
    x = np.column_stack([np.ones(8), masks])
    residual_maker = np.eye(8) - x @ np.linalg.solve(x.T @ x, x.T)
    sample = Sample.of(masks, np.ones(8), np.zeros(8))
    without = residual_maker / np.diag(residual_maker)[:, None]
    scaled = np.stack([variance_residuals(sample, design, without_units(column)) for column in without.T], axis=1)
    assert (scaled**2).sum(axis=1) == pytest.approx(np.ones(8), rel=1e-12)
    unscaled = np.stack([population_residuals(sample, design, column) for column in without.T], axis=1)
    assert (unscaled**2).sum(axis=1) == pytest.approx(2.0)


def test_copies_without_end_have_the_population_s_residual():
    # Every mask five times: without all five copies of a mask the residual is e / (1 − h), and 1 − h of it is e.
    design, index = lt.BernoulliDesign(3, 0.5), np.repeat(np.arange(8), 5)
    values = np.random.default_rng(0).normal(size=8)
    x = np.column_stack([np.ones(8), naive.masks(3)])
    population = values - x @ np.linalg.lstsq(x, values, rcond=None)[0]
    sample, found = sample_of(index), []
    for mask in range(8):
        others = np.arange(8) != mask
        found.append(values[mask] - x[mask] @ np.linalg.lstsq(x[others], values[others], rcond=None)[0])
    scaled = population_residuals(sample, design, np.repeat(found, 5))
    assert scaled == pytest.approx(np.repeat(population, 5), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("design", "method"), [
    (lt.ImageDesign(3, 0.25), "wls"), (lt.ImageDesign(3, 0.25), "unbiased"), (lt.TextDesign(3, 0.1), "unbiased"),
    (lt.ProductDesign([0.25] * 3, [0.5] * 3), "wls"),
], ids=repr)  # fmt: skip
def test_standard_errors_are_not_too_small_if_all_pairs_are_drawn(design, method):
    # With d = 3 each of the four pairs has a leverage near 1 in sum, and yet a residual: its two masks share one
    # parameter's worth. Errors of 1e-17 came out where the residuals were scaled by 1 minus the sum.
    F = lt.SetFunction(np.random.default_rng(1).normal(size=2**design.d))
    truth, rng = lt.limit(F, design).coefficients, np.random.default_rng(0)
    found = [lt.estimate(F, design, 160, rng, method, sampling="pairs") for _ in range(200)]
    errors = np.array([one.coefficients - truth for one in found])
    stated = np.array([one.standard_errors for one in found])
    intervals = np.array([one.interval(0.95) for one in found])
    assert (np.sqrt((stated**2).mean(axis=0)) > 0.8 * np.sqrt((errors**2).mean(axis=0))).all()
    assert ((intervals[..., 0] <= truth) & (truth <= intervals[..., 1])).mean() > 0.93


@pytest.mark.parametrize("design, support", [(lt.ImageDesign(3), 8), (lt.ShapleyDesign(3), 6), (lt.TextDesign(3), 7),
                                             (lt.ProductDesign([0.2, 0.6, 0.5]), 8)], ids=repr)  # fmt: skip
def test_all_masks_are_seen_when_as_many_as_have_mass(design, support):
    drawn = np.flatnonzero(design.chance(naive.masks(3)) > 0)
    assert len(drawn) == support == pytest.approx(design.support_size, rel=1e-12)
    ends = (0.0, 1.0) if design.efficient else None
    for index, wanted in ((drawn, True), (np.append(drawn[1:], drawn[1:]), False)):
        sample = replace(sample_of(index), ends=ends)
        assert exhausts_support(sample, design) == wanted


def degrees(masks, design, parameters, paired=False):
    sample = replace(Sample.of(masks, np.ones(len(masks)), np.zeros(len(masks))), paired=paired)
    return distinct_degrees(sample, design, parameters)


def test_copies_count_once_where_more_masks_are_to_come():
    design, masks = lt.BernoulliDesign(4, 0.5), naive.masks(4)
    assert degrees(masks[[1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]], design, 5) == 4
    assert degrees(masks[[1, 2, 1, 2]], design, 5) == 1
    assert degrees(masks[[1, 14, 2, 13, 14, 1, 3, 12]], design, 2, paired=True) == 1  # three different pairs


def test_copies_do_not_count_once_where_nothing_repeats_or_nearly_all_is_seen():
    design, masks = lt.BernoulliDesign(4, 0.5), naive.masks(4)
    assert degrees(masks[:9], design, 5) == np.inf
    assert degrees(masks[[*range(15), 0, 1]], design, 5) == 10  # the sixteenth mask is to come in 17 draws, 1.06 times
    assert degrees(masks[[*range(16), 0, 1]], design, 5) == np.inf
    assert degrees(masks[[1, 2, 3] * 4], design, 2) == np.inf  # copies tell how often a mask comes


@pytest.mark.slow
def test_unbiased_intervals_say_so_where_all_masks_have_one_size():
    # GLIME's exponential law at sigma = 0.5 shows 7 of 8 superpixels 98 % of the time: without another size nothing
    # tells the sum of the coefficients, and all of them were off by the same amount (coverage 55 %).
    design = lt.GlimeDesign(8, 0.5, "exp")
    F = lt.SetFunction(np.random.default_rng(0).normal(size=256))
    truth, rng = lt.limit(F, design).coefficients, np.random.default_rng(0)
    intervals = np.array([lt.estimate(F, design, 18, rng, "unbiased").interval() for _ in range(200)])
    assert ((intervals[..., 0] <= truth) & (truth <= intervals[..., 1])).mean() > 0.93


@pytest.mark.parametrize("case", [("BernoulliDesign", (3, 0.3)), ("ImageDesign", (3, 0.25)), naive.product(3)],
                         ids=naive.name)  # fmt: skip
def test_a_penalty_shrinks_the_population_s_hat_matrix(case):
    law, weight = naive.measure(*case)
    measure, masks, penalty = law * weight, naive.masks(3).astype(float), 0.05
    centred = masks - measure @ masks / measure.sum()
    inverse = np.linalg.inv((centred.T * measure) @ centred + penalty * np.eye(3))
    hat = (1 / measure.sum() + centred @ inverse @ centred.T) * measure
    assert population_leverage(built(case), naive.masks(3), penalty) == pytest.approx(np.diag(hat), rel=1e-9)
    assert hat_of_complements(built(case), naive.masks(3), penalty) == pytest.approx(np.diag(hat[:, ::-1]), rel=1e-9)
    index = [1, 6, 2, 5, 6, 1, 3]
    sample, residuals = sample_of(index, paired=True), np.array([1.0, -2.0, 3.0, 4.0, 0.5, 2.0, 1.0])
    of_pair = np.eye(2) - hat[np.ix_([1, 6], [1, 6])]
    expected = [*of_pair @ [1, -2], 3, 4, *(of_pair @ [2, 0.5])[::-1], 1]
    assert population_residuals(sample, built(case), residuals, penalty) == pytest.approx(expected, abs=1e-12)
