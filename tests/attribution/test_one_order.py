"""Attributions that rank alike: on masks that hide or keep one part, and in the limit under one design."""

import numpy as np
import pytest

import limetheory as lt

D = 7
ROWS = {
    "hidden alone": np.vstack([np.ones(D, bool), ~np.eye(D, dtype=bool)]),
    "kept alone": np.vstack([np.ones(D, bool), np.eye(D, dtype=bool)]),
}
METHODS = ("rise", "pda", "pda_log_odds", "pda_information", "ols", "lime", "kernel_shap")
CONTEXTUAL = {"hidden alone": "ciu", "kept alone": "ciu_inverse"}


def between(seed, d=D):
    """A set function without ties and with values between 0 and 1."""
    return lt.SetFunction(np.random.default_rng(seed).uniform(0.05, 0.95, 2**d))


def order(values):
    return np.argsort(values).tolist()


def changes(F, rows):
    """F(1) − F(1∖j), or F of each part alone."""
    full, *one = F(ROWS[rows])
    return full - np.array(one) if rows == "hidden alone" else np.array(one)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("seed", range(3))
def test_on_masks_of_one_part_all_methods_have_one_order(rows, seed):
    """prop:equivalence and prop:keep-one."""
    F = between(seed)
    expected = order(changes(F, rows))
    for method in (*METHODS, CONTEXTUAL[rows]):
        assert order(lt.attribute(F, ROWS[rows], method).coefficients) == expected, method


def test_on_masks_that_hide_one_part_each_is_what_is_stated():
    F = between(5)
    dropped, full = changes(F, "hidden alone"), F(np.ones((1, D), bool))[0]
    rise = lt.attribute(F, ROWS["hidden alone"], "rise").coefficients
    assert lt.attribute(F, ROWS["hidden alone"], "pda").coefficients == pytest.approx(dropped, abs=1e-14)
    assert lt.attribute(F, ROWS["hidden alone"], "lime").coefficients == pytest.approx(dropped, abs=1e-13)
    assert rise == pytest.approx((np.sum(full - dropped) + dropped) / D, abs=1e-14)


def test_on_masks_that_keep_one_part_each_is_what_is_stated():
    F = between(6)
    alone, full = changes(F, "kept alone"), F(np.ones((1, D), bool))[0]
    found = {method: lt.attribute(F, ROWS["kept alone"], method).coefficients for method in METHODS}
    assert found["lime"] == pytest.approx(alone - (alone.sum() - full) / (D - 1), abs=1e-13)
    assert found["pda"] == pytest.approx(full - (alone.sum() - alone) / (D - 1), abs=1e-14)
    assert found["rise"] == pytest.approx((full + alone) / 2, abs=1e-14)
    assert np.ptp(found["kernel_shap"] - alone) == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.9])
def test_limits_under_bernoulli_masks_of_200_parts(p):
    """cor:unweighted: E F + (1 − p) Δ_j and F(1) − E F + p Δ_j, with E F and Δ_j by the orders of the terms."""
    d, rng = 200, np.random.default_rng(3)
    terms = {frozenset(rng.choice(d, 1 + i % 4, replace=False).tolist()): rng.normal() for i in range(60)}
    F, design = lt.Multilinear(d, terms), lt.BernoulliDesign(d, p)
    mean = sum(weight * p ** len(term) for term, weight in terms.items())
    change = [sum(w * p ** (len(term) - 1) for term, w in terms.items() if j in term) for j in range(d)]
    expected = {
        "ols": np.array(change),
        "rise": mean + (1 - p) * np.array(change),
        "pda": sum(terms.values()) - mean + p * np.array(change),
    }
    for method, values in expected.items():
        assert lt.attribution_limit(method, F, design).coefficients == pytest.approx(values, abs=1e-11), method


@pytest.mark.parametrize("design", [lt.SizeLawDesign([1, 5, 2, 1, 1, 3, 2, 4]), lt.BernoulliDesign(D, 0.3)], ids=repr)
@pytest.mark.parametrize("seed", range(3))
def test_limits_under_one_law_have_one_order(design, seed):
    """prop:one-ranking."""
    F = between(seed)
    expected = order(lt.limit(F, design).coefficients)
    for method in ("rise", "pda", "pda_log_odds", "pda_information", "ols"):
        assert order(lt.attribution_limit(method, F, design).coefficients) == expected, method
    assert order(lt.attribution_limit("ols", F, design, ridge=0.1).coefficients) == expected


@pytest.mark.parametrize("seed", range(3))
def test_rise_and_pda_rank_by_the_shapley_value_on_masks_of_shaps_kernel(seed):
    F, design = between(seed), lt.ShapleyDesign(D)
    expected = order(lt.limit(F, design).coefficients)
    assert [order(lt.attribution_limit(method, F, design).coefficients) for method in ("rise", "pda")] == [expected] * 2


def test_under_two_laws_orders_can_differ():
    """The order is that of one law: F is 1 if part 0 is shown alone, or the other two without it."""
    F = lt.SetFunction([0, 1, 0, 0, 0, 0, 1, 0])
    few, many = (lt.attribution_limit("rise", F, lt.BernoulliDesign(3, p)).coefficients for p in (0.4, 0.6))
    assert few[0] > few[1] and many[0] < many[1]
    lime = lt.attribution_limit("lime", F, lt.ImageDesign(3)).coefficients
    assert lime[0] < lime[1]
