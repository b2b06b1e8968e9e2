"""lem:alpha, lem:count, prop:gram-inverse, lem:leverage against sums over all 2^d masks."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt

CASES = [case for d in (2, 3, 8) for case in naive.every(d)]
EXCHANGEABLE = [case for d in (2, 3, 8) for case in naive.exchangeable(d)]
NARROW_OR_SMALL = [("ImageDesign", (d, nu)) for d in (1, 3, 7) for nu in (0.05, 1e3)]
SMALL = [
    *NARROW_OR_SMALL,
    ("BernoulliDesign", (1, 0.3)),
    ("ProductDesign", ([0.3],)),
    ("SizeLawDesign", ([2, 3],)),
]


def built(case):
    design = getattr(lt, case[0])(*case[1])
    law, weight = naive.measure(*case)
    return design, law, weight


def parametrize(cases):
    return pytest.mark.parametrize("case", cases, ids=naive.name)


@parametrize(CASES + SMALL)
def test_lem_alpha_equals_the_sum_over_all_masks(case):
    design, law, weight = built(case)
    for a in range(design.d + 1):
        for b in range(design.d + 1 - a):
            expected = naive.moments(design.d, law * weight, a, b)
            assert design.alpha(a, b) == pytest.approx(expected, rel=1e-12, abs=0), (a, b)
    assert design.alpha(0) == pytest.approx(design.total_mass, rel=1e-13)


@parametrize(CASES + SMALL)
def test_probability_weight_and_density_are_the_definition(case):
    design, law, weight = built(case)
    masks, mass = naive.masks(design.d), law * weight
    np.testing.assert_allclose(design.probability(masks), mass / mass.sum(), rtol=1e-12)
    np.testing.assert_allclose(design.density(masks), design.weight(masks) / design.total_mass, rtol=1e-12)
    np.testing.assert_allclose(design.weight(masks)[law > 0], weight[law > 0], rtol=1e-12)
    assert design.probability(masks).sum() == pytest.approx(1, rel=1e-12)
    assert design.total_mass == pytest.approx(mass.sum(), rel=1e-12)
    np.testing.assert_allclose(design.marginals, (mass @ masks) / mass.sum(), rtol=1e-12)


@parametrize(EXCHANGEABLE + NARROW_OR_SMALL)
def test_lem_count_equals_the_sum_over_all_masks(case):
    design, law, weight = built(case)
    d, mu = design.d, law * weight / (law * weight).sum()
    k = np.array(naive.sizes(d))
    a0, a1, a2 = ((law * weight) @ z for z in (k**0, k / d, k * (k - 1) / max(d * (d - 1), 1)))
    assert design.mean_size == pytest.approx(mu @ k, rel=1e-12)
    assert design.size_variance == pytest.approx(mu @ (k - mu @ k) ** 2, rel=1e-11)
    assert design.c_d == pytest.approx(a0**2 * (mu @ (k - mu @ k) ** 2) / d, rel=1e-11)
    if d > 1:
        assert design.delta == pytest.approx((law * weight) @ (k * (d - k)) / (d * (d - 1)), rel=1e-12)
        assert design.c_d == pytest.approx((d - 1) * a0 * a2 - d * a1**2 + a0 * a1, rel=1e-7)
        assert design.delta == pytest.approx(a1 - a2, rel=1e-7)
    np.testing.assert_allclose(design.size_law, np.bincount(k, mu, d + 1), rtol=1e-12)


@parametrize(EXCHANGEABLE + SMALL + [naive.product(4), ("ShapleyDesign", (5,))])
def test_prop_gram_inverse_inverts_the_gram_matrix(case):
    design, law, weight = built(case)
    gram = naive.gram(design.d, law * weight)
    for row in (0, 1):
        np.testing.assert_allclose(design.gram()[row], gram[row], rtol=1e-12)
    inverse, exact = design.gram_inverse(), naive.inverse_gram(design.d, law * weight)
    scale = np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
    np.testing.assert_allclose(inverse / scale, exact / scale, atol=1e-10)


@parametrize([*EXCHANGEABLE, ("ImageDesign", (3, 0.05)), ("ImageDesign", (7, 0.05)), ("ShapleyDesign", (5,))])
def test_lem_leverage_is_the_quadratic_form_and_averages_to_d_plus_one(case):
    design, law, weight = built(case)
    rows = np.column_stack([np.ones(2**design.d), naive.masks(design.d)])
    whitened = np.sqrt(law * weight)[:, None] * rows
    basis = np.linalg.qr(whitened)[0]  # Σ_z law ℓ = squared row norms of an orthonormal basis
    drawn, k = law > 0, np.array(naive.sizes(design.d))
    expected = (basis**2).sum(axis=1)
    np.testing.assert_allclose((law * design.leverage()[k])[drawn], expected[drawn], rtol=1e-8, atol=1e-10)
    assert law @ design.leverage()[k] == pytest.approx(design.d + 1, rel=1e-11)


@pytest.mark.parametrize("nu, d, largest", [
    (0.25, 10, 20.4), (0.25, 50, 100.3), (0.25, 100, 199.7), (0.25, 500, 994), (0.1, 10, 91), (0.1, 50, 1748),
    (0.1, 100, 4835),
])  # fmt: skip
def test_lem_leverage_prints_the_values_of_the_theory(nu, d, largest):
    assert lt.ImageDesign(d, nu).leverage().max() == pytest.approx(
        largest, abs=0.05 if largest < 900 and nu > 0.2 else 0.5
    )


@pytest.mark.slow
@given(st.sampled_from(naive.every(5)), st.permutations(range(5)), st.integers(0, 5), st.integers(0, 5))
def test_condition_equals_the_conditional_means_of_contrasts_and_share(case, order, a, b):
    design, law, weight = built(case)
    on, off = list(order[:a]), list(order[a : a + b])
    masks, mu = naive.masks(5), law * weight / (law * weight).sum()
    event = masks[:, on].all(axis=1) & ~masks[:, off].any(axis=1)
    probability, contrasts, share = design.condition(on, off)
    assert probability == pytest.approx(mu[event].sum(), rel=1e-12, abs=1e-300)
    if probability > 0:
        given, of_share = mu[event] / mu[event].sum(), masks.mean(axis=1)
        compared = masks - (mu @ masks if case[0] == "ProductDesign" else of_share[:, None])
        np.testing.assert_allclose(contrasts, given @ compared[event], rtol=1e-12, atol=1e-13)
        assert share == pytest.approx(given @ of_share[event] - mu @ of_share, rel=1e-12, abs=1e-13)


def test_all_is_defined_for_one_superpixel():
    design = lt.ImageDesign(1)
    psi = naive.psi(1.0, 0.25)
    assert design.total_mass == pytest.approx((1 + psi) / 2, rel=1e-14)
    np.testing.assert_allclose(design.gram_inverse() @ design.gram(), np.eye(2), atol=1e-12)
    assert design.leverage() == pytest.approx([2, 2], rel=1e-12)


@pytest.mark.parametrize("design", [
    lt.ImageDesign(100_000), lt.ImageDesign(100_000, 0.05), lt.TextDesign(100_000), lt.ShapleyDesign(100_000),
    lt.BernoulliDesign(100_000, 0.01),
], ids=repr)  # fmt: skip
def test_lem_count_is_finite_and_consistent_at_a_hundred_thousand(design):
    law, entries = np.exp(design.log_law), design.gram_inverse_entries()
    assert np.isfinite([*entries, design.total_mass, design.c_d, design.delta, design.alpha(50, 50)]).all()
    assert law.sum() == pytest.approx(1, abs=1e-10) and design.size_law.sum() == pytest.approx(1, abs=1e-12)
    assert law @ design.leverage() == pytest.approx(100_001, rel=1e-10)
    assert design.alpha(1) - design.alpha(2) == pytest.approx(design.delta, rel=1e-7)
    assert design.alpha(1) == pytest.approx(design.total_mass * design.marginals[0], rel=1e-10)


@pytest.mark.parametrize("nu", [0.02, 0.01, 0.005, 0.003])
def test_prop_gram_inverse_survives_mass_piled_up_on_the_full_mask(nu):
    import mpmath

    with mpmath.workdps(400):
        exact = [float(x) for x in naive.precise("ImageDesign", (10, nu)).gram_inverse_entries()]
    entries = lt.ImageDesign(10, nu).gram_inverse_entries()
    assert entries[:3] == pytest.approx(exact[:3], rel=1e-10)
    assert entries[3] == pytest.approx(exact[3], abs=1e-11 * exact[2])


def test_bandwidth_between_defined_and_degenerate_is_answered_or_refused_by_name():
    for nu in np.geomspace(1e-3, 5e-3, 30):
        design = lt.ImageDesign(10, float(nu))
        try:
            entries = design.gram_inverse_entries()
        except lt.DegenerateDesignError:
            continue
        assert not any(map(math.isnan, entries))


@pytest.mark.parametrize("d", [1, 2, 6])
def test_the_slopes_by_size_are_those_of_the_covariances_of_each_mask(d):
    cases = [lt.ImageDesign(d), lt.ImageDesign(d, 0.1), lt.TextDesign(d), lt.BernoulliDesign(d, 0.9)]
    masks = naive.masks(d).astype(bool)
    for design in [*cases, *([lt.ShapleyDesign(d)] if d > 1 else [])]:
        wanted = design.solve(design.contrasts(masks), design.centred_share(masks))
        np.testing.assert_allclose(design.slopes(masks), wanted, rtol=1e-13, atol=1e-13 * np.abs(wanted).max())


@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_the_covariance_of_masks_is_that_of_all_masks(case):
    design, (law, weight) = getattr(lt, case[0])(*case[1]), naive.measure(*case)
    share = law * weight / (law @ weight)
    centred = naive.masks(5) - share @ naive.masks(5)
    expected = centred.T @ (share[:, None] * centred)
    np.testing.assert_allclose(design.covariance(), expected, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(lt.Design.covariance(design), expected, rtol=1e-9, atol=1e-14)
