"""two_level is unbiased for the exact function, whatever the cheap one is, and adds the variances of both samples."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation import Interrupted, two_level

D, N, N_EXACT, REPETITIONS = 5, 32, 9, 400
DESIGNS = [lt.ImageDesign(D), lt.ShapleyDesign(D)]


def functions():
    rng = np.random.default_rng(3)
    exact = lt.all_masks(D) @ rng.normal(size=D) + 0.5 * rng.normal(size=2**D)
    wrong = 0.4 * lt.all_masks(D)[:, 0] + 0.2 * rng.normal(size=2**D) + 0.3
    return lt.SetFunction(exact + wrong), lt.SetFunction(exact)


class Recorded:
    def __init__(self, function):
        self.function, self.d, self.asked = function, function.d, []

    def __call__(self, masks):
        self.asked.append(masks.copy())
        return self.function(masks)

    @property
    def masks(self):
        return np.concatenate(self.asked)


@pytest.fixture(scope="module", params=DESIGNS, ids=lambda design: type(design).__name__)
def answers(request):
    rng, (cheap, exact) = np.random.default_rng(5), functions()
    found = [two_level(cheap, exact, request.param, N, N_EXACT, rng, "unbiased") for _ in range(REPETITIONS)]
    alone = [lt.estimate(cheap, request.param, N, rng, "unbiased") for _ in range(REPETITIONS)]
    return lt.limit(exact, request.param).coefficients, found, alone


def deviation(coefficients, truth):
    """Largest |z| of the means over the repetitions."""
    errors = coefficients.std(axis=0, ddof=1) / np.sqrt(len(coefficients))
    return np.abs((coefficients.mean(axis=0) - truth) / errors).max()


@pytest.mark.slow
def test_its_mean_is_the_limit_of_the_exact_function_and_that_of_the_cheap_level_is_not(answers):
    # |z| > 5.5 in one of five coefficients: probability below 2e-7. The cheap level is off by more than 10 of its own.
    truth, found, alone = answers
    assert deviation(np.array([one.coefficients for one in found]), truth) < 5.5
    assert deviation(np.array([one.coefficients for one in alone]), truth) > 10


@pytest.mark.slow
def test_the_covariance_it_reports_is_that_of_its_answers_and_neither_level_alone_is(answers):
    # A variance over 400 answers is known to 7 % (and their fourth moments are near the normal's): 0.75…1.33 is about
    # four times that. Half the variance, which either level alone may leave out, is not inside.
    # Nine exact masks now and then leave a coefficient, or the sum of all, undetermined: infinite, and left out here.
    finite = [pair for pair in zip(*answers[1:], strict=True) if np.isfinite(np.trace(pair[0].covariance))]
    assert len(finite) > 0.9 * len(answers[1])
    found, alone = zip(*finite, strict=True)
    seen = np.var([one.coefficients for one in found], axis=0, ddof=1).sum()
    reported = np.mean([np.trace(one.covariance) for one in found])
    first_only = np.mean([np.trace(one.covariance) for one in alone])
    assert 0.75 < reported / seen < 1.33
    assert first_only / seen < 0.75 and (reported - first_only) / seen < 0.75


def test_the_exact_function_is_asked_for_its_own_masks_only():
    cheap, exact = map(Recorded, functions())
    answer = two_level(cheap, exact, lt.ImageDesign(D), N, N_EXACT, 0)
    assert len(exact.masks) == N_EXACT == answer.n_evaluations and len(cheap.masks) == N + N_EXACT
    np.testing.assert_array_equal(exact.masks, cheap.masks[N:])
    assert not (cheap.masks[:N_EXACT] == exact.masks).all()


def test_an_efficient_design_gives_coefficients_that_sum_to_the_exact_rise():
    cheap, exact = functions()
    answer = two_level(cheap, exact, lt.ShapleyDesign(D), N, N_EXACT, 0)
    assert answer.coefficients.sum() == pytest.approx(exact.values[-1] - exact.values[0], abs=1e-12)
    assert answer.n_evaluations == N_EXACT + 2
    assert answer.intercept == pytest.approx(exact.values[0], abs=1e-12)


@pytest.mark.slow
def test_rounding_to_half_precision_is_removed():
    # All 32 masks: the cheap level is exact, and what is left is the correction's error, at most rounding itself.
    _, exact = functions()
    rounded = lt.SetFunction(exact.values.astype(np.float16).astype(float))
    truth = lt.limit(exact, lt.ImageDesign(D)).coefficients
    means = np.mean([two_level(rounded, exact, lt.ImageDesign(D), 32, 200, seed).coefficients for seed in range(20)], 0)
    left = np.abs(means - truth).max()
    assert left < 0.3 * np.abs(lt.limit(rounded, lt.ImageDesign(D)).coefficients - truth).max()


@pytest.mark.parametrize("method", ["wls", "ordinary"])
def test_a_biased_method_is_refused(method):
    with pytest.raises(ValueError, match="method must be one of"):
        two_level(*functions(), lt.ImageDesign(D), N, N_EXACT, 0, method)


def test_functions_of_another_size_are_refused():
    cheap, exact = functions()
    with pytest.raises(ValueError, match="same d, got 5 and 6"):
        two_level(cheap, exact, lt.ImageDesign(6), N, N_EXACT)


def test_an_interrupted_run_has_no_explanation_of_the_cheap_function():
    cheap, exact = functions()

    class Stopped(Recorded):
        block_size = 8

        def __call__(self, masks):
            if len(self.asked) == 2:
                raise KeyboardInterrupt
            return super().__call__(masks)

    with pytest.raises(Interrupted) as raised:
        two_level(Stopped(cheap), exact, lt.ImageDesign(D), N, N_EXACT, 0, "unbiased")
    assert raised.value.explanation is None and raised.value.sample.n == 16
