"""`attribution_limit` is the sum over all masks, and what `attribute` gives on all masks, or tends to on drawn ones."""

import math

import by_hand
import naive
import numpy as np
import pytest
from own_designs import TABLE, BySize, Halves

import limetheory as lt
from limetheory.attribution import attribute, attribution_limit

D = 4
VALUES = np.random.default_rng(5).uniform(0.1, 0.9, 2**D)
F = lt.SetFunction(VALUES)
CASES = [*naive.every(D), ("GlimeDesign", (D, 0.8)), ("LeaveOneOutDesign", (D,)), ("KeepOneDesign", (D,))]


def law_of(case):
    """(law, weight) of a case from its definition."""
    sizes = np.array(naive.sizes(D))
    if case[0] == "GlimeDesign":
        return naive.BernoulliDesign(D, 1 / (1 + math.exp(-1 / 0.8**2)))
    if case[0] in ("LeaveOneOutDesign", "KeepOneDesign"):
        size = D - 1 if case[0] == "LeaveOneOutDesign" else 1
        return np.where((sizes == D) | (sizes == size), 1 / (D + 1), 0.0), np.ones(2**D)
    return naive.measure(*case)


def built(case):
    return getattr(lt, case[0])(*case[1])


def has_rows(method, law):
    sizes = np.array(naive.sizes(D))[law > 0]
    needed = {"ciu": {D, D - 1}, "ciu_inverse": {D, 1}}.get(method, set())
    return needed <= set(sizes.tolist())


@pytest.mark.parametrize("method", by_hand.METHODS)
@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_the_limit_is_that_of_the_definition(case, method):
    law, weight = law_of(case)
    if not has_rows(method, law):
        with pytest.raises(ValueError, match=f"attribution '{method}' needs .*, which .* never draws"):
            attribution_limit(method, F, built(case))
        return
    found = attribution_limit(method, F, built(case))
    np.testing.assert_allclose(found.coefficients, by_hand.limit(method, VALUES, law, weight, case[0]), atol=1e-12)
    assert not found.standard_errors.any() and found.method == "limit"


@pytest.mark.parametrize("method", by_hand.METHODS)
def test_all_masks_once_are_the_limit_under_equal_probabilities(method):
    once = attribute(F, lt.all_masks(D), method)
    limit = attribution_limit(method, F, lt.BernoulliDesign(D))
    np.testing.assert_allclose(once.coefficients, limit.coefficients, atol=1e-12)
    other = attribution_limit(method, F, lt.BernoulliDesign(D, 0.3))  # the mutant: another law
    assert method.startswith("ciu") or np.abs(once.coefficients - other.coefficients).max() > 1e-3


@pytest.mark.parametrize("method", by_hand.METHODS)
def test_a_design_of_one_s_own_is_summed_over_all_masks(method):
    values, masks = 0.1 + 0.8 * (TABLE.values - TABLE.values.min()) / np.ptp(TABLE.values), naive.masks(6)
    own = Halves()
    if method.startswith("ciu"):
        expected = by_hand.on_rows(method, masks[own.chance(masks) > 0], values[own.chance(masks) > 0], values[-1], 0)
    else:
        expected = by_hand.limit(method, values, own.chance(masks), own.weight(masks), "ImageDesign")
    found = attribution_limit(method, lt.SetFunction(values), own)
    np.testing.assert_allclose(found.coefficients, expected, atol=1e-10)


def test_a_design_by_size_of_one_s_own_has_its_weights_for_lime_alone():
    own, values = BySize(), TABLE.values
    law, weight = own.chance(naive.masks(6)), own.weight(naive.masks(6))
    for method in ("rise", "pda", "ols", "lime", "kernel_shap"):
        found = attribution_limit(method, TABLE, own).coefficients
        np.testing.assert_allclose(found, by_hand.limit(method, values, law, weight, "BySize"), atol=1e-10)


def test_shapley_values_where_masks_are_equally_likely_and_under_the_kernel_itself():
    expected = naive.shapley(VALUES)
    for design in (lt.BernoulliDesign(D), lt.ImageDesign(D), lt.ShapleyDesign(D)):
        np.testing.assert_allclose(attribution_limit("kernel_shap", F, design).coefficients, expected, atol=1e-12)
    uneven = attribution_limit("kernel_shap", F, lt.BernoulliDesign(D, 0.3)).coefficients
    assert np.abs(uneven - expected).max() > 1e-3 and uneven.sum() == pytest.approx(VALUES[-1] - VALUES[0])


@pytest.mark.parametrize("method", ["rise", "pda", "ols", "lime", "kernel_shap"])
@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_the_penalty_is_that_of_the_population(method, ridge):
    if ridge and method not in ("ols", "lime"):
        with pytest.raises(ValueError, match=f"attribution '{method}' takes no ridge, got 0.3"):
            attribution_limit(method, F, lt.ImageDesign(D), ridge=ridge)
        return
    law, weight = naive.ImageDesign(D)
    if method in ("ols", "lime"):
        expected = naive.regression(VALUES, by_hand.kernel_mass(method, law, D, weight), ridge=ridge)[0]
        found = attribution_limit(method, F, lt.ImageDesign(D), ridge=ridge).coefficients
        np.testing.assert_allclose(found, expected, atol=1e-12)


