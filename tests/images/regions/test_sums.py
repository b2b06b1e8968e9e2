"""The sum of a region's coefficients and its error, against matrices written out and against exact limits."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.explanation import Stopping
from limetheory.images.regions import Partition, Region, Regions, region_sums

COLUMN = np.arange(12)[None].repeat(8, axis=0)
ROW = np.arange(8)[:, None].repeat(12, axis=1)
REGIONS = Regions(
    (8, 12), [Region("left", COLUMN < 4, 3), Region("hidden", COLUMN == 0), Region("stripe", COLUMN < 2, 2)], 4, "grid"
)
PHOTO = np.random.default_rng(0).random((8, 12, 3))
PARTITION = REGIONS.partition(PHOTO)
OWNERS = np.array([0, 0, 2, 2, 2, -1])


def explanation(covariance, **more):
    errors = np.sqrt(np.diag(covariance))
    return lt.Explanation(np.arange(1.0, len(errors) + 1), 0.0, errors, 99, covariance=covariance, **more)


def spread(d, seed=0):
    factor = np.random.default_rng(seed).normal(size=(d, d))
    return factor @ factor.T


def test_sums_and_errors_are_those_of_a_matrix_of_zeros_and_ones():
    partition, covariance = Partition(np.arange(6)[None], OWNERS, ("a", "b", "c")), spread(6)
    found = region_sums(explanation(covariance), partition)
    rows = np.array([[1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0]])
    assert found.names == ("a", "c") and found.parts.tolist() == [2, 3]
    np.testing.assert_allclose(found.sums, rows @ np.arange(1.0, 7), rtol=0, atol=0)
    np.testing.assert_allclose(found.standard_errors**2, np.diag(rows @ covariance @ rows.T), rtol=1e-12)
    independent = np.sqrt(rows @ np.diag(covariance))
    assert (abs(found.standard_errors - independent) > 0.05).all()  # the mutant that forgets the covariances
    half = 1.959963984540054 * found.standard_errors
    np.testing.assert_allclose(found.interval().T, [found.sums - half, found.sums + half], rtol=1e-12)
    assert np.isnan(found.coefficients).all() and np.isnan(found.gap_errors).all()


def test_without_a_covariance_the_error_is_a_bound():
    partition, covariance = Partition(np.arange(6)[None], OWNERS, ("a", "b", "c")), spread(6)
    exact = region_sums(explanation(covariance), partition).standard_errors
    errors = np.sqrt(np.diag(covariance))
    bound = region_sums(lt.Explanation(np.ones(6), 0.0, errors, 99), partition).standard_errors
    assert bound.tolist() == pytest.approx([errors[:2].sum(), errors[2:5].sum()]) and (bound >= exact).all()
    stopped = Stopping(half_widths=np.ones(6), reached=True, tolerance=1.0, level=0.95, guarantee="bounded", n_masks=99)
    assert region_sums(explanation(covariance, stopping=stopped), partition).standard_errors.tolist() == bound.tolist()


def test_a_part_that_the_masks_do_not_determine_makes_its_sum_unknown():
    covariance = np.diag([1.0, np.inf, 1.0, 1.0, 1.0, np.inf])
    freedom = np.array([9.0, 3.0, 5.0, 4.0, 8.0, 2.0])
    partition = Partition(np.arange(6)[None], OWNERS, ("a", "b", "c"))
    found = region_sums(explanation(covariance, degrees_of_freedom=freedom), partition)
    assert found.standard_errors.tolist() == [np.inf, np.sqrt(3)] and found.degrees_of_freedom.tolist() == [3.0, 4.0]


def limits(model, replacement):
    functions = [
        lt.set_function(model, lt.MaskedImage(PHOTO, labels, replacement))
        for labels in (PARTITION.labels, PARTITION.whole.labels)
    ]
    return [lt.limit(function, lt.ImageDesign(function.d)) for function in functions]


def test_an_additive_model_has_no_gap_and_others_have_one():
    weights = np.random.default_rng(1).normal(size=(8, 12, 3))
    parts, whole = limits(lt.LinearPixels(weights), 0.5)
    found = region_sums(parts, PARTITION, whole)
    assert found.names == ("left", "stripe") and found.parts.tolist() == [3, 2] and REGIONS.covered == ("hidden",)
    np.testing.assert_allclose(found.consistency.gaps, 0, atol=1e-12)
    difference = ((PHOTO - 0.5) * weights).sum(axis=2)
    stripe = COLUMN < 2
    np.testing.assert_allclose(found.sums, [difference[(COLUMN < 4) & ~stripe].sum(), difference[stripe].sum()])
    mean_parts, mean_whole = limits(lt.LinearPixels(weights), "mean")  # each shows its own mean colours
    assert abs(region_sums(mean_parts, PARTITION, mean_whole).consistency.gaps).max() > 0.01
    shape = np.zeros((8, 12), bool)
    shape[2:6, 2:4] = True
    detector = lt.ShapeDetector(shape[..., None].repeat(3, axis=2) & (PHOTO > 0.2), 0.1)
    assert abs(region_sums(*limits_of(detector)).consistency.gaps).max() > 0.01


def limits_of(detector):
    parts, whole = limits(detector, 0.0)
    return parts, PARTITION, whole


@pytest.mark.slow
def test_intervals_of_sums_cover_their_limit():
    weights = np.random.default_rng(1).normal(size=(8, 12, 3))
    model = lt.LinearPixels(weights)

    def curved(images):
        return np.tanh(model(images) / 20)

    masked = lt.MaskedImage(PHOTO, PARTITION.labels, 0.5)
    F = lt.ModelFunction(curved, masked)
    design = lt.ImageDesign(PARTITION.d)
    truth = region_sums(lt.limit(F, design), PARTITION).sums
    inside = np.zeros(2)
    for seed in range(200):
        low, high = region_sums(lt.estimate(F, design, 300, seed), PARTITION).interval(0.9).T
        inside += (low <= truth) & (truth <= high)
    # of 200 at 0.9: fewer than 167 or more than 193 has probability 0.004 for each region
    assert ((inside >= 167) & (inside <= 193)).all()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: region_sums(explanation(spread(5)), PARTITION), "^explanation must have 9 coefficients, got 5; explain"),
    (lambda: region_sums(explanation(spread(9)), PARTITION, explanation(spread(9))), "^whole must have 6 coeff"),
    (lambda: region_sums(3, PARTITION), "^explanation must be of the class Explanation"),
    (lambda: region_sums(explanation(spread(9)), REGIONS), "^partition must be of the class Partition"),
    (lambda: region_sums(explanation(spread(1)), Partition(np.zeros((1, 1), int), np.array([-1]), ())), "got none"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_line(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as said:
        call()
    assert "\n" not in str(said.value)
