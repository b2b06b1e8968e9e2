"""R² of the limit's surrogate against weighted regression over all masks, and against Walsh energies."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import limetheory as lt

TABLES = st.integers(1, 5).flatmap(lambda d: arrays(int, 2**d, elements=st.integers(-50, 50)))
KEEP = [0.2, 0.5, 0.7, 0.4, 0.6]
DESIGNS = {
    "image": (lt.ImageDesign, naive.ImageDesign),
    "Bernoulli": (lambda d: lt.BernoulliDesign(d, 0.3), lambda d: naive.BernoulliDesign(d, 0.3)),
    "product": (lambda d: lt.ProductDesign(KEEP[:d]), lambda d: naive.ProductDesign(KEEP[:d])),
}


def by_regression(values, measure, ridge=0.0):
    """1 − the weighted residual sum of squares / the weighted sum of squares about the weighted mean."""
    law, weight = measure
    mass = law * weight
    z = np.column_stack([np.ones(len(values)), naive.masks(len(values).bit_length() - 1)])
    penalty = ridge * np.diag([0.0] + [1.0] * (z.shape[1] - 1))
    beta = np.linalg.solve(z.T @ (mass[:, None] * z) + penalty, z.T @ (mass * values))
    mean = mass @ values / mass.sum()
    whole = mass @ (values - mean) ** 2
    return 1 - mass @ (values - z @ beta) ** 2 / whole if np.ptp(values) else 1.0


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
@given(values=TABLES, ridge=st.sampled_from([0.0, 0.1]))
def test_it_is_that_of_the_weighted_regression(name, values, ridge):
    design, measure = DESIGNS[name]
    d = len(values).bit_length() - 1
    expected = by_regression(values.astype(float), measure(d), ridge)
    assert lt.r_squared(lt.SetFunction(values), design(d), ridge) == pytest.approx(expected, abs=1e-8)


@pytest.mark.slow
@given(TABLES)
def test_under_fair_coins_it_is_the_share_of_walsh_energy_at_order_1(values):
    F = lt.SetFunction(values)
    expected = lt.order_spectrum(F).share[1] if np.ptp(values) else 1.0
    assert lt.r_squared(F, lt.BernoulliDesign(F.d)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
@given(TABLES, st.sampled_from([0.2, 0.5, 0.9]))
def test_under_biased_coins_it_is_the_share_of_the_biased_walsh_energy(values, p):
    d = len(values).bit_length() - 1
    masks, (law, _) = naive.masks(d), naive.BernoulliDesign(d, p)
    spins = (masks - p) / math.sqrt(p * (1 - p))  # mean 0 and variance 1; their products are orthonormal
    energy = (((law * values) @ spins) ** 2).sum()
    expected = energy / (law @ (values - law @ values) ** 2) if np.ptp(values) else 1.0
    assert lt.r_squared(lt.SetFunction(values), lt.BernoulliDesign(d, p)) == pytest.approx(expected, abs=1e-10)


def test_another_measure_would_be_refuted():
    # Mutant: the surrogate of one design judged under the uniform measure.
    F = lt.Multilinear(4, {(0,): 1.0, (0, 1): 2.0, (1, 2, 3): -3.0})
    values = F(lt.all_masks(4))
    found = lt.r_squared(F, lt.ImageDesign(4))
    assert found == pytest.approx(by_regression(values, naive.ImageDesign(4)), abs=1e-12)
    assert abs(found - by_regression(values, naive.BernoulliDesign(4))) > 0.01


@pytest.mark.parametrize("design", [lt.ImageDesign, lt.TextDesign, lt.BernoulliDesign, lt.ShapleyDesign])
def test_additive_functions_are_explained_wholly_and_scale_and_offset_do_not_count(design):
    additive = lt.Additive([1.0, -2.0, 0.5, 0.25], 3.0)
    assert lt.r_squared(additive, design(4)) == pytest.approx(1, abs=1e-12)
    values = np.random.default_rng(0).random(16)
    one, other = (lt.r_squared(lt.SetFunction(v), design(4)) for v in (values, 5 - 2 * values))
    assert one == pytest.approx(other, abs=1e-10) and one < 1
    assert lt.r_squared(lt.SetFunction(np.full(16, 0.1)), design(4)) == 1.0


def test_parity_is_not_explained_at_all_and_a_penalty_explains_less():
    assert lt.r_squared(lt.parity(4), lt.BernoulliDesign(4)) == pytest.approx(0, abs=1e-12)
    F, design = lt.SetFunction(np.random.default_rng(1).random(32)), lt.ImageDesign(5)
    found = [lt.r_squared(F, design, ridge) for ridge in (0.0, 0.01, 0.1, 1e6)]
    assert found == sorted(found, reverse=True) and found[-1] == pytest.approx(0, abs=1e-3)


def test_it_can_be_negative_where_the_surrogate_must_meet_both_ends():
    ends = np.zeros(16)
    ends[-1] = 1.0
    ends[1] = 0.01  # not constant over the masks between the ends
    assert lt.r_squared(lt.SetFunction(ends), lt.ShapleyDesign(4)) < 0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((lt.Leaf(21, on=(0,)), lt.ImageDesign(21)), ValueError, "d ≤ 20 to be split by order, got d = 21"),
        ((lt.Leaf(3, on=(0,)), lt.ImageDesign(4)), ValueError, "must have the same d, got 3 and 4"),
        ((lt.Leaf(3, on=(0,)), 3), TypeError, "design must be a limetheory design"),
        ((3, lt.ImageDesign(4)), TypeError, "must be a SetFunction or a callable"),
        ((lt.Leaf(3, on=(0,)), lt.ImageDesign(3), -1), ValueError, "ridge must be at least 0"),
    ],
)
def test_bad_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        lt.r_squared(*arguments)
