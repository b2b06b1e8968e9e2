"""Binomial probabilities in log space against 50-digit log-gamma."""

import mpmath
import numpy as np
import pytest

from limetheory.designs.binomial import log_binomial_pmf


def exact(k: int, n: int, p: float):
    log_count = mpmath.loggamma(n + 1) - mpmath.loggamma(k + 1) - mpmath.loggamma(n - k + 1)
    p = mpmath.mpf(p)
    return log_count + k * mpmath.log(p) + (n - k) * mpmath.log(1 - p)


@pytest.mark.parametrize("n", [1, 2, 7, 15, 16, 17, 40, 1000, 20_000, 1_000_000])
@pytest.mark.parametrize("p", [1e-300, 1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 1e-9])
def test_log_pmf_is_the_exact_one_to_a_few_ulps(n, p):
    mode = round(n * p)
    k = sorted({j for j in (0, 1, 2, n // 3, n // 2, mode - 1, mode, mode + 1, n - 1, n) if 0 <= j <= n})
    with mpmath.workdps(50):
        truth = [exact(j, n, p) for j in k]
        got = log_binomial_pmf(np.array(k), n, p)
        errors = [float(abs(g - t) / max(1, abs(t))) for g, t in zip(got, truth, strict=True)]
    assert max(errors) <= 32 * np.finfo(float).eps, dict(zip(k, errors, strict=True))


def test_log_pmf_is_minus_infinity_outside_and_exact_at_p_zero_and_one():
    assert log_binomial_pmf(np.array([-1, 5]), 4, 0.5).tolist() == [-np.inf, -np.inf]
    assert log_binomial_pmf(np.array([0, 1, 4]), 4, 0.0).tolist() == [0, -np.inf, -np.inf]
    assert log_binomial_pmf(np.array([0, 3, 4]), 4, 1.0).tolist() == [-np.inf, -np.inf, 0]
    assert log_binomial_pmf(np.array([0]), 0, 0.5).tolist() == [0]


@pytest.mark.parametrize("n", [1, 33, 1000, 100_000])
def test_pmf_sums_to_one(n):
    assert np.exp(log_binomial_pmf(np.arange(n + 1), n, 0.37)).sum() == pytest.approx(1, abs=1e-13)
