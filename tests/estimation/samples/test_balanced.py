"""Balanced masks: each part kept equally often, uniform in its size, with honest standard errors."""

from dataclasses import replace
from itertools import combinations
from math import comb

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemes import built, masks_of
from scipy.stats import chi2

import limetheory as lt
from limetheory.estimation.samples.balanced import LARGEST_UNIT, balanced_sample, balanced_subsets
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.samples.strata import Strata, stratified_sample

TAIL = 1e-6
"""The probability that a χ² test below fails by chance."""


@pytest.mark.slow
@given(st.integers(2, 40).flatmap(lambda d: st.tuples(st.just(d), st.integers(1, d - 1))), st.integers(1, 200))
def test_in_a_size_each_part_is_kept_equally_often(shape, n):
    d, size = shape
    masks, unit = balanced_subsets(d, size, n, np.random.default_rng(n))
    kept = masks.sum(axis=0)
    assert masks.shape == (n, d) and (masks.sum(axis=1) == size).all() and np.ptp(kept) <= 1
    assert unit[0] == 0 and set(np.diff(unit).tolist()) <= {0, 1} and np.bincount(unit).max() <= LARGEST_UNIT


@pytest.mark.parametrize(("d", "size"), [(10, 3), (9, 4), (12, 4), (7, 5)])
def test_pieces_of_one_permutation_are_disjoint(d, size):
    masks, _ = balanced_subsets(d, size, 60, np.random.default_rng(0))
    masks = masks if 2 * size <= d else ~masks  # of a large size the hidden parts are cut
    small = int(masks[0].sum())
    start = np.arange(60) * small
    for i, j in combinations(range(60), 2):
        if start[i] // d == (start[i] + small - 1) // d == start[j] // d == (start[j] + small - 1) // d:
            assert not (masks[i] & masks[j]).any()
    independent = np.random.default_rng(0).random((60, d)).argsort(axis=1) < small  # mutant
    assert (independent[0::2] & independent[1::2]).any()


@pytest.mark.slow
@pytest.mark.parametrize(("size", "n"), [(2, 6), (3, 6)])
def test_every_mask_is_uniform_among_those_of_its_size(size, n):
    # χ² over the 10 subsets of 5, for each place in the sample: 6 tests of 3,000 draws, false alarm 6 × TAIL
    rng, seen = np.random.default_rng(0), np.zeros((n, 2**5))
    for _ in range(3000):
        masks, _ = balanced_subsets(5, size, n, rng)
        seen[np.arange(n), masks @ (1 << np.arange(5))] += 1
    counts = seen[:, np.array(naive.sizes(5)) == size]
    statistic = ((counts - 300) ** 2 / 300).sum(axis=1)
    assert counts.sum() == 3000 * n and statistic.max() < chi2.isf(TAIL, 9)
    mutant = counts[0] * np.where(np.arange(10) % 2, 1.2, 0.8)
    assert ((mutant - 300) ** 2 / 300).sum() > chi2.isf(TAIL, 9)


@pytest.mark.parametrize("case", [case for case in naive.every(9) if case[0] != "ProductDesign"], ids=naive.name)
@pytest.mark.parametrize("n", [12, 60, 400])
def test_sizes_are_those_of_strata_and_each_size_is_balanced(case, n):
    design = built(case)
    masks, ratio, strata = balanced_sample(design, n, np.random.default_rng(1))
    others = stratified_sample(design, n, np.random.default_rng(1))
    assert (
        np.bincount(masks.sum(axis=1), minlength=10).tolist()
        == np.bincount(others[0].sum(axis=1), minlength=10).tolist()
    )
    for size in range(10):
        own = masks[masks.sum(axis=1) == size]
        assert not len(own) or np.ptp(own.sum(axis=0)) <= 1
        if len(own) == comb(9, size):
            assert len(np.unique(own, axis=0)) == len(own)
    np.testing.assert_allclose(np.sort(ratio), np.sort(others[1]))
    assert isinstance(strata, Strata) and len(strata.unit) == len(masks)
    sizes_of_unit = [len({*masks[strata.unit == unit].sum(axis=1).tolist()}) for unit in np.unique(strata.unit)]
    assert set(sizes_of_unit) == {1}  # a unit has masks of one size
    for unit in np.unique(strata.unit):
        assert len(set(strata.number[strata.unit == unit].tolist())) == 1


