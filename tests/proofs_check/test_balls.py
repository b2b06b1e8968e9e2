"""Every certificate passes on a small grid, and fails if an error is put into its claim or the library's results."""

import math
from dataclasses import replace

import naive
import numpy as np
import pytest
from flint import arb

from proofs_check import balls
from proofs_check.balls import (
    CERTIFICATES,
    NotCertifiedError,
    cor_efficient,
    cor_unweighted,
    grid,
    lem_alpha,
    lem_count,
    lem_leverage,
    lines,
    prop_gram_inverse,
    prop_leaf,
    prop_linear,
    prop_one_ranking,
    prop_ridge,
    thm_bound,
    thm_limit,
    thm_quadratic,
)
from proofs_check.balls.certificate import same
from proofs_check.balls.digits import Value
from proofs_check.balls.laws import Law, binomials
from proofs_check.balls.leaves import Shape, in_two_parts
from proofs_check.balls.moments import Moments, total
from proofs_check.balls.precision import narrow

MODULES = {
    "lem:alpha": lem_alpha,
    "lem:count": lem_count,
    "prop:gram-inverse": prop_gram_inverse,
    "cor:efficient": cor_efficient,
    "prop:ridge": prop_ridge,
    "prop:linear": prop_linear,
    "prop:leaf": prop_leaf,
    "lem:leverage": lem_leverage,
    "thm:bound": thm_bound,
}
DIGITS = [(label, digits) for label, module in MODULES.items() for digits in module.DIGITS]
ALL = [(label, certificate) for label, those in CERTIFICATES.items() for certificate in those]


def named(value):
    return getattr(value, "quantity", getattr(value, "name", value))


@pytest.fixture(autouse=True)
def small_grid(monkeypatch):
    monkeypatch.setattr(grid, "SIZES", (2, 3, 10))
    monkeypatch.setattr(grid, "LARGEST", 100)
    monkeypatch.setattr(lem_alpha, "LARGEST", 100)
    monkeypatch.setattr(thm_bound, "MASKS", {10: 12_953})
    monkeypatch.setattr(thm_bound, "LINES", tuple(law for law in thm_bound.LINES if law.d < 10))


@pytest.mark.slow
@pytest.mark.parametrize(("label", "certificate"), ALL, ids=named)
def test_is_certified(label, certificate):
    found = certificate.run()
    assert "\n" not in found and any(c.isdigit() for c in found)
    assert certificate.range


def test_names_tell_certificates_apart():
    for certificates in CERTIFICATES.values():
        names = [certificate.name for certificate in certificates]
        assert len(names) == len(set(names)) >= 2


@pytest.mark.slow
@pytest.mark.parametrize(("label", "digits"), DIGITS, ids=named)
@pytest.mark.parametrize("by", [100, -100])
def test_a_float_that_differs_by_100_tolerances_is_a_difference(label, digits, by):
    with pytest.raises(NotCertifiedError, match="is not certified: got"):
        digits.moved(by).run()


@pytest.mark.parametrize("lost", [float("nan"), float("inf"), 0.0])
def test_a_missing_float_is_a_difference(lost):
    kappa = lem_count.DIGITS[0]
    with pytest.raises(NotCertifiedError, match="κ"):
        replace(kappa, computed=lambda law: [lost]).run()


def shifted(m, a, b=0):
    """α with C(d−a−b, k−a−1)."""
    return total(count * w for count, w in zip(binomials(m.d - a - b), m.w[a + 1 :], strict=False))


def flipped(m):
    corner, border, on, off = m.inverse_entries()
    return [corner, border, on, -off]


def slope_without_centre(m, shape):
    slope, deviations = in_two_parts(m, shape)
    return slope + slope / m.d, deviations


def deviations_from_zero(m, shape):
    slope, deviations = in_two_parts(m, shape)
    return slope, [slope + deviation for deviation in deviations]


def leverage_without_d(m, k):
    inside = m.law.weights()[k] * k * (m.d - k) / m.positive_delta
    return lem_leverage.by_size(m, k) + inside - inside / m.d


def over_all_masks(m, shape):
    return [value * m.alpha(1) / m.alpha(0) for value in prop_one_ranking.shown(m, shape)]


def swapped(m, ridge):
    return prop_ridge.factors(m, ridge)[::-1]


def negative_penalty(m, ridge):
    return prop_ridge.factors(m, -ridge)


def with_one_norm(m):
    """λ of the variance of z_i z_j within a size."""
    return thm_quadratic.pure_norm(m) + m.alpha(3) - m.alpha(4)


def without_centre(m, shape):
    return thm_quadratic.stated(m, shape, lambda m, shape: {
        kind: thm_quadratic.of_leaf(m, shape, kind) / thm_quadratic.pure_norm(m)
        for kind in thm_quadratic.pure(m, shape)
    })  # fmt: skip


