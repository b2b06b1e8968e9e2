"""prop:or: parity and exclusive or against their truth tables and enumeration."""

import math

import naive
import numpy as np
import pytest

import limetheory as lt


@pytest.mark.parametrize("members", [None, (), (2,), (0, 3), (1, 1, 2, 4)])
@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_parity_and_exclusive_or_equal_enumeration(case, members):
    counted, design = sorted(set(range(5) if members is None else members)), getattr(lt, case[0])(*case[1])
    odd = np.array([sum(mask[j] for j in counted) % 2 for mask in naive.masks(5)], float)
    for model, values in ((lt.parity(5, members), 1 - 2 * odd), (lt.exclusive_or(5, members), odd)):
        assert model(naive.masks(5)).tolist() == values.tolist()
        closed, table = lt.limit(model, design), lt.limit(lt.SetFunction(values), design)
        np.testing.assert_allclose(closed.coefficients, table.coefficients, rtol=0, atol=1e-12)
        assert closed.intercept == pytest.approx(table.intercept, abs=1e-12)


@pytest.mark.slow
def test_the_parity_of_two_thousand_superpixels_is_invisible_to_lime():
    answer = lt.limit(lt.parity(2000), lt.ImageDesign(2000, math.inf))
    assert np.abs(answer.coefficients).max() < 1e-14 and abs(answer.intercept) < 1e-12


def test_or_taken_for_exclusive_or_is_refuted():
    either = lt.any_of([lt.Leaf(2, on=(0,)), lt.Leaf(2, on=(1,))])
    assert lt.limit(either, lt.BernoulliDesign(2)).coefficients == pytest.approx([0.5, 0.5])
    assert lt.limit(lt.exclusive_or(2), lt.BernoulliDesign(2)).coefficients == pytest.approx([0, 0], abs=1e-15)


def test_parity_refuses_members_that_are_not_superpixels():
    for members in ((5,), (-1,)):
        with pytest.raises(ValueError, match="each index in on must be"):
            lt.parity(5, members)
