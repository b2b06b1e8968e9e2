"""Instances of prop:soft: a linear model of pixels under soft masks, and the same under crisp ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from random import Random

from proofs_check import brute, drawn
from proofs_check.exact import ZERO
from proofs_check.statements import prop_linear
from proofs_check.statements.prop_linear import LinearModel


@dataclass(frozen=True)
class SoftModel(LinearModel):
    """A linear model with a soft mask M_j(u) of each superpixel, one row a pixel, and the p of Bernoulli masks."""

    masks: tuple[tuple[Fraction, ...], ...] = field(kw_only=True)
    p: Fraction = field(kw_only=True)
    reach: int = field(default=1, kw_only=True)
    """By how much the model is steeper than its slopes say, for the bound."""

    @property
    def crisp(self) -> SoftModel:
        """The same with masks of 0 and 1."""
        rows = (tuple(Fraction(j == own) for j in range(self.d)) for own in self.superpixel)
        return replace(self, masks=tuple(rows))

    def visible(self, mask: int, u: int) -> Fraction:
        """m_z(u) = Σ_j z_j M_j(u)."""
        return sum((x for j, x in enumerate(self.masks[u]) if brute.shows(mask, j)), ZERO)

    def blended(self, mask: int) -> list[Fraction]:
        """The pixels ξ̄ + m_z (ξ − ξ̄)."""
        pixels = enumerate(zip(self.image, self.replacement, strict=True))
        return [base + self.visible(mask, u) * (x - base) for u, (x, base) in pixels]

    def __call__(self, mask: int) -> Fraction:
        """F(z): the model on the blended image."""
        return self.model(self.blended(mask))

    @cached_property
    def own(self) -> list[Fraction]:
        """The share of a pixel's own superpixel in its soft masks."""
        return [row[j] for row, j in zip(self.masks, self.superpixel, strict=True)]

    @cached_property
    def bernoulli(self) -> brute.Table:
        """The probability of each mask of independent superpixels."""
        sizes = (mask.bit_count() for mask in range(2**self.d))
        return [self.p**k * (1 - self.p) ** (self.d - k) for k in sizes]

    def away(self, mask: int, u: int) -> Fraction:
        """|m_z(u) − z_{s(u)}|, how far the soft state of a pixel is from the crisp one."""
        return abs(self.visible(mask, u) - brute.shows(mask, self.superpixel[u]))

    def bounded(self, pixels: list[Fraction]) -> Fraction:
        """|f(x)|, a model that is not linear and as steep as the linear one."""
        return self.reach * abs(self.model(pixels))


def softened(rng: Random, model: Callable[[Random, int], LinearModel], d: int) -> SoftModel:
    """A linear model with random soft masks that sum to one at each pixel; some pixels are crisp."""
    instance = model(rng, d)
    rows = [_row(rng, d, j) for j in instance.superpixel]
    return SoftModel(**vars(instance), masks=tuple(rows), p=drawn.share(rng))


def _row(rng: Random, d: int, own: int) -> tuple[Fraction, ...]:
    if rng.randrange(4) == 0:
        return tuple(Fraction(j == own) for j in range(d))
    raw = [Fraction(rng.randint(0, 6)) for _ in range(d)]
    raw[own] += 1
    return tuple(x / sum(raw) for x in raw)


def draw(rng: Random, d: int) -> SoftModel:
    """A random linear model, image and partition, with soft masks and random weights on the masks."""
    return softened(rng, prop_linear.draw, d)


def bent(rng: Random, d: int) -> SoftModel:
    """A product of two pixels added, where there are two superpixels."""
    return softened(rng, prop_linear.bent, d)


def uncovered(rng: Random, d: int) -> SoftModel:
    """Soft masks that sum to less than one at every pixel."""
    instance = draw(rng, d)
    return replace(instance, masks=tuple(tuple(x / 2 for x in row) for row in instance.masks))


def steeper(rng: Random, d: int) -> SoftModel:
    """A model three times as steep as the bound assumes."""
    return replace(draw(rng, d), reach=3)
