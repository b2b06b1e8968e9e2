"""prop:bias-split: the parts against regressions by brute force, and the estimated parts by simulation."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.statistics import bias_split, estimated_bias_split

N, RIDGE = 300, 60.0


def table(d: int = 5) -> lt.SetFunction:
    rng = np.random.default_rng(d)
    return lt.SetFunction(naive.masks(d) @ rng.normal(size=d) + rng.normal(size=2**d))


@pytest.mark.parametrize("case", [*naive.exchangeable(5), naive.product(5), ("ShapleyDesign", (5,))], ids=naive.name)
def test_the_parts_are_differences_of_regressions_over_all_masks(case):
    F, design = table(), getattr(lt, case[0])(*case[1])
    answer = lt.estimate(F, design, N, rng=1, ridge=RIDGE)
    found = bias_split(answer, F, design, N, RIDGE)
    law, weight = naive.measure(*case)
    efficient = design.efficient
    free = naive.regression(F.values, law * weight, efficient=efficient)[0]
    shrunk = naive.regression(F.values, law * weight, RIDGE / N, efficient=efficient)[0]
    wanted = naive.regression(F.values, np.full(32, 1 / 32))[0]
    np.testing.assert_allclose(found.bandwidth, free - wanted, atol=1e-10)
    np.testing.assert_allclose(found.ridge, shrunk - free, atol=1e-10)
    np.testing.assert_allclose(found.sampling, answer.coefficients - shrunk, atol=1e-10)
    np.testing.assert_allclose(found.total, answer.coefficients - wanted, atol=1e-12)
    assert not found.bandwidth_errors.any() and not found.ridge_errors.any()


def test_a_part_is_zero_where_its_cause_is_absent():
    F, design = table(), lt.BernoulliDesign(5)
    plain = bias_split(lt.estimate(F, design, N, rng=1), F, design, N)
    assert np.abs(plain.bandwidth).max() < 1e-12 and not plain.ridge.any() and plain.sampling.any()
    image = lt.ImageDesign(5)
    exact = bias_split(lt.limit(F, image, ridge=RIDGE / N), F, image, N, RIDGE, wanted=image)
    assert not exact.sampling.any() and not exact.bandwidth.any() and np.abs(exact.ridge).min() > 1e-3
    assert not exact.sampling_size.any()


@pytest.mark.slow
def test_the_sampling_part_has_the_size_that_thm_clt_expects():
    # A root mean square of 400 × 5 parts over its expectation has a standard error below 1/√800 = 3.5 %, the
    # coefficients of a run being correlated; 5 of them and 5 % for O(1/n) are 23 %, a false alarm < 1e-6. The
    # mutant, the ridge part counted as sampling, is outside.
    F, design, rng = table(), lt.ImageDesign(5), np.random.default_rng(2)
    splits = [bias_split(lt.estimate(F, design, N, rng, ridge=RIDGE), F, design, N, RIDGE) for _ in range(400)]

    def ratio(parts):
        return np.sqrt(np.mean(np.square(parts)) / np.mean(np.square([s.sampling_size for s in splits])))

    assert ratio([s.sampling for s in splits]) == pytest.approx(1, abs=0.23)
    assert ratio([s.sampling + s.ridge for s in splits]) > 1.3


@pytest.mark.slow
@pytest.mark.parametrize("case", [("ImageDesign", (5, 0.25)), naive.product(5)], ids=naive.name)
def test_the_estimated_parts_scatter_about_the_exact_ones_as_their_errors_say(case):
    # 300 runs: a mean z-score has standard error 1/√300, six are 0.35 (a false alarm < 1e-7 for each of 5), plus
    # 0.3 for the bias of ridge regression of order 1/n; their standard deviation is 1 within 6 × 4.1 % + 6 %.
    F, design, rng = table(), getattr(lt, case[0])(*case[1]), np.random.default_rng(3)
    ridge_scores, bandwidth_scores = [], []
    for _ in range(300):
        answer = lt.estimate(F, design, N, rng, ridge=RIDGE)
        reference = lt.estimate(F, lt.BernoulliDesign(5), 2 * N, rng)
        found = estimated_bias_split(answer, reference, design, N, RIDGE)
        exact = bias_split(answer, F, design, N, RIDGE)
        np.testing.assert_allclose(found.total, answer.coefficients - reference.coefficients, atol=1e-12)
        ridge_scores.append((found.ridge - exact.ridge) / found.ridge_errors)
        bandwidth_scores.append((found.bandwidth - exact.bandwidth) / found.bandwidth_errors)
        assert not found.sampling.any() and (found.sampling_size == answer.standard_errors).all()
    for scores in (np.array(ridge_scores), np.array(bandwidth_scores)):
        assert np.abs(scores.mean(axis=0)).max() < 0.65
        assert scores.std(axis=0).max() < 1.31
        assert scores.std(axis=0).min() > 0.5  # errors under a ridge are the larger of two, and so rather too large
    ignored = bias_split(answer, F, design, N, RIDGE).ridge / np.array(found.ridge_errors)
    assert np.abs(ignored).max() > 0.65  # mutant: no ridge part at all


def test_without_a_covariance_the_errors_of_the_estimated_parts_are_the_largest_possible():
    F, design = table(), lt.ImageDesign(5)
    known = lt.estimate(F, design, N, rng=1, ridge=RIDGE)
    bare = lt.Explanation(known.coefficients, known.intercept, known.standard_errors, N)
    sharp, blunt = (estimated_bias_split(a, known, design, N, RIDGE) for a in (known, bare))
    assert (blunt.ridge_errors > sharp.ridge_errors).all()
    assert (blunt.bandwidth_errors > sharp.bandwidth_errors).all()
    np.testing.assert_array_equal(blunt.ridge, sharp.ridge)


@pytest.mark.parametrize("n, ridge, message", [(0, 1.0, "n must be at least 1"), (9, -1.0, "ridge must be at least 0")])
def test_wrong_arguments_are_named(n, ridge, message):
    F, design = table(), lt.ImageDesign(5)
    with pytest.raises(ValueError, match=message):
        bias_split(lt.limit(F, design), F, design, n, ridge)
