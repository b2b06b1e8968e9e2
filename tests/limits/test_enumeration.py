"""prop:enumeration: the index convention, the blocks, and what is refused."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.limits.enumeration import LARGEST_D


def test_index_of_a_mask_is_the_sum_of_z_j_two_to_the_j():
    masks = lt.all_masks(6)
    assert (masks == naive.masks(6)).all() and masks.dtype == bool
    assert (lt.all_masks(6, 5, 9) == masks[5:9]).all()
    values = np.arange(64.0)
    assert (lt.SetFunction(values)(masks) == values).all()
    assert lt.SetFunction(values)(np.array([[0, 0, 0, 0, 0, 1]], bool)).tolist() == [32.0]


class Counted:
    """A nonlinear function that records its calls and asks for blocks of a given size."""

    def __init__(self, d: int, block_size: int):
        self.d, self.block_size, self.calls = d, block_size, []

    def __call__(self, masks):
        self.calls.append(len(masks))
        return np.cos(masks @ np.arange(1.0, self.d + 1))


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_every_mask_is_evaluated_once_in_blocks_of_at_most_block_size(size):
    function = Counted(7, size)
    table = lt.tabulate(function, 7)
    assert sum(function.calls) == 128 and max(function.calls) == min(size, 128)
    np.testing.assert_allclose(table.values, np.cos(naive.masks(7) @ np.arange(1, 8)), rtol=1e-13)
    streamed = lt.limit(function, lt.ImageDesign(7))
    np.testing.assert_allclose(streamed.coefficients, lt.limit(table, lt.ImageDesign(7)).coefficients, atol=1e-13)
    assert streamed.n_evaluations == 128


def test_a_large_offset_costs_no_digits():
    values = np.random.default_rng(0).integers(0, 8, 256).astype(float)
    small, large = (lt.limit(lt.SetFunction(v), lt.ImageDesign(8)) for v in (values, values + 2.0**40))
    np.testing.assert_allclose(large.coefficients, small.coefficients, atol=1e-12)


def test_plain_functions_are_enumerated():
    answer = lt.limit(lambda masks: masks[:, 0] & masks[:, 1], lt.BernoulliDesign(3))
    np.testing.assert_allclose(answer.coefficients, [0.5, 0.5, 0], atol=1e-15)


@pytest.mark.parametrize("values", [[], [1.0], [1, 2, 3], np.zeros(6), [1, np.nan], np.zeros((2, 2))])
def test_a_table_that_is_not_two_to_the_d_finite_numbers_is_refused(values):
    with pytest.raises(ValueError, match="values must"):
        lt.SetFunction(values)


def test_more_than_the_largest_d_is_refused_with_the_remedy():
    for question in (lambda f: lt.limit(f, lt.ImageDesign(25)), lambda f: lt.tabulate(f, 25)):
        with pytest.raises(ValueError, match=f"d ≤ {LARGEST_D}, got d = 25; use limetheory.estimate"):
            question(lambda masks: masks[:, 0])


def test_a_model_without_closed_form_is_named():
    with pytest.raises(NotImplementedError, match="no closed form for int under ImageDesign; pass a callable"):
        lt.limit(3, lt.ImageDesign(3))