def test_parts_are_kept_more_evenly_than_by_strata():
    design = lt.ShapleyDesign(49)
    spread = {}
    for name, drawn in (("balanced", balanced_sample), ("strata", stratified_sample)):
        masks, ratio, _ = drawn(design, 400, np.random.default_rng(0))
        spread[name] = np.ptp(ratio @ masks)
    assert spread["balanced"] < 0.5 * spread["strata"]
    assert np.ptp(balanced_sample(design, 400, np.random.default_rng(0))[0].sum(axis=0)) <= 49


@pytest.mark.slow
@pytest.mark.parametrize("case", [("ImageDesign", (4, 0.6)), ("ShapleyDesign", (4,))], ids=naive.name)
@pytest.mark.parametrize("n", [6, 11])
def test_a_balanced_sample_has_the_sampling_law_on_average(case, n):
    # 16 means of 700 draws, each within 6 of its standard errors: false alarm < 16 × 2e-9 if they were normal
    rng, seen = np.random.default_rng(n), np.zeros((700, 16))
    for row in seen:
        masks, ratio, _ = balanced_sample(built(case), n, rng)
        np.add.at(row, masks @ (1 << np.arange(4)), ratio / n)
    error = seen.std(axis=0) / np.sqrt(len(seen))
    assert (np.abs(seen.mean(axis=0) - naive.measure(*case)[0]) <= 6 * error + 1e-12).all()
    assert (error > 1e-4).any()


def pairwise(d, rng):
    """A function of the pairs of parts that are kept alone: no part of it is of one part, or constant on a size."""
    table = rng.normal(size=(d, d))
    table = np.triu(table, 1) + np.triu(table, 1).T
    rows = table.sum(axis=1)
    table -= (rows[:, None] + rows) / (d - 2) - rows.sum() / ((d - 1) * (d - 2))
    np.fill_diagonal(table, 0.0)
    return lambda masks: np.einsum("ni,ij,nj->n", masks.astype(float), table, masks.astype(float))


@pytest.mark.slow
@pytest.mark.parametrize(("d", "size"), [(10, 5), (9, 4), (20, 3), (14, 5)])
def test_the_units_see_what_neighbours_have_in_common(d, size):
    """The mean of the variance estimate by units over the variance of a sum, from 1,500 samples of 40 masks.

    The quotient has a relative standard error of 4 %; it is at least 0.85, false alarm below 1e-4 if it is 1. Where
    half of the parts are kept, masks as independent units (the mutant) make it 1/2.
    """
    rng, of_sum, by_unit, alone = np.random.default_rng(0), [], [], []
    for _ in range(1500):
        masks, unit = balanced_subsets(d, size, 40, rng)
        values = pairwise(d, rng)(masks)
        centred, units = values - values.mean(), unit[-1] + 1
        of_sum.append(values.sum() ** 2)
        by_unit.append((np.bincount(unit, centred) ** 2).sum() * units / (units - 1))
        alone.append((centred**2).sum() * 40 / 39)
    print(
        f"{size} of {d}: units {np.mean(by_unit) / np.mean(of_sum):.2f}, masks {np.mean(alone) / np.mean(of_sum):.2f}"
    )
    assert np.mean(by_unit) > 0.85 * np.mean(of_sum)
    assert (d, size) != (10, 5) or np.mean(alone) < 0.6 * np.mean(of_sum)


