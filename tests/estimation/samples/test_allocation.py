"""How many masks of each size: every size with mass is reached, and more masks go where the terms are large."""

from math import comb, inf

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.samples import allocation
from limetheory.estimation.samples.allocation import _scores, size_strata

DESIGNS = {
    **{f"image, {d}, {nu}": lt.ImageDesign(d, nu) for d in (2, 5, 12, 200, 2000) for nu in (0.01, 0.25, 1.0, inf)},
    "text, 2": lt.TextDesign(2),
    "image, 1": lt.ImageDesign(1, 1.0),
    **{f"text, {d}, {nu}": lt.TextDesign(d, nu) for d in (5, 30, 2000) for nu in (0.01, 0.25, inf)},
    **{f"bernoulli, {d}, {p}": lt.BernoulliDesign(d, p) for d in (1, 4, 40, 2000) for p in (1e-6, 0.3, 1 - 1e-6)},
    **{f"shapley, {d}": lt.ShapleyDesign(d) for d in (2, 3, 7, 100, 2000)},
    **{f"glime {law}, {d}": lt.GlimeDesign(d, 0.5, law) for d in (3, 60) for law in ("binomial", "exp", "comb_exp")},
    "law that underflows": lt.ImageDesign(1100, 0.02),
    "gaps": lt.SizeLawDesign([0, 1, 0, 0, 2, 1e-9, 0, 0.5]),
    "ends": lt.SizeLawDesign([1e-12, 0, 0, 1, 0, 0, 1e12]),
}  # fmt: skip


@pytest.mark.parametrize("name", DESIGNS)
def test_every_size_with_mass_is_drawn_and_the_counts_add_up(name):
    design = DESIGNS[name]
    # The root of a sum of squares sees a size whose share is above 1e-150.
    massive = np.flatnonzero(design.size_law > 1e-150)
    masks = sum(comb(design.d, int(k)) for k in massive[:50])
    for n in (2, 3, 5, 8, 20, 100, 1000) if design.d < 1000 else (2, 100):
        parts = size_strata(design, n)
        sizes = np.concatenate([part.sizes for part in parts])
        assert set(massive) <= set(sizes) and len(set(sizes)) == len(sizes)
        assert sum(part.n for part in parts) == n or masks <= sum(part.n for part in parts) <= n
        for part in parts:
            assert (part.law > 0).all() and part.law.sum() == pytest.approx(1, abs=1e-12)
            assert part.n == part.population or part.n >= 2
            assert part.n <= part.population and (len(part.sizes) == 1 or part.population == inf)


def test_more_masks_go_where_the_terms_are_large():
    # For F = 1 the terms' root mean square over masks of size k, from the definition by sums over all masks.
    design, (law, weight) = lt.ImageDesign(8), naive.ImageDesign(8)
    rows = np.column_stack([np.ones(256), naive.masks(8)])
    inverse = naive.inverse_gram(8, law * weight)
    mean = (law * weight / (law @ weight)) @ rows[:, 1:]
    slopes = weight[:, None] * (rows @ inverse)[:, 1:]
    level = weight / (law @ weight)
    sizes, score = rows[:, 1:].sum(axis=1), law * np.sqrt(level**2 + (slopes**2).sum(axis=1))
    wanted = [score[sizes == k].sum() for k in range(9)]
    assert 0 < mean[0] < 1
    assert _scores(design) == pytest.approx(wanted, rel=1e-9)


def worst_ratio(design, n):
    """The largest variance of a stratified mean over that of plain sampling: F varies on one size, which is not all
    drawn.
    """
    found = [
        np.exp(design.log_law)[part.sizes] / (part.n / n * part.law)
        for part in size_strata(design, n) if part.n < part.population
    ]  # fmt: skip
    return np.concatenate(found).max()


SKEWED = {"image, 12": (lt.ImageDesign(12), 500), "image, 12, 0.1": (lt.ImageDesign(12, 0.1), 500),
          "image, 50": (lt.ImageDesign(50), 2000), "text, 30": (lt.TextDesign(30), 2000)}  # fmt: skip


@pytest.mark.parametrize("name", SKEWED)
def test_no_set_function_has_much_more_than_four_thirds_of_the_variance_of_plain_sampling(name, monkeypatch):
    design, n = SKEWED[name]
    assert worst_ratio(design, n) < 4 / 3 * 1.05  # strata have at least ten masks, a whole number of them
    monkeypatch.setattr(allocation, "PLAIN_SHARE", 0.0)  # mutant: all in proportion to the size of their terms
    assert worst_ratio(design, n) > 1.6


@pytest.mark.parametrize("design", [lt.ShapleyDesign, lt.ImageDesign, lambda d: lt.GlimeDesign(d, 1.0)])
@pytest.mark.parametrize("d", range(2, 14))
def test_where_there_are_as_many_draws_as_masks_each_is_drawn_once(design, d):
    own = design(d)
    sizes = np.flatnonzero(_scores(own))
    parts = size_strata(own, sum(comb(d, int(k)) for k in sizes))
    assert [(part.sizes.tolist(), part.n) for part in parts] == [([k], comb(d, int(k))) for k in sizes]
    assert all(part.population == part.n for part in parts)
