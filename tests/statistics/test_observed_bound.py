"""Half-widths from a sample: they hold, are narrower than those for the worst F, and come from the right moments."""

import math

import naive
import numpy as np
import pytest
from scipy.stats import binom

import limetheory as lt
from limetheory.statistics import Bound, asymptotic_deviations
from limetheory.statistics.observed_bound import ObservedBound
from limetheory.statistics.whitened_sample import WhitenedSample, bounded_sample

DESIGNS = [lt.ImageDesign(6), lt.ImageDesign(2), lt.BernoulliDesign(5, 0.4), lt.TextDesign(5), lt.ShapleyDesign(5)]
REPETITIONS, ODDS = 50, 0.2
# They fail with probability at most 0.2. More than ALLOWED failures of 100 then have probability below 1e-6;
# half-widths that fail with probability 0.75 or more pass with probability below 1e-6.
ALLOWED = int(binom.isf(1e-6, REPETITIONS, ODDS))
assert binom.cdf(ALLOWED, REPETITIONS, 0.85) < 1e-6


def table(d, kind):
    size = naive.masks(d).sum(axis=1)
    return {
        "parity": np.where(size % 2, 1.0, 0.0),
        "smooth": 1 / (1 + np.exp(-size + d / 2)),
        "spike": (size == d) * 1.0,
    }[kind]


def ends_of(design, values):
    return (float(values[0]), float(values[-1])) if design.efficient else None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["parity", "smooth", "spike"])
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_thm_bound_holds_after_the_draw_and_a_standard_error_does_not(design, kind):
    values, n, rng, bound = table(design.d, kind), 500, np.random.default_rng(3), Bound(design)
    F, failures, mutants = lt.SetFunction(values), 0, 0
    exact, typical = lt.limit(F, design).coefficients, asymptotic_deviations(F, design).max() / math.sqrt(n)
    for _ in range(REPETITIONS):
        seed = int(rng.integers(2**31))
        gap = np.abs(lt.estimate(F, design, n, np.random.default_rng(seed)).coefficients - exact)
        masks = design.sample(n, np.random.default_rng(seed))
        observed = bound.observed(masks, F(masks), ODDS, ends_of(design, values))
        failures += (gap > observed).any()
        mutants += gap.max() > typical / 2
    assert failures <= ALLOWED
    assert mutants > ALLOWED or typical < 1e-9


@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_the_sample_is_that_of_estimate(design):
    values = table(design.d, "smooth") * 0.9
    masks, ends = design.sample(400, np.random.default_rng(0)), ends_of(design, values)
    F = lt.SetFunction(values)
    sample = bounded_sample(design, (0.0, 1.0), masks, F(masks), ends)
    rise = (values[-1] - values[0]) / design.d if design.efficient else 0.0
    reach = 1.0 if design.efficient else 0.5
    found = lt.estimate(F, design, 400, np.random.default_rng(0)).coefficients
    np.testing.assert_allclose(reach * sample.coefficients + rise, found, atol=1e-10)


@pytest.mark.parametrize("design", [lt.ImageDesign(5), lt.ShapleyDesign(5), lt.BernoulliDesign(4, 0.3)], ids=repr)
def test_whitened_rows_have_the_identity_as_their_moments(design):
    masks = naive.masks(design.d).astype(bool)
    drawn = design.probability(masks) > 0
    sample = WhitenedSample(design, masks[drawn], np.zeros(drawn.sum()))
    law = (design.probability(masks) / design.density(masks))[drawn]
    moments = (law * sample.rows.T) @ sample.rows
    idle = np.zeros(len(moments))
    idle[-design.d :] = design.d**-0.5
    np.testing.assert_allclose(moments, np.eye(len(moments)) - np.outer(idle, idle), atol=1e-12)
    np.testing.assert_allclose(sample.axes @ idle, 0, atol=1e-12)
    influence = design.influence(masks, np.ones(len(masks)))[drawn]
    roots = np.sqrt(design.density(masks[drawn]))
    np.testing.assert_allclose(roots[:, None] * sample.projections, influence, atol=1e-12)


@pytest.mark.parametrize(("d", "n"), [(10, 2048), (10, 8192), (50, 8192)])
def test_they_are_narrower_than_those_for_the_worst_function_and_tend_to_thm_clt(d, n):
    design, F = lt.ImageDesign(d), lt.Leaf(d, on=(0, 1))
    bound, masks = Bound(design), design.sample(n, np.random.default_rng(1))
    observed = bound.observed(masks, F(masks), 0.05).max()
    assert observed < 0.8 * bound.wls(n, 0.05)
    assert observed > asymptotic_deviations(F, design).max() / math.sqrt(n)