def with_a_wrong_norm(m, shape):
    return thm_quadratic.stated(m, shape, lambda m, shape: thm_quadratic.pure(m, shape, with_one_norm))


def moved_by_two_promises(law, shape):
    found = thm_quadratic.computed(law, shape)
    return [*found[:-1], found[-1] + 2e-11 * max(1.0, *map(abs, found))]


MUTANTS = {
    "pairs not centred": lambda: thm_quadratic.is_regression(without_centre),
    "λ of another part": lambda: thm_quadratic.is_regression(with_a_wrong_norm),
    "λ with α_3 once": lambda: thm_quadratic.norms_agree(lambda m: m.alpha(2) - m.alpha(3)),
    "a surrogate off by two promises": lambda: thm_quadratic.is_accurate(moved_by_two_promises),
    "α with C(d−a−b, k−a−1)": lambda: lem_alpha.is_product(shifted),
    "α with C(d−a−b, k−a−1), as truth": lambda: replace(
        lem_alpha.DIGITS[0], truth=lambda m: [shifted(m, a, b) for a, b in lem_alpha.shares(m.d)]
    ).run(),
    "α_p the same for every p": lambda: lem_alpha.falls(lambda m, a, b: m.alpha(0, b)),
    "α_{p,1} for α_{p,0}": lambda: lem_alpha.falls(lambda m, a, b: m.alpha(min(a, m.d - 1), 1)),
    "Δ of the wrong sign": lambda: lem_count.delta(textbook=lambda m: m.alphas[2] - m.alphas[1]),
    "Δ with d² for d(d−1)": lambda: lem_count.delta(counted=lambda m: m.delta() * (m.d - 1) / m.d),
    "c_d with α_1 α_2": lambda: lem_count.c_d(textbook=lambda m: m.textbook_c_d() + m.alphas[1] * m.alphas[2]),
    "c_d without 1/d": lambda: lem_count.c_d(counted=lambda m: m.c_d() * m.d),
    "c_d with −α_0 α_1": lambda: lem_count.c_d(lambda m: m.textbook_c_d() - 2 * m.alphas[0] * m.alphas[1], Moments.c_d),
    "V about κ + 1": lambda: lem_count.variance(counted=lambda m: m.size_variance() + 1),
    "−σ_3 off the diagonal": lambda: prop_gram_inverse.inverts(flipped),
    "σ_1 > 0": lambda: prop_gram_inverse.signs(lambda m: list(map(abs, m.inverse_entries()))),
    "ℓ without 1/d": lambda: lem_leverage.is_quadratic_form(leverage_without_d),
    "E[ℓ] without 1/d": lambda: lem_leverage.has_mean(leverage_without_d),
    "E[ℓ] = d": lambda: lem_leverage.has_mean(excess=0),
    "slope too steep": lambda: thm_limit.solves(slope_without_centre),
    "deviations from 0": lambda: thm_limit.deviations_vanish_in_sum(deviations_from_zero),
    "limit 0 as ν → 0": lambda: thm_limit.tends_to_occlusion(lambda shape, group: 0),
    "p^a for p^(a−1)": lambda: cor_unweighted.is_difference(lambda p, s, g: cor_unweighted.difference(p, s, g) * p),
    "α_p above 2^(−p)": lambda: cor_unweighted.moments_tend(lambda m, p: -cor_unweighted.alpha_rate(m, p)),
    "rate 1/ν² with ν⁴": lambda: cor_unweighted.moments_tend(
        lambda m, p: cor_unweighted.alpha_rate(m, p) * m.law.parameter**2
    ),
    "limit at ν = 64": lambda: cor_unweighted.limits_tend(to=64.0),
    "rate 0.01/ν²": lambda: cor_unweighted.limits_tend(rate=0.01),
    "Shapley mass with H_d": lambda: cor_efficient.has_mass(
        lambda d: cor_efficient.total_mass(d) + arb(2 * (d - 1)) / d**2
    ),
    "Shapley value a! b! / (a+b)!": lambda: cor_efficient.is_shapley(
        lambda shape, group: cor_efficient.shapley_value(shape, group) * max(shape.on, 1)
    ),
    "RISE over all masks": lambda: prop_one_ranking.differ_alike(on=over_all_masks),
    "PDA over the masks with j": lambda: prop_one_ranking.differ_alike(off=prop_one_ranking.shown),
    "RISE of the other sign": lambda: prop_one_ranking.orders(on=prop_one_ranking.hidden),
    "RISE with p": lambda: prop_one_ranking.bernoulli(lambda p: p),
    "factors with −λ": lambda: prop_ridge.shrink(negative_penalty),
    "factors swapped": lambda: prop_ridge.solves(swapped),
    "a weight of one ulp more": lambda: prop_linear.is_its_own_limit((0.7, -0.2 - 2**-55)),
    "R = 20.5": lambda: thm_bound.has_stated_values({(10, 0.25): "20.5"}),
    "R of the deviations alone": lambda: thm_bound.exceeds_mean(lambda m, k: lem_leverage.by_size(m, k) / 2),
    "R < 1.8 (d+1)": lambda: thm_bound.is_about_twice_d(high=1.8),
    "R > 1.9 (d+1)": lambda: thm_bound.is_about_twice_d(low=1.9),
    "exponent less t³/4": lambda: thm_bound.bounds_exponent(lambda t: thm_bound.exponent(t) - t * t * t / 4),
}


