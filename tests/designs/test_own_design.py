"""A design of the user's own is a single class, whether by the sizes of its masks or neither by size nor a product."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.designs.base import Event
from limetheory.limits import LeafSum

D = 6
MASKS = lt.all_masks(D)
TABLE = lt.SetFunction(np.random.default_rng(5).normal(size=2**D))
LAW_OF_SIZES = np.array([1.0, 2.0, 0.0, 3.0, 2.0, 1.0, 1.0]) / 10
WEIGHTS = np.array([0.2, 1.0, 1.0, 0.5, 2.0, 1.0, 3.0])


class BySize(lt.ExchangeableDesign):
    """A design whose law and weight of the sizes are unlike those of any built-in design."""

    def __init__(self):
        with np.errstate(divide="ignore"):
            super().__init__(D, np.log(LAW_OF_SIZES), np.log(WEIGHTS))


class Halves(lt.Design):
    """With probability 1/2 each, superpixels of the first half, or of the second, are kept as one; others by a coin.

    Everything is worked out on all 2^d masks.
    """

    d = D

    def __init__(self):
        self._weight = 1.0 + MASKS[:, 0] + 0.5 * MASKS[:, D - 1]
        self._law = np.mean([self._together(slice(0, D // 2)), self._together(slice(D // 2, D))], axis=0)

    @staticmethod
    def _together(half):
        return np.where(MASKS[:, half].all(axis=1) | ~MASKS[:, half].any(axis=1), 0.5 ** (1 + D - D // 2), 0.0)

    def _of(self, values, masks):
        return values[np.asarray(masks, bool) @ (1 << np.arange(D))]

    @property
    def _measure(self):
        return self._law * self._weight / self.total_mass

    @property
    def total_mass(self):
        return float(self._law @ self._weight)

    @property
    def marginals(self):
        return self._measure @ MASKS

    def centred(self, masks):
        return np.asarray(masks, bool) - self.marginals

    def alpha(self, a, b=0):
        return float(self._law @ (self._weight * MASKS[:, :a].all(axis=1) * ~MASKS[:, a : a + b].any(axis=1)))

    def probability(self, masks):
        return self._of(self._measure, masks)

    def weight(self, masks):
        return self._of(self._weight, masks)

    def density(self, masks):
        return self.weight(masks) / self.total_mass

    def chance(self, masks):
        return self._of(self._law, masks)

    def sample(self, n, rng):
        return MASKS[rng.choice(len(MASKS), n, p=self._law)]

    def gram(self):
        rows = np.column_stack([np.ones(len(MASKS)), MASKS])
        return (rows.T * (self._law * self._weight)) @ rows

    def gram_inverse(self):
        return np.linalg.inv(self.gram())

    @property
    def _covariance(self):
        centred = self.centred(MASKS)
        return (centred.T * self._measure) @ centred

    def condition(self, on, off):
        inside = self._measure * MASKS[:, list(on)].all(axis=1) * ~MASKS[:, list(off)].any(axis=1)
        contrasts = inside @ self.centred(MASKS) / inside.sum()
        return Event(float(inside.sum()), contrasts, float(contrasts.mean()))

    def solve(self, of_contrasts, of_share, rise=0.0):
        return np.linalg.solve(self._covariance, of_contrasts.T).T

    def squared_influence(self, power=1):
        return self._law**power @ self.influence(MASKS, np.ones(len(MASKS))) ** 2

    def shrink(self, coefficients, ridge):
        curvature = self.total_mass * self._covariance
        return np.linalg.solve(curvature + ridge * np.eye(D), curvature @ coefficients)


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
