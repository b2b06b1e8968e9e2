"""prop:linear: an additive set function is its own limit."""

import naive
import numpy as np
import pytest

import limetheory as lt

CASES = [*naive.every(5), ("ImageDesign", (1, 0.25)), ("ImageDesign", (33, 0.05)),
         ("ImageDesign", (2000, 1e3)),
         ("ShapleyDesign", (33,)), ("TextDesign", (7, 0.05)), ("BernoulliDesign", (1, 0.1))]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=naive.name)
def test_prop_linear_returns_the_weights_themselves(case):
    design = getattr(lt, case[0])(*case[1])
    weights = np.random.default_rng(0).normal(size=design.d)
    answer = lt.limit(lt.Additive(weights, intercept=-2.0), design)
    np.testing.assert_allclose(answer.coefficients, weights, rtol=0, atol=1e-15)
    assert answer.n_evaluations == 0
    assert answer.intercept == pytest.approx(-2.0, abs=1e-11 * np.sqrt(design.d))
    if design.d <= 7:
        enumerated = lt.limit(lt.tabulate(lt.Additive(weights, -2.0), design.d), design)
        np.testing.assert_allclose(enumerated.coefficients, weights, atol=1e-11)
        assert enumerated.intercept == pytest.approx(-2.0, abs=1e-11)


@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_prop_linear_with_ridge_equals_the_enumerated_one(case):
    design, model = getattr(lt, case[0])(*case[1]), lt.Additive([1, -2, 3, 0.5, 0], 7.0)
    closed, enumerated = (lt.limit(m, design, ridge=0.1) for m in (model, lt.tabulate(model, 5)))
    np.testing.assert_allclose(closed.coefficients, enumerated.coefficients, atol=1e-12)
    assert closed.intercept == pytest.approx(enumerated.intercept, abs=1e-12)


def test_additive_evaluates_its_definition_and_keeps_its_own_weights():
    weights = np.array([1.0, 2.0])
    model = lt.Additive(weights, 0.5)
    weights[0] = 9
    assert model(naive.masks(2)).tolist() == [0.5, 1.5, 2.5, 3.5]
    lt.limit(model, lt.ImageDesign(2)).coefficients[0] = 9
    assert model.weights.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("weights, intercept", [([], 0.0), ([np.nan], 0.0), ([[1.0]], 0.0), ([1.0], np.nan),
                                                ([1.0], np.inf)])  # fmt: skip
def test_additive_refuses(weights, intercept):
    with pytest.raises(ValueError, match=r"(weights|intercept) must"):
        lt.Additive(weights, intercept)