class WithoutPythagoras(lines.Lines):
    """Residuals whose mean square does not depend on the length of the line."""

    def program(self, price, low, high):
        return super().program(price, arb(0), high)


class HeavierTails(lines.Lines):
    """A fourth moment that is too large by half."""

    @property
    def fourth(self):
        return 1.5 * super().fourth


TEN = (Law("Image", 10, 0.25),)
MUTANTS |= {
    "12,900 masks": lambda: thm_bound.keeps_half_width({10: 12_900}),
    "no line": lambda: thm_bound.is_largest_over_lines(lambda bound, n: bound.at_line(np.zeros(1), n, 0.05)[0], TEN),
    "half-widths of 1 % less": lambda: thm_bound.is_largest_over_lines(lambda bound, n: 0.99 * bound.wls(n, 0.05), TEN),
    "a budget of 1 for every line": lambda: thm_bound.is_largest_over_lines(laws=TEN, lines=WithoutPythagoras),
    "κ_4 too small by a third": lambda: thm_bound.is_largest_over_lines(laws=TEN, lines=HeavierTails),
}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_wrong_variant_is_refused(mutant):
    with pytest.raises(NotCertifiedError):
        mutant()


@pytest.mark.parametrize(
    ("law", "case"),
    [
        (Law("Image", 5, 0.25), ("ImageDesign", (5, 0.25))),
        (Law("Image", 5, grid.INF), ("ImageDesign", (5, grid.INF))),
        (Law("Text", 5, 0.5), ("TextDesign", (5, 0.5))),
        (Law("Bernoulli", 5, 0.3), ("BernoulliDesign", (5, 0.3))),
        (Law("Glime", 5, 0.7), ("BernoulliDesign", (5, 1 / (1 + 2.718281828459045 ** (-1 / 0.49))))),
        (Law("Shapley", 5), ("ShapleyDesign", (5,))),
    ],
    ids=str,
)
def test_balls_of_a_law_agree_with_sums_over_all_masks(law, case):
    drawn, weights = naive.measure(*case)
    for a, b in [(0, 0), (1, 0), (2, 0), (1, 2), (0, 3), (3, 1)]:
        ball = narrow(lambda a=a, b=b: [Moments(law).alpha(a, b)])[0]
        assert float(ball) == pytest.approx(naive.moments(5, drawn * weights, a, b), rel=1e-13)


def test_ulps_are_those_of_the_true_value():
    value = Value(3 + 2**-50, arb(3), arb(3), Law("Shapley", 3), 1.0)
    assert value.ulps == pytest.approx(2, rel=1e-9) and value.within(2.001) and not value.within(1.9)
    assert value.digits == pytest.approx(math.log10(3 * 2**50), rel=1e-9)


def test_below_the_normal_range_only_the_smallest_normal_number_is_allowed():
    tiny = arb(2) ** -1030
    assert Value(0.0, tiny, tiny, Law("Shapley", 3), 1.0).within(1)
    assert not Value(2.0**-1020, tiny, tiny, Law("Shapley", 3), 1.0).within(1)


def test_same_refuses_balls_that_are_apart_or_wide():
    same(arb(1), arb(1), "1 = 1")
    with pytest.raises(NotCertifiedError, match="1 = 2 is not certified"):
        same(arb(1), arb(2), "1 = 2")
    with pytest.raises(NotCertifiedError, match="radius"):
        same(arb(1, 0.1), arb(1), "1 = 1")


def test_a_ball_that_stays_wide_is_refused():
    with pytest.raises(NotCertifiedError, match="is not reached"):
        narrow(lambda: [arb(1, 1e-3)])


def test_largest_dimension_and_bandwidths_of_the_whole_grid(monkeypatch):
    monkeypatch.undo()
    found = balls.grid.laws()
    assert max(law.d for law in found) == 10_000
    assert {0.01, 0.25, 100.0, grid.INF} <= {law.parameter for law in found if law.design == "Image"}
    assert Shape(3, 2) in [shape for shape in thm_limit.shapes(10)]
