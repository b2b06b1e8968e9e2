"""thm:clt and prop:unbiased by simulation, each with both error rates and a mutant that is rejected."""

import naive
import numpy as np
import pytest
from pooled_coverage import departs
from scipy.stats import binom

import limetheory as lt
from limetheory.estimation.methods.determined import LeftOutUnits

REPETITIONS, N, LEVEL = 400, 200, 0.95
DESIGNS = [("ImageDesign", (6, 0.25)), ("BernoulliDesign", (7, 0.3)), ("ShapleyDesign", (6,))]
# Coverage of all coefficients together must be within 5.5 standard errors of 0.94..0.96, 1 % being the CLT's own error
# at n = 200, and that of each at least the 5e-7 limit of a binomial count of 0.94: a false alarm has probability
# < 1e-6. Coverage below 0.78, as of half the standard errors (0.67), passes the limit with probability < 1e-6, and
# standard errors twice as large are found.
LOW = binom.ppf(5e-7, REPETITIONS, LEVEL - 0.01) / REPETITIONS


def model(d: int) -> lt.SetFunction:
    rng = np.random.default_rng(d)
    return lt.SetFunction(naive.masks(d) @ rng.normal(size=d) + 0.5 * rng.normal(size=2**d))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["wls", "unbiased"])
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_thm_clt_intervals_cover_the_limit_at_their_level(case, method):
    design = getattr(lt, case[0])(*case[1])
    F, rng = model(design.d), np.random.default_rng(1)
    truth = lt.limit(F, design).coefficients
    answers = [lt.estimate(F, design, N, rng, method) for _ in range(REPETITIONS)]

    def coverage(shrink):
        half = np.array([np.diff(a.interval(LEVEL), axis=1)[:, 0] / 2 for a in answers]) * shrink
        return np.abs(np.array([a.coefficients for a in answers]) - truth) <= half

    honest = coverage(1.0)
    assert departs(honest, LEVEL, 0.01) < 5.5 and (honest.mean(axis=0) >= LOW).all()
    assert (coverage(0.5).mean(axis=0) < LOW).all()  # mutants: standard errors halved, and doubled
    assert departs(coverage(0.5), LEVEL, 0.01) > 5.5 and departs(coverage(2.0), LEVEL, 0.01) > 5.5


@pytest.mark.slow
@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_intervals_are_infinite_for_a_coefficient_that_depends_on_one_mask(method, monkeypatch):
    # superpixels are dropped with probability 0.018, most of the time alone: fits go through these masks
    F, design = model(8), lt.GlimeDesign(8, 0.5)
    truth = lt.limit(F, design).coefficients

    def coverage():
        intervals = np.array([lt.estimate(F, design, N, seed, method).interval(LEVEL) for seed in range(200)])
        return ((intervals[..., 0] <= truth) & (truth <= intervals[..., 1])).mean()

    assert coverage() > 0.93  # the level less a standard error of 200 runs, 0.015
    monkeypatch.setattr(LeftOutUnits, "undetermined", lambda units, parameters: np.zeros(8, bool))
    for name in ("wls", "unbiased"):
        corrected = f"limetheory.estimation.methods.{name}.small_sample_correction"
        monkeypatch.setattr(corrected, lambda _, __, found, *___, **____: found)
    assert coverage() < 0.88


@pytest.mark.slow
@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_thm_clt_error_falls_as_one_over_the_root_of_n(method):
    # Slope of log RMSE between n = 200 and 3200 over 100 repetitions of 6 coefficients, of which 3 count as
    # independent: each RMSE is known to 4.1 %, two of them over log 16 give the slope to 0.021, and ±0.1 is a false
    # alarm with probability < 2e-6.
    design, rng = lt.ImageDesign(6), np.random.default_rng(2)
    F = model(6)
    truth = lt.limit(F, design).coefficients

    def rmse(n, ridge=0.0):
        gaps = [lt.estimate(F, design, n, rng, method, ridge).coefficients - truth
                for _ in range(100)]  # fmt: skip
        return np.sqrt(np.mean(np.square(gaps)))

    assert np.log(rmse(3200) / rmse(200)) / np.log(16) == pytest.approx(-0.5, abs=0.1)
    if method == "wls":
        assert np.log(rmse(3200, 320) / rmse(200, 20)) / np.log(16) > -0.4  # mutant: bias that does not fall


@pytest.mark.slow
def test_prop_ridge_is_the_limit_of_lime_s_ridge():
    # 100 repetitions at n = 2000 with α = 200, that is λ = 0.1: the mean is within 6 standard errors (false
    # alarm < 1e-6) of the limit, plus a bias of order 1/n; the limit without ridge (the mutant) is outside.
    design, F, rng = lt.ImageDesign(6), model(6), np.random.default_rng(3)
    answers = [lt.estimate(F, design, 2000, rng, ridge=200.0).coefficients for _ in range(100)]
    mean, error = np.mean(answers, axis=0), np.std(answers, axis=0) / np.sqrt(100)
    assert (np.abs(mean - lt.limit(F, design, ridge=0.1).coefficients) < 6 * error + 1e-3).all()
    assert (np.abs(mean - lt.limit(F, design).coefficients) > 6 * error + 1e-3).any()


@pytest.mark.slow
@pytest.mark.parametrize("case", DESIGNS, ids=naive.name)
def test_prop_unbiased_at_twelve_masks_where_wls_is_biased_or_wild(case):
    # 6 standard errors of the mean of 500: false alarm < 1e-6 over the coefficients. That nothing but the expectation
    # is right is test_ladder's, over all samples of four masks.
    design = getattr(lt, case[0])(*case[1])
    F, rng = model(design.d), np.random.default_rng(4)
    truth = lt.limit(F, design).coefficients
    answers = np.array([lt.estimate(F, design, 12, rng, "unbiased").coefficients for _ in range(500)])
    error = answers.std(axis=0) / np.sqrt(len(answers))
    assert (np.abs(answers.mean(axis=0) - truth) < 6 * error).all()
    assert (np.abs(answers.mean(axis=0) + 12 * error - truth) > 6 * error).all()  # mutant: a bias of 12 errors
