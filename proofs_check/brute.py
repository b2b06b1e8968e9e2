"""Sums over all 2^d masks, from the definitions: the oracle of every instance.

A mask is a number whose bit j is z_j. Weights and set functions are tables over the 2^d masks; nothing is assumed
of the weights, which are law × weight of the design.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from proofs_check.exact import ZERO, Matrix, solve

Table = Sequence[Fraction]


def shows(mask: int, j: int) -> int:
    """Whether a mask shows superpixel j, z_j."""
    return mask >> j & 1


def tabulated(d: int, function: Callable[[int], Fraction]) -> tuple[Fraction, ...]:
    """The table of a function of masks.

    >>> tabulated(2, lambda mask: Fraction(mask.bit_count()))
    (Fraction(0, 1), Fraction(1, 1), Fraction(1, 1), Fraction(2, 1))
    """
    return tuple(function(mask) for mask in range(2**d))


def moment(weights: Table, on: Iterable[int] = (), off: Iterable[int] = ()) -> Fraction:
    """The moment E[π Π_on z_j Π_off (1 − z_j)]."""
    shown, hidden = (sum(1 << j for j in chosen) for chosen in (on, off))
    return sum((w for mask, w in enumerate(weights) if mask & shown == shown and not mask & hidden), ZERO)


def integral(weights: Table, values: Table) -> Fraction:
    """The weighted mean E[π F]."""
    return sum((w * x for w, x in zip(weights, values, strict=True) if w and x), ZERO)


def gram(d: int, weights: Table) -> list[list[Fraction]]:
    """The Gram matrix E[π z̃ z̃ᵀ] with z̃ = (1, z)."""
    fixed = [(), *((j,) for j in range(d))]
    upper = {(i, j): moment(weights, {*fixed[i], *fixed[j]}) for i in range(d + 1) for j in range(i, d + 1)}
    return [[upper[min(i, j), max(i, j)] for j in range(d + 1)] for i in range(d + 1)]


def right_hand_side(d: int, weights: Table, values: Table) -> list[Fraction]:
    """The right-hand side E[π z̃ F] of the normal equations."""
    products = [w * x for w, x in zip(weights, values, strict=True)]
    return [moment(products), *(moment(products, (j,)) for j in range(d))]


def at_mask(matrix: Matrix, mask: int) -> list[Fraction]:
    """The product of a matrix with z̃ of a mask."""
    chosen = [0, *(j + 1 for j in range(len(matrix) - 1) if shows(mask, j))]
    return [sum((row[j] for j in chosen), ZERO) for row in matrix]


def least_squares(d: int, weights: Table, values: Table, penalty: Fraction = ZERO) -> list[Fraction]:
    """(β_0, …, β_d) minimising E[π (F − β_0 − Σ_j β_j z_j)²] + penalty Σ_j β_j².

    Raises:
        SingularError: the minimiser is not unique.

    >>> least_squares(1, (Fraction(1), Fraction(3)), (Fraction(2), Fraction(7)))
    [Fraction(2, 1), Fraction(5, 1)]
    """
    matrix = gram(d, weights)
    for j in range(1, d + 1):
        matrix[j][j] += penalty
    return solve(matrix, right_hand_side(d, weights, values))


def loss(d: int, weights: Table, values: Table, beta: Sequence[Fraction], penalty: Fraction = ZERO) -> Fraction:
    """E[π (F − β_0 − Σ_j β_j z_j)²] + penalty Σ_j β_j², mask by mask.

    >>> loss(1, (Fraction(1), Fraction(3)), (Fraction(2), Fraction(7)), [Fraction(2), Fraction(4)], Fraction(1))
    Fraction(19, 1)
    """
    fitted = (beta[0] + sum((b for j, b in enumerate(beta[1:]) if shows(mask, j)), ZERO) for mask in range(2**d))
    squares = [(x - fit) ** 2 for x, fit in zip(values, fitted, strict=True)]
    return integral(weights, squares) + penalty * sum((b**2 for b in beta[1:]), ZERO)


def gain(
    d: int, weights: Table, values: Table, beta: Sequence[Fraction], penalty: Fraction = ZERO
) -> dict[str, Fraction]:
    """By how much some step of ±1 in one coefficient lowers the loss, 0 if each raises it; nothing beyond d = 4."""
    if d > 4:
        return {}
    here = loss(d, weights, values, beta, penalty)
    steps = ([b + step * (i == j) for j, b in enumerate(beta)] for i in range(d + 1) for step in (-1, 1))
    return {"a step that lowers the loss": max(ZERO, *(here - loss(d, weights, values, x, penalty) for x in steps))}


def differences(claimed: Sequence[Fraction], found: Sequence[Fraction], name: str = "β") -> dict[str, Fraction]:
    """Entry by entry: claimed minus found, named by index.

    >>> differences([Fraction(1), Fraction(3)], [Fraction(1), Fraction(2)])
    {'β_0': Fraction(0, 1), 'β_1': Fraction(1, 1)}
    """
    return {f"{name}_{j}": x - y for j, (x, y) in enumerate(zip(claimed, found, strict=True))}


def shapley(d: int, values: Table) -> list[Fraction]:
    """The Shapley value by Hart & Mas-Colell's potential, P(S) = (F(S) − F(0) + Σ_{i∈S} P(S∖i)) / |S|.

    >>> shapley(2, tuple(map(Fraction, (0, 1, 3, 8))))
    [Fraction(3, 1), Fraction(5, 1)]
    """
    potential = [ZERO]
    for mask in range(1, 2**d):
        smaller = [potential[mask ^ 1 << j] for j in range(d) if shows(mask, j)]
        potential.append((values[mask] - values[0] + sum(smaller, ZERO)) / len(smaller))
    return [potential[-1] - potential[2**d - 1 ^ 1 << j] for j in range(d)]