def test_contributions_of_a_unit_are_added_first():
    from limetheory.estimation.methods.covariance import covariance_of_sum

    rng = np.random.default_rng(0)
    moves, unit, number = rng.normal(size=(40, 3)), rng.permutation(np.arange(40) // 3), np.zeros(40, int)
    strata = Strata(number, np.array([np.inf]), unit=unit)
    found, freedom = covariance_of_sum(lambda: np.split(moves, 4), 3, strata, strata.means)
    centred = moves - moves.mean(axis=0)
    sums = np.array([centred[unit == one].sum(axis=0) for one in range(14)])
    np.testing.assert_allclose(found, sums.T @ sums * 14 / 13, atol=1e-12)
    assert freedom == 13
    alone, _ = covariance_of_sum(lambda: np.split(moves, 4), 3, replace(strata, unit=None), strata.means)  # mutant
    assert np.abs(alone - found).max() > 1.0


class Model:
    """A nonlinear function, equal to the last bit however masks are grouped, which can be interrupted."""

    def __init__(self, block_size, stop_at=None):
        self.block_size, self.stop_at, self.calls = block_size, stop_at, 0

    def __call__(self, masks):
        self.calls += 1
        if self.calls == self.stop_at:
            raise KeyboardInterrupt
        return (np.packbits(masks[:, :8], axis=1)[:, 0] * 37 % 101).astype(float)


def test_the_answer_is_the_same_to_the_bit_for_every_block_size():
    answers = [lt.estimate(Model(size), lt.ShapleyDesign(9), 301, 7, sampling="balanced") for size in (1, 7, 64, 4096)]
    for answer in answers[1:]:
        assert (answer.coefficients == answers[0].coefficients).all()
        assert (answer.covariance == answers[0].covariance).all()
    assert answers[0].method == "wls, balanced"


def test_an_interrupted_sample_keeps_its_units():
    with pytest.raises(lt.Interrupted) as caught:
        lt.estimate(Model(64, stop_at=3), lt.ImageDesign(10), 600, 5, sampling="balanced")
    part = caught.value.sample
    assert part.n == 128 and part.strata.unit.shape == (128,) and np.isinf(part.strata.population).all()
    truth = lt.limit(Model(4096), lt.ImageDesign(10)).coefficients
    answer = caught.value.explanation
    assert (np.abs(answer.coefficients - truth) < 6 * answer.standard_errors).all()  # false alarm < 1e-5


@pytest.mark.parametrize("case", [case for case in naive.every(6) if case[0] != "ProductDesign"], ids=naive.name)
def test_balanced_masks_are_exact_with_error_zero_once_every_mask_is_drawn(case):
    design = built(case)
    answer, limit = lt.estimate(Model(64), design, 64, 0, sampling="balanced"), lt.limit(Model(4096), design)
    np.testing.assert_allclose(answer.coefficients, limit.coefficients, atol=1e-9)
    assert not answer.standard_errors.any() and answer.n_evaluations <= 64


@pytest.mark.parametrize(("changes", "words"), [
    ({"design": lt.ProductDesign([0.5] * 5)}, "sampling 'balanced' needs an exchangeable design .*, got ProductDesign"),
    ({"method": "unbiased"}, "method 'unbiased' needs masks that the others say nothing of, got sampling='balanced'"),
    ({"method": "adjusted"}, "method 'adjusted' chooses masks by itself, got sampling='balanced'"),
])  # fmt: skip
def test_refusals_are_one_line_with_the_remedy(changes, words):
    with pytest.raises(ValueError, match=words) as caught:
        lt.estimate(
            **{"F": Model(64), "design": lt.ImageDesign(5), "n": 50, "rng": 0, "sampling": "balanced", **changes}
        )
    assert "\n" not in str(caught.value)


def test_a_seed_fixes_the_masks():
    one, other, third = (draw(Model(64), lt.ShapleyDesign(9), 60, np.random.default_rng(s), sampling="balanced")
                         for s in (3, 3, 4))  # fmt: skip
    assert (masks_of(one) == masks_of(other)).all() and (masks_of(one) != masks_of(third)).any()
