"""What a pilot says of few masks: simulated attainment, shares of masks, and pilots that are exact."""

import math

import naive
import numpy as np
import pytest
from scipy.stats import binom, norm

import limetheory as lt
from limetheory.statistics import plan
from limetheory.statistics.pilots import effective_share

D, PILOT, LEVEL, RUNS = 8, 30, 0.95, 300
# Each coefficient may be within less often than the level by chance: below LOW with probability 1e-6 at 0.95; the
# formula for large n, whose runs are within in about 70 %, is above LOW with probability below 1e-6.
LOW = binom.ppf(1e-6, RUNS, LEVEL) / RUNS
assert binom.sf(LOW * RUNS - 1, RUNS, 0.75) < 1e-6
TABLES = {
    "saturating": 1 / (1 + np.exp(1 - naive.masks(D) @ np.linspace(-1, 1.5, D))),
    "pairs": 0.6 * naive.masks(D)[:, :2].all(axis=1) + 0.4 * naive.masks(D)[:, 2:4].all(axis=1),
}


def least_squares(table, n, rng):
    """The slopes of weighted least squares on n masks, from its definition."""
    numbers = rng.integers(0, 2**D, n)
    masks = naive.masks(D)[numbers].astype(float)
    root = np.exp(-((1 - np.sqrt(masks.mean(axis=1))) ** 2) / (4 * 0.25**2))
    rows = np.column_stack([np.ones(n), masks])
    return np.linalg.lstsq(root[:, None] * rows, root * table[numbers], rcond=None)[0][1:]


def for_large_n(pilot, half_width):
    """The mutant: the number without degrees of freedom."""
    z = norm.ppf((1 + LEVEL) / 2)
    return max(math.ceil((z * math.sqrt(PILOT) * pilot.standard_errors.max() / half_width) ** 2), D + 1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::limetheory.FewMasksWarning")
@pytest.mark.parametrize(("name", "half_width"), [("saturating", 0.12), ("pairs", 0.1)])
def test_runs_of_the_planned_number_are_within_the_half_width_at_the_level(name, half_width):
    table, design, rng = TABLES[name], lt.ImageDesign(D), np.random.default_rng(0)
    exact, within, mutant = lt.limit(lt.SetFunction(table), design).coefficients, [], []
    for _ in range(RUNS):
        pilot = lt.estimate(lt.SetFunction(table), design, PILOT, rng)
        numbers = int(plan(design, half_width, LEVEL, pilot=pilot).clt.n), for_large_n(pilot, half_width)
        for n, found in zip(numbers, (within, mutant), strict=True):
            found.append(np.abs(least_squares(table, n, rng) - exact) <= half_width)
    assert np.mean(within, axis=0).min() >= LOW
    if name == "saturating":
        assert np.mean(mutant, axis=0).min() < LOW


@pytest.mark.parametrize("design", [lt.ImageDesign(6, 0.1), lt.ImageDesign(6), lt.BernoulliDesign(6)], ids=repr)
def test_the_effective_share_is_kish_s_over_all_masks(design):
    weight = design.weight(naive.masks(6))
    assert effective_share(design) == pytest.approx(weight.mean() ** 2 / (weight**2).mean(), rel=1e-12)


def test_the_effective_share_of_a_product_design_is_near_that_of_all_masks():
    design = lt.ProductDesign([0.3, 0.6, 0.5], weights_off=[0.5, 0.2, 1.0])
    masks = naive.masks(3)
    law, weight = design.chance(masks), design.weight(masks)
    assert effective_share(design) == pytest.approx((law @ weight) ** 2 / (law @ weight**2), rel=0.05)


def product(d):
    return lt.Multilinear(d, {(0,): 0.5, (0, 1): 0.3})


EXACT = {
    "limit": lambda F, design: lt.limit(F, design),
    "all masks of a method": lambda F, design: lt.estimate(F, design, 40, 0, "adjusted"),
    "all masks to a tolerance": lambda F, design: lt.estimate_until(F, design, 0.001, rng=0, bounds=(0, 1)),
}


@pytest.mark.parametrize("kind", EXACT)
def test_an_exact_pilot_needs_nothing_more(kind):
    design = lt.ImageDesign(4)
    answer = plan(design, 0.01, pilot=EXACT[kind](product(4), design), bounds=(0, 1))
    assert answer.exact and answer.n == answer.unbiased.n == answer.wls.n == 0
    assert answer.clt.assumes == "the pilot is exact already"


def test_all_masks_in_chance_numbers_are_not_exact():
    design = lt.ImageDesign(4)
    pilot = lt.estimate(product(4), design, 400, 0)
    assert pilot.standard_errors.max() > 0 and not plan(design, 0.01, pilot=pilot).exact


def test_a_pilot_without_errors_of_few_masks_is_refused():
    pilot = lt.Explanation(np.zeros(10), 0.0, np.zeros(10), 60)
    with pytest.raises(ValueError, match="must not all be 0 before all 2\\^10 masks are evaluated, got 0 after 60"):
        plan(lt.ImageDesign(10), 0.05, pilot=pilot)