CLOSED = {
    "Additive": (lt.Additive(np.linspace(-1.0, 1.0, 200), 0.3), lt.Additive(np.linspace(-1.0, 1.0, 7), 0.3)),
    "Leaf": (lt.Leaf(200, on=(0, 3), off=(5,), value=0.7), lt.Leaf(7, on=(0, 3), off=(5,), value=0.7)),
    "Multilinear": (lt.Multilinear(200, {(0, 1, 2): 1.5, (3,): -1.0}), lt.Multilinear(7, {(0, 1, 2): 1.5, (3,): -1.0})),
    "FactorProduct": (lt.FactorProduct(np.full(200, 1.01), np.linspace(0.99, 1.0, 200)),
                      lt.FactorProduct(np.full(7, 1.01), np.linspace(0.5, 1.0, 7))),
}  # fmt: skip


@pytest.mark.parametrize("method", ["rise", "pda", "ols", "lime", "kernel_shap"])
@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms_need_no_enumeration(name, method):
    large, small = CLOSED[name]
    for design in (lt.BernoulliDesign, lt.ImageDesign, lt.ShapleyDesign, lt.LeaveOneOutDesign):
        found = attribution_limit(method, large, design(200))
        assert np.isfinite(found.coefficients).all() and found.n_evaluations <= 2
        one = attribution_limit(method, small, design(7)).coefficients
        table = attribution_limit(method, lt.tabulate(small, 7), design(7)).coefficients
        np.testing.assert_allclose(one, table, atol=1e-12)


def test_additive_functions_by_hand_at_two_hundred_parts():
    # E[F | z_j = 1] = b + p Σ_{l≠j} w_l + w_j, F(1) − E[F | z_j = 0] = Σ_l w_l − p Σ_{l≠j} w_l
    weights, p = np.linspace(-1.0, 2.0, 200), 0.3
    F, rest, design = lt.Additive(weights, 0.5), weights.sum() - weights, lt.BernoulliDesign(200, p)
    np.testing.assert_allclose(attribution_limit("rise", F, design).coefficients, 0.5 + p * rest + weights, atol=1e-11)
    found = attribution_limit("pda", F, design).coefficients
    np.testing.assert_allclose(found, weights.sum() - p * rest, atol=1e-11)
    for method in ("ols", "lime", "kernel_shap"):
        np.testing.assert_allclose(attribution_limit(method, F, design).coefficients, weights, atol=1e-11)


def test_occlusion_has_a_limit_for_any_function_of_many_parts():
    F = lambda masks: np.tanh(masks @ np.linspace(-1, 1, 300))  # noqa: E731
    full, ones = F(np.ones((1, 300)))[0], F(1.0 - np.eye(300))
    span = np.ptp(np.append(ones, full))
    found = attribution_limit("ciu", F, lt.LeaveOneOutDesign(300))
    np.testing.assert_allclose(found.coefficients, (full - ones) / (2 * span), atol=1e-15)
    assert found.n_evaluations == 301
    with pytest.raises(ValueError, match=r"sum over all masks of the design, at most 1\.7e"):
        attribution_limit("ciu", F, lt.BernoulliDesign(300))


@pytest.mark.parametrize(("design", "method"), [
    *((lt.BernoulliDesign(D, p), method) for p in (0.3, 0.5, 0.7) for method in ("rise", "pda", "pda_log_odds", "ols")),
    (lt.ImageDesign(D), "lime"), (lt.ImageDesign(D), "rise"), (lt.BernoulliDesign(D, 0.7), "lime"),
    (lt.ShapleyDesign(D), "kernel_shap"), (lt.ShapleyDesign(D), "pda_information"), (lt.TextDesign(D), "lime"),
    (lt.BernoulliDesign(D), "kernel_shap"), (lt.BernoulliDesign(D, 0.3), "kernel_shap"),
])  # fmt: skip
def test_drawn_masks_tend_to_the_limit(design, method):
    """The error is at most 6 standard deviations of a coefficient at 40,000 masks: false alarm < 4 × 2e-9, if normal.

    The errors at 2,500 masks are larger by √16, in the mean of the root mean squares over three seeds: by 2 to 8. That
    of the mutant, a limit of p + 0.02, does not fall.
    """
    limit = attribution_limit(method, F, design).coefficients
    errors = {n: [] for n in (2500, 40_000)}
    for n, seed in ((n, seed) for n in errors for seed in range(3)):
        masks = design.sample(n, np.random.default_rng(seed))
        found = attribute(F, masks, method, design=design)
        errors[n].append(np.sqrt(np.mean((found.coefficients - limit) ** 2)))
        assert (np.abs(found.coefficients - limit) < 6 * found.standard_errors).all()
    assert 1.3 < np.mean(errors[2500]) / np.mean(errors[40_000]) < 12


def test_a_nearby_limit_is_rejected():
    limit = attribution_limit("rise", F, lt.BernoulliDesign(D, 0.33)).coefficients  # mutant of p = 0.3
    masks = lt.BernoulliDesign(D, 0.3).sample(40_000, np.random.default_rng(0))
    found = attribute(F, masks, "rise")
    assert (np.abs(found.coefficients - limit) > 6 * found.standard_errors).any()


class NeverShown(Halves):
    """`Halves`, of whose masks none shows the last part."""

    def chance(self, masks):
        law = super().chance(masks)
        return np.where(np.asarray(masks)[:, -1], 0.0, law)


def test_a_design_of_one_s_own_that_never_shows_a_part_is_refused():
    with pytest.raises(ValueError, match=r"show each part in some mask, got NeverShown\(d=6\), .* with part 5; choose"):
        attribution_limit("rise", TABLE, NeverShown())
    assert np.isfinite(attribution_limit("pda", TABLE, NeverShown()).coefficients).all()
