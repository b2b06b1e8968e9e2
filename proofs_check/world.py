"""An instance of most statements: an exchangeable design and a set function, in exact rationals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any, TypeVar

from proofs_check import brute, drawn, notation
from proofs_check.arrow import Stack
from proofs_check.exact import ZERO, Point, value

W = TypeVar("W", bound="World")


@dataclass(frozen=True)
class World:
    """Mass w(k) on each mask of size k, and F(z) for each of the 2^d masks."""

    d: int
    masses: tuple[Fraction, ...]
    table: tuple[Fraction, ...]
    tilt: tuple[Fraction, ...] = field(default=(), kw_only=True)
    """A factor for the weight of each mask, in designs that are not exchangeable."""

    @classmethod
    def drawn(cls: type[W], rng: Random, d: int, **further: Any) -> W:
        """A random one; ``further`` are the fields that a subclass adds."""
        return cls(d=d, masses=drawn.masses(rng, d), table=drawn.set_function(rng, d), **further)

    @cached_property
    def weights(self) -> tuple[Fraction, ...]:
        """The law times the weight of each mask."""
        plain = tuple(self.masses[mask.bit_count()] for mask in range(2**self.d))
        return tuple(w * factor for w, factor in zip(plain, self.tilt, strict=True)) if self.tilt else plain

    @cached_property
    def beta(self) -> list[Fraction]:
        """(β_0, …, β_d) by weighted least squares over all masks."""
        return brute.least_squares(self.d, self.weights, self.table)

    @cached_property
    def delta(self) -> Fraction:
        """The difference of moments Δ = E[π z_1 (1 − z_2)]."""
        return brute.moment(self.weights, (0,), (1,))

    @cached_property
    def variance(self) -> Fraction:
        """V = Var_μ(K), 0 where there is no mass."""
        sizes = [Fraction(mask.bit_count()) for mask in range(2**self.d)]
        squares = [size**2 for size in sizes]
        mass = brute.moment(self.weights)
        if not mass:
            return ZERO
        return brute.integral(self.weights, squares) / mass - (brute.integral(self.weights, sizes) / mass) ** 2

    @cached_property
    def moments(self) -> Point:
        """The numbers d, α_0, α_1 and α_2 for the symbols."""
        alphas = (notation.alpha_0, notation.alpha_1, notation.alpha_2)
        return {notation.d: self.d, **{a: brute.moment(self.weights, range(p)) for p, a in enumerate(alphas)}}

    def point(self, j: int, table: brute.Table | None = None) -> Point:
        """The moments and, for F or another set function, Γ_0, Γ_j and T."""
        right = self.right_hand_side if table is None else brute.right_hand_side(self.d, self.weights, table)
        sums = {notation.gamma_0: right[0], notation.gamma_j: right[j + 1], notation.total: sum(right[1:])}
        return {**self.moments, **sums}

    @cached_property
    def right_hand_side(self) -> list[Fraction]:
        """The right-hand side E[π z̃ F] of the normal equations."""
        return brute.right_hand_side(self.d, self.weights, self.table)

    def vector(self, claimed: Stack, further: Point | None = None) -> list[Fraction]:
        """(head, entry 1, …, entry d) of a claim; ``further`` gives other symbols a value."""
        points = [{**self.point(j), **(further or {})} for j in range(self.d)]
        return [value(claimed.head, points[0]), *(value(claimed.entry, point) for point in points)]


Assumptions = Mapping[str, Callable[[Any], bool]]

SOME_MASS: Assumptions = {"some size carries mass": lambda world: any(world.masses)}

REGULAR: Assumptions = {
    "d ≥ 2": lambda world: world.d >= 2,
    "V > 0": lambda world: world.variance > 0,
    "Δ > 0": lambda world: world.delta > 0,
}


def regular(world: World) -> bool:
    """Whether a world satisfies `REGULAR`."""
    return all(holds(world) for holds in REGULAR.values())


def tilted(draw: Callable[[Random, int], W]) -> Callable[[Random, int], W]:
    """Instances whose masks of one size weigh differently."""

    def lacking(rng: Random, d: int) -> W:
        return replace(draw(rng, d), tilt=tuple(drawn.positive(rng) for _ in range(2**d)))

    return lacking


EXCHANGEABLE = "the design is exchangeable"
"""The hypothesis that `tilted` instances lack."""
