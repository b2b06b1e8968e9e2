"""Random exact rationals, with zeros and extremes: size laws, set functions, sets of superpixels.

Every function takes a `random.Random`; hypothesis passes one of its own when it searches for counterexamples.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from random import Random

from proofs_check.brute import tabulated

SMALLEST = Fraction(1, 10**15)
_DENOMINATORS = (1, 2, 3, 4, 6, 12)


def rational(rng: Random) -> Fraction:
    """A rational of either sign, sometimes 0."""
    return Fraction(rng.randint(-24, 24), rng.choice(_DENOMINATORS))


def positive(rng: Random) -> Fraction:
    """A positive rational, sometimes 10^15 or 10^-15."""
    if rng.randrange(8) == 0:
        return rng.choice((SMALLEST, 1 / SMALLEST))
    return Fraction(rng.randint(1, 24), rng.choice(_DENOMINATORS))


def share(rng: Random) -> Fraction:
    """A rational strictly between 0 and 1, sometimes within 10^-15 of an end."""
    if rng.randrange(8) == 0:
        return rng.choice((SMALLEST, 1 - SMALLEST))
    denominator = rng.randint(2, 12)
    return Fraction(rng.randint(1, denominator - 1), denominator)


def masses(rng: Random, d: int) -> tuple[Fraction, ...]:
    """w(0), …, w(d) ≥ 0: any, sparse, of few or extreme sizes, faint inside, flat, Bernoulli, Shapley's, or narrow."""
    return rng.choice(_LAWS)(rng, d)


def _any_masses(rng: Random, d: int) -> tuple[Fraction, ...]:
    return tuple(positive(rng) for _ in range(d + 1))


def _sparse(rng: Random, d: int) -> tuple[Fraction, ...]:
    return tuple(positive(rng) * rng.randint(0, 1) for _ in range(d + 1))


def _few_sizes(rng: Random, d: int) -> tuple[Fraction, ...]:
    chosen = {rng.randint(0, d) for _ in range(2)}
    return tuple(positive(rng) if k in chosen else Fraction(0) for k in range(d + 1))


def _ends(rng: Random, d: int) -> tuple[Fraction, ...]:
    """Mass on the empty and the full mask alone: V > 0 but Δ = 0."""
    return tuple(positive(rng) if k in (0, d) else Fraction(0) for k in range(d + 1))


def _faint_inside(rng: Random, d: int) -> tuple[Fraction, ...]:
    """Almost all mass on the empty and the full mask, so that Δ is tiny relative to V."""
    return tuple(Fraction(rng.randint(1, 24)) * (1 if k in (0, d) else SMALLEST) for k in range(d + 1))


def _flat(rng: Random, d: int) -> tuple[Fraction, ...]:
    return (Fraction(1, 2**d),) * (d + 1)


def _bernoulli(rng: Random, d: int) -> tuple[Fraction, ...]:
    p = share(rng)
    return tuple(p**k * (1 - p) ** (d - k) for k in range(d + 1))


def _shapley(rng: Random, d: int) -> tuple[Fraction, ...]:
    inner = (Fraction(d - 1, math.comb(d, k) * k * (d - k)) for k in range(1, d))
    return (Fraction(0), *inner, Fraction(0))


def _narrow(rng: Random, d: int) -> tuple[Fraction, ...]:
    """A mass that falls by a factor with each hidden superpixel, as in image LIME for ν → 0."""
    factor = rng.choice((Fraction(1, 10), Fraction(1, 10**4), SMALLEST))
    return tuple(factor ** (d - k) for k in range(d + 1))


_LAWS: tuple[Callable[[Random, int], tuple[Fraction, ...]], ...] = (
    _any_masses,
    _any_masses,
    _sparse,
    _few_sizes,
    _ends,
    _faint_inside,
    _flat,
    _bernoulli,
    _shapley,
    _narrow,
)


def law(rng: Random, d: int) -> tuple[Fraction, ...]:
    """The probability of each mask of size 0, …, d, all of them above 0."""
    sizes = [rng.randint(1, 5) for _ in range(d + 1)]
    return tuple(Fraction(x, sum(sizes) * math.comb(d, k)) for k, x in enumerate(sizes))


def set_function(rng: Random, d: int) -> tuple[Fraction, ...]:
    """The table of F: any, 0 or 1, additive, or one mask standing out by 10^15."""
    return rng.choice(_FUNCTIONS)(rng, d)


def _any_table(rng: Random, d: int) -> tuple[Fraction, ...]:
    return tabulated(d, lambda mask: rational(rng))


def _detector(rng: Random, d: int) -> tuple[Fraction, ...]:
    return tabulated(d, lambda mask: Fraction(rng.randint(0, 1)))


def _additive(rng: Random, d: int) -> tuple[Fraction, ...]:
    base, slopes = rational(rng), [rational(rng) for _ in range(d)]
    return tabulated(d, lambda mask: base + sum(slopes[j] for j in range(d) if mask >> j & 1))


def _spike(rng: Random, d: int) -> tuple[Fraction, ...]:
    peak = rng.randrange(2**d)
    return tabulated(d, lambda mask: rational(rng) / SMALLEST if mask == peak else Fraction(1))


_FUNCTIONS: tuple[Callable[[Random, int], tuple[Fraction, ...]], ...] = (
    _any_table,
    _any_table,
    _detector,
    _additive,
    _spike,
)


def disjoint(rng: Random, d: int) -> tuple[frozenset[int], frozenset[int]]:
    """Two disjoint sets of superpixels, either of them possibly empty."""
    sides = [rng.randrange(3) for _ in range(d)]
    on, off = (frozenset(j for j, side in enumerate(sides) if side == chosen) for chosen in (0, 1))
    return on, off


def partition(rng: Random, d: int, pixels: int) -> tuple[int, ...]:
    """The superpixel of each pixel, every superpixel having at least one if pixels ≥ d."""
    return (*range(d), *(rng.randrange(d) for _ in range(pixels - d)))
