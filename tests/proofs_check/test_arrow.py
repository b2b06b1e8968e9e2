"""The scalar rules of arrow matrices against dense matrices.

Each entry of a product is affine in d for d ≥ 2 (Σ_j has at most two special terms, the others are alike), so that
agreement at two sizes is agreement at every size; five are tried.
"""

import pytest
import sympy as sp

from proofs_check.arrow import Arrow, Stack, d
from proofs_check.notation import gamma_j, summed

LEFT, RIGHT = Arrow(*sp.symbols("a b c e f")), Arrow(*sp.symbols("A B C E F"))
SIZES = pytest.mark.parametrize("size", [1, 2, 3, 4, 5])


def dense(arrow, size):
    def entry(i, j):
        if i == 0:
            return arrow.corner if j == 0 else arrow.row
        return arrow.column if j == 0 else arrow.flat + (arrow.scale if i == j else 0)

    return sp.Matrix(size + 1, size + 1, entry).subs(d, size)


def vector(size):
    entries = sp.symbols(f"x0:{size + 1}")
    return sp.Matrix(entries), Stack(entries[0], entries[1], sum(entries[1:]))


@SIZES
def test_the_product_of_two_matrices_is_the_dense_one(size):
    assert (dense(LEFT @ RIGHT, size) - dense(LEFT, size) * dense(RIGHT, size)).expand().is_zero_matrix


@SIZES
def test_a_matrix_applied_to_a_vector_is_the_dense_product(size):
    column, stack = vector(size)
    expected, product = dense(LEFT, size) * column, LEFT.apply(stack)
    assert sp.expand(product.head.subs(d, size) - expected[0]) == 0
    assert sp.expand(product.entry.subs(d, size) - expected[1]) == 0
    assert sp.expand(product.total.subs(d, size) - sum(expected[1:])) == 0


@SIZES
def test_the_quadratic_form_is_that_of_the_dense_matrix(size):
    column, stack = vector(size)
    expected = (column.T * dense(LEFT, size) * column)[0]
    squares = sum(x**2 for x in column[1:])
    assert sp.expand(LEFT.quadratic(stack.head, stack.total, squares) - expected) == 0


@SIZES
def test_the_trace_is_that_of_the_dense_matrix(size):
    assert sp.expand(LEFT.trace().subs(d, size) - dense(LEFT, size).trace()) == 0


def test_identity_and_no_other_matrix_is_the_identity():
    identity = Arrow(*map(sp.Integer, (1, 0, 0, 1, 0)))
    assert not any(identity.minus_identity("I").values())
    assert any(Arrow(*map(sp.Integer, (1, 0, 0, 1, 1))).minus_identity("I").values())


def test_summing_needs_an_affine_entry():
    with pytest.raises(ValueError, match="affine"):
        summed(gamma_j**2)