@pytest.mark.slow
def test_at_many_masks_they_are_near_the_central_limit_theorem_s():
    design, F, n = lt.ImageDesign(4), lt.Leaf(4, on=(0, 1)), 10**6
    masks = design.sample(n, np.random.default_rng(0))
    asymptotic = asymptotic_deviations(F, design).max() * math.sqrt(2 * math.log(2 * 4 / (0.7 * 0.05)) / n)
    assert asymptotic < Bound(design).observed(masks, F(masks), 0.05).max() < 1.1 * asymptotic


def test_each_round_starts_from_the_last_and_a_line_that_is_known_helps():
    design, F = lt.ImageDesign(10), lt.Leaf(10, on=(0, 1))
    masks = design.sample(8192, np.random.default_rng(0))
    bound = Bound(design)
    found = ObservedBound(bound.residual, bounded_sample(design, (0.0, 1.0), masks, F(masks), None), 0.05, 10)
    first = found._score(math.inf) / found.sample.smallest_eigenvalue
    assert found.distance() < first
    known, blind = found.line_bounds(found.distance()), found.line_bounds(math.inf)
    assert (blind.low, blind.high, blind.budget) == (0, 1, 1)
    exact = lt.limit(F, design)
    line = exact.intercept - 0.5 + naive.masks(10) @ exact.coefficients
    root = 2 * math.sqrt(design.probability(naive.masks(10).astype(bool)) @ line**2)
    assert 0 < known.low < root < known.high and known.budget < 1


@pytest.mark.parametrize("design", DESIGNS, ids=repr)
def test_too_few_masks_have_no_half_width(design):
    masks = design.sample(1, np.random.default_rng(0))
    ends = (0.0, 1.0) if design.efficient else None
    assert np.isinf(Bound(design).observed(masks, np.full(1, 0.5), 0.05, ends)).all()


def test_half_widths_scale_with_the_range_of_f_and_do_not_depend_on_its_centre():
    design, F = lt.ImageDesign(6), lt.Leaf(6, on=(0, 1))
    masks = design.sample(3000, np.random.default_rng(0))
    unit = Bound(design).observed(masks, F(masks), 0.1)
    other = Bound(design, (-3.0, 4.0)).observed(masks, 7 * F(masks) - 3, 0.1)
    np.testing.assert_allclose(other, 7 * unit, rtol=1e-6)
    single = Bound(design, simultaneous=False).observed(masks, F(masks), 0.1)
    assert (single < unit).all() and (single > unit * math.sqrt(math.log(2 / 0.07) / math.log(12 / 0.07)) * 0.9).all()
    assert (Bound(design, spread=0.1).observed(masks, F(masks), 0.1) <= unit * (1 + 1e-9)).all()


MASKS = np.array([[True, False, True], [False, False, True], [True, True, False]])


@pytest.mark.parametrize(
    ("arguments", "kind", "rule"),
    [
        ((np.ma.array(MASKS, mask=MASKS), np.ones(3), 0.05), TypeError, "masks must be an array without gaps"),
        ((MASKS / 2, np.ones(3), 0.05), ValueError, "masks must be True and False, .*, got 0 to 0.5; threshold it"),
        ((MASKS[:, :2], np.ones(3), 0.05), ValueError, r"shape \(n, 3\), got \(3, 2\)"),
        ((MASKS, np.ones(2), 0.05), ValueError, "one for each of 3 masks, got 2"),
        ((MASKS, np.array([0, 1, 1.5]), 0.05), ValueError, r"within the bounds \[0, 1\], got 0 to 1.5; give bounds"),
        ((MASKS, np.array([0, 1, np.nan]), 0.05), ValueError, "values must be finite"),
        ((MASKS, np.ones(3), 5), ValueError, "the error probability must be above 0 and below 1"),
        ((MASKS, np.ones(3), 0.05, (0.0, 1.0)), ValueError, "None for others, got .*; leave them out"),
    ],
)
def test_bad_values_are_refused_in_one_line(arguments, kind, rule):
    with pytest.raises(kind, match=rule):
        Bound(lt.ImageDesign(3)).observed(*arguments)


def test_an_efficient_design_needs_its_ends():
    design = lt.ShapleyDesign(3)
    with pytest.raises(ValueError, match=r"efficient designs .*; evaluate both"):
        Bound(design).observed(MASKS, np.ones(3), 0.05)
