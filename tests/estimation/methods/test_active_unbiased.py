"""Method "active_unbiased": exactly unbiased given the active masks, by averaging over all samples."""

from itertools import combinations, permutations

import naive
import numpy as np
import pytest
from schemes import built, table

import limetheory as lt
from limetheory.estimation.methods import active_unbiased as module
from limetheory.estimation.methods.active_unbiased import beside
from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.estimation.samples import sampling
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.samples.strata import Strata

ACTIVE = np.array([[1, 1, 1, 1], [1, 0, 0, 1], [0, 1, 1, 1], [0, 0, 0, 1], [1, 1, 0, 0]], bool)


def stratified(design, chosen):
    """These two masks of size 2, and every mask of every other size with mass: masks, ratios, strata."""
    sizes, law = np.array(naive.sizes(4)), np.exp(design.log_law)
    others = [k for k in np.flatnonzero(law) if k != 2]
    parts = [chosen, *[naive.masks(4)[sizes == k] for k in others]]
    draws, masks = np.array([len(part) for part in parts]), np.concatenate(parts)
    number = np.repeat(np.arange(len(parts)), draws)
    ratio = law[masks.sum(axis=1)] / (draws / draws.sum())[number]
    of_size = np.full(5, -1)
    of_size[[2, *others]] = np.arange(len(parts))
    return masks, ratio, Strata(number, np.append(6.0, draws[1:]), of_size)


@pytest.mark.slow
@pytest.mark.parametrize("case", [("ImageDesign", (4, 0.25)), ("ShapleyDesign", (4,))], ids=naive.name)
def test_the_mean_over_all_samples_is_the_limit_whatever_the_active_masks(case, monkeypatch):
    design, F, answers, frozen = built(case), lt.SetFunction(table(4)), [], []
    subsets = [np.isin(np.arange(4), pair) for pair in combinations(range(4), 2)]
    for one, other in permutations(subsets, 2):  # 2 of the 6 masks of size 2, one in each fold
        by_hand = stratified(design, np.array([one, other]))
        monkeypatch.setattr(sampling, "stratified_sample", lambda *_, drawn=by_hand: drawn)
        sample = draw(F, design, 12, np.random.default_rng(0), sampling="strata")
        monkeypatch.setattr(module, "averaged_recipe", quick)
        found = cross_fitted(sample, design, np.random.default_rng(0), learn=beside(ACTIVE, F(ACTIVE)))
        answers.append(found.coefficients)
        frozen.append(all_at_once(sample, design, F))
    truth = lt.limit(F, design).coefficients
    assert len(answers) == 30 and np.ptp(answers, axis=0).max() > 1e-3
    assert np.abs(np.mean(answers, axis=0) - truth).max() < 1e-12
    assert np.abs(np.mean(frozen, axis=0) - truth).max() > 1e-4  # the mutant: quadrature on the same masks


def quick(masks, values):
    """A kernel whose parameters depend on the values, without the search for the best ones."""
    from limetheory.estimation.surrogates.families import Recipe
    from limetheory.estimation.surrogates.gaussian_process import Kernel

    size = float(np.abs(values).mean())
    return Recipe(Kernel(np.full(masks.shape[1], size), size, 1.0, size, 0.1), None)


def all_at_once(sample, design, F):
    """The limit of a surrogate of all values, with nothing held out."""
    masks = np.concatenate([ACTIVE, sample.masks])
    return lt.limit(quick(masks, F(masks)).fit(masks, F(masks)), design).coefficients


def counted(d):
    F, asked = lt.SetFunction(np.random.default_rng(1).uniform(0.1, 0.9, 1 << d)), []

    def function(masks):
        asked.extend(map(bytes, np.packbits(masks, axis=1)))
        return F(masks)

    return function, asked


@pytest.mark.slow
def test_no_mask_is_evaluated_twice_but_the_full_one():
    F, asked = counted(7)
    found = lt.estimate(F, lt.ImageDesign(7), 50, 0, "active_unbiased")
    assert found.n_evaluations == len(asked) <= 51 and len(set(asked)) == len(asked) - 1
    assert found.method == "active, unbiased" and (found.standard_errors > 0).all()


@pytest.mark.parametrize("design", [lt.ImageDesign(5), lt.ShapleyDesign(5), lt.ImageDesign(1)], ids=repr)
def test_exact_where_every_mask_is_evaluated(design):
    F = lt.SetFunction(np.random.default_rng(1).uniform(size=1 << design.d))
    found = lt.estimate(F, design, 100, 0, "active_unbiased")
    assert found.coefficients == pytest.approx(lt.limit(F, design).coefficients, abs=1e-9)


@pytest.mark.slow
def test_same_seed_same_answer():
    F = counted(8)[0]
    one, same, other = (lt.estimate(F, lt.ShapleyDesign(8), 40, k, "active_unbiased").coefficients for k in (0, 0, 1))
    assert (one == same).all() and (one != other).all()
