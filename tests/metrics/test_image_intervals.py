"""Intervals over images and paired comparisons."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from limetheory.metrics import holm, interval, paired_differences
from limetheory.metrics import intervals as module

LOW_P = st.lists(st.integers(0, 20).map(lambda x: x / 20), min_size=1, max_size=6)


@pytest.mark.slow
def test_percentile_limits_are_quantiles_of_resampled_means():
    x = np.random.default_rng(0).exponential(size=30)
    rng = np.random.default_rng(1)
    means = [rng.choice(x, 30).mean() for _ in range(20000)]
    found = interval(x, 0.9, "percentile")
    # Quantiles of 9999 and 20000 resamples; the density at the 5 % quantile gives an sd of 0.006.
    assert found[1:] == pytest.approx(np.quantile(means, [0.05, 0.95]), abs=0.03)
    assert found.mean == pytest.approx(x.mean()) and interval(x, 0.5).high < interval(x, 0.99).high


@pytest.mark.slow
@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_bootstrap_covers(method):
    # 200 normal samples of 40 images at 95 %: fewer than 177 (percentile covers about 94 %) would be 4 sd low, while
    # the limits of a 70 % interval cover about 140.
    rng = np.random.default_rng(0)
    samples = rng.normal(1.0, 1.0, (200, 40))
    covered = {level: sum(low <= 1 <= high for _, low, high in
                          (interval(x, level, method, 499, 1) for x in samples)) for level in (0.95, 0.7)}  # fmt: skip
    assert covered[0.95] >= 177 > covered[0.7]


def test_yes_no_scores_have_the_exact_interval():
    found = interval([True] * 14 + [False] * 6)
    assert found[1:] == pytest.approx((beta.ppf(0.025, 14, 7), beta.ppf(0.975, 15, 6)))
    # Clopper and Pearson by their definition: at each limit the tail has 2.5 %.
    tail = sum(comb(20, k) * found.low**k * (1 - found.low) ** (20 - k) for k in range(14, 21))
    assert tail == pytest.approx(0.025)


def test_all_successes_are_not_certainty_and_equal_scores_say_nothing():
    assert interval([1] * 20).low == pytest.approx(0.025 ** (1 / 20))
    for x in ([0.3] * 9, [0.7]):
        found = interval(x)
        assert found.mean == x[0] and np.isnan(found.low) and np.isnan(found.high)


@pytest.mark.parametrize("scores", [[0.1 + 0.2, 0.3, 0.3, 0.3], [1e-5, 1e-5 + 2e-21, 1e-5]], ids=repr)
def test_scores_that_rounding_alone_tells_apart_count_as_equal(scores):
    assert len(set(scores)) > 1
    found = interval(scores)
    assert found.mean == pytest.approx(scores[1]) and np.isnan(found.low) and np.isnan(found.high)
    apart = interval(1 + 1e-13 * np.arange(8))
    assert 1 < apart.low < apart.mean < apart.high  # mutant: a wide tolerance


def test_the_same_seed_gives_the_same_interval():
    x = np.arange(9.0)
    assert interval(x, rng=4) == interval(x, rng=4) != interval(x, rng=5)


@given(st.lists(st.integers(-6, 6).map(lambda x: x / 2), min_size=1, max_size=7))
def test_sign_flips_by_the_loop_over_all_signs(gaps):
    hits = [abs(sum(s * g for s, g in zip(signs, gaps, strict=True))) >= abs(sum(gaps))
            for signs in product([1, -1], repeat=len(gaps))]  # fmt: skip
    assert module._sign_flip(np.array(gaps), 99, np.random.default_rng(0)) == pytest.approx(np.mean(hits), abs=1e-12)


@pytest.mark.parametrize("n", [15, 16, 17])
def test_sign_flips_are_exact_beyond_what_a_loop_was_used_for(n):
    # in integers, so that equal sums are equal: 2^17 sign vectors one by one
    gaps = np.random.default_rng(n).integers(-3, 9, n)
    signs = 1 - 2 * (np.arange(1 << n)[:, None] >> np.arange(n) & 1)
    hits = np.count_nonzero(np.abs(signs @ gaps) >= abs(gaps.sum()))
    found = module._sign_flip(gaps / 7, 99, np.random.default_rng(0))
    assert found == hits / 2**n
    # the mutants: one-sided, and without the sums that are equal to the observed one
    assert found != hits / 2 ** (n + 1) and found != np.count_nonzero(np.abs(signs @ gaps) > abs(gaps.sum())) / 2**n


def law_of_sums(gaps):
    """How many sign vectors give each sum of integers, by adding one after the other."""
    law = {0: 1}
    for gap in gaps:
        grown = {}
        for total, count in law.items():
            for signed in (total - gap, total + gap):
                grown[signed] = grown.get(signed, 0) + count
        law = grown
    return law


@pytest.mark.parametrize("n", [20, 31, 40])
def test_sign_flips_of_integers_are_those_of_the_law_of_their_sums(n):
    gaps = np.random.default_rng(n).integers(-4, 7, n)
    gaps[gaps == 0] = 1
    hits = sum(count for total, count in law_of_sums(gaps.tolist()).items() if abs(total) >= abs(gaps.sum()))
    assert module._sign_flip(gaps * 0.1, 99, np.random.default_rng(0)) == pytest.approx(hits / 2**n, rel=1e-14)


def test_twenty_differences_of_one_sign_have_the_smallest_p_there_is():
    gaps = np.random.default_rng(0).exponential(size=20)
    assert paired_differences({"a": gaps, "b": 0 * gaps}, n_resamples=99)[0].p == 2 / 2**20


def test_yes_no_differences_give_mcnemars_exact_test():
    a, b = np.array([1] * 9 + [0] + [1] * 5), np.array([0] * 9 + [1] + [1] * 5)
    mcnemar = 2 * sum(comb(10, k) for k in range(2)) / 2**10
    assert paired_differences({"a": a, "b": b})[0].p == pytest.approx(mcnemar)


def test_drawn_sign_flips_hold_their_level():
    # 300 null samples of 41 images at 10 %: Binomial(300, 0.1) is at most 55 up to 1e-5. A one-sided bar (20 %) gives
    # 60 ± 7 and unpaired signs more.
    rng = np.random.default_rng(0)
    gaps = rng.normal(size=(300, 41))
    p = np.array([module._sign_flip(g, 199, rng) for g in gaps])
    assert 8 <= (p <= 0.1).sum() <= 55 and p.min() >= 1 / 200
    assert module._sign_flip(gaps[0] + 3, 999, rng) == 1 / 1000


def test_no_difference_has_p_one():
    found = paired_differences({"a": [1.0, 2.0], "b": [1.0, 2.0]})[0]
    assert found.p == found.p_corrected == 1 and found.difference.mean == 0


@given(LOW_P)
def test_holm_by_its_steps(p):
    order = sorted(range(len(p)), key=lambda i: p[i])
    expected, worst = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, (len(p) - rank) * p[i]))
        expected[i] = worst
    assert holm(p).tolist() == pytest.approx(expected)
    assert (holm(p) >= np.array(p) - 1e-15).all()


def test_all_pairs_or_one_reference():
    rng = np.random.default_rng(0)
    scores = {name: rng.normal(i, 1, 12) for i, name in enumerate("abc")}
    pairs = paired_differences(scores)
    assert [row[:2] for row in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [row[:2] for row in paired_differences(scores, "b")] == [("a", "b"), ("b", "c")]
    assert pairs[1].difference.mean == pytest.approx(np.mean(scores["a"] - scores["c"]))
    assert [row.p_corrected for row in pairs] == pytest.approx(holm([row.p for row in pairs]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: interval([]), "one number an image"),
        (lambda: interval([np.nan]), "finite"),
        (lambda: interval([0.5, 0.1], 95), "write 0.95"),
        (lambda: interval([0.5, 0.1], method="exact"), "yes/no"),
        (lambda: interval([0.5, 0.1], method="normal"), "BCa, percentile, exact"),
        (lambda: paired_differences({"a": [1.0], "b": [1.0, 2.0]}), "as many for each method"),
        (lambda: paired_differences({"a": [1.0]}), "two or more methods, got 1"),
        (lambda: paired_differences({"a": [1.0], "b": [2.0]}, "c"), "reference must be one of a, b"),
        (lambda: holm([2.0]), "p-values"),
    ],
)
def test_bad_arguments_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_scores_that_a_cast_would_change_are_refused():
    for scores in (["0.1", "0.2"], np.array([0.1j, 0.2])):
        with pytest.raises(TypeError, match="scores must be numbers"):
            interval(scores)
        with pytest.raises(TypeError, match="p-values must be numbers"):
            holm(scores)
