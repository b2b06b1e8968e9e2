"""A design of the user's own is a single class, whether by the sizes of its masks or neither by size nor a product."""

import numpy as np
import pytest
from own_designs import MASKS, TABLE, BySize, D, Halves

import limetheory as lt
from limetheory.limits import LeafSum

DESIGNS = [BySize(), Halves()]
every_design = pytest.mark.parametrize("design", DESIGNS, ids=repr)
MODELS = {
    "additive": lt.Additive(np.arange(1.0, D + 1), -2.0),
    "leaf": lt.Leaf(D, on=(0, 4), off=(2,), value=2.0),
    "leaves": LeafSum(D, [lt.Leaf(D, on=(1,)), lt.Leaf(D, on=(0, 1), off=(5,), value=-3.0), lt.Leaf(D)], 0.5),
    "multilinear": lt.Multilinear(D, {(0, 1): 1.0, (2, 3, 4): -2.0, (): 1.0}),
    "table": TABLE,
}


def regression(F, design, ridge=0.0):
    """The weighted regression over all masks, from their law and weights: coefficients and intercept."""
    rows = np.column_stack([np.ones(len(MASKS)), MASKS])
    weighted = rows.T * (design.chance(MASKS) * design.weight(MASKS))
    penalty = ridge * np.diag([0.0] + [1.0] * D)
    found = np.linalg.solve(weighted @ rows + penalty, weighted @ F(MASKS))
    return found[1:], found[0]


@every_design
@pytest.mark.parametrize("ridge", [0.0, 0.3])
@pytest.mark.parametrize("name", MODELS)
def test_limits_are_the_regression_over_all_masks(name, ridge, design):
    found, (coefficients, intercept) = lt.limit(MODELS[name], design, ridge), regression(MODELS[name], design, ridge)
    np.testing.assert_allclose(found.coefficients, coefficients, rtol=0, atol=1e-12)
    assert found.intercept == pytest.approx(intercept, abs=1e-12)


@every_design
@pytest.mark.parametrize("method, sampling", [
    ("wls", "design"), ("wls", "pairs"), ("wls", "leverage"), ("unbiased", "design"), ("unbiased", "pairs"),
    ("unbiased", "leverage"), ("adjusted", "design"), ("quadrature", "design"),
])  # fmt: skip
def test_estimates_are_near_the_limit_and_know_their_errors(method, sampling, design):
    # 6 standard errors of 6 coefficients: false alarm about 1e-8; the limit of another design (the mutant) is outside
    exact, n = regression(TABLE, design)[0], 60 if method in ("adjusted", "quadrature") else 4000
    found = lt.estimate(TABLE, design, n, 1, method, sampling=sampling)
    error = found.standard_errors + 1e-9
    assert (np.abs(found.coefficients - exact) < 6 * error).all()
    if n == 4000:
        assert (np.abs(found.coefficients - lt.limit(TABLE, lt.BernoulliDesign(D, 0.3)).coefficients) > 6 * error).any()


def test_an_own_design_by_size_is_drawn_in_strata():
    exact = regression(TABLE, BySize())[0]
    for method in ("wls", "unbiased"):
        found = lt.estimate(TABLE, BySize(), 40, 0, method, sampling="strata")
        assert (np.abs(found.coefficients - exact) < 6 * found.standard_errors).all()
    with pytest.raises(ValueError, match=r"'strata' needs an exchangeable design .*, got Halves"):
        lt.estimate(TABLE, Halves(), 40, 0, sampling="strata")


@every_design
def test_leverage_is_that_of_the_gram_matrix(design):
    masks, ratio = design.leverage_sample(200, np.random.default_rng(0))
    rows = np.column_stack([np.ones(len(masks)), masks])
    leverage = design.weight(masks) * np.einsum("ij,jk,ik->i", rows, design.gram_inverse(), rows)
    np.testing.assert_allclose(ratio, (D + 1) / leverage, rtol=1e-9)
    with pytest.raises(ValueError, match="needs an exchangeable or product design for d > 16"):
        large = Halves()
        large.d = 17
        large.leverage_sample(1, np.random.default_rng(0))


@every_design
def test_estimates_to_a_tolerance_are_within_it(design):
    F = lt.SetFunction((TABLE.values > 0).astype(float))
    found = lt.estimate_until(F, design, 0.4, rng=0, bounds=(0, 1))
    assert found.stopping.reached and (np.abs(found.coefficients - regression(F, design)[0]) < 0.4).all()


@every_design
def test_the_asymptotic_covariance_is_that_of_the_influence(design):
    coefficients, intercept = regression(TABLE, design)
    left = TABLE(MASKS) - intercept - MASKS @ coefficients
    moves = design.influence(MASKS, left)
    expected = (moves.T * design.chance(MASKS)) @ moves
    np.testing.assert_allclose(lt.asymptotic_covariance(TABLE, design), expected, atol=1e-12)
    leaves = MODELS["leaves"]
    np.testing.assert_allclose(
        lt.asymptotic_covariance(leaves, design), lt.asymptotic_covariance(lt.tabulate(leaves, D), design), atol=1e-12
    )


def test_plans_are_made_for_the_own_design():
    design = BySize()
    planned = lt.plan(design, 0.3, bounds=(0, 1))
    uniform = lt.SetFunction((TABLE.values > 0).astype(float))
    spread = np.sqrt(np.diag(lt.asymptotic_covariance(uniform, design)).max())
    assert planned.clt.n >= (1.959 * spread / 0.3) ** 2
    assert planned.unbiased.n > planned.clt.n
    pilot = lt.estimate(TABLE, Halves(), 200, 0)
    assert lt.plan(Halves(), 0.1, pilot=pilot).clt.n > 200
