"""Least-squares lines without each mask, each pair, and each of these with its copies, against refits."""

from dataclasses import replace

import numpy as np
import pytest
from test_lines import decided_by_one, refitted

from limetheory.estimation.methods import least_squares
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates import lines_without_units
from limetheory.estimation.surrogates.lines_without_units import LinesWithoutUnits

ABS = 1e-9


def masks_of(d, n, seed, paired):
    masks = np.random.default_rng([d, n, seed]).random((n, d)) < 0.5
    if paired:
        masks[1::2] = ~masks[: n - n % 2 : 2]
    return masks


def sample_of(masks, paired=False, weighted=True, seed=0):
    """Values of −1 to 1 that are equal for equal masks, and weights that are not."""
    rng, d = np.random.default_rng(seed), masks.shape[1]
    values = rng.uniform(-1, 1, 1 << d)[masks @ (1 << np.arange(d))]
    weights = rng.uniform(0.2, 3.0, len(masks)) if weighted else np.ones(len(masks))
    return replace(Sample.of(masks, weights, values), paired=paired)


def unit(sample, i, with_copies):
    """Which masks are left out together with mask i."""
    own = {i, i ^ 1} if sample.paired and (i ^ 1) < sample.n else {i}
    if with_copies:
        equal = (sample.masks[:, None] == sample.masks[None]).all(axis=2)
        own = {k for j in own for k in np.flatnonzero(equal[j])}
    return sorted(own)


def refits(sample, with_copies):
    """Level and slopes of least norm of the other masks, for each mask."""
    found = []
    for i in range(sample.n):
        kept = np.delete(np.arange(sample.n), unit(sample, i, with_copies))
        found.append(refitted(sample.masks[kept], sample.values[kept], 0.0, sample.weights[kept]))
    return np.array(found)


SMALL = {
    f"d={d}, n={n}, seed={seed}, paired={paired}": sample_of(masks_of(d, n, seed, paired), paired, seed % 2 == 0, seed)
    for d, n in [(2, 4), (3, 5), (3, 9), (4, 7), (4, 14), (6, 5), (6, 11), (3, 30)]
    for seed in range(4)
    for paired in (False, True)
    if n > 2 * paired
}
SMALL["one mask decides"] = sample_of(decided_by_one()[0])


def open_without(sample, with_copies):
    """How many masks the others' line would not be determined without."""
    x, count = np.column_stack([np.ones(sample.n), sample.masks]), 0
    rank = np.linalg.matrix_rank(x)
    for i in range(sample.n):
        kept = np.delete(np.arange(sample.n), unit(sample, i, with_copies))
        count += np.linalg.matrix_rank(x[kept]) < rank if len(kept) else 1
    return count


def found_and_wanted(sample, with_copies):
    lines = LinesWithoutUnits.of(sample)
    lines, lines_of_others = lines.and_copies() if with_copies else lines, refits(sample, with_copies)
    predicted = lines_of_others[:, 0] + (sample.masks * lines_of_others[:, 1:]).sum(axis=1)
    return lines, lines_of_others, sample.values - predicted


@pytest.mark.parametrize("with_copies", [False, True])
@pytest.mark.parametrize("case", SMALL)
def test_lines_without_each_unit_are_refits_with_slopes_of_least_norm(case, with_copies):
    sample = SMALL[case]
    if any(len(unit(sample, i, with_copies)) == sample.n for i in range(sample.n)):
        return  # nothing is left
    lines, others, left_out = found_and_wanted(sample, with_copies)
    assert lines.left_out == pytest.approx(left_out, abs=ABS)
    whole = refitted(sample.masks, sample.values, 0.0, sample.weights)
    assert lines.mean_without(np.full(sample.n, -1), 1)[0] == pytest.approx(whole, abs=ABS)
    assert lines.fit.slopes == pytest.approx(whole[1:], abs=ABS)
    each = lines.mean_without(np.arange(sample.n), sample.n)
    assert each == pytest.approx(others, abs=ABS)


@pytest.mark.slow
def test_many_of_the_samples_have_units_that_decide_a_slope():
    assert sum(open_without(sample, False) > 0 for sample in SMALL.values()) >= 20
    assert sum(open_without(sample, True) > open_without(sample, False) for sample in SMALL.values()) >= 5


@pytest.mark.parametrize("with_copies", [False, True])
@pytest.mark.parametrize("case", ["d=3, n=9, seed=0, paired=False", "d=3, n=9, seed=1, paired=True",
                                  "d=6, n=11, seed=2, paired=True", "one mask decides"])  # fmt: skip
def test_lines_are_averaged_over_the_masks_of_a_cell(case, with_copies):
    sample = SMALL[case]
    lines, others, _ = found_and_wanted(sample, with_copies)
    cells = np.arange(sample.n) % 3 - (np.arange(sample.n) > sample.n - 3) * 4
    cells = np.maximum(cells, -1)
    means, whole = lines.mean_without(cells, 4), refitted(sample.masks, sample.values, 0.0, sample.weights)
    for cell in range(4):
        wanted = others[cells == cell].mean(axis=0) if (cells == cell).any() else whole
        assert means[cell] == pytest.approx(wanted, abs=ABS)


@pytest.mark.parametrize("block", [2, 4])
@pytest.mark.parametrize("case", SMALL)
def test_blocks_change_nothing(case, block, monkeypatch):
    sample, cells = SMALL[case], np.arange(SMALL[case].n) % 3

    def found():
        lines = LinesWithoutUnits.of(sample).and_copies()
        return np.append(lines.left_out, lines.mean_without(cells, 3))

    whole = found()
    monkeypatch.setattr("limetheory.estimation.samples.sample.BLOCK", block)
    assert found() == pytest.approx(whole, abs=ABS)


@pytest.mark.slow
def test_values_of_a_unit_never_enter_the_line_that_it_is_compared_with():
    for sample in SMALL.values():
        plain = refits(sample, False)
        for i in range(min(sample.n, 3)):
            values = sample.values.copy()
            values[unit(sample, i, False)] += [7.0, -2.0][: len(unit(sample, i, False))]
            changed = LinesWithoutUnits.of(replace(sample, values=values))
            own = np.where(np.arange(sample.n) == i, 0, -1)
            assert changed.mean_without(own, 1)[0] == pytest.approx(plain[i], abs=ABS)


MUTANTS = {
    "what only the unit told is kept": (lines_without_units, "_minimum_norm_changes", lambda *_: []),
    "a pair is left out mask by mask": (least_squares, "leverages_of_pairs", least_squares.leverages_of_masks),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_refits_reject(mutant, monkeypatch):
    monkeypatch.setattr(*MUTANTS[mutant])
    sample = SMALL["d=6, n=11, seed=2, paired=True"]
    lines, _, left_out = found_and_wanted(sample, False)
    assert np.abs(lines.left_out - left_out).max() > 0.01
