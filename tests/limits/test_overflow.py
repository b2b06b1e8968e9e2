"""Sums that leave float64's range are refused in one line, for every class of set function; the remedy works."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.limits import LeafSum, WeightedSum

SCALE = 1e308


def enumerated(scale):
    return lt.SetFunction(scale * np.array([0.0, 1, -1, 1]))


def called(scale):
    return lambda masks: np.where(masks[:, 0], scale, -scale)


def leaves(scale):
    return LeafSum(2, [lt.Leaf(2, on=(0,), value=scale), lt.Leaf(2, off=(1,), value=-scale)])


CLASSES = {
    "SetFunction": enumerated,
    "a callable": called,
    "Additive": lambda scale: lt.Additive([scale, scale]),
    "Leaf": lambda scale: lt.Leaf(2, on=(0,), value=scale),
    "LeafSum": leaves,
    "Multilinear": lambda scale: lt.Multilinear(2, {(0,): scale, (1,): scale, (0, 1): -scale}),
    "FactorProduct": lambda scale: lt.FactorProduct([scale**0.5, scale**0.5], [-(scale**0.5), 0.5 * scale**0.5]),
    "Maximum": lambda scale: lt.Maximum([lt.Leaf(2, on=(0,), value=scale), lt.Leaf(2, on=(1,), value=-scale)]),
    "WeightedSum": lambda scale: WeightedSum([lt.Leaf(2, on=(0,)), lt.Additive([1.0, 1.0])], [scale, scale]),
}
DESIGNS = [lt.ImageDesign(2), lt.ImageDesign(2, 0.05), lt.ShapleyDesign(2), lt.ProductDesign([0.3, 0.6])]


@pytest.mark.parametrize("ridge", [0, 0.1])
@pytest.mark.parametrize("design", DESIGNS, ids=repr)
@pytest.mark.parametrize("name", CLASSES)
def test_a_limit_near_the_largest_number_is_right_or_refused_and_never_warned_about(name, design, ridge):
    small = lt.limit(CLASSES[name](1.0), design, ridge)
    try:
        found = lt.limit(CLASSES[name](SCALE), design, ridge)
    except ValueError as error:
        assert "must stay below 1.8e+308, got an overflow" in str(error) and "\n" not in str(error)
        return
    np.testing.assert_allclose(found.coefficients / SCALE, small.coefficients, rtol=0, atol=1e-11)
    assert found.intercept / SCALE == pytest.approx(small.intercept, abs=1e-11)


@pytest.mark.parametrize("name", ["SetFunction", "a callable", "WeightedSum"])
def test_an_overflow_is_refused_and_the_remedy_works(name):
    with pytest.raises(ValueError, match=r"below 1.8e\+308, got an overflow under ImageDesign.*; divide F by a con"):
        lt.limit(CLASSES[name](SCALE), lt.ImageDesign(2))
    assert np.isfinite(lt.limit(CLASSES[name](SCALE / SCALE), lt.ImageDesign(2)).coefficients).all()
