"""prop:normalised against enumeration, arbitrary precision, and mutants."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt
from limetheory.limits.normalised import quadrature


def designs(d):
    keep = np.linspace(0.2, 0.9, d)
    return [
        lt.ImageDesign(d), lt.ImageDesign(d, bandwidth=0.05), lt.TextDesign(d), lt.TextDesign(d, bandwidth=np.inf),
        lt.ShapleyDesign(d), lt.BernoulliDesign(d, 0.3), lt.ProductDesign(keep), lt.SizeLawDesign([1.0] * (d + 1)),
    ]  # fmt: skip


def drawn(seed, d):
    rng = np.random.default_rng(seed)
    sizes, weights = np.exp(3 * rng.normal(size=d)), rng.normal(size=d)
    dummy = rng.random(d) < 0.2
    return np.where(dummy, 0, weights), np.where(dummy, 0, sizes)


def instance(rng, d):
    """A random one with its values by the definition, for the tests of all classes."""
    sizes, weights = rng.uniform(0.1, 5, d), rng.normal(size=d)

    def by_hand(masks):
        totals = [sum(s for s, one in zip(sizes, z, strict=True) if one) for z in masks]
        sums = [sum(w for w, one in zip(weights, z, strict=True) if one) for z in masks]
        return 0.3 + np.array([w / np.sqrt(s) if s else 0.0 for w, s in zip(sums, totals, strict=True)])

    return lt.NormalisedSum(weights, sizes, intercept=0.3), by_hand


@pytest.mark.slow
@pytest.mark.parametrize("d", [2, 3, 6, 11])
@pytest.mark.parametrize("power", [0.3, 0.5, 1.0])
def test_the_limit_is_that_of_enumeration(d, power):
    for seed in range(1 + (d < 6)):
        function = lt.NormalisedSum(*drawn(seed, d), power, intercept=0.25)
        table = lt.SetFunction(function(lt.all_masks(d)))
        for design in designs(d):
            found, expected = lt.limit(function, design), lt.limit(table, design)
            scale = np.abs(table.values).max()
            np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=0, atol=1e-11 * scale)
            assert abs(found.intercept - expected.intercept) <= 1e-11 * scale


def test_another_power_is_another_limit():
    weights, sizes = drawn(0, 6)
    one, other = (lt.limit(lt.NormalisedSum(weights, sizes, power), lt.TextDesign(6)) for power in (0.5, 0.501))
    assert np.abs(one.coefficients - other.coefficients).max() > 1e-5


def test_values_are_the_quotient():
    function = lt.NormalisedSum([3.0, -4.0, 0.0], [9.0, 16.0, 0.0], intercept=1.0)
    masks = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]], bool)
    assert function(masks).tolist() == [1 - 1 / 5, 2.0, 1.0, 1.0]


@pytest.mark.slow
@given(st.floats(0.1, 1), st.floats(-20, 20), st.floats(0, 12), st.floats(0, 1))
def test_the_quadrature_is_the_power_to_rounding(power, log_least, log_ratio, share):
    least, most = np.exp(log_least), np.exp(log_least + log_ratio)
    nodes, weights = quadrature(power, least, most)
    s = np.exp(log_least + share * log_ratio)
    with mpmath.workdps(40):
        exact = mpmath.mpf(s) ** -mpmath.mpf(power)
        terms = zip(nodes.tolist(), weights.tolist(), strict=True)
        found = sum(mpmath.mpf(c) * mpmath.exp(-mpmath.mpf(t) * mpmath.mpf(s)) for t, c in terms)
        assert abs(found / exact - 1) < 1e-13
    assert (weights > 0).all() and (nodes >= 0).all()


def test_a_constant_has_no_coefficients():
    found = lt.limit(lt.NormalisedSum([0.0, 0.0], [0.0, 1.0], intercept=2.0), lt.ImageDesign(2))
    assert found.coefficients.tolist() == [0, 0] and found.intercept == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0], [1.0, 2.0]), "one length of at least 1, got 1 and 2"),
        (([], []), "one length of at least 1, got 0 and 0"),
        (([1.0], [-1.0]), "sizes must be at least 0, .*, got -1 for part 0"),
        (([0.0, 2.0], [1.0, 0.0]), "above 0 where the weight is not 0, got 0 for part 1 of weight 2"),
        (([1.0], [1.0], 0.0), "power must be above 0 and at most 1, got 0.0"),
        (([1.0], [1.0], 2), "power must be above 0 and at most 1, got 2"),
        (([np.nan], [1.0]), "weights must be finite"),
    ],
)
def test_what_is_no_quotient_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        lt.NormalisedSum(*arguments)
