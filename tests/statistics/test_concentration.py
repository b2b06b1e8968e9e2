"""The two tail inequalities of thm:bound: solved exactly, and never violated where all samples can be enumerated."""

import math
from fractions import Fraction
from itertools import product
from random import Random

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limetheory.statistics.concentration import (
    bernstein_deviation,
    bousquet_deviation,
    chernoff_exponent,
    chernoff_loss,
    shortfall,
    vector_deviation,
)
from proofs_check.exact import ZERO
from proofs_check.statements.thm_bound import STATEMENT, chernoff, tail

POSITIVE = st.floats(1e-6, 1e6)


@given(POSITIVE, POSITIVE, st.integers(1, 10**9), st.floats(0.1, 100))
def test_bernstein_s_deviation_solves_its_equation(variance, largest, n, log_odds):
    found = bernstein_deviation(variance, largest, n, log_odds)
    assert n * found**2 / (2 * (variance + largest * found / 3)) == pytest.approx(log_odds, rel=1e-9)


@given(st.floats(1e-9, 1 - 1e-9))
def test_the_exponent_is_that_of_fifty_digits_and_at_least_half_the_square(t):
    with mpmath.workdps(50):
        exact = mpmath.mpf(t) + (1 - mpmath.mpf(t)) * mpmath.log(1 - mpmath.mpf(t))
    assert chernoff_exponent(t) == pytest.approx(float(exact), rel=1e-11)
    assert exact >= mpmath.mpf(t) ** 2 / 2


@given(st.floats(1, 1e6), st.integers(1, 10**12), st.floats(0.1, 50))
def test_chernoff_s_loss_is_the_least_with_that_tail_and_errs_upwards_only(radius, n, log_odds):
    found, target = chernoff_loss(radius, n, log_odds), radius * log_odds / n
    if target >= 1:
        assert found == 1
    else:
        with mpmath.workdps(50):
            t = mpmath.mpf(found)
            exact = t + (1 - t) * mpmath.log(1 - t) if t < 1 else mpmath.mpf(1)
        assert target * (1 - 1e-12) <= exact <= target * (1 + 1e-7)


def largest_excess(bound, n):
    """Over every value ε that |mean − E X| takes: P(… ≥ ε) less the bound, by enumeration of all samples."""
    excess, rng = -1.0, Random(0)
    for _ in range(30):
        atoms = [Fraction(-1), Fraction(1)]
        if rng.random() < 0.7:
            atoms = [Fraction(rng.randint(-6, 6), 2) for _ in range(3)]
        chances = [Fraction(rng.randint(1, 4)) if len(atoms) == 3 else Fraction(1) for _ in atoms]
        chances = [p / sum(chances) for p in chances]
        mean = sum(p * x for p, x in zip(chances, atoms, strict=True))
        square = float(sum(p * x * x for p, x in zip(chances, atoms, strict=True)))
        gaps = {}
        for sample in product(range(len(atoms)), repeat=n):
            gap = abs(sum(atoms[i] for i in sample) / n - mean)
            gaps[gap] = gaps.get(gap, ZERO) + math.prod(chances[i] for i in sample)
        for gap in gaps:
            if gap:
                chance = float(sum(p for other, p in gaps.items() if other >= gap))
                excess = max(excess, chance - bound(float(gap), square, float(max(map(abs, atoms))), n))
    return excess


def bernstein(e, v, b, n):
    return 2 * math.exp(-n * e * e / (2 * (v + b * e / 3)))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_thm_bound_bernstein_holds_for_every_sample_of_small_laws_and_its_mutants_do_not(n):
    assert largest_excess(bernstein, n) <= 1e-12
    assert largest_excess(lambda e, v, b, n: bernstein(e, v / 4, 0, n), n) > 0  # variance four times too small
    assert largest_excess(lambda e, v, b, n: bernstein(e, v, b, n) / 2, n) > 0  # one side only
    assert largest_excess(lambda e, v, b, n: 2 * math.exp(-n * e * e / (v + b * e / 3)), n) > 0  # without the 2


