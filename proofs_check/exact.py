"""Exact rational arithmetic: the value of a claim's formula at a point, and linear systems.

The formulas are those that the symbolic proofs use, so a wrong claim is refuted by numbers too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

import sympy as sp

Point: TypeAlias = Mapping[sp.Symbol, Fraction | int]
Matrix: TypeAlias = Sequence[Sequence[Fraction]]

ZERO, ONE = Fraction(0), Fraction(1)


class SingularError(ValueError):
    """A linear system without a unique solution."""


def value(expression: sp.Expr, point: Point) -> Fraction:
    """The value of a rational expression in symbols, integer powers, binomial coefficients and factorials.

    >>> n, k = sp.symbols("n k")
    >>> value(sp.binomial(n, k) / (k + 1), {n: 5, k: 2})
    Fraction(10, 3)
    """
    expression = sp.sympify(expression)
    if expression.is_Rational:
        return Fraction(expression.p, expression.q)
    if expression.is_Symbol:
        return _looked_up(expression, point)
    arguments = [value(argument, point) for argument in expression.args]
    return _rule(expression)(*arguments)


def _looked_up(symbol: sp.Symbol, point: Point) -> Fraction:
    if symbol not in point:
        raise ValueError(f"each symbol needs a value, got none for {symbol}; give one of {sorted(map(str, point))}")
    return Fraction(point[symbol])


def _rule(expression: sp.Expr) -> Callable[..., Fraction]:
    if type(expression) not in _RULES:
        raise TypeError(f"expression must be rational, got {type(expression).__name__}; rewrite {expression}")
    return _RULES[type(expression)]


def product(factors: Iterable[Fraction]) -> Fraction:
    """The product of any number of factors.

    >>> product([Fraction(2), Fraction(1, 3)])
    Fraction(2, 3)
    """
    found = ONE
    for factor in factors:
        found *= factor
    return found


def _product(*factors: Fraction) -> Fraction:
    return product(factors)


def _sum(*summands: Fraction) -> Fraction:
    return sum(summands, ZERO)


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    return base ** _integer(exponent)


def _binomial(n: Fraction, k: Fraction) -> Fraction:
    return Fraction(math.comb(_integer(n), _integer(k))) if k >= 0 else ZERO


def _factorial(n: Fraction) -> Fraction:
    return Fraction(math.factorial(_integer(n)))


def _integer(number: Fraction) -> int:
    if number.denominator != 1:
        raise TypeError(f"exponents and arguments of binomials and factorials must be integers, got {number}")
    return number.numerator


_RULES: dict[type, Callable[..., Fraction]] = {
    sp.Add: _sum,
    sp.Mul: _product,
    sp.Pow: _power,
    sp.binomial: _binomial,
    sp.factorial: _factorial,
}


def solve(matrix: Matrix, right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of a square system by elimination.

    Raises:
        SingularError: there is not exactly one.

    >>> solve([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]], [Fraction(1), Fraction(0)])
    [Fraction(1, 1), Fraction(-1, 1)]
    """
    rows = [[*row, entry] for row, entry in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        _eliminate(rows, column)
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def inverse_matrix(matrix: Matrix) -> list[list[Fraction]]:
    """The inverse, column by column.

    >>> inverse_matrix([[Fraction(2)]])
    [[Fraction(1, 2)]]
    """
    units = [[Fraction(i == j) for i in range(len(matrix))] for j in range(len(matrix))]
    return [list(row) for row in zip(*(solve(matrix, unit) for unit in units), strict=True)]


def _eliminate(rows: list[list[Fraction]], column: int) -> None:
    pivot = next((i for i in range(column, len(rows)) if rows[i][column]), None)
    if pivot is None:
        raise SingularError(f"matrix must be invertible, got column {column} that depends on those before; drop it")
    rows[column], rows[pivot] = rows[pivot], rows[column]
    top = rows[column]
    for i, row in enumerate(rows):
        if i != column and row[column]:
            factor = row[column] / top[column]
            rows[i] = [x - factor * y if y else x for x, y in zip(row, top, strict=True)]


def matrix_product(left: Matrix, right: Matrix) -> list[list[Fraction]]:
    """The product of two matrices.

    >>> matrix_product([[Fraction(2), Fraction(1)]], [[Fraction(3)], [Fraction(5)]])
    [[Fraction(11, 1)]]
    """
    columns = list(zip(*right, strict=True))
    return [[sum((x * y for x, y in zip(row, column, strict=True)), ZERO) for column in columns] for row in left]


def determinant(matrix: Matrix) -> Fraction:
    """The determinant, by elimination.

    >>> determinant([[Fraction(2), Fraction(1)], [Fraction(1), Fraction(1)]])
    Fraction(1, 1)
    """
    rows = [list(row) for row in matrix]
    signed = ONE
    for column in range(len(rows)):
        pivot = next((i for i in range(column, len(rows)) if rows[i][column]), None)
        if pivot is None:
            return ZERO
        if pivot != column:
            rows[column], rows[pivot], signed = rows[pivot], rows[column], -signed
        signed *= rows[column][column]
        for row in rows[column + 1 :]:
            factor = row[column] / rows[column][column]
            row[:] = [x - factor * y for x, y in zip(row, rows[column], strict=True)]
    return signed
