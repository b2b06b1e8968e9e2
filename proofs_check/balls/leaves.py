"""Limits of leaves and additive functions as balls: normal equations, solved without any formula of the theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from proofs_check.balls.moments import Moments


@dataclass(frozen=True)
class Shape:
    """How many superpixels a leaf wants on (a) and off (b)."""

    on: int
    off: int

    def __str__(self) -> str:
        return f"leaf({self.on} on, {self.off} off)"

    def groups(self, d: int) -> list[tuple[str, int]]:
        """The classes of superpixels with equal coefficients that are not empty, with their sizes."""
        sizes = {"on": self.on, "off": self.off, "other": d - self.on - self.off}
        return [(name, size) for name, size in sizes.items() if size]


SHAPES = (Shape(1, 0), Shape(2, 0), Shape(1, 1), Shape(3, 2), Shape(0, 2))
"""The leaves tried; the ones with a + b ≤ d."""


def shapes(d: int) -> list[Shape]:
    """Those of `SHAPES` that fit in d superpixels."""
    return [shape for shape in SHAPES if shape.on + shape.off <= d]


def right_hand_sides(moments: Moments, shape: Shape) -> list[arb]:
    """E[π g], then E[π z_j g] for j in each group (prop:leaf)."""
    a, b, d = shape.on, shape.off, moments.d
    inside = moments.alpha(a, b)
    further = moments.alpha(a + 1, b) if a + b < d else arb(0)
    values = {"on": inside, "off": arb(0), "other": further}
    return [inside, *(values[name] for name, _ in shape.groups(d))]


def normal_equations(moments: Moments, sizes: Sequence[int], ridge: float | arb = 0) -> arb_mat:
    """Σ + ridge on functions that are constant on each group: unknowns β_0 and one β for each group."""
    zero, one, two = moments.alphas
    rows = [[zero, *(size * one for size in sizes)]]
    for i in range(len(sizes)):
        own = [one - two + arb(ridge) if i == j else arb(0) for j in range(len(sizes))]
        rows.append([one, *(size * two + extra for size, extra in zip(sizes, own, strict=True))])
    return arb_mat(rows)


def coefficients(moments: Moments, shape: Shape, ridge: float = 0.0) -> list[arb]:
    """β_j of a superpixel of each group."""
    sizes = [size for _, size in shape.groups(moments.d)]
    right = arb_mat([[value] for value in right_hand_sides(moments, shape)])
    solution = normal_equations(moments, sizes, ridge).solve(right)
    return [solution[i, 0] for i in range(1, len(sizes) + 1)]


def in_two_parts(moments: Moments, shape: Shape) -> tuple[arb, list[arb]]:
    """The slope s and the deviations β_j − s of each group (thm:limit)."""
    d, groups = moments.d, shape.groups(moments.d)
    mean, *on = right_hand_sides(moments, shape)
    by_size = sum((size * value for (_, size), value in zip(groups, on, strict=True)), arb(0))
    slope = (by_size - moments.mean * mean) / (moments.alphas[0] * moments.size_variance())
    return slope, [(value - by_size / d) / moments.delta() for value in on]