@pytest.mark.parametrize("n", [1, 2, 3])
def test_thm_bound_bernstein_holds_for_vectors(n):
    # The eight corners of a cube and the origin: a centred law in three dimensions.
    corners = np.array(list(product([-1.0, 1.0], repeat=3)) + [np.zeros(3)] * 2)
    lengths = np.array([np.linalg.norm(sum(sample)) / n for sample in product(corners, repeat=n)])
    square, largest = (corners**2).sum() / len(corners), math.sqrt(3)
    for e in np.unique(lengths[lengths > 0]):
        assert (lengths >= e - 1e-12).mean() <= bernstein(e, square, largest, n)
    violated = [(lengths >= e - 1e-12).mean() > bernstein(e, square / 6, largest / 6, n) for e in np.unique(lengths)]
    assert any(violated)  # mutant: the second moment of half a coordinate in place of the trace


@pytest.mark.parametrize("n", [1, 2, 3])
def test_thm_bound_bousquet_holds_for_vectors_and_with_a_tenth_of_its_variance_does_not(n):
    corners = np.array(list(product([-1.0, 1.0], repeat=3)) + [np.zeros(3)] * 2)
    lengths = np.array([np.linalg.norm(sum(sample)) / n for sample in product(corners, repeat=n)])
    trace, norm, largest = 3 * 0.8, 0.8, math.sqrt(3)
    violated = False
    for log_odds in (0.1, 0.5, 1.0, 2.0, 3.0):
        chance = math.exp(-log_odds) + 1e-12
        for found in (bousquet_deviation(trace, norm, largest, n, log_odds),
                      vector_deviation(trace, norm, largest, n, math.exp(-log_odds))):  # fmt: skip
            assert (lengths >= found).mean() <= chance
        violated |= (lengths >= bousquet_deviation(trace / 10, norm / 10, largest / 10, n, log_odds)).mean() > chance
    assert violated


@pytest.mark.parametrize("n", [1, 2, 4, 8])
def test_thm_bound_shortfall_holds_for_every_sample_and_a_third_of_it_does_not(n):
    violated = False
    for values, chances in (((0.0, 1.0), (0.5, 0.5)), ((0.0, 1.0), (0.1, 0.9)), ((0.0, 1.0, 5.0), (0.6, 0.3, 0.1))):
        mean, square = np.dot(values, chances), np.dot(np.square(values), chances)
        samples = list(product(range(len(values)), repeat=n))
        means = np.array([np.mean([values[i] for i in sample]) for sample in samples])
        law = np.array([math.prod(chances[i] for i in sample) for sample in samples])
        for log_odds in (0.2, 0.5, 1.0, 2.0, 4.0):
            gap = shortfall(square, n, log_odds)
            assert law @ (mean - means >= gap) <= math.exp(-log_odds) + 1e-12
            violated |= law @ (mean - means >= gap / 3) > math.exp(-log_odds)
    assert violated


def instances():
    rng = Random(7)
    drawn = (STATEMENT.draw(rng, 2) for _ in range(200))
    return [instance for instance in drawn if STATEMENT.assumed(instance)][:12]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_thm_bound_chernoff_holds_for_every_sample_of_two_superpixels_and_its_mutants_do_not(n):
    dropped = quartered = False
    for instance in instances():
        claim = STATEMENT.claim["leverage"]
        radius = max(float(instance.weight(mask) * at(claim, instance, mask)) for mask in range(4))
        for t in (Fraction(1, 4), Fraction(3, 4), Fraction(1)):
            chance = float(tail(instance, t, n))
            assert chance <= 3 * chernoff(float(t), radius, n) + 1e-12
            dropped |= chance > chernoff(float(t), radius, n)
            quartered |= chance > 3 * chernoff(float(t), radius / 4, n)
    assert dropped and (quartered or n == 1)


def at(claim, instance, mask):
    from proofs_check.exact import value
    from proofs_check.notation import k

    return value(claim, {**instance.moments, k: mask.bit_count()})
