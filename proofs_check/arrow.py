"""Arrow matrices [a, b 1ᵀ; c 1, e I + f J] of size d + 1, multiplied with d as a symbol.

1 is the vector of d ones, I the identity, J = 1 1ᵀ. The rules 1ᵀ1 = d, J 1 = d 1, 1ᵀJ = d 1ᵀ and J J = d J
close the algebra, so that five scalars stand for a matrix of any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from proofs_check.exact import Point, value

d = sp.Symbol("d", integer=True, positive=True)
"""Number of superpixels."""


@dataclass(frozen=True)
class Stack:
    """A vector (head, x_1, …, x_d): its head, a generic entry x_j, and total = Σ_j x_j."""

    head: sp.Expr
    entry: sp.Expr
    total: sp.Expr

    def __add__(self, other: Stack) -> Stack:
        return Stack(self.head + other.head, self.entry + other.entry, self.total + other.total)

    def __sub__(self, other: Stack) -> Stack:
        return Stack(self.head - other.head, self.entry - other.entry, self.total - other.total)

    def parts(self, name: str) -> dict[str, sp.Expr]:
        """The two expressions that vanish if and only if the vector does."""
        return {f"{name}, head": self.head, f"{name}, entry j": self.entry}


@dataclass(frozen=True)
class Arrow:
    """[corner, row 1ᵀ; column 1, scale I + flat J]."""

    corner: sp.Expr
    row: sp.Expr
    column: sp.Expr
    scale: sp.Expr
    flat: sp.Expr

    def __matmul__(self, other: Arrow) -> Arrow:
        mixed = self.scale + d * self.flat
        return Arrow(
            self.corner * other.corner + d * self.row * other.column,
            self.corner * other.row + self.row * (other.scale + d * other.flat),
            self.column * other.corner + mixed * other.column,
            self.scale * other.scale,
            self.column * other.row + mixed * other.flat + self.flat * other.scale,
        )

    def apply(self, x: Stack) -> Stack:
        """The matrix times a vector."""
        shared = self.column * x.head + self.flat * x.total
        return Stack(
            self.corner * x.head + self.row * x.total,
            shared + self.scale * x.entry,
            d * shared + self.scale * x.total,
        )

    def quadratic(self, head: sp.Expr, total: sp.Expr, squares: sp.Expr) -> sp.Expr:
        """xᵀ M x for a vector with the given head, Σ_j x_j and Σ_j x_j²."""
        return (
            self.corner * head**2
            + (self.row + self.column) * head * total
            + self.scale * squares
            + self.flat * total**2
        )

    def dense(self, point: Point) -> list[list[Fraction]]:
        """The entries of the matrix at a point that gives d and every other symbol a value."""
        corner, row, column, scale, flat = (
            value(part, point) for part in (self.corner, self.row, self.column, self.scale, self.flat)
        )
        size = int(point[d])
        inner = [[column, *(flat + scale if i == j else flat for j in range(size))] for i in range(size)]
        return [[corner, *[row] * size], *inner]

    def trace(self) -> sp.Expr:
        """The sum of the diagonal."""
        return self.corner + d * (self.scale + self.flat)

    def minus_identity(self, name: str) -> dict[str, sp.Expr]:
        """The five expressions that vanish if and only if the matrix is the identity."""
        return {
            f"{name}, corner": self.corner - 1,
            f"{name}, row": self.row,
            f"{name}, column": self.column,
            f"{name}, diagonal": self.scale - 1,
            f"{name}, off the diagonal": self.flat,
        }
