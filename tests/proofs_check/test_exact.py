"""Exact arithmetic against SymPy, and sums over masks against their definitions."""

from fractions import Fraction
from itertools import permutations, product
from random import Random

import pytest
import sympy as sp

from proofs_check import brute, drawn
from proofs_check.exact import SingularError, determinant, inverse_matrix, solve, value

n, m, x = sp.symbols("n m x")
SIZES = pytest.mark.parametrize("size", [1, 2, 3, 5])


def matrix(size, seed=2):
    rng = Random(seed)
    return [[drawn.rational(rng) for _ in range(size)] for _ in range(size)]


def in_sympy(rows):
    return sp.Matrix([[sp.Rational(entry.numerator, entry.denominator) for entry in row] for row in rows])


@pytest.mark.parametrize(
    "expression",
    [sp.binomial(n, m) / (x + 1), sp.factorial(m) * x**-n - sp.Rational(2, 3), (x - m) ** 3 * n, sp.S.Zero, 2**-n],
    ids=str,
)
def test_value_is_that_of_sympy(expression):
    expected = expression.subs({n: 5, m: 2, x: sp.Rational(-3, 7)})
    assert value(expression, {n: 5, m: 2, x: Fraction(-3, 7)}) == Fraction(expected.p, expected.q)


def test_binomials_outside_pascals_triangle_are_zero():
    assert value(sp.binomial(n, m), {n: 3, m: -1}) == value(sp.binomial(n, m), {n: 3, m: 4}) == 0


@pytest.mark.parametrize("expression", [sp.exp(x), x ** sp.Rational(1, 2), sp.binomial(x, m)], ids=str)
def test_irrational_formulas_are_refused(expression):
    with pytest.raises(TypeError):
        value(expression, {x: Fraction(1, 2), m: 1})


def test_a_symbol_without_value_is_named():
    with pytest.raises(ValueError, match="got none for x"):
        value(x + n, {n: 1})


@SIZES
def test_linear_algebra_is_that_of_sympy(size):
    rows, right = matrix(size), matrix(size, seed=1)[0]
    dense, column = in_sympy(rows), in_sympy([right]).T
    assert in_sympy([solve(rows, right)]).T == dense.LUsolve(column)
    assert in_sympy(inverse_matrix(rows)) == dense.inv()
    assert in_sympy([[determinant(rows)]])[0] == dense.det()


def test_rows_are_exchanged_if_a_pivot_is_zero():
    rows = [[Fraction(0), Fraction(2)], [Fraction(3), Fraction(0)]]
    assert solve(rows, [Fraction(2), Fraction(3)]) == [1, 1] and determinant(rows) == -6


def test_singular_systems_are_refused():
    rows = [[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]]
    assert determinant(rows) == 0
    with pytest.raises(SingularError, match="got column 1"):
        solve(rows, [Fraction(1), Fraction(1)])


@SIZES
def test_sums_over_masks(size):
    rng = Random(size)
    weights, values = (brute.tabulated(size, lambda mask: drawn.rational(rng)) for _ in range(2))
    masks = list(product((0, 1), repeat=size))
    index = [sum(active << j for j, active in enumerate(z)) for z in masks]
    rows = [((1, *z), weights[mask], values[mask]) for z, mask in zip(masks, index, strict=True)]
    gram = brute.gram(size, weights)
    for i, j in product(range(size + 1), repeat=2):
        assert gram[i][j] == sum(w * row[i] * row[j] for row, w, _ in rows)
    expected = [sum(w * x * row[i] for row, w, x in rows) for i in range(size + 1)]
    assert brute.right_hand_side(size, weights, values) == expected
    for (row, _, _), mask in zip(rows, index, strict=True):
        assert brute.at_mask(gram, mask) == [sum(x * y for x, y in zip(line, row, strict=True)) for line in gram]


@SIZES
def test_least_squares_has_no_better_neighbour(size):
    rng = Random(size)
    weights = brute.tabulated(size, lambda mask: drawn.positive(rng))
    values = brute.tabulated(size, lambda mask: drawn.rational(rng))
    penalty = Fraction(rng.randint(0, 2))
    best = brute.least_squares(size, weights, values, penalty)

    def loss(beta):
        fits = [beta[0] + sum(b for j, b in enumerate(beta[1:]) if mask >> j & 1) for mask in range(2**size)]
        misfit = sum(w * (f - g) ** 2 for w, f, g in zip(weights, values, fits, strict=True))
        return misfit + penalty * sum(b**2 for b in beta[1:])

    for i, step in product(range(size + 1), (Fraction(1, 10**6), Fraction(-1, 10**6))):
        assert loss([b + step * (i == j) for j, b in enumerate(best)]) > loss(best)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_shapley_value_is_the_mean_over_orders(size):
    values = drawn.set_function(Random(size), size)
    orders = list(permutations(range(size)))

    def rise(order, j):
        before = sum(1 << i for i in order[: order.index(j)])
        return values[before | 1 << j] - values[before]

    expected = [sum(rise(order, j) for order in orders) / len(orders) for j in range(size)]
    assert brute.shapley(size, values) == expected
