"""Orders and scores of attributions, and examples of what prop:one-ranking and its neighbours do not say."""

from fractions import Fraction
from itertools import pairwise, permutations
from random import Random

import numpy as np
import pytest

import limetheory as lt
from proofs_check import brute, ranking

ALONE_OR_OTHERS = tuple(map(Fraction, (0, 1, 0, 0, 0, 0, 1, 0)))
"""d = 3: F is 1 if the first superpixel is shown alone, or the other two without it."""


def naive_gain(scores, table):
    """Least important first less most important first, by lists of shown superpixels; all scores differ."""
    d = len(scores)

    def curve(order):
        shown = [set(range(d)) - set(order[:k]) for k in range(d + 1)]
        return Fraction(sum(table[sum(2**j for j in s)] for s in shown), d + 1)

    rising = next(p for p in permutations(range(d)) if all(scores[i] < scores[j] for i, j in pairwise(p)))
    return curve(rising) - curve(rising[::-1])


def rise(law, table):
    """E[F | z_j = 1] of each superpixel."""
    return [ranking.mean(law, table, j, 1) for j in range(3)]


def bernoulli(p):
    return [p ** mask.bit_count() * (1 - p) ** (3 - mask.bit_count()) for mask in range(8)]


@pytest.mark.parametrize("seed", range(20))
def test_the_score_is_that_of_its_definition(seed):
    rng = Random(seed)
    scores = rng.sample([Fraction(x, 7) for x in range(-20, 20)], 4)
    table = [Fraction(rng.randint(-9, 9)) for _ in range(16)]
    assert ranking.relevance_gain(scores, table) == naive_gain(scores, table)
    assert ranking.relevance_gain([3 * x - 1 for x in scores], table) == naive_gain(scores, table)


def test_the_opposite_order_has_the_opposite_score():
    scores, table = [Fraction(x) for x in (3, 1, 2)], tuple(map(Fraction, (0, 4, 1, 5, 2, 7, 3, 8)))
    assert ranking.relevance_gain([-x for x in scores], table) == -ranking.relevance_gain(scores, table) != 0


def test_a_tie_is_an_order_of_its_own():
    assert ranking.discordant([Fraction(1), Fraction(1)], [Fraction(1), Fraction(2)]) == 1
    assert ranking.discordant([Fraction(1), Fraction(1)], [Fraction(5), Fraction(5)]) == 0


@pytest.mark.parametrize(("p", "order"), [(Fraction(2, 5), 1), (Fraction(1, 2), 0), (Fraction(3, 5), -1)])
def test_rise_under_two_laws_can_rank_otherwise(p, order):
    """prop:one-ranking needs one design: Γ_1 − Γ_2 is w(1) − w(2)."""
    one, two, three = rise(bernoulli(p), ALONE_OR_OTHERS)
    assert two == three
    assert np.sign(one - two) == order


def test_image_lime_and_rise_without_weights_can_rank_otherwise():
    model = lt.SetFunction(list(map(float, ALONE_OR_OTHERS)))
    with_weights = lt.limit(model, lt.ImageDesign(3)).coefficients
    one, two, _ = rise(bernoulli(Fraction(2, 5)), ALONE_OR_OTHERS)
    assert with_weights[0] < with_weights[1] and one > two


@pytest.mark.parametrize("seed", range(5))
def test_rise_on_masks_from_shaps_kernel_ranks_by_the_shapley_value(seed):
    rng = Random(seed)
    table = tuple(Fraction(rng.randint(-9, 9)) for _ in range(16))
    kernel = [Fraction(0), Fraction(3, 4 * 3), Fraction(3, 6 * 4), Fraction(3, 4 * 3), Fraction(0)]
    law = [kernel[mask.bit_count()] for mask in range(16)]
    found = [ranking.mean(law, table, j, 1) for j in range(4)]
    assert ranking.discordant(found, brute.shapley(4, table)) == 0


def test_masks_that_keep_one_and_masks_that_lack_one_can_rank_otherwise():
    """prop:equivalence and prop:keep-one are about two orders, for d ≥ 3."""
    table = [Fraction(0)] * 8
    table[1], table[2], table[6], table[5] = Fraction(2), Fraction(1), Fraction(4), Fraction(3)
    kept = [table[1 << j] for j in range(2)]
    lacking = [table[7] - table[7 ^ 1 << j] for j in range(2)]
    assert kept[0] > kept[1] and lacking[0] < lacking[1]


def test_another_order_is_noticed_by_pairs_and_by_the_score():
    table = tuple(map(Fraction, (0, 4, 1, 5, 2, 7, 3, 8)))
    reference, other = [Fraction(x) for x in (3, 1, 2)], [Fraction(x) for x in (1, 3, 2)]
    found = ranking.same_order({"other": other, "affine": [2 * x + 5 for x in reference]}, reference, table)
    assert found["pairs that other ranks otherwise"] == 3 and found["occlusion score of other"] != 0
    assert found["pairs that affine ranks otherwise"] == found["occlusion score of affine"] == 0
